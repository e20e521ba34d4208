// SPDX-License-Identifier: Apache-2.0
/// An ordered part with its bends put together where lines of one source or of one target run side by side, so that they share a line on
/// the screen too. What is joined here crosses nothing that it did not cross before.
struct Grid {
    /// Items in their order, rank by rank; merged bends are there once.
    private(set) var order: [[Int]]
    /// The item that stands for each item.
    private(set) var standIn: [Int]
    let rank: [Int]
    let box: [Int]
    /// Extent across the ranks, and where lines may leave: `portLow...portHigh` from the item's first cell.
    let extent: [Int]
    let portLow: [Int]
    let portHigh: [Int]
    let nodeCount: Int
    let placeholderStart: Int
    /// The items that each line passes, stand-ins only.
    private(set) var chains: [[Int]]

    init(_ layers: Layers, _ part: Skeleton) {
        nodeCount = part.nodeCount
        placeholderStart = layers.placeholderStart
        rank = layers.rank.map { Int($0) }
        box = layers.box.map { Int($0) }
        let bends = layers.itemCount - part.nodeCount
        extent = part.cross + Array(repeating: 1, count: bends)
        portLow = part.inset + Array(repeating: 0, count: bends)
        portHigh = zip(part.cross, part.inset).map { $0 - 1 - $1 } + Array(repeating: 0, count: bends)
        standIn = Array(0..<layers.itemCount)
        chains = (0..<part.lineCount).map { layers.items(ofLine: $0, in: part) }
        order = layers.order.map { $0.map { Int($0) } }
        merge(part)
    }

    func isNode(_ item: Int) -> Bool { item < nodeCount }

    /// The cell of an item, from its first, that a line to its middle uses.
    func port(_ item: Int) -> Int { (portLow[item] + portHigh[item]) / 2 }

    private mutating func merge(_ part: Skeleton) {
        var lineOfBend = [Int](repeating: -1, count: rank.count)
        for (line, chain) in chains.enumerated() {
            for item in chain.dropFirst().dropLast() { lineOfBend[item] = line }
        }
        var shares = [Share](repeating: .none, count: rank.count)
        for row in order.indices { mergeRow(row, part, lineOfBend, &shares, as: .source) }
        for row in order.indices.reversed() { mergeRow(row, part, lineOfBend, &shares, as: .target) }
        for row in order.indices { order[row].removeAll { standIn[$0] != $0 } }
        for line in chains.indices { chains[line] = chains[line].map { standIn[$0] } }
    }

    private enum Share { case none, source, target }

    private mutating func mergeRow(
        _ row: Int, _ part: Skeleton, _ lineOfBend: [Int], _ shares: inout [Share], as share: Share
    ) {
        var last = -1
        for item in order[row] where standIn[item] == item {
            defer { last = standIn[item] }
            guard last >= 0, lineOfBend[last] >= 0, lineOfBend[item] >= 0, box[last] == box[item] else { continue }
            let (a, b) = (lineOfBend[last], lineOfBend[item])
            guard part.heads[a] == part.heads[b], shares[item] == .none || shares[item] == share,
                shares[last] == .none || shares[last] == share
            else { continue }
            let ends = share == .source ? part.tail : part.head
            guard ends[a] == ends[b], neighbour(of: last, a, share) == neighbour(of: item, b, share) else { continue }
            standIn[item] = last
            shares[last] = share
        }
    }

    /// The stand-in of the item next to a bend on the shared side.
    private func neighbour(of item: Int, _ line: Int, _ share: Share) -> Int {
        let index = rank[item] - rank[chains[line][0]] + (share == .source ? -1 : 1)
        return standIn[chains[line][index]]
    }
}
