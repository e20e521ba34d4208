// SPDX-License-Identifier: Apache-2.0
import Model

/// A gate in one direction only: the other side lives, reaches the observer and has no gate of its own.
///
/// With logs of both sides, or with logs of one and management of the other. It stays a suspicion: a firewall, a name and a route look alike.
enum AsymmetricGatingRule: ClusterRule {
    static func candidates(in scene: Scene) -> [Candidate] {
        Gates.all(scene).compactMap { gate in
            let (observer, subject, fact) = (gate.observer, gate.subject, gate.fact)
            guard gate.recent.count < GateFlappingRule.least,
                scene.ledger.lines.fact(.gated, subject, observer).map({
                    scene.now - $0.last.at > GateFlappingRule.window
                }) ?? true,
                scene.isAlive(subject, after: fact.last.at), !scene.loses(subject, observer),
                // What the old process suffered is not the new one's.
                scene.restart(subject) == nil, scene.restart(observer) == nil
            else { return nil }
            var found = Candidate(
                .asymmetricGating, in: scene.id, about: "\(observer.text) \(subject.text)", severity: .degraded,
                isConfirmed: false,
                title: "\(observer.hostPort) has gated \(subject.hostPort), which lives and has no gate of its own",
                cause: "a firewall rule, a name or a route in one direction", subjects: [observer.text, subject.text],
                since: fact.first.at, evidence: [fact.first.evidence()],
                next: "test TCP from \(observer.hostPort) to \(subject.hostPort); fix the route or the host name")
            found.delay = .seconds(6)
            found.alternatives = [FindingAlternative(.nodeDown, against: "\(subject.hostPort) gives signs of life")]
            return found
        }
    }
}
