/// Sorts ranks by the mean place of each item's neighbours in the rank before, then from the last rank back (Sugiyama's barycentres).
struct Sweeps {
    private var keys: [Double] = []
    private var indices: [Int32] = []

    /// Goes once over all ranks.
    ///
    /// - Parameters:
    ///   - layers: What to sort.
    ///   - isForward: Whether neighbours before count, else those after.
    ///   - reversesTies: Whether items with the same mean change places.
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
            keys.append(mean(layers, Int(item), isForward: other < rank) ?? Double(place) * scale)
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

    private func mean(_ layers: borrowing Layers, _ item: Int, isForward: Bool) -> Double? {
        let range = isForward ? layers.before.range(item) : layers.after.range(item)
        guard !range.isEmpty else { return nil }
        var sum: Int32 = 0
        for joint in range {
            let neighbour = isForward ? layers.before.values[joint] : layers.after.values[joint]
            sum += layers.position[Int(neighbour)]
        }
        return Double(sum) / Double(range.count)
    }
}
