// SPDX-License-Identifier: Apache-2.0
import Model

/// Some observers have lost a member that others reach: a broken link, in one direction or in both.
enum AsymmetricReachabilityRule: ClusterRule {
    /// The others may still be about to lose it.
    static let patience = Duration.milliseconds(2000)

    static func candidates(in scene: Scene) -> [Candidate] {
        let cuts = scene.cuts
        guard cuts.groups.count == 1 || cuts.isOfTwo(scene), let first = cuts.losses.first else { return [] }
        // The rest of a partition that heals, or of one whose losers are downed, is no broken link.
        guard !scene.memory.hasHeld(.networkPartition, in: scene.id, about: "", within: .seconds(8), at: scene.now)
        else {
            return []
        }
        let ends = Self.ends(cuts.losses)
        guard !isRest(first, ends, scene) else { return [] }
        var found = Candidate(
            .asymmetricReachability, in: scene.id, severity: .failure, isConfirmed: cuts.groups.count == 1,
            title: title(cuts.losses, ends),
            cause:
                "the link between them is broken, in one direction or in both: heartbeats are answered on the way back, so both look alike",
            subjects: ends.texts, since: first.seen.at, evidence: cuts.losses.prefix(6).map { $0.seen.evidence() },
            next:
                "test TCP from \(first.observer.hostPort) to \(first.subject.hostPort) and back; \(scene.downingSentence(first.subject) ?? "nothing says what the resolver does")"
        )
        found.delay = Self.patience
        if cuts.groups.count > 1 {
            found.alternatives = [
                FindingAlternative(.networkPartition, against: "no other member is known from these logs")
            ]
        }
        found.impacts = [
            FindingImpact(.members, ends.texts, "\(ends.named) may be downed as indirectly connected")
        ]
        found.commands = ends.prefix(2).map { "meshtop explain \($0.hostPort)" }
        found.reach = Candidate.Reach([
            .phiRising, .phiRose, .viewsDisagree, .leaderCannotAct, .joiningStuck, .leavingStuck,
            .unreachableNotRemoved, .sbrDecision, .membersMissing, .quarantinedPair, .quarantinedByPeer, .gateFlapping,
            .asymmetricGating, .shardCoordinatorStuck, .shardHandoffSlow, .sourceFailing, .nodeRemoved,
            .reachabilityFlapping,
        ])
        return [found]
    }

    /// Whether others were lost at the same time and have been found again: it is what is left of a partition that heals.
    private static func isRest(_ first: Cuts.Loss, _ ends: [Address], _ scene: Scene) -> Bool {
        scene.episodes.all(in: scene.id).contains { address in
            !ends.contains(address) && scene.lostBy[address] == nil && scene.members[address] != nil
                && scene.episodes.episodes(address, in: scene.id).contains {
                    $0 > first.seen.at - .seconds(4) && $0 < first.seen.at + .seconds(4)
                }
        }
    }

    /// The ends of the losses, those first that take part in most of them.
    private static func ends(_ losses: [Cuts.Loss]) -> [Address] {
        var counts: [Address: Int] = [:]
        for loss in losses {
            counts[loss.observer, default: 0] += 1
            counts[loss.subject, default: 0] += 1
        }
        let pair = losses.count <= 2 ? [losses[0].observer, losses[0].subject] : []
        return pair + counts.keys.filter { !pair.contains($0) }.sorted { (counts[$1] ?? 0, $0) < (counts[$0] ?? 0, $1) }
    }

    private static func title(_ losses: [Cuts.Loss], _ ends: [Address]) -> String {
        if ends.count == 2 {
            let isMutual = losses.count > 1
            let what = isMutual ? "have lost each other" : "has lost \(losses[0].subject.hostPort)"
            let who = isMutual ? "\(ends[0].hostPort) and \(ends[1].hostPort)" : ends[0].hostPort
            return "\(who) \(what), and others reach both: the link between them is broken"
        }
        return "links at \(ends[0].hostPort) are broken: \(losses.count) losses that others do not share"
    }
}
