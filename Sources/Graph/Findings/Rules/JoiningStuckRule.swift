// SPDX-License-Identifier: Apache-2.0
import Model

/// Members that stay Joining or WeaklyUp, and who keeps them from becoming Up.
///
/// With management, or with logs of a member that lists them. An unreachable member in the way confirms it; without one it is a suspicion.
enum JoiningStuckRule: ClusterRule {
    private static let nobodyUpAfter = Duration.seconds(10)
    private static let joiningAfter = Duration.seconds(40)

    static func candidates(in scene: Scene) -> [Candidate] { [joining(scene)].compactMap { $0 } }

    private static func joining(_ scene: Scene) -> Candidate? {
        let stuck = scene.present.filter {
            ($0.status == .joining || $0.status == .weaklyUp) && scene.lostBy[$0.node.address] == nil
                && !scene.voice($0.node.address).isGone
        }
        guard let first = stuck.map({ scene.ledger.trails[$0.node.address]?.appeared?.at ?? $0.since }).min() else {
            return nil
        }
        let blockers = Blocked.blockers(scene)
        let isNobodyUp =
            scene.up.isEmpty && scene.present.allSatisfy { $0.status == .joining || $0.status == .weaklyUp }
        let names = stuck.map(\.node.address)
        var found = Candidate(
            .joiningStuck, in: scene.id, severity: isNobodyUp ? .failure : .degraded, isConfirmed: !blockers.isEmpty,
            title: !blockers.isEmpty
                ? "\(names.named) cannot become Up: \(blockers.named) is unreachable and blocks convergence"
                : isNobodyUp
                    ? "all \(names.count.of("member")) stay Joining: nobody becomes Up"
                    : "\(names.named) has been \(stuck[0].status.name) for \((scene.now - first).spoken)",
            cause: !blockers.isEmpty
                ? "the leader moves nobody to Up while a member is unreachable and not downed"
                : isNobodyUp
                    ? "probably min-nr-of-members is greater than \(names.count), or a role's minimum is not met" : nil,
            subjects: (names + blockers).texts, since: first, evidence: Blocked.evidence(scene, stuck, blockers),
            next: !blockers.isEmpty
                ? "when its process is dead for certain, down \(blockers[0].hostPort)"
                : isNobodyUp
                    ? "compare akka.cluster.min-nr-of-members, and those of roles, with the number of processes"
                    : "see whether gossip reaches it: its view, and the leader's lines")
        found.delay = !blockers.isEmpty ? Blocked.after : isNobodyUp ? nobodyUpAfter : joiningAfter
        found.impacts = [FindingImpact(.members, names.texts, "\(names.count.of("member")) not Up")]
        found.reach = Candidate.Reach([.leaderCannotAct, .bootstrapBlocked, .shardCoordinatorStuck], Set(names.texts))
        if blockers.isEmpty {
            found.alternatives = [
                FindingAlternative(.bootstrapBlocked, against: "they list each other, so they have found each other")
            ]
        }
        // It counts from when both the joiner and what blocks it were there.
        if let lost = blockers.compactMap({ scene.lostSince($0)?.at }).min(), lost > first { found.since = lost }
        return found
    }
}
