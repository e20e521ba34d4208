// SPDX-License-Identifier: Apache-2.0
import Model

/// A lease that was refused, or that its owner could not renew: of a resolver, a singleton, a shard.
///
/// With logs only. A refused lease reverses the resolver's decision; a lost one stops what it guards.
enum LeaseLostRule: ClusterRule {
    private static let memory = Duration.seconds(40)

    static func candidates(in scene: Scene) -> [Candidate] {
        let facts = scene.recentLines(.leaseLost, within: memory)
        guard let first = facts.min(by: { $0.first.observation < $1.first.observation }), let observer = first.observer
        else { return [] }
        let isRefused = first.line.pattern == "S09"
        var found = Candidate(
            .leaseLost, in: scene.id, about: observer.text, severity: .failure, isConfirmed: true,
            title: isRefused
                ? "\(observer.hostPort) did not get the lease, and reverses its decision"
                : "\(observer.hostPort) has lost a lease",
            cause: isRefused ? "another side holds it, or the lease's server is slow" : first.last.text,
            subjects: facts.compactMap(\.observer).uniqued.texts,
            since: first.first.at, evidence: facts.prefix(4).map { $0.first.evidence() },
            next: isRefused
                ? "see who holds the lease and how old it is: the side that has it lives on"
                : "see how fast the API server answers, and the lease's heartbeat-timeout; Akka Management before 1.6.5 and Pekko's end it at the first failure"
        )
        found.reach = Candidate.Reach([
            .sbrDecision, .membersMissing, .downedEverything, .shardCoordinatorStuck, .shardHandoffSlow, .nodeRemoved,
        ])
        return [found]
    }
}
