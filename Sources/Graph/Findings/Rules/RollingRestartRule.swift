// SPDX-License-Identifier: Apache-2.0
import Model

/// Several members that left gracefully and started again one after the other: information.
enum RollingRestartRule: ClusterRule {
    private static let window = Duration.seconds(300)

    static func candidates(in scene: Scene) -> [Candidate] {
        let graceful = scene.present.map(\.node.address).filter { address in
            guard let old = scene.ledger.trails.previous(address), old.left != nil, old.up != nil || old.started != nil,
                let seen = scene.ledger.trails[address].flatMap({ $0.appeared ?? $0.started })
            else { return false }
            return scene.now - seen.at < window
        }
        let appeared = graceful.compactMap { scene.ledger.trails[$0]?.appeared }
        guard graceful.count > 1, let first = appeared.min(by: { $0.at < $1.at }) else { return [] }
        var rolling = Candidate(
            .rollingRestart, in: scene.id, severity: .info, isConfirmed: true,
            title: "rolling restart: \(graceful.named) restarted one after the other", subjects: graceful.texts,
            since: first.at, evidence: appeared.prefix(6).map { $0.evidence() }, next: "nothing")
        rolling.reach = Candidate.Reach([.nodeRestarted, .nodeLeaving], nil)
        return [rolling]
    }
}
