// SPDX-License-Identifier: Apache-2.0
/// Moves items of a rank to the places where they cause the fewest crossings with both neighbouring ranks.
///
/// For an item, `balance[p]` is how many of its neighbours lie behind place p less those before it. Another item's share of crossings with
/// it, on one side less the other, is then a sum over the other's neighbours; a walk along the rank sums up what each place would cost.
struct Sifting {
    /// Items that keep their order among each other; empty if all may move.
    var isFixed: [Bool] = []
    /// Balances of the rank before, then of the rank after.
    private var balance: [Int32] = []
    /// Places of the neighbours of each item of the rank, as indices into `balance`, and where each item's begin.
    private var places: [Int32] = []
    private var starts: [Int32] = []
    /// The rank's items by their numbers in `starts`, in their present order.
    private var row: [Int32] = []
    private var items: [Int32] = []
    private var split = 0

    /// Sifts each item of a rank once.
    ///
    /// - Parameters:
    ///   - layers: What to change.
    ///   - rank: The rank.
    ///   - movesTies: Whether an item moves to a place that costs the same, to get off a plateau.
    /// - Returns: By how many the crossings became fewer.
    mutating func sift(_ layers: inout Layers, rank: Int, movesTies: Bool = false) -> Int {
        guard layers.order[rank].count > 1 else { return 0 }
        prepare(layers, rank)
        var gain = 0
        for number in 0..<items.count where isFixed.isEmpty || !isFixed[Int(items[number])] {
            guard starts[number] < starts[number + 1] else { continue }
            fillBalance(number)
            let here = place(of: Int32(number))
            let best =
                layers.hasBoxes
                ? bestPlaceInBoxes(of: number, at: here, layers, movesTies) : bestPlace(at: here, movesTies)
            gain += best.gain
            if best.place != here { move(from: here, to: best.place) }
        }
        for place in row.indices { layers.order[rank][place] = items[Int(row[place])] }
        layers.renumber(rank)
        return gain
    }

    private mutating func prepare(_ layers: borrowing Layers, _ rank: Int) {
        items = layers.order[rank]
        split = rank > 0 ? layers.order[rank - 1].count : 0
        let behind = rank + 1 < layers.rankCount ? layers.order[rank + 1].count : 0
        balance = Array(repeating: 0, count: split + behind)
        places.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        row.removeAll(keepingCapacity: true)
        for (number, item) in items.enumerated() {
            row.append(Int32(number))
            starts.append(Int32(places.count))
            for joint in layers.before.range(Int(item)) {
                places.append(layers.position[Int(layers.before.values[joint])])
            }
            for joint in layers.after.range(Int(item)) {
                places.append(Int32(split) + layers.position[Int(layers.after.values[joint])])
            }
        }
        starts.append(Int32(places.count))
    }

    private func place(of number: Int32) -> Int { row.firstIndex(of: number) ?? 0 }

    /// For every place of the neighbouring ranks: the item's neighbours behind it less those before it.
    private mutating func fillBalance(_ number: Int) {
        let split = split
        let neighbours = Int(starts[number])..<Int(starts[number + 1])
        balance.withUnsafeMutableBufferPointer { balance in
            balance.update(repeating: 0)
            var before: Int32 = 0
            for index in neighbours {
                let place = Int(places[index])
                balance[place] += 1
                if place < split { before += 1 }
            }
            Self.accumulate(balance, 0..<split, total: before)
            Self.accumulate(balance, split..<balance.count, total: Int32(neighbours.count) - before)
        }
    }

    @inline(__always)
    private static func accumulate(_ balance: UnsafeMutableBufferPointer<Int32>, _ range: Range<Int>, total: Int32) {
        var left = total
        for place in range {
            let at = balance[place]
            balance[place] = left - at
            left -= 2 * at
        }
    }

    /// What it gains to have the item behind another one instead of before it.
    @inline(__always)
    private static func gain(
        _ other: Int32, _ balance: UnsafeBufferPointer<Int32>, _ places: UnsafeBufferPointer<Int32>,
        _ starts: UnsafeBufferPointer<Int32>
    ) -> Int32 {
        var sum: Int32 = 0
        for index in Int(starts[Int(other)])..<Int(starts[Int(other) + 1]) { sum += balance[Int(places[index])] }
        return sum
    }

    private func bestPlace(at here: Int, _ movesTies: Bool) -> (place: Int, gain: Int) {
        var best = here
        var most: Int32 = 0
        balance.withUnsafeBufferPointer { balance in
            places.withUnsafeBufferPointer { places in
                starts.withUnsafeBufferPointer { starts in
                    var gain: Int32 = 0
                    for place in (here + 1)..<max(here + 1, row.count) {
                        gain += Self.gain(row[place], balance, places, starts)
                        if gain > most || (movesTies && gain == most) { (best, most) = (place, gain) }
                    }
                    gain = 0
                    for place in (0..<here).reversed() {
                        gain -= Self.gain(row[place], balance, places, starts)
                        if gain > most || (movesTies && gain == most && best == here) { (best, most) = (place, gain) }
                    }
                }
            }
        }
        return (best, Int(most))
    }

    /// The same where boxes limit how far an item may go and where it may stand.
    private func bestPlaceInBoxes(
        of number: Int, at here: Int, _ layers: borrowing Layers, _ movesTies: Bool
    ) -> (place: Int, gain: Int) {
        let item = items[number]
        var best = here
        var most = 0
        var gain = 0
        var place = here + 1
        while place < row.count, layers.mayShare(item, items[Int(row[place])]) {
            gain += self.gain(row[place])
            if gain > most || (movesTies && gain == most), isGap(layers, item, behind: place) {
                (best, most) = (place, gain)
            }
            place += 1
        }
        gain = 0
        place = here - 1
        while place >= 0, layers.mayShare(item, items[Int(row[place])]) {
            gain -= self.gain(row[place])
            if gain > most || (movesTies && gain == most && best == here), isGap(layers, item, behind: place - 1) {
                (best, most) = (place, gain)
            }
            place -= 1
        }
        return (best, most)
    }

    private func gain(_ other: Int32) -> Int {
        var sum: Int32 = 0
        for index in Int(starts[Int(other)])..<Int(starts[Int(other) + 1]) { sum += balance[Int(places[index])] }
        return Int(sum)
    }

    private func isGap(_ layers: borrowing Layers, _ item: Int32, behind place: Int) -> Bool {
        guard place >= 0, place + 1 < row.count else { return true }
        return layers.isGap(for: item, between: items[Int(row[place])], and: items[Int(row[place + 1])])
    }

    private mutating func move(from: Int, to: Int) {
        let number = row[from]
        if from < to {
            for place in from..<to { row[place] = row[place + 1] }
        } else {
            for place in (to..<from).reversed() { row[place + 1] = row[place] }
        }
        row[to] = number
    }
}
