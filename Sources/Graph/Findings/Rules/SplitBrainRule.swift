// SPDX-License-Identifier: Apache-2.0
import Model

/// Two sides of one cluster that each have a leader, of which one has removed or downed the other, which lives on.
///
/// With management of both sides. For as long as both list the same members it is a partition that is not decided; when neither lists the
/// other, these are two clusters.
enum SplitBrainRule: ClusterRule {
    /// Whoever is downed hears of it and ends within seconds.
    private static let patience = Duration.seconds(8)

    static func candidates(in scene: Scene) -> [Candidate] {
        let views = scene.cluster.views.filter { view in
            view.isVoting && view.members[view.observer]?.status == .up
        }
        guard views.count > 1, let pair = divided(views) else { return [] }
        let (one, other) = (pair.remover, pair.removed)
        let evidence = [one, other].compactMap { view -> FindingEvidence? in
            guard let leader = view.leader else { return nil }
            return scene.voices[view.observer]?.lastAnswer?.evidence(
                "\(view.observer.hostPort) lists \(view.members.members.count.of("member")) and follows \(leader.hostPort)"
            )
        }
        let lost = scene.ledger.trails[other.observer]
        var found = Candidate(
            .splitBrain, in: scene.id, severity: .failure, isConfirmed: true,
            title:
                "split brain: \(one.observer.hostPort) has \(pair.word) \(other.observer.hostPort), which lives on under another leader",
            cause: "one side decided, the other has not heard of it or decided otherwise",
            subjects: [other.observer, one.observer].texts, since: scene.now,
            evidence: evidence + [lost?.downed ?? lost?.removed].compactMap { $0?.evidence() },
            next: "stop \(other.observer.hostPort) and let it join again: singletons and shards may run on both sides")
        found.delay = patience + scene.pollPeriod
        found.impacts = [
            FindingImpact(.members, [other.observer.text], "singletons and shards may run on both sides")
        ]
        found.reach = Candidate.Reach([.viewsDisagree, .membersMissing, .sbrDecision, .nodeRemoved, .joiningStuck])
        return [found]
    }

    /// A view that has downed or removed an observer which still lists the first and follows another leader.
    private static func divided(
        _ views: [ViewSnapshot]
    ) -> (remover: ViewSnapshot, removed: ViewSnapshot, word: String)? {
        // Views that follow the same leader agree, or are about to.
        var byLeader: [Address: ViewSnapshot] = [:]
        for view in views {
            guard let leader = view.leader, byLeader.count < 16 else { continue }
            byLeader[leader] = byLeader[leader] ?? view
        }
        let leaders = byLeader.keys.sorted()
        for first in leaders {
            for second in leaders where first != second {
                guard let one = byLeader[first], let other = byLeader[second], let uid = other.observerUid,
                    other.members[one.observer].map({ $0.status != .down && $0.status != .removed }) ?? false
                else { continue }
                let row = one.members[other.observer]
                if row == nil || row?.node.uid != uid { return (one, other, "removed") }
                if row?.status == .down { return (one, other, "downed") }
            }
        }
        return nil
    }
}
