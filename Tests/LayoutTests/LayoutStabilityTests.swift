// SPDX-License-Identifier: Apache-2.0
import GraphSamples
import Testing

@testable import Layout

@Suite struct LayoutStabilityTests {
    /// Pairs of nodes in one rank that changed their order, and all pairs in one rank.
    ///
    /// Parts that no edge joins are packed beside one another as they are large: a part that joins another or falls off goes to another place
    /// as a whole. `within` counts pairs only that hang together before and after.
    private func flips(
        _ before: GraphLayout, _ after: GraphLayout, within graphs: [LayoutGraph] = []
    ) -> (flipped: Int, pairs: Int) {
        let partsOfNodes = graphs.map { parts(of: $0) }
        var flipped = 0
        var pairs = 0
        for a in before.nodes.indices {
            for b in (a + 1)..<max(a + 1, before.nodes.count) where before.nodes[a].x == before.nodes[b].x {
                guard partsOfNodes.allSatisfy({ $0[a] == $0[b] }) else { continue }
                pairs += 1
                let stayed = after.nodes[a].x == after.nodes[b].x
                if !stayed || (before.nodes[a].y < before.nodes[b].y) != (after.nodes[a].y < after.nodes[b].y) {
                    flipped += 1
                }
            }
        }
        return (flipped, pairs)
    }

    /// For each node a number that those share that edges hold together.
    private func parts(of graph: LayoutGraph) -> [Int] {
        var part = Array(graph.nodes.indices)
        func root(_ node: Int) -> Int { part[node] == node ? node : root(part[node]) }
        for edge in graph.edges {
            let (a, b) = (root(edge.from), root(edge.to))
            part[max(a, b)] = min(a, b)
        }
        return graph.nodes.indices.map(root)
    }

    @Test(arguments: RandomGraphs.Kind.allCases, 1...4)
    func `No known node changes its order when one edge goes and one comes`(kind: RandomGraphs.Kind, seed: UInt64) {
        for (nodes, edges) in [(30, 45), (60, 110), (100, 220)] {
            var random = RandomGraphs(seed: seed)
            var graph = random.graph(kind, nodes: nodes, edges: edges)
            var layout = LayeredLayout.arrange(graph)
            for change in 0..<10 {
                let old = graph
                graph.edges.remove(at: random.number(below: graph.edges.count))
                graph.edges.append(
                    LayoutGraph.Edge(from: random.number(below: nodes), to: random.number(below: nodes)))
                let next = LayeredLayout.arrange(graph, previous: layout.memory)
                #expect(LayoutFaults(graph, next).faults.prefix(3) == [])
                let (flipped, _) = flips(layout, next, within: [old, graph])
                #expect(
                    flipped == 0 || next.continuity == .replaced, "seed \(seed), \(kind), \(nodes), change \(change)"
                )
                layout = next
            }
        }
    }

    @Test(arguments: RandomGraphs.Kind.allCases, 1...4)
    func `At most one pair in a hundred changes its order when one edge in twenty changes`(
        kind: RandomGraphs.Kind, seed: UInt64
    ) {
        var (flipped, pairs, moved, all) = (0, 0, 0, 0)
        for (nodes, edges) in [(30, 45), (60, 110), (100, 220)] {
            var random = RandomGraphs(seed: seed)
            var graph = random.graph(kind, nodes: nodes, edges: edges)
            let old = graph
            let layout = LayeredLayout.arrange(graph)
            for _ in 0..<(edges / 20) {
                graph.edges[random.number(below: graph.edges.count)] = LayoutGraph.Edge(
                    from: random.number(below: nodes), to: random.number(below: nodes))
            }
            let next = LayeredLayout.arrange(graph, previous: layout.memory)
            let result = flips(layout, next, within: [old, graph])
            flipped += result.flipped
            pairs += result.pairs
            let whole = flips(layout, next)
            moved += whole.flipped
            all += whole.pairs
        }
        #expect(flipped * 100 <= pairs, "seed \(seed), \(kind): \(flipped) of \(pairs)")
        #expect(moved * 100 <= all * 4, "parts that moved as a whole, seed \(seed), \(kind): \(moved) of \(all)")
    }

    @Test func `A node that comes back finds its old place`() {
        var random = RandomGraphs(seed: 7)
        let graph = random.graph(.layered, nodes: 30, edges: 45)
        let first = LayeredLayout.arrange(graph)
        var without = graph
        without.nodes.removeLast()
        without.edges.removeAll { $0.from == 29 || $0.to == 29 }
        let second = LayeredLayout.arrange(without, previous: first.memory)
        let third = LayeredLayout.arrange(graph, previous: second.memory)
        #expect(flips(first, third, within: [graph, graph]).flipped == 0)
    }

    @Test func `A node that stays away is remembered for a bounded number of layouts`() {
        let all = LayoutGraph(
            nodes: ["a", "b", "c"].map { LayoutGraph.Node(id: $0, width: 5) },
            edges: [LayoutGraph.Edge(from: 0, to: 1), LayoutGraph.Edge(from: 1, to: 2)])
        let some = LayoutGraph(nodes: Array(all.nodes.dropLast()), edges: [LayoutGraph.Edge(from: 0, to: 1)])
        var memory = LayeredLayout.arrange(all).memory
        for layouts in 1...LayoutMemory.retention {
            memory = LayeredLayout.arrange(some, previous: memory).memory
            #expect(memory.count == (layouts < LayoutMemory.retention ? 3 : 2), "after \(layouts)")
        }
    }

    @Test func `A drawing is replaced when a new one has far fewer crossings`() {
        let nodes = (0..<60).map { LayoutGraph.Node(id: "n\($0)", width: 4) }
        let straight = LayoutGraph(nodes: nodes, edges: (0..<30).map { LayoutGraph.Edge(from: $0, to: $0 + 30) })
        let chained = straight.edges + (0..<29).map { LayoutGraph.Edge(from: $0, to: $0 + 31) }
        let twisted = (0..<30).map { LayoutGraph.Edge(from: $0, to: 30 + (29 - $0)) }
        let before = LayeredLayout.arrange(LayoutGraph(nodes: nodes, edges: chained))
        let after = LayeredLayout.arrange(LayoutGraph(nodes: nodes, edges: twisted), previous: before.memory)
        #expect(after.crossings == 0 || after.continuity != .replaced)
        let kept = LayeredLayout.arrange(LayoutGraph(nodes: nodes, edges: chained), previous: before.memory)
        #expect(kept.continuity == .kept)
    }

    @Test(arguments: RandomGraphs.Kind.allCases)
    func `Lines stay in their rows, and cross hardly oftener, when one edge goes`(kind: RandomGraphs.Kind) {
        for seed in UInt64(1)...4 {
            var random = RandomGraphs(seed: seed)
            var graph = random.graph(kind, nodes: 60, edges: 110)
            let before = LayeredLayout.arrange(graph)
            graph.edges.removeLast()
            let after = LayeredLayout.arrange(graph, previous: before.memory)
            let moved = graph.edges.indices.filter { edge in rows(of: edge, before) != rows(of: edge, after) }
            #expect(moved.count * 20 <= graph.edges.count, "seed \(seed): \(moved)")
            #expect(after.crossings * 100 <= before.crossings * 110, "seed \(seed)")
        }
    }

    private func rows(of edge: Int, _ layout: GraphLayout) -> [Int] {
        guard let route = layout.routeOfEdge[edge] else { return [] }
        let points = layout.routes[route].points
        return zip(points, points.dropFirst()).filter { $0.y == $1.y }.map { $0.0.y }
    }
}
