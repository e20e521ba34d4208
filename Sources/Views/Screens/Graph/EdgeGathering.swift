// SPDX-License-Identifier: Apache-2.0
import Model

/// Chooses which edges are drawn where all of them would be a tangle: at each node the strongest that leave it, and the strongest that comes in.
/// The others are counted at both of their ends.
struct EdgeGathering {
    /// Up to this number, all edges are drawn.
    private static let maximumUngathered = 40
    /// The number of edges per hundred nodes that the eye can still follow.
    private static let perHundred = 220
    /// The number of outgoing edges that are drawn of each node.
    private static let outgoing = 3
    /// The number of incoming edges that are drawn of each node.
    private static let incoming = 1

    private let shown: ShownGraph
    private let drawn: DrawnGraph

    init(_ shown: ShownGraph, _ drawn: DrawnGraph) {
        self.shown = shown
        self.drawn = drawn
    }

    /// The edges to draw and the others, each in their order; all are drawn where they can be followed.
    func split() -> (drawn: [DrawnGraph.Edge], gathered: [DrawnGraph.Edge]) {
        let edges = drawn.edges
        guard edges.count > Self.maximumUngathered, edges.count * 100 > drawn.items.count * Self.perHundred else {
            return (edges, [])
        }
        var (out, into) = (
            [Int](repeating: 0, count: drawn.items.count), [Int](repeating: 0, count: drawn.items.count)
        )
        var isKept = [Bool](repeating: false, count: edges.count)
        for place in strongestFirst {
            let edge = edges[place]
            isKept[place] =
                out[edge.from] < Self.outgoing || into[edge.to] < Self.incoming || edge.level == .failure
                || isFound(edge)
            out[edge.from] += 1
            into[edge.to] += 1
        }
        return (
            edges.indices.filter { isKept[$0] }.map { edges[$0] },
            edges.indices.filter { !isKept[$0] }.map { edges[$0] }
        )
    }

    /// Unhealthy edges before healthy ones, then by how much they carry.
    private var strongestFirst: [Int] {
        let weights = drawn.edges.map { edge in
            edge.edges.reduce(0.0) { sum, place in
                let edge = shown.graph.edges[place]
                // What has ended stays drawn if it was.
                let rate = shown.endedEdges[place]?.rates.total ?? edge.rates.total
                return sum + (edge.protocol == .tcp ? rate / 1000 : rate)
            }
        }
        let levels = drawn.edges.map { $0.level > .healthy ? $0.level : .healthy }
        return drawn.edges.indices.sorted {
            levels[$0] != levels[$1]
                ? levels[$0] > levels[$1] : (weights[$1], $0) < (weights[$0], $1)
        }
    }

    private func isFound(_ edge: DrawnGraph.Edge) -> Bool {
        guard let found = shown.found?.edges, !found.isEmpty else { return false }
        return edge.edges.contains(where: found.contains)
    }
}
