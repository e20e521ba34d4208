// SPDX-License-Identifier: Apache-2.0
/// One connected part of a graph, in flat arrays with numbers of its own: what the phases of the layout work on.
///
/// The main axis is the one along which ranks follow one another, the cross axis the other; so nothing here knows whether ranks will be
/// columns or rows.
struct Skeleton {
    /// Canonical numbers of the nodes.
    var nodes: [Int] = []
    /// Extents of the nodes along both axes, and the cells at both ends of a side that take no line.
    var main: [Int] = []
    var cross: [Int] = []
    var inset: [Int] = []
    /// The innermost box of each node, -1 for none.
    var box: [Int] = []
    /// Caller's indices of the boxes; a parent always comes before its children.
    var boxes: [Int] = []
    var boxParent: [Int] = []
    /// How deep each box is nested, from 0.
    var boxDepth: [Int] = []
    /// Lines to draw; `tail` is the one whose rank is lower, once there are ranks.
    var tail: [Int] = []
    var head: [Int] = []
    /// Which end of a line has an arrowhead, from tail to head.
    var heads: [Heads] = []
    /// Index of the bundle that each line stands for.
    var bundle: [Int] = []
    var weight: [Int] = []
    var labelWidth: [Int] = []

    var nodeCount: Int { nodes.count }
    var lineCount: Int { tail.count }

    /// Turns a line round.
    mutating func reverse(_ line: Int) {
        swap(&tail[line], &head[line])
        heads[line] = heads[line].reversed
    }
}

extension Skeleton {
    /// Parts of a graph: nodes that edges or an outermost box hold together.
    ///
    /// - Parameters:
    ///   - graph: The caller's graph.
    ///   - canonical: The same, sorted.
    ///   - isTopDown: Whether ranks will be rows.
    /// - Returns: At least one node each, in the order of their first nodes.
    static func parts(of graph: LayoutGraph, _ canonical: CanonicalGraph, isTopDown: Bool) -> [Skeleton] {
        let (partOfNode, count) = components(canonical)
        var parts = [Skeleton](repeating: Skeleton(), count: count)
        var local = [Int](repeating: 0, count: canonical.nodes.count)
        var boxes = BoxNumbers(canonical.boxParents)
        for (number, index) in canonical.nodes.enumerated() {
            let part = partOfNode[number]
            local[number] = parts[part].nodeCount
            let box = boxes.number(of: canonical.nodeBoxes[number], in: &parts[part])
            parts[part].add(graph.nodes[index], number: number, box: box, isTopDown: isTopDown)
        }
        for (index, bundle) in canonical.bundles.enumerated() {
            let part = partOfNode[bundle.first]
            parts[part].add(bundle, index: index, tail: local[bundle.first], head: local[bundle.second])
        }
        return parts
    }

    private mutating func add(_ node: LayoutGraph.Node, number: Int, box: Int, isTopDown: Bool) {
        nodes.append(number)
        main.append(isTopDown ? node.height : node.width)
        cross.append(isTopDown ? node.width : node.height)
        // A side too short for its corners is all port.
        inset.append(2 * node.inset < (isTopDown ? node.width : node.height) ? node.inset : 0)
        self.box.append(box)
    }

    private mutating func add(_ bundle: Bundle, index: Int, tail: Int, head: Int) {
        self.tail.append(tail)
        self.head.append(head)
        heads.append(bundle.direction)
        self.bundle.append(index)
        weight.append(bundle.weight)
        labelWidth.append(bundle.labelWidth)
    }

    private static func components(_ canonical: CanonicalGraph) -> (partOfNode: [Int], count: Int) {
        var sets = DisjointSets(count: canonical.nodes.count)
        for bundle in canonical.bundles { sets.join(bundle.first, bundle.second) }
        var firstInBox: [Int: Int] = [:]
        for (number, innermost) in canonical.nodeBoxes.enumerated() where innermost >= 0 {
            var box = innermost
            while canonical.boxParents[box] >= 0 { box = canonical.boxParents[box] }
            if let first = firstInBox[box] { sets.join(first, number) } else { firstInBox[box] = number }
        }
        var partOfRoot: [Int: Int] = [:]
        let partOfNode = canonical.nodes.indices.map { number -> Int in
            let root = sets.root(of: number)
            if let part = partOfRoot[root] { return part }
            partOfRoot[root] = partOfRoot.count
            return partOfRoot.count - 1
        }
        return (partOfNode, partOfRoot.count)
    }
}

/// Gives the boxes of a graph numbers in the part they belong to; a box belongs to one part only.
private struct BoxNumbers {
    let parents: [Int]
    var numbers: [Int]

    init(_ parents: [Int]) {
        self.parents = parents
        numbers = Array(repeating: -1, count: parents.count)
    }

    mutating func number(of box: Int, in part: inout Skeleton) -> Int {
        guard box >= 0 else { return -1 }
        if numbers[box] >= 0 { return numbers[box] }
        let parent = number(of: parents[box], in: &part)
        numbers[box] = part.boxes.count
        part.boxes.append(box)
        part.boxParent.append(parent)
        part.boxDepth.append(parent < 0 ? 0 : part.boxDepth[parent] + 1)
        return numbers[box]
    }
}

/// Union-find with path halving.
struct DisjointSets {
    private var parent: [Int]

    init(count: Int) { parent = Array(0..<count) }

    mutating func root(of element: Int) -> Int {
        var at = element
        while parent[at] != at {
            parent[at] = parent[parent[at]]
            at = parent[at]
        }
        return at
    }

    /// The smaller root stays one, so that the result does not depend on the order of joins.
    mutating func join(_ one: Int, _ other: Int) {
        let (a, b) = (root(of: one), root(of: other))
        parent[max(a, b)] = min(a, b)
    }
}
