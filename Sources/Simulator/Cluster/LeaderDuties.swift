import Model

/// What only the leader does (akka-cluster, `leaderActions` in `ClusterDaemon.scala`).
extension SimulatedCluster {
    mutating func actAsLeader(_ slot: Int) {
        guard let process = processes[slot], let gossip = process.gossip, let status = process.status?.status else {
            return
        }
        if status == .down { return shutDownWhenKnown(slot, process, gossip) }
        let leads = gossip.leader(for: process.id, world: world) == world.people[process.id].node.address
        guard leads, isConvergent(process, gossip) else {
            if leads { return welcomeWeakly(slot, process, gossip) }
            processes[slot]?.isStuckSince = nil
            return
        }
        processes[slot]?.isStuckSince = nil
        let confirmed = process.exitingConfirmed
        let removed = BitSet(
            gossip.rows.lazy.filter { row in
                switch row.status {
                case .down: gossip.cutOff.contains(row.id)
                case .exiting: gossip.cutOff.contains(row.id) || confirmed.contains(row.id)
                default: false
                }
            }.map(\.id))
        let rows = promoted(gossip.rows.filter { !removed.contains($0.id) })
        if removed.isEmpty && rows == gossip.rows { return }
        var (reachability, tombstones) = (gossip.reachability, gossip.tombstones)
        reachability.remove(removed)
        tombstones.formUnion(removed)
        change(slot, rows: rows, reachability: reachability, tombstones: tombstones, removed: removed)
    }

    /// Who waits to join becomes WeaklyUp, once the leader has been unable to act for long (`allow-weakly-up-members`, 7 s).
    private mutating func welcomeWeakly(_ slot: Int, _ process: SimulatedProcess, _ gossip: Gossip) {
        let since = process.isStuckSince ?? now
        processes[slot]?.isStuckSince = since
        guard now - since >= Step.seconds(7) else { return }
        let ready = gossip.rows.filter { $0.status == .joining && !gossip.cutOff.contains($0.id) }.map(\.id)
        if ready.isEmpty { return }
        change(slot, rows: gossip.rows(setting: .weaklyUp, of: ready), reachability: gossip.reachability)
    }

    /// Joining becomes Up, with the next number of age; Leaving becomes Exiting.
    private func promoted(_ rows: [Gossip.Row]) -> [Gossip.Row] {
        var next = rows.lazy.map(\.upNumber).filter { $0 != .max }.max() ?? 0
        return rows.map { row in
            switch row.status {
            case .joining, .weaklyUp:
                next += 1
                return Gossip.Row(id: row.id, status: .up, upNumber: next)
            case .leaving: return Gossip.Row(id: row.id, status: .exiting, upNumber: row.upNumber)
            default: return row
            }
        }
    }

    /// Nobody who still matters is cut off, and all who matter have seen the same (`MembershipState.convergence`).
    func isConvergent(_ process: SimulatedProcess, _ gossip: Gossip) -> Bool {
        var blocking = gossip.blocking
        blocking.remove(process.id)
        for id in process.exitingConfirmed.elements { blocking.remove(id) }
        guard blocking.isEmpty else { return false }
        var seen = process.seen
        seen.formUnion(process.exitingConfirmed)
        return seen.isSuperset(of: gossip.membership.witnesses)
    }

    /// A node that is Down ends itself once those it can reach know (`shutdownSelfWhenDown`).
    private mutating func shutDownWhenKnown(_ slot: Int, _ process: SimulatedProcess, _ gossip: Gossip) {
        let known = gossip.rows.allSatisfy { row in
            row.status == .down || gossip.cutOff.contains(row.id) || process.seen.contains(row.id)
        }
        if known, process.ending == nil { processes[slot]?.ending = .leavesCluster(at: now + 1) }
    }
}
