// SPDX-License-Identifier: Apache-2.0
import Model

/// Gates of classic remoting that close again and again.
///
/// With logs, or with the bridge's events. Management alone knows no gates.
enum GateFlappingRule: ClusterRule {
    static let window = Duration.seconds(30)
    /// How often a gate must close within the window.
    static let least = 3

    static func candidates(in scene: Scene) -> [Candidate] {
        Gates.all(scene).compactMap { gate in
            guard gate.recent.count >= least, let first = gate.recent.first else { return nil }
            let (observer, subject) = (gate.observer, gate.subject)
            var found = Candidate(
                .gateFlapping, in: scene.id, about: "\(observer.text) \(subject.text)", severity: .degraded,
                isConfirmed: true,
                title:
                    "\(observer.hostPort) gates \(subject.hostPort) again and again: \(gate.recent.count) times in \((scene.now - first).spoken)",
                cause: "each attempt fails when the gate opens", subjects: [observer.text, subject.text], since: first,
                evidence: [gate.fact.first.evidence(), gate.fact.last.evidence()],
                next: "test TCP from \(observer.hostPort) to \(subject.hostPort)")
            found.patience = .seconds(10)
            found.commands = ["meshtop explain \(observer.hostPort)"]
            found.reach = Candidate.Reach([.asymmetricGating], [observer.text])
            return found
        }
    }
}

/// The gates that closed a moment ago, of members towards members that do not leave.
enum Gates {
    struct Gate {
        var observer: Address
        var subject: Address
        var fact: LineFact
        /// When it closed lately, oldest first.
        var recent: [Timestamp]
    }

    static func all(_ scene: Scene) -> [Gate] {
        scene.ledger.lines.all(.gated).compactMap { fact in
            guard let observer = fact.observer, let subject = fact.peer, let member = scene.members[subject],
                scene.members[observer] != nil, !scene.isDeparting(member), scene.now - fact.last.at < .seconds(12)
            else { return nil }
            let recent = fact.times.filter { scene.now - $0 < GateFlappingRule.window }
            return Gate(observer: observer, subject: subject, fact: fact, recent: recent)
        }
    }
}
