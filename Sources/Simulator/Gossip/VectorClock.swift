// SPDX-License-Identifier: Apache-2.0
/// Which changes a gossip contains: how many each node has made (akka-cluster, `VectorClock.scala`).
struct VectorClock: Sendable {
    enum Order {
        case same
        case before
        case after
        case concurrent
    }

    /// Sorted by node; a node that changed nothing has no entry.
    private var entries: [(node: Int, changes: Int)] = []

    mutating func increment(_ node: Int) {
        let index = entries.firstIndex { $0.node >= node } ?? entries.count
        if index < entries.count, entries[index].node == node {
            entries[index].changes += 1
        } else {
            entries.insert((node, 1), at: index)
        }
    }

    /// Forgets a removed node, so that clocks do not grow for ever.
    mutating func prune(_ nodes: BitSet) {
        entries.removeAll { nodes.contains($0.node) }
    }

    func compared(to other: VectorClock) -> Order {
        var (less, more) = (false, false)
        Self.walk(entries, other.entries) { _, left, right in
            if left < right { less = true }
            if left > right { more = true }
        }
        switch (less, more) {
        case (false, false): return .same
        case (true, false): return .before
        case (false, true): return .after
        case (true, true): return .concurrent
        }
    }

    func merged(with other: VectorClock) -> VectorClock {
        var result = VectorClock()
        result.entries.reserveCapacity(max(entries.count, other.entries.count))
        Self.walk(entries, other.entries) { node, left, right in result.entries.append((node, max(left, right))) }
        return result
    }

    private static func walk(
        _ left: [(node: Int, changes: Int)], _ right: [(node: Int, changes: Int)], _ body: (Int, Int, Int) -> Void
    ) {
        var (i, j) = (0, 0)
        while i < left.count || j < right.count {
            let (a, b) = (i < left.count ? left[i].node : .max, j < right.count ? right[j].node : .max)
            body(min(a, b), a <= b ? left[i].changes : 0, b <= a ? right[j].changes : 0)
            if a <= b { i += 1 }
            if b <= a { j += 1 }
        }
    }
}
