/// What an expression finds in a graph: places in its lists.
package struct FoundElements: Hashable, Sendable {
    package var nodes: Set<Int> = []
    package var edges: Set<Int> = []

    package init() {}
}
