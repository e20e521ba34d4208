// SPDX-License-Identifier: Apache-2.0
import Model

/// Clocks that differ by so much that times of lines mislead.
enum ClockSkewRule: ClusterRule {
    private static let tolerated = Duration.seconds(5)

    static func candidates(in scene: Scene) -> [Candidate] {
        scene.cluster.clocks.compactMap { skew in
            guard skew.isBeyondDoubt, skew.ahead.inSeconds.magnitude > tolerated.inSeconds, skew.reference == nil,
                scene.members[skew.observer] != nil, let heard = scene.ledger.lines.lastHeard(skew.observer)
            else { return nil }
            let isAhead = skew.ahead > .zero
            return Candidate(
                .clockSkew, in: scene.id, about: skew.observer.text, severity: .degraded, isConfirmed: true,
                title:
                    "the clock of \(skew.observer.hostPort) is \(Duration.microseconds(abs(skew.ahead.wholeMicroseconds)).spoken) \(isAhead ? "ahead" : "behind")",
                subjects: [skew.observer.text], since: heard.at,
                evidence: [heard.evidence("a line whose stamp differs from when it came")],
                next: "synchronize its clock; times on screens are corrected meanwhile")
        }
    }
}
