/// The room between two ranks, in which lines change from the row they come from to the row they go to.
///
/// Joints of one item share a vertical line where that is clear: a vertical with its joints is a star, one row on one side and any number
/// on the other. Where several verticals meet a row of the same side, all but one of them end there, so that a place where four lines
/// meet is always two lines that cross.
struct Channel {
    /// A joint from a row on the left to a row on the right; on the left again, if both ends are in one rank.
    struct Joint {
        let from: Int
        let to: Int
        let heads: Heads
        var isFlat = false
        var fromRow: Int
        var toRow: Int
    }

    /// A part of a joint that runs along a vertical.
    struct Leg {
        let joint: Int
        let first: Int
        let last: Int
        let isFlat: Bool
        /// 0 for a joint with one vertical, 1 and 2 for the first and second of two.
        let step: Int
    }

    struct Vertical {
        var legs: [Leg]

        var top: Int { legs.reduce(Int.max) { min($0, $1.first, $1.last) } }
        var bottom: Int { legs.reduce(Int.min) { max($0, $1.first, $1.last) } }
        var lefts: [Int] { legs.flatMap { $0.isFlat ? [$0.first, $0.last] : [$0.first] } }
        var rights: [Int] { legs.compactMap { $0.isFlat ? nil : $0.last } }
    }

    /// The way of a joint through the channel: none for a straight one, one column, or two with the row between them.
    struct Way {
        var first: Int?
        var row: Int?
        var second: Int?
    }

    private(set) var verticals: [Vertical] = []
    private(set) var ways: [Way]
    /// Columns of verticals that the channel needs.
    private(set) var width = 0
    private let joints: [Joint]
    private var straightRows: Set<Int> = []
    private var takenRows: Set<Int> = []
    private var outermost: ClosedRange<Int>

    /// Routes joints whose rows are settled.
    ///
    /// - Parameters:
    ///   - joints: All joints of the channel.
    ///   - closedRows: Rows that no line may run along, as the frames of boxes do.
    ///   - rows: The rows of the drawing; others are used only if nothing else is left.
    init(_ joints: [Joint], closedRows: Set<Int>, rows: ClosedRange<Int>) {
        self.joints = joints
        ways = Array(repeating: Way(), count: joints.count)
        outermost = rows
        takenRows = closedRows
        for joint in joints {
            takenRows.insert(joint.fromRow)
            takenRows.insert(joint.toRow)
            if !joint.isFlat, joint.fromRow == joint.toRow { straightRows.insert(joint.fromRow) }
        }
        formStars()
        for _ in 0..<20 where splitUnclear() {}
        placeColumns()
    }

    /// The rows used beyond those of the drawing.
    var usedRows: ClosedRange<Int> { outermost }

    private mutating func formStars() {
        struct Key: Hashable {
            let row: Int
            let isSource: Bool
            let heads: Heads
        }
        var out: [Key: Int] = [:]
        for joint in joints where !joint.isFlat {
            out[Key(row: joint.fromRow, isSource: true, heads: joint.heads), default: 0] += 1
            out[Key(row: joint.toRow, isSource: false, heads: joint.heads), default: 0] += 1
        }
        var known: [Key: Int] = [:]
        for (index, joint) in joints.enumerated() where joint.isFlat || joint.fromRow != joint.toRow {
            let leg = Leg(joint: index, first: joint.fromRow, last: joint.toRow, isFlat: joint.isFlat, step: 0)
            let source = Key(row: joint.fromRow, isSource: true, heads: joint.heads)
            let target = Key(row: joint.toRow, isSource: false, heads: joint.heads)
            let key = out[source, default: 0] >= out[target, default: 0] ? source : target
            if !joint.isFlat, let vertical = known[key] {
                verticals[vertical].legs.append(leg)
            } else {
                if !joint.isFlat { known[key] = verticals.count }
                verticals.append(Vertical(legs: [leg]))
            }
        }
    }

