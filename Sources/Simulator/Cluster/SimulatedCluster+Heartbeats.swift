import Graph

/// Failure detection (akka-cluster, `ClusterHeartbeat.scala`, and `reapUnreachableMembers` in `ClusterDaemon.scala`).
extension SimulatedCluster {
    /// Whom a node sends heartbeats to, after its view changed. An old receiver that is unreachable is kept until it answers.
    mutating func chooseReceivers(_ slot: Int, _ gossip: Gossip) {
        guard let process = processes[slot] else { return }
        let own = world.people[process.id].node
        let unreachable = Set(gossip.cutOff.elements.filter { $0 != process.id }.map { world.people[$0].node })
        let wanted = gossip.membership.receivers(of: own, unreachable: unreachable)
        let (ids, wantedIDs) = (gossip.membership.ids, BitSet(wanted))
        var detectors = process.detectors.filter { detector in
            ids.contains(detector.subject)
                && (gossip.cutOff.contains(detector.subject) || wantedIDs.contains(detector.subject))
        }
        let known = BitSet(detectors.lazy.map(\.subject))
        for id in wanted where !known.contains(id) {
            detectors.append(.init(subject: id, lastHeard: now, heartbeats: 0))
        }
        processes[slot]?.detectors = detectors
    }

    /// Only answers count: a pair is silent if either direction is.
    mutating func sendHeartbeats(_ slot: Int) {
        guard let process = processes[slot] else { return }
        for (index, detector) in process.detectors.enumerated() {
            let there = world.people[detector.subject].slot
            guard let peer = running(there), peer.id == detector.subject, peer.gossip != nil,
                links.delivers(from: slot, to: there), links.delivers(from: there, to: slot)
            else { continue }
            processes[slot]?.detectors[index].lastHeard = now
            processes[slot]?.detectors[index].heartbeats += 1
        }
    }

    /// Turns what the detectors say into records of the node's own.
    mutating func reap(_ slot: Int) {
        guard let process = processes[slot], let gossip = process.gossip else { return }
        var reachability = gossip.reachability
        var changed = false
        for detector in process.detectors where gossip.membership.ids.contains(detector.subject) {
            let isAvailable = detector.isAvailable(at: now)
            if isAvailable && reachability.isEmpty { continue }
            let recorded = reachability.status(observer: process.id, subject: detector.subject)
            if isAvailable, recorded == .unreachable {
                reachability.set(.reachable, observer: process.id, subject: detector.subject)
                changed = true
            } else if !isAvailable, recorded == .reachable {
                reachability.set(.unreachable, observer: process.id, subject: detector.subject)
                changed = true
            }
        }
        if changed { change(slot, rows: gossip.rows, reachability: reachability) }
    }
}
