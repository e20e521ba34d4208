// SPDX-License-Identifier: Apache-2.0
import Model

/// A member that nobody monitors: if it died, nobody would notice.
///
/// With the bridge of every member that should monitor it. Without these nothing is said.
enum RingUnmonitoredRule: ClusterRule {
    /// A detector appears with its first heartbeat, and the ring turns when members come and go.
    private static let patience = Duration.seconds(20)

    static func candidates(in scene: Scene) -> [Candidate] {
        guard scene.answers[.bridge]?.isEmpty == false, scene.up.count > 1 else { return [] }
        let rows = Dictionary(grouping: scene.cluster.associations.filter { $0.isCurrent && $0.isExpected == true }) {
            $0.subject.address
        }
        guard scene.cluster.partitions.count <= 1 else { return [] }
        return rows.keys.sorted().compactMap { subject in
            guard let rows = rows[subject], let member = scene.members[subject], member.status == .up,
                scene.lostBy[subject] == nil, !rows.isEmpty,
                rows.allSatisfy({ $0.isMonitored == false && $0.freshness <= .late && lists($0, scene) })
            else { return nil }
            let observers = rows.map(\.observer.address)
            let evidence = observers.prefix(4).compactMap { observer in
                scene.answers[.bridge]?[observer]?.evidence(
                    "the bridge of \(observer.hostPort) has no detector for \(subject.hostPort)")
            }
            guard evidence.count == min(4, observers.count) else { return nil }
            var found = Candidate(
                .ringUnmonitored, in: scene.id, about: subject.text, severity: .degraded, isConfirmed: true,
                title:
                    "\(subject.hostPort) is monitored by nobody: \(observers.named) should, and have no detector for it",
                cause: "no heartbeat of it has come since it joined, or the members differ about who is in the ring",
                subjects: [subject.text] + observers.prefix(4).map(\.text), since: scene.now, evidence: evidence,
                next:
                    "see whether heartbeats of \(subject.hostPort) reach \(observers[0].hostPort), and whether their views differ"
            )
            found.delay = patience
            found.reach = Candidate.Reach([.phiRising], [subject.text])
            return found
        }
    }

    /// Whether the observer itself has the subject as a member: of two clusters none monitors the other.
    private static func lists(_ row: AssociationSnapshot, _ scene: Scene) -> Bool {
        guard let view = scene.cluster.views.first(where: { $0.observer == row.observer.address }), view.isVoting else {
            return false
        }
        return view.members[row.subject.address]?.status == .up
    }
}
