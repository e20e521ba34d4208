package import Model

extension ServiceGraph {
    /// Kiali's rank: a node's score is its part of all edges; 1 is the rank of those with the highest score, equal ones share a rank, and none is
    /// beyond 100.
    ///
    /// - Parameter rank: Which edges count.
    /// - Returns: A rank for each node, in their order.
    package func ranks(by rank: GraphRank) -> [Int] {
        var counts = [Int](repeating: 0, count: nodes.count)
        for edge in edges {
            if rank != .inbound { counts[edge.source] += 1 }
            if rank != .outbound { counts[edge.target] += 1 }
        }
        // All scores have the same divisor, so that counts order as they do.
        var ranks: [Int: Int] = [:]
        for (place, count) in Set(counts).sorted(by: >).enumerated() { ranks[count] = Swift.min(place + 1, 100) }
        return counts.map { ranks[$0] ?? 100 }
    }

    /// The rank of each node: as it was before anything was hidden, where that is known.
    package var ranks: [Int] {
        let known = nodes.compactMap(\.rank)
        return known.count == nodes.count ? known : ranks(by: .all)
    }

    /// Gives every node its rank.
    mutating func rank(by rank: GraphRank) {
        let ranks = ranks(by: rank)
        for place in nodes.indices { nodes[place].rank = ranks[place] }
    }
}