    /// Takes apart verticals that pass a row at which they and others begin or end.
    ///
    /// - Returns: Whether anything was changed.
    private mutating func splitUnclear() -> Bool {
        var passing: [Int: [Int]] = [:]
        var meeting: [Int: Int] = [:]
        for (index, vertical) in verticals.enumerated() {
            let (top, bottom) = (vertical.top, vertical.bottom)
            for (side, rows) in [Set(vertical.lefts), Set(vertical.rights)].enumerated() {
                for row in rows {
                    meeting[row * 2 + side, default: 0] += 1
                    if row != top, row != bottom { passing[row * 2 + side, default: []].append(index) }
                }
            }
        }
        var work: [Int: Set<Int>] = [:]
        for key in passing.keys.sorted() {
            let indices = passing[key] ?? []
            let row = key >> 1
            guard meeting[key, default: 0] > 1 || straightRows.contains(row) else { continue }
            let spared =
                straightRows.contains(row) ? nil : indices.max { verticals[$0].legs.count < verticals[$1].legs.count }
            for index in indices where index != spared { work[index, default: []].insert(row) }
        }
        for index in work.keys.sorted() { split(index, at: work[index] ?? []) }
        return !work.isEmpty
    }

    private mutating func split(_ index: Int, at rows: Set<Int>) {
        let legs = verticals[index].legs
        var kept: [Leg] = []
        var groups: [[Leg]] = []
        let firsts = Set(legs.map(\.first))
        let center = firsts.count == 1 ? legs[0].first : legs[0].last
        for leg in legs where rows.contains(firsts.count == 1 ? leg.last : leg.first) { groups.append([leg]) }
        let rest = legs.filter { !rows.contains(firsts.count == 1 ? $0.last : $0.first) }
        if rows.contains(center) {
            kept = rest.filter { min($0.first, $0.last) < center }
            groups.append(rest.filter { min($0.first, $0.last) >= center })
        } else {
            kept = rest
        }
        groups.insert(kept, at: 0)
        groups.removeAll(where: \.isEmpty)
        verticals[index].legs = groups[0]
        for group in groups.dropFirst() { verticals.append(Vertical(legs: group)) }
    }

    private mutating func placeColumns() {
        var order: [Int] = []
        while true {
            let sequence = ChannelOrder(verticals, straightRows: straightRows)
            guard let stuck = sequence.stuck else {
                order = sequence.order
                break
            }
            bend(stuck)
            // The row between may lie beyond rows at which the line ended.
            for _ in 0..<20 where splitUnclear() {}
        }
        let columns = ChannelColumns.columns(verticals, order, straightRows: straightRows)
        width = (columns.max() ?? -1) + 1
        for (index, vertical) in verticals.enumerated() {
            for leg in vertical.legs {
                if leg.step < 2 {
                    ways[leg.joint].first = columns[index]
                } else {
                    ways[leg.joint].second = columns[index]
                }
                if leg.step == 1 { ways[leg.joint].row = leg.last }
            }
        }
    }

    /// Gives a vertical that must be both left and right of others a second column, joined by a row that nothing else uses.
    private mutating func bend(_ index: Int) {
        let vertical = verticals[index]
        // Legs of a star share the row between, so that they stay one line.
        let row = freeRow(near: (vertical.top + vertical.bottom) / 2)
        takenRows.insert(row)
        verticals[index].legs = vertical.legs.map {
            Leg(joint: $0.joint, first: $0.first, last: row, isFlat: false, step: 1)
        }
        verticals.append(
            Vertical(
                legs: vertical.legs.map { Leg(joint: $0.joint, first: row, last: $0.last, isFlat: false, step: 2) }))
    }

    private mutating func freeRow(near middle: Int) -> Int {
        for distance in 0...(outermost.count + 1) {
            for row in [middle - distance, middle + distance] where outermost.contains(row) && !takenRows.contains(row)
            {
                return row
            }
        }
        outermost = outermost.lowerBound...(outermost.upperBound + 1)
        return outermost.upperBound
    }
}
