// SPDX-License-Identifier: Apache-2.0
/// Gives every node of one part a rank, so that lines lead to higher ranks and are short in total.
enum Ranking {
    /// Ranks from 0.
    ///
    /// - Parameter part: A part without cycles.
    /// - Returns: The rank of each node; every line's head is above its tail.
    static func ranks(of part: Skeleton) -> [Int] {
        var simplex = NetworkSimplex(part)
        simplex.solve()
        var ranks = simplex.ranks
        spread(&ranks, of: part)
        return normalised(ranks)
    }

    /// Moves ranks so that the lowest is 0.
    static func normalised(_ ranks: [Int]) -> [Int] {
        let lowest = ranks.min() ?? 0
        return ranks.map { $0 - lowest }
    }

    /// Moves nodes that may have one of several ranks at the same total length to the least crowded of them (the balance step of Gansner,
    /// Koutsofios, North and Vo), so that no column becomes taller than it must. Nodes without lines go where their box has room.
    private static func spread(_ ranks: inout [Int], of part: Skeleton) {
        let neighbours = Neighbours(part)
        let base = ranks.min() ?? 0
        let last = (ranks.max() ?? 0) - base
        var crowd = [Int](repeating: 0, count: last + 1)
        for node in ranks.indices {
            ranks[node] -= base
            crowd[ranks[node]] += part.cross[node] + 1
        }
        for node in ranks.indices where neighbours.incoming[node] == neighbours.outgoing[node] {
            var low = 0
            var high = last
            for tail in neighbours.tails(of: node) { low = max(low, ranks[tail] + 1) }
            for head in neighbours.heads(of: node) { high = min(high, ranks[head] - 1) }
            if neighbours.incoming[node] == 0 { (low, high) = room(for: node, ranks, part, last) }
            guard low < high else { continue }
            var best = ranks[node]
            for rank in low...high where crowd[rank] + (rank == ranks[node] ? 0 : part.cross[node] + 1) < crowd[best] {
                best = rank
            }
            crowd[ranks[node]] -= part.cross[node] + 1
            ranks[node] = best
            crowd[best] += part.cross[node] + 1
        }
    }

    /// The ranks that the nodes of the same box have already.
    private static func room(for node: Int, _ ranks: [Int], _ part: Skeleton, _ last: Int) -> (Int, Int) {
        guard part.box[node] >= 0 else { return (0, last) }
        var low = ranks[node]
        var high = ranks[node]
        for other in ranks.indices where part.box[other] == part.box[node] {
            low = min(low, ranks[other])
            high = max(high, ranks[other])
        }
        return (low, high)
    }
}

/// The lines of a part by node.
struct Neighbours {
    private let out: Adjacency
    private let into: Adjacency
    let incoming: [Int]
    let outgoing: [Int]

    init(_ part: Skeleton) {
        let tails = part.tail.map { Int32($0) }
        let heads = part.head.map { Int32($0) }
        out = Adjacency(count: part.nodeCount, from: tails, to: heads)
        into = Adjacency(count: part.nodeCount, from: heads, to: tails)
        var incoming = [Int](repeating: 0, count: part.nodeCount)
        var outgoing = incoming
        for line in 0..<part.lineCount {
            outgoing[part.tail[line]] += part.weight[line]
            incoming[part.head[line]] += part.weight[line]
        }
        self.incoming = incoming
        self.outgoing = outgoing
    }

    func tails(of node: Int) -> some Sequence<Int> { into.range(node).lazy.map { Int(into.values[$0]) } }
    func heads(of node: Int) -> some Sequence<Int> { out.range(node).lazy.map { Int(out.values[$0]) } }
}
