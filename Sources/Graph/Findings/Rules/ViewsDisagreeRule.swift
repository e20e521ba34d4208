// SPDX-License-Identifier: Apache-2.0
import Model

/// Voting views that list different members for longer than gossip takes.
enum ViewsDisagreeRule: ClusterRule {
    static func candidates(in scene: Scene) -> [Candidate] {
        let views = scene.cluster.views.filter { view in
            guard view.isVoting, let own = view.members[view.observer]?.status else { return false }
            return own == .up || own == .joining || own == .weaklyUp
        }
        guard views.count > 1 else { return [] }
        var lists: [(list: MemberList, observers: [Address])] = []
        for view in views {
            if let place = lists.firstIndex(where: { $0.list === view.members || $0.list == view.members }) {
                lists[place].observers.append(view.observer)
            } else if lists.count < 16 {
                lists.append((view.members, [view.observer]))
            }
        }
        guard lists.count > 1 else { return [] }
        let sorted = lists.map(\.observers).sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
        var found = Candidate(
            .viewsDisagree, in: scene.id, severity: .degraded, isConfirmed: true,
            title: "views differ: \(sorted.map(\.named).prefix(3).joined(separator: " | "))",
            cause: "gossip does not reach all of them", subjects: sorted.dropFirst().flatMap { $0.texts },
            since: scene.now,
            evidence: sorted.prefix(4).compactMap { group in
                scene.voices[group[0]]?.lastAnswer?.evidence("\(group[0].hostPort) lists other members than the rest")
            },
            next: "see which links are broken, and which member has not seen the newest gossip")
        found.delay = .seconds(6) + scene.pollPeriod
        return found.evidence.isEmpty ? [] : [found]
    }
}
