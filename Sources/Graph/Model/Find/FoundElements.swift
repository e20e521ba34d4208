// SPDX-License-Identifier: Apache-2.0
/// What an expression finds in a graph.
package struct FoundElements: Hashable, Sendable {
    /// Places in the graph's nodes.
    package var nodes: Set<Int> = []
    /// Places in the graph's edges.
    package var edges: Set<Int> = []

    /// Nothing.
    package init() {}
}
