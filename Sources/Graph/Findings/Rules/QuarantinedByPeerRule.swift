// SPDX-License-Identifier: Apache-2.0
import Model

/// A node that was told that another has quarantined it, where the other's side is not seen.
///
/// With the node's own log, or its bridge's events. Where both sides are known, the pair is the finding, and this its consequence.
enum QuarantinedByPeerRule: ClusterRule {
    private static let memory = Duration.seconds(30)

    static func candidates(in scene: Scene) -> [Candidate] {
        scene.ledger.lines.all(.quarantinedByPeer).compactMap { fact in
            guard let subject = fact.observer, let observer = fact.peer, scene.now - fact.last.at < memory,
                let member = scene.members[subject], !scene.isDeparting(member) || isPair(subject, scene)
            else { return nil }
            // Of a peer that was a member and is gone it is the end of an old story.
            guard isPair(subject, scene) || scene.ledger.trails[observer] == nil else { return nil }
            var found = Candidate(
                .quarantinedByPeer, in: scene.id, about: subject.text, severity: .failure, isConfirmed: true,
                title: "\(subject.hostPort) is told that \(observer.hostPort) has quarantined it",
                cause: "what led to it stands in the log of \(observer.hostPort)",
                subjects: [observer.text, subject.text], since: fact.first.at,
                evidence: [fact.first.evidence(), fact.last.evidence()],
                next:
                    "it does not heal by itself: restart \(subject.hostPort), and look into the log of \(observer.hostPort)"
            )
            found.patience = .seconds(10)
            found.reach = Candidate.Reach(
                [.sbrDecision, .membersMissing, .sourceFailing, .nodeRemoved], [subject.text])
            return found
        }
    }

    private static func isPair(_ subject: Address, _ scene: Scene) -> Bool {
        scene.memory.hasHeld(.quarantinedPair, in: scene.id, about: subject.text, within: .seconds(10), at: scene.now)
    }
}
