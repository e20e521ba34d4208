// SPDX-License-Identifier: Apache-2.0
import Model

/// What only the leader does (akka-cluster, `leaderActions` in `ClusterDaemon.scala`), as a function of what one node knows.
struct LeaderDuties {
    /// How long the leader must have been unable to act before it welcomes members as WeaklyUp (`allow-weakly-up-members`), in steps.
    private static let patience = Step.seconds(7)

    let process: SimulatedProcess
    let gossip: Gossip
    let world: World
    let now: Int

    /// What a node has to do.
    enum Duty {
        case nothing
        /// It is Down, and the members that it can reach know that.
        case shutDown
        /// It leads and cannot act, since a step.
        case wait(since: Int)
        /// The same for long: these become WeaklyUp.
        case welcome([Int], since: Int)
        /// It leads and acts.
        case act(rows: [Gossip.Row], removed: BitSet)
        /// It does not lead, or has nothing to do; it is not stuck.
        case rest
    }

    var duty: Duty {
        guard let status = process.status?.status else { return .nothing }
        if status == .down { return isKnownToBeDown && process.ending == nil ? .shutDown : .nothing }
        guard gossip.leader(for: process.id, world: world) == world.incarnations[process.id].node.address else {
            return .rest
        }
        guard isConvergent else { return stuck }
        let removed = removed
        let rows = promoted(gossip.rows.filter { !removed.contains($0.id) })
        return removed.isEmpty && rows == gossip.rows ? .rest : .act(rows: rows, removed: removed)
    }

    private var removed: BitSet {
        let confirmed = process.exitingConfirmed
        return BitSet(
            gossip.rows.lazy.filter { row in
                switch row.status {
                case .down: gossip.cutOff.contains(row.id)
                case .exiting: gossip.cutOff.contains(row.id) || confirmed.contains(row.id)
                default: false
                }
            }.map(\.id))
    }

    /// Joining members become WeaklyUp once the leader has been unable to act for long.
    private var stuck: Duty {
        let since = process.isStuckSince ?? now
        guard now - since >= Self.patience else { return .wait(since: since) }
        let ready = gossip.rows.filter { $0.status == .joining && !gossip.cutOff.contains($0.id) }.map(\.id)
        return ready.isEmpty ? .wait(since: since) : .welcome(ready, since: since)
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

    /// No member that still counts is cut off, and all that count have seen the same (`MembershipState.convergence`).
    private var isConvergent: Bool {
        var blocking = gossip.blocking
        blocking.remove(process.id)
        for id in process.exitingConfirmed.elements { blocking.remove(id) }
        guard blocking.isEmpty else { return false }
        var seen = process.seen
        seen.formUnion(process.exitingConfirmed)
        return seen.isSuperset(of: gossip.membership.witnesses)
    }

    /// A node that is Down ends itself once the members that it can reach know that (`shutdownSelfWhenDown`).
    private var isKnownToBeDown: Bool {
        gossip.rows.allSatisfy { row in
            row.status == .down || gossip.cutOff.contains(row.id) || process.seen.contains(row.id)
        }
    }
}
