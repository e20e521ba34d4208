// SPDX-License-Identifier: Apache-2.0
import Model

/// Two clusters of one system whose members do not list each other.
enum TwoClustersRule: ClusterRule {
    static func candidates(in scene: Scene) -> [Candidate] {
        let views = scene.cluster.views.filter { view in
            view.isVoting && view.members[view.observer]?.status == .up
        }
        guard views.count > 1 else { return [] }
        let groups = Self.groups(views)
        guard groups.count > 1 else { return [] }
        let sorted = groups.sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
        let sides = sorted.map(\.named).prefix(4).joined(separator: " | ")
        let evidence = sorted.compactMap { group -> FindingEvidence? in
            group.lazy.compactMap { observer in
                sorted.lazy.flatMap { $0 }.compactMap { other in
                    other == observer
                        ? nil
                        : scene.ledger.trails[other]?.removed.flatMap { $0.observer == observer ? $0.evidence() : nil }
                }.first
                    ?? scene.voices[observer]?.lastAnswer?.evidence(
                        "\(observer.hostPort) lists \(group.count.of("member")): \(group.named)")
            }.first
        }
        var found = Candidate(
            .twoClusters, in: scene.id, severity: .failure, isConfirmed: true,
            title: "two clusters of one system: \(sides) do not list each other",
            cause: "each side removed the other, or formed by itself",
            subjects: (sorted.dropFirst().flatMap { $0 } + sorted[0]).texts,
            since: scene.now, evidence: evidence,
            next:
                "keep the side with more members, stop the processes of the other and let them join again; nothing joins them by itself"
        )
        found.delay = .seconds(8)
        found.impacts = [
            FindingImpact(.members, sorted.dropFirst().flatMap { $0.texts }, "singletons and shards run on both sides")
        ]
        found.reach = Candidate.Reach([
            .splitBrain, .viewsDisagree, .membersMissing, .sbrDecision, .quarantinedPair, .quarantinedByPeer,
        ])
        return [found]
    }

    /// Observers are of one cluster if either lists the other's incarnation as anything but Down or Removed.
    private static func groups(_ views: [ViewSnapshot]) -> [[Address]] {
        var sets = DisjointSets(views.map(\.observer))
        // Equal lists are one group at once.
        var firstWith: [ObjectIdentifier: Address] = [:]
        var distinct: [ViewSnapshot] = []
        for view in views {
            if let first = firstWith[ObjectIdentifier(view.members)] {
                sets.join(first, view.observer)
            } else {
                firstWith[ObjectIdentifier(view.members)] = view.observer
                distinct.append(view)
            }
        }
        let uids = Dictionary(views.compactMap { view in view.observerUid.map { (view.observer, $0) } }) { first, _ in
            first
        }
        for view in distinct {
            for member in view.members.members where member.status != .down && member.status != .removed {
                if uids[member.node.address] == member.node.uid { sets.join(view.observer, member.node.address) }
            }
        }
        return sets.groups
    }
}
