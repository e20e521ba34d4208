// SPDX-License-Identifier: Apache-2.0
import Model

/// The split brain resolver with keep-majority (akka-cluster, `sbr/SplitBrainResolver.scala`, `DowningStrategy.scala`).
struct SplitBrainResolver {
    let process: SimulatedProcess
    let gossip: Gossip
    let world: World
    /// Whether half of the members are too many to be downed as indirectly connected: then all are.
    let hasIndirectThreshold: Bool

    /// Whether this node decides: it leads the side that it can reach, and sees trouble.
    var decides: Bool {
        !gossip.blocking.isEmpty && process.status?.status.isUpForLeadership == true
            && gossip.leader(for: process.id, world: world) == world.incarnations[process.id].node.address
    }

    /// The incarnations that it downs.
    func downed() -> BitSet {
        let between = indirectlyConnected
        let reachability = between.isEmpty ? gossip.reachability : gossip.reachability.removing(recordsAmong: between)
        var lost = reachability.cutOff { gossip.row($0)?.status != .down }
        lost.remove(process.id)
        let voting = gossip.rows.filter { $0.status == .up || $0.status == .leaving }
        let away = voting.count { lost.contains($0.id) }
        let here = voting.count - away
        let survives = here > away || (here == away && !lost.contains(voting.first?.id ?? -1))
        var downed = between
        if away > 0 {
            let minority = gossip.rows.lazy.filter { lost.contains($0.id) == survives }
            downed.formUnion(BitSet(minority.map(\.id)))
        }
        if hasIndirectThreshold, !between.isEmpty, downed.elements.count * 2 >= gossip.rows.count {
            downed = BitSet(gossip.rows.map(\.id))
        }
        return BitSet(downed.elements.filter { $0 < world.incarnations.count && Self.isDownable(gossip.row($0)) })
    }

    private static func isDownable(_ row: Gossip.Row?) -> Bool {
        guard let row else { return false }
        return row.status != .down && row.status != .exiting
    }

    /// Nodes that some can reach and others cannot: both ends of a record whose subject observes too, or has seen this very gossip.
    private var indirectlyConnected: BitSet {
        let records = gossip.reachability.records.filter {
            $0.status != .reachable && gossip.row($0.observer)?.status != .down
        }
        let observers = BitSet(records.map(\.observer))
        var result = BitSet(records.map(\.subject).filter(observers.contains))
        for record in records where process.seen.contains(record.subject) {
            result.insert(record.observer)
            result.insert(record.subject)
        }
        return result
    }
}
