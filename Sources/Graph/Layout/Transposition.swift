// SPDX-License-Identifier: Apache-2.0
/// Exchanges neighbours of a rank where that saves crossings, rank after rank until nothing is saved (Gansner, Koutsofios, North, Vo: "A
/// technique for drawing directed graphs", 1993).
///
/// Exchanges that neither save nor cost anything are what makes it strong where lines are long: they carry the place at which two lines
/// cross from rank to rank, to where one of them ends or where they cross a second time, and there it goes away. Sifting, which moves the
/// bends of one rank at a time, stays on such plateaus.
struct Transposition {
    /// Items that keep their order among each other; empty if all may move.
    var isFixed: [Bool] = []
    /// Places looked at so far.
    private(set) var steps = 0
    private var row: [Entry] = []
    /// Places of the neighbours of items that have several, ascending per item and side.
    private var places: [Int32] = []
    /// The neighbours of each item, in the order in which they stood when they were last looked at, so that they are nearly sorted.
    private var before: Adjacency
    private var after: Adjacency
    private var isDue: [Bool] = []

    /// An item with the places of its neighbours in the rank before and in the rank after: the place if there is one neighbour, else the
    /// bitwise complement of where its list in `places` begins. A list is its length, then the places.
    private struct Entry {
        var item: Int32
        var before: Int32
        var after: Int32
    }

    init(_ layers: borrowing Layers) {
        before = layers.before
        after = layers.after
    }

    /// Goes over all ranks until a round saves nothing.
    ///
    /// - Parameters:
    ///   - layers: What to change.
    ///   - swapsTies: Whether neighbours that cross are exchanged as well if they cross as often afterwards.
    ///   - limit: maximum number of places to look at.
    /// - Returns: By how many the crossings became fewer.
    mutating func run(_ layers: inout Layers, swapsTies: Bool, limit: Int) -> Int {
        isDue = Array(repeating: true, count: layers.rankCount)
        let end = steps + limit
        var sum = 0
        while steps < end {
            var saved = 0
            for rank in 0..<layers.rankCount where isDue[rank] {
                isDue[rank] = false
                saved += exchange(&layers, rank, swapsTies)
            }
            sum += saved
            if saved == 0 { break }
        }
        return sum
    }

    private mutating func exchange(_ layers: inout Layers, _ rank: Int, _ swapsTies: Bool) -> Int {
        let count = layers.order[rank].count
        guard count > 1 else { return 0 }
        collect(layers, rank)
        steps += count + 2 * places.count
        let (isFixed, box) = (isFixed, layers.box)
        let (saved, isChanged) =
            isFixed.isEmpty && !layers.hasBoxes
            ? swaps(count, swapsTies) { _, _ in true }
            : swaps(count, swapsTies) { left, right in
                box[left] == box[right] && (isFixed.isEmpty || !isFixed[left] || !isFixed[right])
            }
        guard isChanged else { return 0 }
        for place in 0..<count {
            let item = row[place].item
            layers.order[rank][place] = item
            layers.position[Int(item)] = Int32(place)
        }
        for neighbour in max(0, rank - 1)...min(rank + 1, layers.rankCount - 1) { isDue[neighbour] = true }
        return saved
    }

    /// One walk along the rank; an item that was exchanged meets the next one, so that it may go far.
    @inline(__always)
    private mutating func swaps(
        _ count: Int, _ swapsTies: Bool, mayPass: (Int, Int) -> Bool
    ) -> (saved: Int, isChanged: Bool) {
        var saved: Int32 = 0
        var isChanged = false
        let ties: Int32 = swapsTies ? 0 : 1
        places.withUnsafeBufferPointer { places in
            row.withUnsafeMutableBufferPointer { row in
                var left = row[0]
                for index in 1..<count {
                    let right = row[index]
                    let (now, then) = Self.crossings(left, right, places)
                    // Fewer then, or as many where ties are exchanged.
                    if now > 0, now &- then >= ties, mayPass(Int(left.item), Int(right.item)) {
                        row[index &- 1] = right
                        saved &+= now &- then
                        isChanged = true
                    } else {
                        row[index &- 1] = left
                        left = right
                    }
                }
                row[count &- 1] = left
            }
        }
        return (Int(saved), isChanged)
    }

