// SPDX-License-Identifier: Apache-2.0
import Model

/// Makes gossips and merges them. All nodes that merge the same two share the result.
struct GossipMaker: Sendable {
    private struct Pair: Hashable {
        let left: Int
        let right: Int
    }

    /// Number of gossips made so far.
    private(set) var count = 0
    private var merges: [Pair: Gossip] = [:]

    mutating func make(
        rows: [Gossip.Row], reachability: Reachability, clock: VectorClock, tombstones: BitSet, sharing: Gossip?,
        world: World
    ) -> Gossip {
        count += 1
        return Gossip(
            serial: count, rows: rows, reachability: reachability, clock: clock, tombstones: tombstones,
            sharing: sharing, world: world)
    }

    mutating func merged(_ left: Gossip, _ right: Gossip, _ world: World) -> Gossip {
        let key = Pair(left: min(left.serial, right.serial), right: max(left.serial, right.serial))
        if let known = merges[key] { return known }
        var tombstones = left.tombstones
        tombstones.formUnion(right.tombstones)
        let rows = mergedRows(left, right, tombstones, world)
        let result = make(
            rows: rows,
            reachability: left.reachability.merged(with: right.reachability, allowed: BitSet(rows.lazy.map(\.id))),
            clock: left.clock.merged(with: right.clock), tombstones: tombstones, sharing: left, world: world)
        merges[key] = result
        return result
    }

    /// Forgets what was merged.
    mutating func forgetMerges() { merges.removeAll() }

    /// The status further along wins (`Member.pickHighestPriority`); a member that is Down or Exiting on one side and not listed on the other is removed.
    private func mergedRows(
        _ left: Gossip, _ right: Gossip, _ tombstones: BitSet, _ world: World
    ) -> [Gossip.Row] {
        if left.membership === right.membership { return left.rows }
        var rows: [Gossip.Row] = []
        for row in left.rows where !tombstones.contains(row.id) {
            if let other = right.row(row.id) {
                rows.append(row.status.priority >= other.status.priority ? row : other)
            } else if row.status != .down && row.status != .exiting {
                rows.append(row)
            }
        }
        for row in right.rows where left.row(row.id) == nil && !tombstones.contains(row.id) {
            if row.status != .down && row.status != .exiting { rows.append(row) }
        }
        return rows.sorted { Incarnation.precedes(world.incarnations[$0.id], world.incarnations[$1.id]) }
    }
}
