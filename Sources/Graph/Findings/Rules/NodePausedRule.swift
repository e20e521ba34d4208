// SPDX-License-Identifier: Apache-2.0
import Model

/// A process that has stopped answering everyone while its ports are still there: a long garbage collection, a stopped or swapped-out process.
///
/// With management: its endpoint accepts and does not answer, and its monitors lose it without a broken link. With logs: its own line "heartbeat
/// was delayed" confirms it afterwards. Without either it stays a suspicion with its alternatives.
enum NodePausedRule: ClusterRule {
    /// How long to wait for a word of the node itself, or of those that try to connect to it, where no endpoint is asked.
    private static let untold = Duration.seconds(6)

    static func candidates(in scene: Scene) -> [Candidate] {
        scene.present.compactMap { candidate($0, scene) }
    }

    private static func candidate(_ member: MemberSnapshot, _ scene: Scene) -> Candidate? {
        let address = member.node.address
        guard !scene.isDeparting(member), scene.refusing(address).isEmpty else { return nil }
        guard let since = scene.lostSince(address) else { return over(member, scene) }
        let delay = scene.ownDelay(address)
        let isLostByAll = isLostByAll(address, scene)
        switch scene.voice(address) {
        case .silent(let record):
            guard let failed = record.failed, isLostByAll || record.failures > 1 else { return nil }
            let isSure = isLostByAll && record.failures > 1 || delay != nil
            return make(member, scene, since: min(since.at, failed.at), isSure, [failed], delay)
        case .answers, .refused, .broken, .unusable:
            guard let delay, !scene.voice(address).isGone else { return nil }
            return make(member, scene, since: since.at, true, [], delay)
        case .notAsked, .unknown:
            if let delay { return make(member, scene, since: since.at, true, [], delay) }
            // Whoever tries to connect to a process that has ended is refused within seconds.
            guard isLostByAll, !scene.isAlive(address, after: since.at), scene.now - since.at >= untold,
                scene.broken(address, around: since.at).isEmpty
            else { return nil }
            return make(member, scene, since: since.at, false, [], nil)
        }
    }

    /// It was lost, is back, and says itself that it was stopped.
    private static func over(_ member: MemberSnapshot, _ scene: Scene) -> Candidate? {
        let address = member.node.address
        guard let delay = scene.ownDelay(address, within: .seconds(8)),
            case .heartbeatDelayed(let actual, _) = delay.line.kind,
            scene.episodes.episodes(address, in: scene.id).contains(where: { scene.now - $0 < actual + .seconds(15) })
        else { return nil }
        return make(member, scene, since: delay.last.at - actual, true, [], delay)
    }

    /// Whether every member that monitors it, and is heard, has lost it.
    static func isLostByAll(_ address: Address, _ scene: Scene) -> Bool {
        let lost = Set(scene.lostBy[address] ?? [])
        let heard = Set(scene.observers).subtracting([address])
        let monitors = scene.monitors(of: address).filter { other in
            heard.contains(other) && (scene.lostBy[other]?.isEmpty ?? true) && !scene.voice(other).isGone
        }
        return !lost.isEmpty && monitors.allSatisfy { lost.contains($0) }
    }

    private static func make(
        _ member: MemberSnapshot, _ scene: Scene, since: Timestamp, _ isSure: Bool, _ own: [Sighting],
        _ delay: LineFact?
    ) -> Candidate {
        let address = member.node.address
        let lost = scene.lostBy[address] ?? []
        var evidence = own.map { $0.evidence() } + scene.evidenceOfLoss(address)
        if let delay { evidence.append(delay.last.evidence()) }
        var found = Candidate(
            .nodePaused, in: scene.id, about: address.text, severity: .failure, isConfirmed: isSure,
            title: "\(address.hostPort) paused: it stopped answering everyone",
            cause: delay.map { "its own heartbeat was late: \($0.line.evidence.text)" }
                ?? "\(lost.count.of("member")) lost it, its ports are still there; its process may be stopped, in a long garbage collection, or starved of CPU",
            subjects: [address.text], since: since, evidence: evidence,
            next: scene.downingSentence(address)
                ?? "look at its garbage collection and CPU limits; raise acceptable-heartbeat-pause only if such pauses are to be borne"
        )
        found.alternatives = [
            FindingAlternative(.nodeStarved, against: "a starved process answers now and then, this one not at all"),
            FindingAlternative(.nodeDown, against: "nothing says that its ports refuse connections"),
        ]
        if !isSure {
            found.alternatives.append(
                FindingAlternative(.networkPartition, against: "nothing was heard from its side since it was lost"))
        }
        found.impacts = scene.impacts(losing: [address])
        found.commands = ["meshtop explain \(address.hostPort)"]
        found.reach = Candidate.Reach(
            [
                .nodeStarved, .networkPartition, .asymmetricReachability, .phiRising, .sourceFailing, .viewsDisagree,
                .leaderCannotAct, .joiningStuck, .leavingStuck, .unreachableNotRemoved, .sbrDecision,
                .membersMissing, .shardCoordinatorStuck, .shardHandoffSlow, .reachabilityFlapping, .phiRose,
                .downedEverything, .quarantinedPair, .quarantinedByPeer,
            ], [address.text])
        return found
    }
}

/// A process that lives and does its work late, again and again: no threads, no CPU.
enum NodeStarvedRule: ClusterRule {
    private static let window = Duration.seconds(300)

    static func candidates(in scene: Scene) -> [Candidate] {
        scene.ledger.lines.all(.heartbeatDelayed).compactMap { fact in
            guard let address = fact.observer, let member = scene.members[address], !scene.isDeparting(member) else {
                return nil
            }
            let recent = fact.times.filter { scene.now - $0 < window }
            guard recent.count >= 3, scene.now - fact.last.at < .seconds(60) else { return nil }
            var found = Candidate(
                .nodeStarved, in: scene.id, about: address.text, severity: .degraded, isConfirmed: recent.count >= 4,
                title:
                    "\(address.hostPort) starved: its heartbeats were late \(recent.count) times in \((scene.now - recent[0]).spoken)",
                cause: "threads that are blocked, or too little CPU", subjects: [address.text], since: recent[0],
                evidence: [fact.first.evidence(), fact.last.evidence()],
                next: "look for blocking work on the default dispatcher, and for CPU limits that throttle it")
            found.alternatives = [
                FindingAlternative(.nodePaused, against: "one pause makes one late heartbeat, not several")
            ]
            found.reach = Candidate.Reach(
                [.phiRising, .phiRose, .reachabilityFlapping, .sourceFailing, .asymmetricReachability],
                [address.text])
            return found
        }
    }
}
