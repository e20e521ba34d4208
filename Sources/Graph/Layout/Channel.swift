// SPDX-License-Identifier: Apache-2.0
/// The room between two ranks, in which lines change from the row they come from to the row they go to.
///
/// Joints of one item share a vertical line where that is clear: a vertical with its joints is a star, one row on one side and any number
/// on the other. Where several verticals meet a row of the same side, all but one of them end there, so that a place where four lines
/// meet is always two lines that cross.
struct Channel {
    /// A joint from a row on the left to a row on the right; on the left again, if both ends are in one rank.
    struct Joint {
        /// The places of its ends in their ranks.
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
        let legs: [Leg]
        let top: Int
        let bottom: Int
        /// The rows that it meets on each side, ascending.
        let lefts: [Int]
        let rights: [Int]

        init(legs: [Leg]) {
            self.legs = legs
            top = legs.reduce(Int.max) { min($0, $1.first, $1.last) }
            bottom = legs.reduce(Int.min) { max($0, $1.first, $1.last) }
            var lefts: [Int] = []
            var rights: [Int] = []
            for leg in legs {
                Self.insert(leg.first, into: &lefts)
                if leg.isFlat { Self.insert(leg.last, into: &lefts) } else { Self.insert(leg.last, into: &rights) }
            }
            self.lefts = lefts
            self.rights = rights
        }

        /// Whether it goes on both ways at one of its rows.
        var passesRows: Bool { lefts.contains(where: passes) || rights.contains(where: passes) }

        /// Mostly there is one row, or they come in order.
        private static func insert(_ row: Int, into rows: inout [Int]) {
            guard let last = rows.last, last >= row else { return rows.append(row) }
            guard let place = rows.firstIndex(where: { $0 >= row }), rows[place] != row else { return }
            rows.insert(row, at: place)
        }
    }

    /// The way of a joint through the channel: none for a straight one, one column, or two with the row between them.
    struct Way {
        var first: Int?
        var row: Int?
        var second: Int?
    }

    private(set) var verticals: [Vertical] = []
    /// Whether a vertical goes on both ways at one of its rows.
    private var passes: [Bool] = []
    /// How many verticals meet a row: from the left at twice its number, from the right behind that.
    private var meeting: [Int32] = []
    private(set) var ways: [Way]
    /// Columns of verticals that the channel needs.
    private(set) var width = 0
    private let joints: [Joint]
    private var straightRows = RowSet()
    private var takenRows: RowSet
    private var outermost: ClosedRange<Int>

