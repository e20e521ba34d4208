// SPDX-License-Identifier: Apache-2.0
/// What the rows of the tables of traffic stand for.
enum TrafficRowKind: CaseIterable, Sendable {
    case edges
    case nodes
}

/// A row of the tables of traffic: a place in one of the graph's lists.
enum TrafficRow: Equatable {
    case edge(Int)
    /// An edge that has ended.
    case gone(Int)
    case node(Int)
}
