// SPDX-License-Identifier: Apache-2.0
/// The order of verticals from left to right: what must be on one side is, and of the rest the verticals that cross least come first.
struct ChannelOrder {
    /// Verticals from left to right; only useful if nothing is stuck.
    private(set) var order: [Int] = []
    /// A vertical that would have to be on both sides of another one.
    private(set) var stuck: Int?
    /// Where none of those can be bent once more: the one with several legs, to be taken apart.
    private(set) var knotted: Int?
    /// Which verticals must be right of each one.
    let must: [[Int]]

    init(_ verticals: [Channel.Vertical]) {
        must = ChannelColumns.rules(verticals)
        var waiting = [Int](repeating: 0, count: verticals.count)
        for followers in must { for follower in followers { waiting[follower] += 1 } }
        findStuck(verticals, waiting)
        guard stuck == nil, knotted == nil else { return }
        choose(verticals, &waiting)
    }

    /// Whether all can be put in order does not depend on which one: this is found out first, as it is asked again after every bend.
    private mutating func findStuck(_ verticals: [Channel.Vertical], _ waiting: [Int]) {
        var waiting = waiting
        var isPlaced = [Bool](repeating: false, count: verticals.count)
        var ready = verticals.indices.filter { waiting[$0] == 0 }
        var left = verticals.count
        while let index = ready.popLast() {
            isPlaced[index] = true
            left -= 1
            for follower in must[index] {
                waiting[follower] -= 1
                if waiting[follower] == 0 { ready.append(follower) }
            }
        }
        guard left > 0 else { return }
        stuck = Self.stuck(verticals, isPlaced, waiting)
        guard stuck == nil else { return }
        knotted = verticals.indices.first { !isPlaced[$0] && verticals[$0].legs.count > 1 }
    }

    /// Puts next whichever costs least on the left of all that are still to come.
    private mutating func choose(_ verticals: [Channel.Vertical], _ waiting: inout [Int]) {
        let costs = ChannelCosts(verticals)
        var score = costs.scores
        var isPlaced = [Bool](repeating: false, count: verticals.count)
        var ready = LeastFirst()
        for index in verticals.indices where waiting[index] == 0 { ready.push(score[index], index) }
        while let (value, index) = ready.pop() {
            guard !isPlaced[index], value == score[index] else { continue }
            isPlaced[index] = true
            order.append(index)
            costs.forEach(of: index) { other, cost in
                guard !isPlaced[other] else { return }
                score[other] += cost
                if waiting[other] == 0 { ready.push(score[other], other) }
            }
            for follower in must[index] {
                waiting[follower] -= 1
                if waiting[follower] == 0 { ready.push(score[follower], follower) }
            }
        }
        order += verticals.indices.filter { !isPlaced[$0] }
    }

    /// One that can be bent: not yet bent on either side, and with as few legs as there are.
    private static func stuck(_ verticals: [Channel.Vertical], _ isPlaced: [Bool], _ waiting: [Int]) -> Int? {
        let candidates = verticals.indices.filter {
            !isPlaced[$0] && verticals[$0].legs.allSatisfy { $0.step == 0 && !$0.isFlat }
        }
        return candidates.min { (verticals[$0].legs.count, $0) < (verticals[$1].legs.count, $1) }
    }
}

/// What it costs more to have one of two verticals on the left than the other, for those that pass common rows.
///
/// A vertical on the left crosses the rows from the left that end at the one on its right within its own extent, and the one on the right
/// crosses the rows that lead from the left one to the right.
private struct ChannelCosts {
    /// Maximum number of verticals that are ordered with care; more cannot be followed by eye and are ordered by their first scores.
    private static let mostPairs = 120

    /// The sum for each vertical if it is on the left of all others.
    private(set) var scores: [Int]
    private let others: Adjacency
    private let costs: [Int32]

    init(_ verticals: [Channel.Vertical]) {
        let ends = VerticalEnds(verticals)
        let keepsPairs = verticals.count <= Self.mostPairs
        var from: [Int32] = []
        var to: [Int32] = []
        var values: [Int32] = []
        scores = Array(repeating: 0, count: verticals.count)
        let sorted = ends.extents.indices.sorted { (ends.extents[$0].top, $0) < (ends.extents[$1].top, $1) }
        var open: [Int] = []
        for b in sorted {
            let start = ends.extents[b].top
            open.removeAll { ends.extents[$0].bottom < start }
            for a in open {
                let cost = ends.sum(of: b, within: a) - ends.sum(of: a, within: b)
                guard cost != 0 else { continue }
                scores[a] += Int(cost)
                scores[b] -= Int(cost)
                guard keepsPairs else { continue }
                from.append(Int32(a))
                to.append(Int32(b))
                values.append(cost)
            }
            open.append(b)
        }
        // Each pair is listed under both.
        let pairs = Int32(from.count)
        let table = Adjacency(count: verticals.count, from: from + to, to: (0..<(2 * pairs)).map { $0 })
        costs = table.values.map { $0 < pairs ? values[Int($0)] : -values[Int($0 - pairs)] }
        var others = table
        others.values = table.values.map { $0 < pairs ? to[Int($0)] : from[Int($0 - pairs)] }
        self.others = others
    }

    /// By how much the score of each other one changes once a vertical has its place on the left of it.
    func forEach(of index: Int, _ body: (_ other: Int, _ cost: Int) -> Void) {
        for at in others.range(index) { body(Int(others.values[at]), Int(costs[at])) }
    }
}

