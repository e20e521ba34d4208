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
        let ranked = sorted.indices.sorted { left, right in
            let (a, b) = (score(sorted[left], isMedian[left], grid), score(sorted[right], isMedian[right], grid))
            return a != b ? a > b : left < right
        }
        var chosen: [(Int, Int)] = []
        for index in ranked {
            let joint = sorted[index]
            let (a, b) = (position[joint.a], position[joint.b])
            let isFree = chosen.allSatisfy { pair in
                let (c, d) = (position[pair.0], position[pair.1])
                return (a < c && b < d) || (a > c && b > d)
            }
            if isFree, boxes.allow(joint.a, joint.b, position) { chosen.append((joint.a, joint.b)) }
        }
        return chosen
    }

    private static func score(_ joint: (a: Int, b: Int, weight: Int), _ medians: Int, _ grid: Grid) -> Int {
        let bends = (grid.isNode(joint.a) ? 0 : 1) + (grid.isNode(joint.b) ? 0 : 1)
        return bends * 10 + medians * 4 + min(joint.weight, 3)
    }

    /// For each joint, for how many of its ends it is the middle one.
    private static func medians(_ joints: [(a: Int, b: Int, weight: Int)]) -> [Int] {
        var result = [Int](repeating: 0, count: joints.count)
        var byItem: [Int: [Int]] = [:]
        for (index, joint) in joints.enumerated() {
            byItem[joint.a, default: []].append(index)
            byItem[-1 - joint.b, default: []].append(index)
        }
        for indices in byItem.values {
            result[indices[(indices.count - 1) / 2]] += 1
            if indices.count % 2 == 0 { result[indices[indices.count / 2]] += 1 }
        }
        return result
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
