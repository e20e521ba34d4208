// SPDX-License-Identifier: Apache-2.0
/// All edges between two different nodes, whichever way they lead.
struct Bundle {
    /// The node with the smaller canonical number, and the other one.
    let first: Int
    let second: Int
    /// Indices of the graph's edges from `first` to `second`, and the other way.
    var forward: [Int] = []
    var backward: [Int] = []
    var weight = 0
    /// The room the labels of both directions ask for.
    var labelWidth = 0

    var direction: Heads {
        backward.isEmpty ? .forward : forward.isEmpty ? .backward : .both
    }
}

/// Which ends of a line have an arrowhead, seen from its first end to its second.
enum Heads: UInt8 {
    case forward
    case backward
    case both

    var reversed: Heads {
        switch self {
        case .forward: .backward
        case .backward: .forward
        case .both: .both
        }
    }
}

/// The graph with everything sorted by identity and edges between the same nodes put together, so that the order in which the caller
/// lists things cannot be seen in the drawing.
struct CanonicalGraph {
    /// The caller's indices of nodes, by canonical number.
    let nodes: [Int]
    /// Canonical numbers by the caller's index.
    let numbers: [Int]
    /// Sorted by their two ends.
    let bundles: [Bundle]
    /// Caller's indices of edges from a node to itself, by canonical number of the node, ascending.
    let loops: [(node: Int, edges: [Int])]
    /// The parent of each box, -1 for none, without cycles; caller's indices.
    let boxParents: [Int]
    /// The box of each node by canonical number, -1 for none.
    let nodeBoxes: [Int]

    init(_ graph: LayoutGraph) {
        let order = graph.nodes.indices.sorted { (graph.nodes[$0].id, $0) < (graph.nodes[$1].id, $1) }
        var numbers = [Int](repeating: 0, count: order.count)
        for (number, index) in order.enumerated() { numbers[index] = number }
        self.nodes = order
        self.numbers = numbers
        let parents = Self.parents(of: graph.boxes)
        boxParents = parents
        nodeBoxes = order.map { index in
            graph.nodes[index].box.flatMap { graph.boxes.indices.contains($0) ? $0 : nil } ?? -1
        }
        (bundles, loops) = Self.bundles(of: graph, numbers: numbers)
    }

    /// Parents that exist and do not lead back to the box itself.
    private static func parents(of boxes: [LayoutGraph.Box]) -> [Int] {
        var parents = boxes.map { box in box.parent.flatMap { boxes.indices.contains($0) ? $0 : nil } ?? -1 }
        for box in boxes.indices {
            var at = parents[box]
            var steps = 0
            while at >= 0, at != box, steps <= boxes.count {
                at = parents[at]
                steps += 1
            }
            if at >= 0 { parents[box] = -1 }
        }
        return parents
    }

    private static func bundles(of graph: LayoutGraph, numbers: [Int]) -> ([Bundle], [(node: Int, edges: [Int])]) {
        let known = graph.nodes.indices
        let edges = graph.edges.indices.filter {
            known.contains(graph.edges[$0].from) && known.contains(graph.edges[$0].to)
        }
        let keys = edges.map { edge -> (Int, Int, Int) in
            let from = numbers[graph.edges[edge].from]
            let to = numbers[graph.edges[edge].to]
            return (min(from, to), max(from, to), edge)
        }
        var bundles: [Bundle] = []
        var loops: [(node: Int, edges: [Int])] = []
        for (first, second, edge) in keys.sorted(by: <) {
            if first == second {
                if loops.last?.node != first { loops.append((first, [])) }
                loops[loops.count - 1].edges.append(edge)
                continue
            }
            if bundles.last?.first != first || bundles.last?.second != second {
                bundles.append(Bundle(first: first, second: second))
            }
            bundles[bundles.count - 1].add(edge, graph.edges[edge], isForward: numbers[graph.edges[edge].from] == first)
        }
        return (bundles, loops)
    }
}

extension Bundle {
    fileprivate mutating func add(_ index: Int, _ edge: LayoutGraph.Edge, isForward: Bool) {
        if isForward { forward.append(index) } else { backward.append(index) }
        weight = min(weight + edge.weight, 100_000)
        labelWidth = max(labelWidth, edge.labelWidth)
    }
}
