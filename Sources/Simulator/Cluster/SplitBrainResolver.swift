import Model

/// The split brain resolver with keep-majority (akka-cluster, `sbr/SplitBrainResolver.scala`, `DowningStrategy.scala`).
extension SimulatedCluster {
    /// The reachable side's leader decides once nothing has changed for `stable-after`.
    mutating func decideDowning(_ slot: Int) {
        guard configuration.scenario.hasDowning, let process = processes[slot], let gossip = process.gossip,
            !gossip.blocking.isEmpty,
            now - process.stableSince >= stableAfter, process.status?.status.isUpForLeadership == true,
            gossip.leader(for: process.id, world: world) == world.people[process.id].node.address
        else { return }
        let downed = keepMajority(process, gossip)
        if downed.isEmpty { return }
        change(slot, rows: gossip.rows(setting: .down, of: downed), reachability: gossip.reachability)
    }

    private func keepMajority(_ process: SimulatedProcess, _ gossip: Gossip) -> BitSet {
        let between = indirectlyConnected(process, gossip)
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
        return BitSet(downed.elements.filter { $0 < world.people.count && isDownable(gossip.row($0)) })
    }

    private func isDownable(_ row: Gossip.Row?) -> Bool {
        guard let row else { return false }
        return row.status != .down && row.status != .exiting
    }

    /// Nodes that some can reach and others cannot: both ends of a record whose subject observes too, or has seen this very gossip.
    private func indirectlyConnected(_ process: SimulatedProcess, _ gossip: Gossip) -> BitSet {
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
