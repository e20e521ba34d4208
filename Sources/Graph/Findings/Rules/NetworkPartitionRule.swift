// SPDX-License-Identifier: Apache-2.0
import Model

/// Groups of members that all live and cannot reach each other.
///
/// With management or logs of both sides. Of one side alone it cannot be told from processes that ended or stopped, and is not said.
enum NetworkPartitionRule: ClusterRule {
    static func candidates(in scene: Scene) -> [Candidate] {
        let cuts = scene.cuts
        guard cuts.groups.count > 1, let first = cuts.losses.first, !cuts.isOfTwo(scene) else { return [] }
        let others = cuts.groups.dropFirst().flatMap { $0 }
        let sides = cuts.groups.map(\.named).prefix(4).joined(separator: " | ")
        let isMutual = cuts.losses.contains { loss in
            cuts.losses.contains { $0.observer == loss.subject && $0.subject == loss.observer }
        }
        let hasEnded = others.count == 1 && scene.voice(others[0]).isGone
        let title =
            hasEnded
            ? "\(others[0].hostPort) was cut off from the other \(cuts.groups[0].count.of("member")), and its process has ended since"
            : others.count == 1
                ? "\(others[0].hostPort) is cut off from the other \(cuts.groups[0].count.of("member")): all live, the network between them does not carry"
                : "network partition: \(sides) cannot reach each other, all of them live"
        var found = Candidate(
            .networkPartition, in: scene.id, severity: .failure,
            isConfirmed: isMutual || cuts.groups.count == 2 && scene.now - first.seen.at >= .seconds(2),
            title: title, cause: "a network, a firewall or a policy between them",
            subjects: (others + cuts.groups[0]).texts,
            since: first.seen.at, evidence: cuts.losses.prefix(6).map { $0.seen.evidence() },
            next: scene.downingSentence(others[0])
                ?? "test the way between \(others[0].hostPort) and \(cuts.groups[0][0].hostPort), in both directions")
        // Of logs alone the others are known only when they speak.
        if scene.cluster.isFromLines { found.delay = .milliseconds(2000) }
        found.impacts = scene.impacts(losing: others)
        found.commands = others.prefix(2).map { "meshtop explain \($0.hostPort)" }
        found.reach = Candidate.Reach([
            .asymmetricReachability, .twoClusters, .splitBrain, .phiRising, .phiRose, .viewsDisagree, .leaderCannotAct,
            .joiningStuck, .leavingStuck, .unreachableNotRemoved, .sbrDecision, .membersMissing, .quarantinedPair,
            .quarantinedByPeer, .quarantineStorm, .gateFlapping, .asymmetricGating, .shardCoordinatorStuck,
            .shardHandoffSlow, .sourceFailing, .nodeRestarted, .nodeRemoved, .downedEverything, .peerUnknown,
            .reachabilityFlapping, .handshakeTimeout, .bootstrapBlocked, .serviceFailing, .serviceDegraded,
            .leaseLost,
        ])
        return [found]
    }
}
