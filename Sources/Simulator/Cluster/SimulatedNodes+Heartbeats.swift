// SPDX-License-Identifier: Apache-2.0
import Model

/// Failure detection (akka-cluster, `ClusterHeartbeat.scala`, and `reapUnreachableMembers` in `ClusterDaemon.scala`).
extension SimulatedNodes {
    /// Chooses the nodes that a node sends heartbeats to, after its view changed. An old receiver that is unreachable is kept until it answers.
    mutating func chooseReceivers(_ slot: Int, _ gossip: Gossip) {
        guard let process = processes[slot] else { return }
        let own = world.incarnations[process.id].node
        let unreachable = Set(gossip.cutOff.elements.filter { $0 != process.id }.map { world.incarnations[$0].node })
        let wanted = gossip.membership.receivers(of: own, unreachable: unreachable)
        let (ids, wantedIDs) = (gossip.membership.ids, BitSet(wanted))
        var detectors = process.detectors.filter { detector in
            ids.contains(detector.subject)
                && (gossip.cutOff.contains(detector.subject) || wantedIDs.contains(detector.subject))
        }
        let known = BitSet(detectors.lazy.map(\.subject))
        for id in wanted where !known.contains(id) {
            detectors.append(HeartbeatDetector(subject: id, at: milliseconds, settings: detectorSettings))
        }
        processes[slot]?.detectors = detectors
    }

    /// As if the heartbeats of a process had been answered for long.
    mutating func settleDetectors(_ slot: Int) {
        guard let process = processes[slot] else { return }
        let (phase, chance) = (process.phases.heartbeat, chance(process))
        let last = (phase == 0 ? -1 : phase - Step.perSecond - 1) * Step.milliseconds
        let settled = SettledHeartbeats(last: Int64(last) + chance.offset, chance: chance, settings: detectorSettings)
        processes[slot]?.detectors = process.detectors.map { HeartbeatDetector(subject: $0.subject, settled: settled) }
    }

    mutating func sendHeartbeats(_ slot: Int) {
        guard let chance = processes[slot].map(chance) else { return }
        let sent = milliseconds - Int64(Step.milliseconds) + chance.offset
        let answering = answering(slot)
        processes[slot]?.recordAnswers(answering, sentAt: sent, tick: now, chance)
    }

    /// The detectors whose subjects answer now. Only answers count: a pair is silent if either direction is.
    private func answering(_ slot: Int) -> [Int] {
        guard let process = processes[slot] else { return [] }
        return process.detectors.indices.filter { index in
            let subject = process.detectors[index].subject
            let there = world.incarnations[subject].slot
            guard let peer = running(there), peer.id == subject, peer.gossip != nil else { return false }
            return links.delivers(from: slot, to: there) && links.delivers(from: there, to: slot)
                && !isQuarantined(there, by: slot) && !isQuarantined(slot, by: there)
        }
    }

    /// Reachability as a node has it after a look at its detectors.
    ///
    /// - Parameter slot: the place of the node.
    /// - Returns: with changed records of its own; `nil` if nothing has changed.
    mutating func reap(_ slot: Int) -> Reachability? {
        let milliseconds = milliseconds
        processes[slot]?.expectFirstAnswers(at: milliseconds)
        guard let process = processes[slot], let gossip = process.gossip else { return nil }
        var reachability = gossip.reachability
        var changed = false
        for detector in process.detectors where gossip.membership.ids.contains(detector.subject) {
            let isAvailable = detector.isAvailable(at: milliseconds)
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
        return changed ? reachability : nil
    }
}
