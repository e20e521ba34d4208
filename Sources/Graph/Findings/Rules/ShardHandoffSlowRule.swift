// SPDX-License-Identifier: Apache-2.0
import Model

/// Regions that take long to hand off their shards.
///
/// With logs only.
enum ShardHandoffSlowRule: ClusterRule {
    static func candidates(in scene: Scene) -> [Candidate] {
        let facts = scene.recentLines(.handOffSlow, within: .seconds(30))
        guard let first = facts.first else { return [] }
        return [
            Candidate(
                .shardHandoffSlow, in: scene.id, severity: .degraded,
                isConfirmed: facts.contains { $0.count > 1 } || facts.count > 1,
                title: "shards are handed off slowly by \(facts.compactMap(\.observer).uniqued.named)",
                cause: "entities do not stop in time", subjects: facts.compactMap(\.observer).uniqued.texts,
                since: first.first.at, evidence: facts.prefix(4).map { $0.last.evidence() },
                next: "raise the drain time, or see what the entities' stop message waits for")
        ]
    }
}
