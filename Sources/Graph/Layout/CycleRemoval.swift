// SPDX-License-Identifier: Apache-2.0
/// Turns lines round until no cycle is left, as few as is cheap: the greedy sequence of Eades, Lin and Smyth ("A fast and effective
/// heuristic for the feedback arc set problem", 1993). Nodes without incoming lines come first, those without outgoing ones last, of the
/// rest the one with the most outgoing lines to spare; what leads backwards in the sequence is turned round. O(n + m).
struct CycleRemoval {
    private let out: Adjacency
    private let into: Adjacency
    private var outDegree: [Int]
    private var inDegree: [Int]
    private var isPlaced: [Bool]

    /// Turns round what must be. Lines with two arrowheads lead wherever the sequence does.
    static func apply(to part: inout Skeleton) {
        var removal = CycleRemoval(part)
        let place = removal.sequence()
        for line in 0..<part.lineCount {
            let isBackward = place[part.tail[line]] > place[part.head[line]]
            if isBackward { part.reverse(line) }
        }
    }

    private init(_ part: Skeleton) {
        var from: [Int32] = []
        var to: [Int32] = []
        for line in 0..<part.lineCount where part.heads[line] != .both {
            let isForward = part.heads[line] == .forward
            from.append(Int32(isForward ? part.tail[line] : part.head[line]))
            to.append(Int32(isForward ? part.head[line] : part.tail[line]))
        }
        out = Adjacency(count: part.nodeCount, from: from, to: to)
        into = Adjacency(count: part.nodeCount, from: to, to: from)
        outDegree = (0..<part.nodeCount).map(out.degree)
        inDegree = (0..<part.nodeCount).map(into.degree)
        isPlaced = Array(repeating: false, count: part.nodeCount)
    }

    /// The place of each node in the sequence.
    private mutating func sequence() -> [Int] {
        let count = outDegree.count
        var place = [Int](repeating: 0, count: count)
        var front = 0
        var back = count
        var sources = (0..<count).filter { inDegree[$0] == 0 }
        var sinks = (0..<count).filter { outDegree[$0] == 0 && inDegree[$0] > 0 }
        while front < back {
            if let node = sources.popLast() {
                guard !isPlaced[node] else { continue }
                place[node] = front
                front += 1
                remove(node, &sources, &sinks)
            } else if let node = sinks.popLast() {
                guard !isPlaced[node] else { continue }
                back -= 1
                place[node] = back
                remove(node, &sources, &sinks)
            } else if let node = mostOutgoing() {
                sources.append(node)
            }
        }
        return place
    }

    private mutating func remove(_ node: Int, _ sources: inout [Int], _ sinks: inout [Int]) {
        isPlaced[node] = true
        for index in out.range(node) {
            let other = Int(out.values[index])
            inDegree[other] -= 1
            if inDegree[other] == 0, !isPlaced[other] { sources.append(other) }
        }
        for index in into.range(node) {
            let other = Int(into.values[index])
            outDegree[other] -= 1
            if outDegree[other] == 0, !isPlaced[other] { sinks.append(other) }
        }
    }

    /// Only cycles are left when this is asked, so a scan of all nodes is rare enough.
    private func mostOutgoing() -> Int? {
        var best: Int?
        for node in outDegree.indices where !isPlaced[node] {
            guard let known = best else {
                best = node
                continue
            }
            if outDegree[node] - inDegree[node] > outDegree[known] - inDegree[known] { best = node }
        }
        return best
    }
}