    /// How often lines of two neighbours cross as they stand, and if they were exchanged.
    @inline(__always)
    private static func crossings(
        _ left: Entry, _ right: Entry, _ places: UnsafeBufferPointer<Int32>
    ) -> (now: Int32, then: Int32) {
        if left.before | left.after | right.before | right.after >= 0 {
            let now: Int32 = (left.before > right.before ? 1 : 0) &+ (left.after > right.after ? 1 : 0)
            let then: Int32 = (left.before < right.before ? 1 : 0) &+ (left.after < right.after ? 1 : 0)
            return (now, then)
        }
        let (one, two) = (
            listCrossings(left.before, right.before, places), listCrossings(left.after, right.after, places)
        )
        return (one.now &+ two.now, one.then &+ two.then)
    }

    private static func listCrossings(
        _ left: Int32, _ right: Int32, _ places: UnsafeBufferPointer<Int32>
    ) -> (now: Int32, then: Int32) {
        if left >= 0 {
            if right >= 0 { return (left > right ? 1 : 0, left < right ? 1 : 0) }
            let (less, more) = count(left, Int(~right), places)
            return (less, more)
        }
        if right >= 0 {
            let (less, more) = count(right, Int(~left), places)
            return (more, less)
        }
        var (now, then): (Int32, Int32) = (0, 0)
        let start = Int(~right) + 1
        let end = start + Int(places[start - 1])
        var (less, equal) = (start, start)
        for index in (Int(~left) + 1)..<(Int(~left) + 1 + Int(places[Int(~left)])) {
            let place = places[index]
            while less < end, places[less] < place { less += 1 }
            equal = max(equal, less)
            while equal < end, places[equal] == place { equal += 1 }
            now += Int32(less - start)
            then += Int32(end - equal)
        }
        return (now, then)
    }

    /// How many places of a list are before a place, and how many behind it.
    @inline(__always)
    private static func count(_ place: Int32, _ list: Int, _ places: UnsafeBufferPointer<Int32>) -> (Int32, Int32) {
        var (less, more): (Int32, Int32) = (0, 0)
        for index in (list + 1)..<(list + 1 + Int(places[list])) {
            less &+= places[index] < place ? 1 : 0
            more &+= places[index] > place ? 1 : 0
        }
        return (less, more)
    }

    private mutating func collect(_ layers: borrowing Layers, _ rank: Int) {
        let count = layers.order[rank].count
        if row.count < count {
            row += repeatElement(Entry(item: 0, before: 0, after: 0), count: count - row.count)
        }
        places.removeAll(keepingCapacity: true)
        layers.position.withUnsafeBufferPointer { position in
            layers.order[rank].withUnsafeBufferPointer { items in
                row.withUnsafeMutableBufferPointer { row in
                    for index in 0..<count {
                        let item = items[index]
                        row[index].item = item
                        row[index].before = before.place(of: Int(item), position, &places)
                        row[index].after = after.place(of: Int(item), position, &places)
                    }
                }
            }
        }
    }
}

extension Adjacency {
    /// The place of the only neighbour, or the bitwise complement of where a list of places was begun; neighbours are left in their order.
    @inline(__always)
    fileprivate mutating func place(
        of item: Int, _ position: UnsafeBufferPointer<Int32>, _ places: inout [Int32]
    ) -> Int32 {
        let start = Int(starts[item])
        if Int(starts[item + 1]) == start + 1 { return position[Int(values[start])] }
        return list(of: item, position, &places)
    }

    private mutating func list(
        of item: Int, _ position: UnsafeBufferPointer<Int32>, _ places: inout [Int32]
    ) -> Int32 {
        let range = range(item)
        let list = places.count
        places.append(Int32(range.count))
        sort(range, by: position)
        for joint in range { places.append(position[Int(values[joint])]) }
        return ~Int32(list)
    }

    /// By insertion, as they are nearly sorted.
    private mutating func sort(_ range: Range<Int>, by position: UnsafeBufferPointer<Int32>) {
        values.withUnsafeMutableBufferPointer { values in
            for index in range.dropFirst() {
                let value = values[index]
                let place = position[Int(value)]
                var at = index
                while at > range.lowerBound, position[Int(values[at - 1])] > place {
                    values[at] = values[at - 1]
                    at -= 1
                }
                values[at] = value
            }
        }
    }
}
