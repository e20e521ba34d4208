// SPDX-License-Identifier: Apache-2.0
import Model

/// A member that stays unreachable longer than the resolver would take.
enum UnreachableNotRemovedRule: ClusterRule {
    static func candidates(in scene: Scene) -> [Candidate] {
        let stuck = scene.lostBy.keys.sorted().filter { address in
            scene.members[address].map { $0.status != .down && $0.status != .exiting && $0.status != .removed } ?? false
        }
        guard let first = stuck.compactMap({ scene.lostSince($0) }).min(by: { $0.at < $1.at }) else { return [] }
        let downing = scene.cluster.downing
        let isWithout = downing?.strategy == "none"
        var found = Candidate(
            .unreachableNotRemoved, in: scene.id, severity: .failure, isConfirmed: isWithout,
            title: "\(stuck.named) is unreachable and nobody downs it",
            cause: isWithout ? "no downing provider is configured" : "the resolver has not decided, or there is none",
            subjects: stuck.texts, since: first.at,
            evidence: stuck.prefix(4).flatMap { scene.evidenceOfLoss($0, maximum: 2) },
            next: "check akka.cluster.downing-provider-class; when the process is dead for certain, down it by hand")
        found.delay = isWithout ? .seconds(20) : (downing?.stableAfter ?? .seconds(20)) + .seconds(30)
        return [found]
    }
}
