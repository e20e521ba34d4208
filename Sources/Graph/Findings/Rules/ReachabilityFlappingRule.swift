// SPDX-License-Identifier: Apache-2.0
import Model

/// A member, or the cluster, that is lost and found again and again.
enum ReachabilityFlappingRule: ClusterRule {
    private static let window = Duration.seconds(120)
    /// How long after the last loss it still flaps.
    private static let quiet = Duration.seconds(25)

    static func candidates(in scene: Scene) -> [Candidate] {
        var all: [(Address, [Timestamp])] = []
        for address in scene.episodes.all(in: scene.id) {
            let recent = scene.episodes.episodes(address, in: scene.id).filter { scene.now - $0 < window }
            if let last = recent.last, scene.now - last < quiet { all.append((address, recent)) }
        }
        let single = all.filter { $0.1.count >= 3 }
        let total = all.reduce(0) { $0 + $1.1.count }
        let isWide = all.count > 2 && all.contains { $0.1.count > 1 } && total >= all.count + 2
        guard !single.isEmpty || isWide else { return [] }
        let subjects = (single.isEmpty ? all : single).map(\.0)
        let times = (single.isEmpty ? all : single).flatMap(\.1).sorted()
        let most = (single.isEmpty ? all : single).map { $0.1.count }.max() ?? 0
        var found = Candidate(
            .reachabilityFlapping, in: scene.id, severity: .degraded, isConfirmed: true,
            title:
                "reachability flaps: \(subjects.named) lost \(single.isEmpty ? "\(times.count) times in all" : "\(most) times") in \((scene.now - times[0]).spoken)",
            cause: "pauses, starvation or a network that comes and goes", subjects: subjects.texts, since: times[0],
            evidence: subjects.prefix(3).flatMap { scene.evidenceOfLoss($0, maximum: 2) },
            next:
                "while it flaps the resolver's clock starts again each time, and down-all-when-unstable may end everything: find what comes and goes"
        )
        if found.evidence.isEmpty {
            found.evidence = scene.ledger.lines.all(.unreachable).filter { fact in
                fact.peer.map { subjects.contains($0) } ?? false
            }.prefix(4).map { $0.last.evidence() }
        }
        // Between two losses what was seen before still proves it.
        if found.evidence.isEmpty {
            found.evidence = scene.memory[.reachabilityFlapping, scene.id, ""]?.evidence ?? []
        }
        guard !found.evidence.isEmpty else { return [] }
        found.impacts = scene.impacts(losing: subjects)
        found.reach = Candidate.Reach(
            [
                .downedEverything, .sbrDecision, .viewsDisagree, .phiRising, .phiRose, .membersMissing,
                .leaderCannotAct,
                .sourceFailing,
            ], Set(subjects.texts))
        return [found]
    }
}
