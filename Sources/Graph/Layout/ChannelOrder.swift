/// The order of verticals from left to right: what must be on one side is, and of the rest the verticals that cross least come first.
struct ChannelOrder {
    /// Verticals from left to right; only useful if nothing is stuck.
    private(set) var order: [Int] = []
    /// A vertical that would have to be on both sides of another one.
    private(set) var stuck: Int?
    /// Where none of those can be bent once more: the one with several legs, to be taken apart.
    private(set) var knotted: Int?

    init(_ verticals: [Channel.Vertical], straightRows: Set<Int>) {
        let count = verticals.count
        let must = ChannelColumns.rules(verticals, straightRows)
        var waiting = [Int](repeating: 0, count: count)
        for followers in must { for follower in followers { waiting[follower] += 1 } }
        findStuck(verticals, must, waiting)
        guard stuck == nil, knotted == nil else { return }
        choose(verticals, must, &waiting)
    }

    /// Whether all can be put in order does not depend on which one: this is found out first, as it is asked again after every bend.
    private mutating func findStuck(_ verticals: [Channel.Vertical], _ must: [[Int]], _ waiting: [Int]) {
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

    private mutating func choose(_ verticals: [Channel.Vertical], _ must: [[Int]], _ waiting: inout [Int]) {
        let count = verticals.count
        var score = [Int](repeating: 0, count: count)
        // What it costs more to have the first of two on the left than the second.
        var costs = [Int32](repeating: 0, count: count * count)
        for a in 0..<count {
            for b in (a + 1)..<max(a + 1, count) {
                let cost =
                    Self.crossings(verticals[a], leftOf: verticals[b])
                    - Self.crossings(verticals[b], leftOf: verticals[a])
                guard cost != 0 else { continue }
                costs[a * count + b] = Int32(cost)
                costs[b * count + a] = -Int32(cost)
                score[a] += cost
                score[b] -= cost
            }
        }
        var isPlaced = [Bool](repeating: false, count: count)
        while order.count < count {
            var best = -1
            for index in 0..<count where !isPlaced[index] && waiting[index] == 0 {
                if best < 0 || score[index] < score[best] { best = index }
            }
            guard best >= 0 else {
                order += (0..<count).filter { !isPlaced[$0] }
                return
            }
            isPlaced[best] = true
            order.append(best)
            for follower in must[best] { waiting[follower] -= 1 }
            for other in 0..<count { score[other] += Int(costs[best * count + other]) }
        }
    }

    /// Places where the two cross if the first one is on the left.
    private static func crossings(_ left: Channel.Vertical, leftOf right: Channel.Vertical) -> Int {
        guard left.top <= right.bottom, right.top <= left.bottom else { return 0 }
        var sum = 0
        for row in right.lefts where row >= left.top && row <= left.bottom { sum += 1 }
        for row in left.rights where row >= right.top && row <= right.bottom { sum += 1 }
        return sum
    }

    /// One that can be bent: not yet bent on either side, and with as few legs as there are.
    private static func stuck(_ verticals: [Channel.Vertical], _ isPlaced: [Bool], _ waiting: [Int]) -> Int? {
        let candidates = verticals.indices.filter {
            !isPlaced[$0] && verticals[$0].legs.allSatisfy { $0.step == 0 && !$0.isFlat }
        }
        return candidates.min { (verticals[$0].legs.count, $0) < (verticals[$1].legs.count, $1) }
    }
}

/// Columns for verticals.
enum ChannelColumns {
    /// Which verticals must be right of each one: at a row that has lines on both sides, those from the left end before those to the right
    /// begin; and of those that meet a row from one side, the one that passes it is the outermost.
    static func rules(_ verticals: [Channel.Vertical], _ straightRows: Set<Int>) -> [[Int]] {
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
    static func columns(_ verticals: [Channel.Vertical], _ order: [Int], straightRows: Set<Int>) -> [Int] {
        let must = rules(verticals, straightRows)
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
