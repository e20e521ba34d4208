// SPDX-License-Identifier: Apache-2.0
/// Chooses which items of neighbouring ranks a straight line joins: no two that cross, at most one on each side of an item; bends of long
/// lines first, then lines to the median neighbours of both ends.
enum Alignment {
    /// Pairs of items, the one in the lower rank first.
    ///
    /// - Parameters:
    ///   - grid: The items.
    ///   - part: Their lines.
    ///   - mayAlign: Whether two items may be joined at all.
    /// - Returns: Pairs of neighbouring ranks.
    static func pairs(_ grid: Grid, _ part: Skeleton, mayAlign: (Int, Int) -> Bool) -> [(Int, Int)] {
        var position = [Int](repeating: 0, count: grid.rank.count)
        for row in grid.order { for (place, item) in row.enumerated() { position[item] = place } }
        var joints = [[(a: Int, b: Int, weight: Int)]](repeating: [], count: max(1, grid.order.count))
        for (line, chain) in grid.chains.enumerated() where grid.rank[chain[0]] < grid.rank[chain[chain.count - 1]] {
            for index in 1..<chain.count where mayAlign(chain[index - 1], chain[index]) {
                joints[grid.rank[chain[index - 1]]].append((chain[index - 1], chain[index], part.weight[line]))
            }
        }
        let boxes = BoxExtents(grid, part)
        var pairs: [(Int, Int)] = []
        for row in joints { pairs += choose(row, grid, position, boxes) }
        return pairs
    }

    private static func choose(
        _ joints: [(a: Int, b: Int, weight: Int)], _ grid: Grid, _ position: [Int], _ boxes: BoxExtents
    ) -> [(Int, Int)] {
        let sorted = joints.sorted { (position[$0.a], position[$0.b]) < (position[$1.a], position[$1.b]) }
        let isMedian = medians(sorted)
        let scores = sorted.indices.map { score(sorted[$0], isMedian[$0], grid) }
        let ranked = sorted.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
        var chosen = MonotonePairs(width: (sorted.last.map { position[$0.a] } ?? -1) + 1)
        var pairs: [(Int, Int)] = []
        for index in ranked {
            let joint = sorted[index]
            let (a, b) = (position[joint.a], position[joint.b])
            guard chosen.leavesRoom(for: a, b), boxes.allow(joint.a, joint.b, position) else { continue }
            chosen.add(a, b)
            pairs.append((joint.a, joint.b))
        }
        return pairs
    }

    private static func score(_ joint: (a: Int, b: Int, weight: Int), _ medians: Int, _ grid: Grid) -> Int {
        let bends = (grid.isNode(joint.a) ? 0 : 1) + (grid.isNode(joint.b) ? 0 : 1)
        return bends * 10 + medians * 4 + min(joint.weight, 3)
    }

    /// For each joint, for how many of its ends it is the middle one.
    private static func medians(_ joints: [(a: Int, b: Int, weight: Int)]) -> [Int] {
        var result = [Int](repeating: 0, count: joints.count)
        // Joints come sorted by their first ends; those of a second end come in the order of the first ends as well.
        let groups = [
            joints.indices.sorted { (joints[$0].a, $0) < (joints[$1].a, $1) },
            joints.indices.sorted { (joints[$0].b, $0) < (joints[$1].b, $1) },
        ]
        for (side, indices) in groups.enumerated() {
            var start = 0
            while start < indices.count {
                func end(_ index: Int) -> Int { side == 0 ? joints[indices[index]].a : joints[indices[index]].b }
                var behind = start + 1
                while behind < indices.count, end(behind) == end(start) { behind += 1 }
                result[indices[(start + behind - 1) / 2]] += 1
                if (behind - start) % 2 == 0 { result[indices[(start + behind) / 2]] += 1 }
                start = behind
            }
        }
        return result
    }
}

/// Pairs of places of two rows, no two of which cross or share a place.
private struct MonotonePairs {
    /// The second place of the pair of each first place, -1 for none.
    private var partner: [Int]

    init(width: Int) { partner = Array(repeating: -1, count: width) }

    mutating func add(_ first: Int, _ second: Int) { partner[first] = second }

    /// Whether a pair neither crosses nor touches its neighbours, and so none.
    func leavesRoom(for first: Int, _ second: Int) -> Bool {
        guard partner[first] < 0 else { return false }
        var at = first - 1
        while at >= 0, partner[at] < 0 { at -= 1 }
        if at >= 0, partner[at] >= second { return false }
        at = first + 1
        while at < partner.count, partner[at] < 0 { at += 1 }
        return at == partner.count || partner[at] > second
    }
}

/// Where boxes are in each rank, to keep straight lines from asking for the impossible.
private struct BoxExtents {
    private let grid: Grid
    private let part: Skeleton
    /// First and last rank of each box, and its first and last place in each of them.
    private var spans: [[Int: ClosedRange<Int>]]

    init(_ grid: Grid, _ part: Skeleton) {
        self.grid = grid
        self.part = part
        spans = Array(repeating: [:], count: part.boxes.count)
        for (rank, row) in grid.order.enumerated() where !part.boxes.isEmpty {
            for (place, item) in row.enumerated() {
                var at = grid.box[item]
                while at >= 0 {
                    let known = spans[at][rank]
                    spans[at][rank] = min(known?.lowerBound ?? place, place)...max(known?.upperBound ?? place, place)
                    at = part.boxParent[at]
                }
            }
        }
    }

    /// Whether a line may be straight: for every box that both ranks have, both items are in it or both on the same side.
    func allow(_ a: Int, _ b: Int, _ position: [Int]) -> Bool {
        for box in spans.indices {
            guard let first = spans[box][grid.rank[a]], let second = spans[box][grid.rank[b]] else { continue }
            if Self.side(position[a], first) != Self.side(position[b], second) { return false }
        }
        return true
    }

    private static func side(_ place: Int, _ range: ClosedRange<Int>) -> Int {
        place < range.lowerBound ? -1 : place > range.upperBound ? 1 : 0
    }
}
