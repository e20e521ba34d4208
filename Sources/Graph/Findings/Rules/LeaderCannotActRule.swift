// SPDX-License-Identifier: Apache-2.0
import Model

/// A leader that says that it cannot act, and who blocks convergence.
///
/// With the leader's log only.
enum LeaderCannotActRule: ClusterRule {
    static func candidates(in scene: Scene) -> [Candidate] { [leader(scene)].compactMap { $0 } }

    private static func leader(_ scene: Scene) -> Candidate? {
        let lines = scene.ledger.lines.all(.leaderBlocked).filter { fact in
            scene.now - fact.last.at < .seconds(30) && (fact.observer.map { scene.members[$0] != nil } ?? false)
        }
        let blockers = Blocked.blockers(scene)
        guard let last = lines.map(\.last).max(by: { $0.observation < $1.observation }), let leader = last.observer,
            !blockers.isEmpty
        else { return nil }
        var found = Candidate(
            .leaderCannotAct, in: scene.id, severity: .degraded, isConfirmed: true,
            title: "the leader \(leader.hostPort) cannot act: \(blockers.named) is unreachable",
            subjects: (blockers + [leader]).uniqued.texts, since: lines[0].first.at,
            evidence: [last.evidence()] + blockers.prefix(3).flatMap { scene.evidenceOfLoss($0, maximum: 1) },
            next: "nobody joins or leaves until it is reachable again or downed")
        found.delay = .seconds(5)
        return found
    }
}