/// The rows at which verticals begin and end, in flat arrays: those from the left count 1, those to the right -1.
private struct VerticalEnds {
    private(set) var extents: [(top: Int32, bottom: Int32)] = []
    private var starts: [Int32] = [0]
    private var rows: [Int32] = []
    private var signs: [Int32] = []

    init(_ verticals: [Channel.Vertical]) {
        for vertical in verticals {
            extents.append((Int32(vertical.top), Int32(vertical.bottom)))
            for row in vertical.lefts { add(row, 1) }
            for row in vertical.rights { add(row, -1) }
            starts.append(Int32(rows.count))
        }
    }

    private mutating func add(_ row: Int, _ sign: Int32) {
        rows.append(Int32(row))
        signs.append(sign)
    }

    /// The sum over the rows of one vertical that are within the extent of another.
    @inline(__always)
    func sum(of index: Int, within other: Int) -> Int32 {
        let (top, bottom) = extents[other]
        var sum: Int32 = 0
        for at in Int(starts[index])..<Int(starts[index + 1]) where rows[at] >= top && rows[at] <= bottom {
            sum &+= signs[at]
        }
        return sum
    }
}

/// A heap of numbered values: the least comes first, of equal ones that with the lower number.
private struct LeastFirst {
    private var heap: [(value: Int, number: Int)] = []

    mutating func push(_ value: Int, _ number: Int) {
        heap.append((value, number))
        var at = heap.count - 1
        while at > 0, heap[at] < heap[(at - 1) / 2] {
            heap.swapAt(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    mutating func pop() -> (value: Int, number: Int)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var at = 0
        while true {
            var least = at
            for child in (2 * at + 1)...(2 * at + 2) where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            guard least != at else { return first }
            heap.swapAt(at, least)
            at = least
        }
    }
}

/// Columns for verticals.
enum ChannelColumns {
    /// Which verticals must be right of each one: at a row that has lines on both sides, those from the left end before those to the right
    /// begin; and of those that meet a row from one side, the one that passes it is the outermost.
    static func rules(_ verticals: [Channel.Vertical]) -> [[Int]] {
        let lefts = meetings(verticals, \.lefts)
        let rights = meetings(verticals, \.rights)
        var must = [[Int]](repeating: [], count: verticals.count)
        var behind = 0
        for group in groups(lefts) {
            let row = lefts[group.lowerBound].row
            while behind < rights.count, rights[behind].row < row { behind += 1 }
            for a in lefts[group] {
                var at = behind
                while at < rights.count, rights[at].row == row {
                    let b = rights[at].index
                    at += 1
                    guard a.index != b else { continue }
                    // The row between the two columns of one line leads from the first to the second.
                    let isBetween = verticals[a.index].legs.contains { $0.step == 2 && $0.first == row }
                    if isBetween { must[b].append(a.index) } else { must[a.index].append(b) }
                }
            }
            guard let passing = lefts[group].first(where: { verticals[$0.index].passes(row) })?.index else { continue }
            for a in lefts[group] where a.index != passing { must[a.index].append(passing) }
        }
        for group in groups(rights) {
            let row = rights[group.lowerBound].row
            guard let passing = rights[group].first(where: { verticals[$0.index].passes(row) })?.index else { continue }
            for b in rights[group] where b.index != passing { must[passing].append(b.index) }
        }
        return must.map(distinct)
    }

    /// Which verticals meet which rows, by row.
    private static func meetings(
        _ verticals: [Channel.Vertical], _ rows: (Channel.Vertical) -> [Int]
    ) -> [(row: Int, index: Int)] {
        var result: [(row: Int, index: Int)] = []
        for (index, vertical) in verticals.enumerated() {
            for row in rows(vertical) { result.append((row, index)) }
        }
        result.sort(by: <)
        return result
    }

    /// The pieces of a sorted list that belong to one row each.
    private static func groups(_ meetings: [(row: Int, index: Int)]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        for index in meetings.indices
        where index + 1 == meetings.count || meetings[index + 1].row != meetings[index].row {
            result.append(start..<(index + 1))
            start = index + 1
        }
        return result
    }

    private static func distinct(_ numbers: [Int]) -> [Int] {
        guard numbers.count > 1 else { return numbers }
        let sorted = numbers.sorted()
        return sorted.indices.filter { $0 == 0 || sorted[$0] != sorted[$0 - 1] }.map { sorted[$0] }
    }

    /// The leftmost column for each vertical in this order.
    static func columns(_ verticals: [Channel.Vertical], _ order: [Int], must: [[Int]]) -> [Int] {
        var least = [Int](repeating: 0, count: verticals.count)
        var result = least
        var ends: [(top: Int, bottom: Int, column: Int)] = []
        for index in order {
            let (top, bottom) = (verticals[index].top, verticals[index].bottom)
            var column = least[index]
            for end in ends where end.top <= bottom && top <= end.bottom { column = max(column, end.column + 1) }
            result[index] = column
            ends.append((top, bottom, column))
            for follower in must[index] { least[follower] = max(least[follower], column + 1) }
        }
        return result
    }
}

extension Channel.Vertical {
    /// Whether it goes on both ways at a row.
    func passes(_ row: Int) -> Bool { row != top && row != bottom }
}
