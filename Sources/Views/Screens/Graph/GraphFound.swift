// SPDX-License-Identifier: Apache-2.0
import Layout
import Model

/// What an expression finds, as it is drawn.
struct GraphFound: Sendable {
    /// Places in the drawn items. A box in which anything is found is found.
    var items: Set<Int> = []
    /// Places in the drawn edges.
    var edges: Set<Int> = []
    /// Everything found in the order of reading: nodes, then edges from left to right.
    var order: [GraphSelection] = []

    init() {}

    /// - Parameters:
    ///   - found: In the service graph.
    ///   - drawn: What of it is drawn.
    ///   - layout: Where.
    init(_ found: FoundElements, _ drawn: DrawnGraph, _ layout: GraphLayout) {
        for node in found.nodes where drawn.itemOfNode.indices.contains(node) && drawn.itemOfNode[node] >= 0 {
            items.insert(drawn.itemOfNode[node])
        }
        for (place, edge) in drawn.edges.enumerated() where edge.edges.contains(where: found.edges.contains) {
            edges.insert(place)
        }
        for (place, item) in drawn.items.enumerated() where item.inner.contains(where: found.edges.contains) {
            items.insert(place)
        }
        for edge in drawn.gathered where edge.edges.contains(where: found.edges.contains) {
            items.formUnion([edge.from, edge.to])
        }
        let rects = layout.nodes
        let nodes = items.sorted { (rects[$0].x, rects[$0].y, $0) < (rects[$1].x, rects[$1].y, $1) }
        let lines = edges.sorted { left, right in
            let (a, b) = (drawn.edges[left], drawn.edges[right])
            let (from, to) = (rects[a.from], rects[b.from])
            return (from.x, from.y, rects[a.to].y, left) < (to.x, to.y, rects[b.to].y, right)
        }
        order = nodes.map { .item($0) } + lines.map { .edge($0) }
    }
}
