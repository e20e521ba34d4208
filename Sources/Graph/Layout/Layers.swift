// SPDX-License-Identifier: Apache-2.0
/// A part with ranks, in which every line has an item in each rank that it passes, so that only items of neighbouring ranks are joined.
///
/// Items are the nodes first, then the bends of long lines, then place-holders of boxes in ranks where they have no item of their own.
struct Layers {
    /// Ranks by item.
    private(set) var rank: [Int32]
    /// The innermost box of each item, -1 for none.
    private(set) var box: [Int32]
    /// Items of each rank from first to last along the cross axis.
    var order: [[Int32]]
    /// The place of each item in its rank.
    var position: [Int32]
    /// Joined items in the rank before, and in the rank after.
    private(set) var before: Adjacency
    private(set) var after: Adjacency
    let nodeCount: Int
    /// Items below this number are nodes or bends; from it on they are place-holders.
    private(set) var placeholderStart: Int
    /// The first bend of each line; its bends are numbered upwards, one per rank between its ends.
    private(set) var firstBend: [Int32]
    /// The box around each box, -1 for none.
    let boxParent: [Int32]
    /// Whether boxes restrict the order.
    var hasBoxes: Bool { !boxParent.isEmpty }

    var itemCount: Int { rank.count }
    var rankCount: Int { order.count }
    /// How many joints lead from one rank to the next.
    var jointCount: Int { after.values.count }

    /// Items in the order of their numbers.
    ///
    /// - Parameters:
    ///   - part: A part whose lines do not lead to lower ranks. Lines within one rank have no joints.
    ///   - ranks: The rank of each node, from 0.
    init(_ part: Skeleton, ranks: [Int]) {
        nodeCount = part.nodeCount
        rank = ranks.map { Int32($0) }
        box = part.box.map { Int32($0) }
        firstBend = []
        boxParent = part.boxParent.map { Int32($0) }
        var from: [Int32] = []
        var to: [Int32] = []
        let boxRanks = BoxRanks(part, ranks: ranks)
        for line in 0..<part.lineCount {
            firstBend.append(Int32(rank.count))
            let (tail, head) = (part.tail[line], part.head[line])
            guard ranks[tail] < ranks[head] else { continue }
            var last = Int32(tail)
            for between in (ranks[tail] + 1)..<ranks[head] {
                let bend = Int32(rank.count)
                rank.append(Int32(between))
                box.append(Int32(boxRanks.box(at: between, from: part.box[tail], to: part.box[head])))
                from.append(last)
                to.append(bend)
                last = bend
            }
            from.append(last)
            to.append(Int32(head))
        }
        placeholderStart = rank.count
        let count = (ranks.max() ?? -1) + 1
        if !boxParent.isEmpty { boxRanks.addPlaceholders(&rank, &box) }
        after = Adjacency(count: rank.count, from: from, to: to)
        before = Adjacency(count: rank.count, from: to, to: from)
        order = Array(repeating: [], count: count)
        position = Array(repeating: 0, count: rank.count)
        for item in rank.indices {
            position[item] = Int32(order[Int(rank[item])].count)
            order[Int(rank[item])].append(Int32(item))
        }
    }

    /// Writes positions down after the order of a rank was changed.
    mutating func renumber(_ rank: Int) {
        for (index, item) in order[rank].enumerated() { position[Int(item)] = Int32(index) }
    }

    /// Takes over an order from before.
    mutating func restore(_ order: [[Int32]]) {
        self.order = order
        for rank in order.indices { renumber(rank) }
    }

    /// The items that a line passes, its ends included.
    func items(ofLine line: Int, in part: Skeleton) -> [Int] {
        let (tail, head) = (part.tail[line], part.head[line])
        let bends = max(0, Int(rank[head]) - Int(rank[tail]) - 1)
        return [tail] + (0..<bends).map { Int(firstBend[line]) + $0 } + [head]
    }
}

/// The ranks that boxes reach over.
struct BoxRanks {
    private(set) var low: [Int]
    private(set) var high: [Int]
    private let part: Skeleton
    /// Whether a box has a node or an inner box in a rank.
    private var isFilled: [[Bool]]

    init(_ part: Skeleton, ranks: [Int]) {
        self.part = part
        low = Array(repeating: Int.max, count: part.boxes.count)
        high = Array(repeating: -1, count: part.boxes.count)
        let last = ranks.max() ?? 0
        isFilled = part.boxes.map { _ in Array(repeating: false, count: last + 1) }
        for node in 0..<part.nodeCount {
            var at = part.box[node]
            while at >= 0 {
                low[at] = min(low[at], ranks[node])
                high[at] = max(high[at], ranks[node])
                isFilled[at][ranks[node]] = true
                at = part.boxParent[at]
            }
        }
        // Children come after their parents.
        for box in part.boxes.indices.reversed() where part.boxParent[box] >= 0 {
            for rank in low[box]...high[box] { isFilled[part.boxParent[box]][rank] = true }
        }
    }

    /// The box in which a long line passes a rank: it stays in the boxes of its tail while they last, and is in those of its head from
    /// their first rank on, so that it crosses the sides of boxes rather than their tops.
    func box(at rank: Int, from tail: Int, to head: Int) -> Int {
        var ancestors: [Int] = []
        var at = head
        while at >= 0 {
            ancestors.append(at)
            at = part.boxParent[at]
        }
        at = tail
        while at >= 0, high[at] < rank, !ancestors.contains(at) { at = part.boxParent[at] }
        if at >= 0, !ancestors.contains(at) { return at }
        for box in ancestors where low[box] <= rank { return box }
        return -1
    }

    /// Adds one item for each rank of a box that has nothing of it.
    func addPlaceholders(_ rank: inout [Int32], _ box: inout [Int32]) {
        for index in low.indices where high[index] >= 0 {
            for between in low[index]...high[index] where !isFilled[index][between] {
                rank.append(Int32(between))
                box.append(Int32(index))
            }
        }
    }
}
