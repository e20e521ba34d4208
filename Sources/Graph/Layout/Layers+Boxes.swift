// SPDX-License-Identifier: Apache-2.0
/// In each rank, what is in one box stands side by side; and siblings stand in the same order in all ranks they share, or their frames
/// could not be rectangles.
extension Layers {
    /// Whether an item may pass another one: when that one is in the same box, directly or in an inner one.
    @inline(__always)
    func mayShare(_ item: Int32, _ other: Int32) -> Bool {
        guard hasBoxes else { return true }
        let own = box[Int(item)]
        if own < 0 { return true }
        var at = box[Int(other)]
        while at >= 0, at != own { at = boxParent[Int(at)] }
        return at == own
    }

    /// Whether an item may stand between two others without standing inside a box that it is not in.
    func isGap(for item: Int32, between first: Int32, and second: Int32) -> Bool {
        let own = box[Int(item)]
        let inner = childBox(of: own, around: first)
        return inner < 0 || inner != childBox(of: own, around: second)
    }

    /// The outermost box around an item that is inside another box: -1 if there is none between them, -2 if the item is elsewhere.
    func childBox(of outer: Int32, around item: Int32) -> Int32 {
        var last: Int32 = -1
        var at = box[Int(item)]
        while at != outer {
            if at < 0 { return -2 }
            last = at
            at = boxParent[Int(at)]
        }
        return last
    }

    /// Sorts a rank by keys: items of a box by their own, boxes by the mean of what is in them, siblings as `siblings` says.
    ///
    /// - Parameters:
    ///   - rank: The rank.
    ///   - keys: A key for each place of the rank.
    ///   - siblings: A number for each box; of two with the same parent the one with the lower number comes first.
    mutating func sort(_ rank: Int, by keys: [Double], siblings: [Int]) {
        let items = order[rank].enumerated().map { Sortable(item: $1, box: box[Int($1)], key: keys[$0], place: $0) }
        order[rank] = arranged(items, inside: -1, siblings).map(\.item)
        renumber(rank)
    }

    struct Sortable {
        let item: Int32
        /// The innermost box, seen from the level that is being sorted.
        let box: Int32
        let key: Double
        let place: Int
    }

    private func arranged(_ items: [Sortable], inside outer: Int32, _ siblings: [Int]) -> [Sortable] {
        var groups: [Group] = []
        var groupOfBox: [Int32: Int] = [:]
        for element in items {
            let child = childBox(of: outer, around: element.item)
            if child < 0 {
                groups.append(Group(box: -1, items: [element], key: element.key, place: element.place))
            } else if let index = groupOfBox[child] {
                groups[index].items.append(element)
            } else {
                groupOfBox[child] = groups.count
                groups.append(Group(box: child, items: [element], key: 0, place: element.place))
            }
        }
        for index in groups.indices where groups[index].box >= 0 {
            groups[index].key = groups[index].items.reduce(0) { $0 + $1.key } / Double(groups[index].items.count)
        }
        groups.sort { ($0.key, $0.place) < ($1.key, $1.place) }
        Self.orderSiblings(&groups, siblings)
        return groups.flatMap { $0.box < 0 ? $0.items : arranged($0.items, inside: $0.box, siblings) }
    }

    private struct Group {
        let box: Int32
        var items: [Sortable]
        var key: Double
        let place: Int
    }

    /// Leaves the places that boxes have among the groups to boxes, but fills them in the order of all ranks.
    private static func orderSiblings(_ groups: inout [Group], _ siblings: [Int]) {
        let places = groups.indices.filter { groups[$0].box >= 0 }
        let boxes = places.map { groups[$0] }.sorted { siblings[Int($0.box)] < siblings[Int($1.box)] }
        for (place, group) in zip(places, boxes) { groups[place] = group }
    }

    /// Numbers for siblings after the mean place of what is in them, over all ranks.
    func siblingOrder() -> [Int] {
        var sums = [Double](repeating: 0, count: boxParent.count)
        var counts = sums
        for rank in order {
            for (place, item) in rank.enumerated() {
                let share = (Double(place) + 0.5) / Double(rank.count)
                var at = box[Int(item)]
                while at >= 0 {
                    sums[Int(at)] += share
                    counts[Int(at)] += 1
                    at = boxParent[Int(at)]
                }
            }
        }
        let means = zip(sums, counts).map { $1 > 0 ? $0 / $1 : 0 }
        var numbers = [Int](repeating: 0, count: means.count)
        let sorted = means.indices.sorted { (means[$0], $0) < (means[$1], $1) }
        for (number, box) in sorted.enumerated() { numbers[box] = number }
        return numbers
    }

    /// Makes every rank fit its boxes, keeping the order as far as that goes.
    mutating func gatherBoxes() {
        guard hasBoxes else { return }
        let siblings = siblingOrder()
        for rank in order.indices {
            sort(rank, by: order[rank].indices.map { Double($0) }, siblings: siblings)
        }
    }
}
