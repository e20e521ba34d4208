/// The order of verticals from left to right: what must be on one side is, and of the rest the verticals that cross least come first.
struct ChannelOrder {
    /// Verticals from left to right; only useful if nothing is stuck.
    private(set) var order: [Int] = []
    /// A vertical that would have to be on both sides of another one.
    private(set) var stuck: Int?

    init(_ verticals: [Channel.Vertical], straightRows: Set<Int>) {
        let count = verticals.count
        let must = ChannelColumns.rules(verticals, straightRows)
        var waiting = [Int](repeating: 0, count: count)
        for followers in must { for follower in followers { waiting[follower] += 1 } }
        let shapes = verticals.map(Shape.init)
        var score = [Int](repeating: 0, count: count)
        for a in 0..<count {
            for b in 0..<count where a != b {
                score[a] += shapes[a].crossings(leftOf: shapes[b]) - shapes[b].crossings(leftOf: shapes[a])
            }
        }
        var isPlaced = [Bool](repeating: false, count: count)
        while order.count < count {
            var best = -1
            for index in 0..<count where !isPlaced[index] && waiting[index] == 0 {
                if best < 0 || score[index] < score[best] { best = index }
            }
            guard best >= 0 else {
                stuck = Self.stuck(verticals, isPlaced, waiting)
                if stuck == nil { order += (0..<count).filter { !isPlaced[$0] } }
                return
            }
            isPlaced[best] = true
            order.append(best)
            for follower in must[best] { waiting[follower] -= 1 }
            for other in 0..<count where !isPlaced[other] {
                score[other] -=
                    shapes[other].crossings(leftOf: shapes[best]) - shapes[best].crossings(leftOf: shapes[other])
            }
        }
    }

    /// One that can be bent: not yet bent on either side, and with as few legs as there are.
    private static func stuck(_ verticals: [Channel.Vertical], _ isPlaced: [Bool], _ waiting: [Int]) -> Int? {
        let candidates = verticals.indices.filter {
            !isPlaced[$0] && verticals[$0].legs.allSatisfy { $0.step == 0 && !$0.isFlat }
        }
        return candidates.min { (verticals[$0].legs.count, $0) < (verticals[$1].legs.count, $1) }
    }

    /// The rows of a vertical, sorted.
    private struct Shape {
        let top: Int
        let bottom: Int
        let lefts: [Int]
        let rights: [Int]

        init(_ vertical: Channel.Vertical) {
            top = vertical.top
            bottom = vertical.bottom
            lefts = Array(Set(vertical.lefts)).sorted()
            rights = Array(Set(vertical.rights)).sorted()
        }

        /// Places where the two cross if this one is on the left.
        func crossings(leftOf other: Shape) -> Int {
            guard top <= other.bottom, other.top <= bottom else { return 0 }
            var sum = 0
            for row in other.lefts where row >= top && row <= bottom { sum += 1 }
            for row in rights where row >= other.top && row <= other.bottom { sum += 1 }
            return sum
        }
    }
}

/// Columns for verticals.
enum ChannelColumns {
    /// Which verticals must be right of each one: at a row that has lines on both sides, those from the left end before those to the right
    /// begin; and of those that meet a row from one side, the one that passes it is the outermost.
    static func rules(_ verticals: [Channel.Vertical], _ straightRows: Set<Int>) -> [[Int]] {
        var lefts: [Int: [Int]] = [:]
        var rights: [Int: [Int]] = [:]
        for (index, vertical) in verticals.enumerated() {
            for row in Set(vertical.lefts) { lefts[row, default: []].append(index) }
            for row in Set(vertical.rights) { rights[row, default: []].append(index) }
        }
        var must = [Set<Int>](repeating: [], count: verticals.count)
        for (row, before) in lefts {
            for a in before {
                for b in rights[row] ?? [] where a != b {
                    // The row between the two columns of one line leads from the first to the second.
                    let isBetween = verticals[a].legs.contains { $0.step == 2 && $0.first == row }
                    if isBetween { must[b].insert(a) } else { must[a].insert(b) }
                }
            }
            guard let passing = before.first(where: { verticals[$0].passes(row) }) else { continue }
            for a in before where a != passing { must[a].insert(passing) }
        }
        for (row, after) in rights {
            guard let passing = after.first(where: { verticals[$0].passes(row) }) else { continue }
            for b in after where b != passing { must[passing].insert(b) }
        }
        return must.map { $0.sorted() }
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
