// SPDX-License-Identifier: Apache-2.0
/// Sorts ranks by the median place of each item's neighbours in the rank before, then from the last rank back (the weighted medians of
/// Gansner, Koutsofios, North and Vo).
struct Sweeps {
    private var keys: [Double] = []
    private var indices: [Int32] = []
    private var places: [Int32] = []

    /// Goes once over all ranks.
    ///
    /// - Parameters:
    ///   - layers: What to sort.
    ///   - isForward: Whether neighbours before count, else those after.
    ///   - reversesTies: Whether items with the same median change places.
    mutating func sweep(_ layers: inout Layers, isForward: Bool, reversesTies: Bool) {
        guard layers.rankCount > 1 else { return }
        let siblings = layers.hasBoxes ? layers.siblingOrder() : []
        if isForward {
            for rank in 1..<layers.rankCount { sort(&layers, rank, from: rank - 1, reversesTies, siblings) }
        } else {
            for rank in (0..<(layers.rankCount - 1)).reversed() {
                sort(&layers, rank, from: rank + 1, reversesTies, siblings)
            }
        }
    }

    private mutating func sort(
        _ layers: inout Layers, _ rank: Int, from other: Int, _ reversesTies: Bool, _ siblings: [Int]
    ) {
        let count = layers.order[rank].count
        guard count > 1 else { return }
        let scale = Double(layers.order[other].count) / Double(count)
        keys.removeAll(keepingCapacity: true)
        for (place, item) in layers.order[rank].enumerated() {
            keys.append(median(layers, Int(item), isForward: other < rank) ?? Double(place) * scale)
        }
        if layers.hasBoxes {
            layers.sort(rank, by: keys, siblings: siblings)
            return
        }
        indices.removeAll(keepingCapacity: true)
        for place in 0..<count { indices.append(Int32(place)) }
        let keys = keys
        indices.sort { left, right in
            let (a, b) = (keys[Int(left)], keys[Int(right)])
            return a != b ? a < b : reversesTies ? left > right : left < right
        }
        let old = layers.order[rank]
        for place in 0..<count { layers.order[rank][place] = old[Int(indices[place])] }
        layers.renumber(rank)
    }

    /// The median place of an item's neighbours; between two middle ones, nearer to the side where neighbours are closer together.
    private mutating func median(_ layers: borrowing Layers, _ item: Int, isForward: Bool) -> Double? {
        places.removeAll(keepingCapacity: true)
        for joint in isForward ? layers.before.range(item) : layers.after.range(item) {
            let neighbour = isForward ? layers.before.values[joint] : layers.after.values[joint]
            places.append(layers.position[Int(neighbour)])
        }
        guard places.count > 2 else {
            return places.isEmpty ? nil : Double(places[0] + places[places.count - 1]) / 2
        }
        places.sort()
        let middle = places.count / 2
        if places.count % 2 == 1 { return Double(places[middle]) }
        let (low, high) = (places[middle - 1], places[middle])
        let (left, right) = (low - places[0], places[places.count - 1] - high)
        if left == right { return Double(low + high) / 2 }
        return (Double(low) * Double(right) + Double(high) * Double(left)) / Double(left + right)
    }
}