    /// Routes joints whose rows are settled.
    ///
    /// - Parameters:
    ///   - joints: All joints of the channel.
    ///   - closedRows: Rows that no line may run along, as the frames of boxes do.
    ///   - rows: The rows of the drawing; others are used only if nothing else is left.
    init(_ joints: [Joint], closedRows: RowSet, rows: ClosedRange<Int>) {
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

    /// The joints of one item on one side of the channel that have the same arrowheads.
    private struct Star {
        var lines = 0
        var vertical = -1

        /// The vertical of the item's joints, which is the next one for the first of them.
        mutating func join(_ next: Int) -> Int {
            if vertical < 0 { vertical = next }
            return vertical
        }
    }

    private mutating func formStars() {
        var sources = [Star](repeating: Star(), count: 3 * ((joints.map(\.from).max() ?? -1) + 1))
        var targets = [Star](repeating: Star(), count: 3 * ((joints.map(\.to).max() ?? -1) + 1))
        for joint in joints where !joint.isFlat {
            sources[joint.from * 3 + Int(joint.heads.rawValue)].lines += 1
            targets[joint.to * 3 + Int(joint.heads.rawValue)].lines += 1
        }
        var stars: [[Leg]] = []
        for (index, joint) in joints.enumerated() where joint.isFlat || joint.fromRow != joint.toRow {
            let leg = Leg(joint: index, first: joint.fromRow, last: joint.toRow, isFlat: joint.isFlat, step: 0)
            if joint.isFlat {
                stars.append([leg])
                continue
            }
            let source = joint.from * 3 + Int(joint.heads.rawValue)
            let target = joint.to * 3 + Int(joint.heads.rawValue)
            let star =
                sources[source].lines >= targets[target].lines
                ? sources[source].join(stars.count) : targets[target].join(stars.count)
            if star < stars.count { stars[star].append(leg) } else { stars.append([leg]) }
        }
        for legs in stars { add(Vertical(legs: legs)) }
    }

    // MARK: - Verticals

    private mutating func add(_ vertical: Vertical) {
        verticals.append(vertical)
        passes.append(vertical.passesRows)
        count(vertical, 1)
    }

    private mutating func put(_ vertical: Vertical, at index: Int) {
        count(verticals[index], -1)
        verticals[index] = vertical
        passes[index] = vertical.passesRows
        count(vertical, 1)
    }

    private mutating func count(_ vertical: Vertical, _ difference: Int32) {
        for row in vertical.lefts { count(2 * row, difference) }
        for row in vertical.rights { count(2 * row + 1, difference) }
    }

    private mutating func count(_ key: Int, _ difference: Int32) {
        if key >= meeting.count { meeting += repeatElement(0, count: key + 64 - meeting.count) }
        meeting[key] += difference
    }

    /// Takes apart verticals that pass a row at which they and others begin or end.
    ///
    /// - Returns: Whether anything was changed.
    private mutating func splitUnclear() -> Bool {
        var passing: [(key: Int, index: Int)] = []
        for index in verticals.indices where passes[index] {
            let vertical = verticals[index]
            for row in vertical.lefts where vertical.passes(row) { passing.append((2 * row, index)) }
            for row in vertical.rights where vertical.passes(row) { passing.append((2 * row + 1, index)) }
        }
        passing.removeAll { meeting[$0.key] < 2 && !straightRows.contains($0.key >> 1) }
        guard !passing.isEmpty else { return false }
        passing.sort(by: <)
        var work: [(index: Int, row: Int)] = []
        var start = 0
        while start < passing.count {
            let key = passing[start].key
            var end = start
            while end < passing.count, passing[end].key == key { end += 1 }
            let isStraight = straightRows.contains(key >> 1)
            if meeting[key] > 1 || isStraight {
                let indices = passing[start..<end].map(\.index)
                let spared = isStraight ? nil : indices.max { verticals[$0].legs.count < verticals[$1].legs.count }
                for index in indices where index != spared { work.append((index, key >> 1)) }
            }
            start = end
        }
        work.sort(by: <)
        start = 0
        while start < work.count {
            let index = work[start].index
            let rows = work[start...].prefix { $0.index == index }.map(\.row)
            start += rows.count
            split(index, at: rows)
        }
        return !work.isEmpty
    }

    private mutating func split(_ index: Int, at rows: [Int]) {
        let legs = verticals[index].legs
        var kept: [Leg] = []
        var groups: [[Leg]] = []
        let isSource = legs.allSatisfy { $0.first == legs[0].first }
        let center = isSource ? legs[0].first : legs[0].last
        for leg in legs where rows.contains(isSource ? leg.last : leg.first) { groups.append([leg]) }
        let rest = legs.filter { !rows.contains(isSource ? $0.last : $0.first) }
        if rows.contains(center) {
            kept = rest.filter { min($0.first, $0.last) < center }
            groups.append(rest.filter { min($0.first, $0.last) >= center })
        } else {
            kept = rest
        }
        groups.insert(kept, at: 0)
        groups.removeAll(where: \.isEmpty)
        put(Vertical(legs: groups[0]), at: index)
        for group in groups.dropFirst() { add(Vertical(legs: group)) }
    }

    private mutating func placeColumns() {
        var sequence = ChannelOrder(verticals)
        while true {
            if let stuck = sequence.stuck {
                bend(stuck)
            } else if let knotted = sequence.knotted {
                let legs = verticals[knotted].legs
                put(Vertical(legs: [legs[0]]), at: knotted)
                for leg in legs.dropFirst() { add(Vertical(legs: [leg])) }
            } else {
                break
            }
            // The row between may lie beyond rows at which the line ended.
            for _ in 0..<20 where splitUnclear() {}
            sequence = ChannelOrder(verticals)
        }
        let columns = ChannelColumns.columns(verticals, sequence.order, must: sequence.must)
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
        let first = vertical.legs.map { Leg(joint: $0.joint, first: $0.first, last: row, isFlat: false, step: 1) }
        let second = vertical.legs.map { Leg(joint: $0.joint, first: row, last: $0.last, isFlat: false, step: 2) }
        put(Vertical(legs: first), at: index)
        add(Vertical(legs: second))
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

extension Channel {
    /// Before which column room for labels is used best: where most lines are alone in their rows, because those of one source have parted
    /// and those of one target have not met yet. Behind all columns in channels that are too wide to be read.
    var labelColumn: Int {
        guard width <= 24 else { return width }
        var best = (column: width, alone: alone(before: width))
        for column in (0..<width).reversed() {
            let alone = alone(before: column)
            if alone > best.alone { best = (column, alone) }
        }
        return best.column
    }

    /// How many lines have a row of their own right before a column.
    private func alone(before column: Int) -> Int {
        var used = RowSet()
        var shared = RowSet()
        func use(_ row: Int) {
            if used.contains(row) { shared.insert(row) } else { used.insert(row) }
        }
        for (joint, way) in zip(joints, ways) {
            if let first = way.first, first < column {
                if let row = way.row, let second = way.second, second >= column {
                    use(row)
                } else if !joint.isFlat {
                    use(joint.toRow)
                }
            } else {
                use(joint.fromRow)
                if joint.isFlat { use(joint.toRow) }
            }
        }
        return used.count - shared.count
    }
}

/// Rows of a drawing, one bit each.
struct RowSet {
    private var words: [UInt64] = []

    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    func contains(_ row: Int) -> Bool {
        row >= 0 && row >> 6 < words.count && words[row >> 6] & (1 << UInt64(row & 63)) != 0
    }

    /// Adds a row from 0 on.
    mutating func insert(_ row: Int) {
        guard row >= 0 else { return }
        if row >> 6 >= words.count { words += repeatElement(0, count: (row >> 6) + 16 - words.count) }
        words[row >> 6] |= 1 << UInt64(row & 63)
    }
}
