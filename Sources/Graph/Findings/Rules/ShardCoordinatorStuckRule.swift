// SPDX-License-Identifier: Apache-2.0
import Model

/// Sharding that waits for its coordinator.
///
/// With logs only. That the oldest member is lost or leaves confirms it.
enum ShardCoordinatorStuckRule: ClusterRule {
    static func candidates(in scene: Scene) -> [Candidate] {
        let facts = scene.recentLines(.shardsWaiting, within: .seconds(15)).filter {
            $0.count >= 3 && $0.last.at - $0.first.at >= .seconds(6)
        }
        guard let first = facts.first, !scene.up.isEmpty else { return [] }
        let waiting = facts.compactMap(\.observer).uniqued
        let oldest = scene.present.first { $0.isOldest == true }
        let blocked = oldest.flatMap { member -> String? in
            if scene.lostBy[member.node.address] != nil {
                return "the oldest, \(member.node.address.hostPort), is unreachable"
            }
            return scene.isDeparting(member)
                ? "the oldest, \(member.node.address.hostPort), is \(member.status.name)" : nil
        }
        var found = Candidate(
            .shardCoordinatorStuck, in: scene.id, severity: .degraded, isConfirmed: facts.count > 1 || blocked != nil,
            title: "sharding waits for its coordinator on \(waiting.named)",
            cause: blocked ?? "the oldest node is unreachable, leaving, or cannot read its state",
            subjects: waiting.texts, since: first.first.at, evidence: facts.prefix(4).map { $0.last.evidence() },
            next: blocked == nil
                ? "see which node is the oldest, and whether it is reachable"
                : "the coordinator moves when the oldest is removed: see what keeps it")
        found.alternatives = [
            FindingAlternative(.shardHandoffSlow, against: "no region reports a hand-off that timed out")
        ]
        return [found]
    }
}
