// SPDX-License-Identifier: Apache-2.0
package import Layout

/// Random graphs in the shape of service meshes, the same for the same seed: for tests, for benchmarks and for comparing with Graphviz.
package struct RandomGraphs: Sendable {
    /// The shape of a graph.
    package enum Kind: String, CaseIterable, Sendable {
        /// Tiers with hubs: 85 of 100 edges lead to the next tier, half of one in 100 back, the others further on.
        case layered
        /// Every node is joined to older ones, the more the more edges they have already.
        case scaleFree = "scale-free"
    }

    private var state: UInt64

    /// - Parameter seed: Equal seeds give equal graphs.
    package init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

    /// A number from 0 up to a bound.
    package mutating func number(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return bound > 0 ? Int(mixed % UInt64(bound)) : 0
    }

    /// Edges without loops, none between two nodes that have one already in either direction.
    ///
    /// - Parameters:
    ///   - kind: The shape.
    ///   - nodes: How many nodes.
    ///   - edges: How many edges; fewer come out if so many do not fit.
    /// - Returns: Pairs of node numbers.
    package mutating func edges(_ kind: Kind, nodes: Int, edges: Int) -> [(from: Int, to: Int)] {
        var taken: Set<Int> = []
        var result: [(from: Int, to: Int)] = []
        var tries = 0
        var ends: [Int] = []
        while result.count < edges, tries < 100 * edges {
            tries += 1
            let (from, to) =
                kind == .layered
                ? layeredPair(nodes) : scaleFreePair(nodes, step: result.count * nodes / max(1, edges), ends)
            guard from != to, taken.insert(min(from, to) * nodes + max(from, to)).inserted else { continue }
            result.append((from, to))
            ends += [from, to]
        }
        return result
    }

    /// Tiers of about equal size; every eighth node of a tier is a hub that half of the tier's edges use.
    private mutating func layeredPair(_ nodes: Int) -> (Int, Int) {
        let tiers = max(2, min(nodes, nodes < 40 ? 5 : nodes < 150 ? 8 : nodes < 400 ? 10 : 12))
        let chance = number(below: 1000)
        let from = number(below: chance < 850 ? tiers - 1 : tiers)
        let to: Int
        if chance < 850 {
            to = from + 1
        } else if chance < 855 {
            to = number(below: max(1, from))
        } else {
            to = min(tiers - 1, from + 2 + number(below: 2))
        }
        return (member(of: from, tiers, nodes), member(of: to, tiers, nodes))
    }

    private mutating func member(of tier: Int, _ tiers: Int, _ nodes: Int) -> Int {
        let start = tier * nodes / tiers
        let size = (tier + 1) * nodes / tiers - start
        let index = number(below: 2) == 0 ? number(below: (size + 7) / 8) * 8 : number(below: size)
        return start + min(index, size - 1)
    }

    private mutating func scaleFreePair(_ nodes: Int, step: Int, _ ends: [Int]) -> (Int, Int) {
        let newer = max(1, min(nodes - 1, step + number(below: 4)))
        let known = number(below: 4) > 0 && !ends.isEmpty ? ends[number(below: ends.count)] : number(below: newer)
        let older = known < newer ? known : number(below: newer)
        return number(below: 4) == 0 ? (newer, older) : (older, newer)
    }

    /// A graph of nodes `s0`, `s1`, … with edges of a kind.
    ///
    /// - Parameters:
    ///   - kind: The shape.
    ///   - nodes: How many nodes.
    ///   - edges: How many edges at most.
    ///   - width: The width of every node in cells.
    ///   - height: The height of every node in cells; from 3 on nodes have frames.
    /// - Returns: The graph.
    package mutating func graph(_ kind: Kind, nodes: Int, edges: Int, width: Int = 12, height: Int = 3) -> LayoutGraph {
        let lines = self.edges(kind, nodes: nodes, edges: edges)
        return LayoutGraph(
            nodes: (0..<nodes).map {
                LayoutGraph.Node(id: "s\($0)", width: width, height: height, inset: height > 2 ? 1 : 0)
            },
            edges: lines.map { LayoutGraph.Edge(from: $0.from, to: $0.to) })
    }

    /// A graph whose nodes are in boxes: two of the first level with two inner ones each, and some nodes in none.
    ///
    /// - Parameters:
    ///   - kind: The shape.
    ///   - nodes: How many nodes.
    ///   - edges: How many edges at most.
    /// - Returns: The graph.
    package mutating func boxedGraph(_ kind: Kind, nodes: Int, edges: Int) -> LayoutGraph {
        var graph = self.graph(kind, nodes: nodes, edges: edges, height: 1 + 2 * number(below: 2))
        let parents: [Int?] = [nil, nil, 0, 0, 1, 1]
        graph.boxes = parents.enumerated().map { LayoutGraph.Box(id: "b\($0)", parent: $1, titleWidth: 2) }
        for node in graph.nodes.indices {
            let box = number(below: parents.count + 1)
            graph.nodes[node].box = box < parents.count ? box : nil
        }
        return graph
    }
}

extension LayoutGraph {
    /// The largest part that edges hold together: parts are packed side by side, which a counter that goes by ranks cannot tell.
    package var largestPart: LayoutGraph {
        var part = Array(nodes.indices)
        func root(_ node: Int) -> Int { part[node] == node ? node : root(part[node]) }
        for edge in edges {
            let (a, b) = (root(edge.from), root(edge.to))
            part[max(a, b)] = min(a, b)
        }
        let roots = nodes.indices.map(root)
        let sizes = Dictionary(roots.map { ($0, 1) }, uniquingKeysWith: +)
        let largest = sizes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
        let kept = nodes.indices.filter { roots[$0] == largest }
        let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
        var result = LayoutGraph(nodes: kept.map { nodes[$0] })
        for var edge in edges {
            guard let from = places[edge.from], let to = places[edge.to] else { continue }
            (edge.from, edge.to) = (from, to)
            result.edges.append(edge)
        }
        return result
    }
}
