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
        if let paused = measured(member, scene) { return paused }
        guard let delay = scene.ownDelay(address, within: .seconds(8)),
            case .heartbeatDelayed(let actual, _) = delay.line.kind,
            scene.episodes.episodes(address, in: scene.id).contains(where: { scene.now - $0 < actual + .seconds(15) })
        else { return nil }
        return make(member, scene, since: delay.last.at - actual, true, [], delay)
    }

    /// It was lost, is back, and its exporter saw the whole process stand still for about as long.
    private static func measured(_ member: MemberSnapshot, _ scene: Scene) -> Candidate? {
        let address = member.node.address
        guard let record = scene.process(address), let hiccup = record.process.hiccup, hiccup >= 2.5,
            let lost = scene.episodes.episodes(address, in: scene.id).last, scene.now - lost < .seconds(40),
            record.last.at > lost
        else { return nil }
        var found = make(member, scene, since: min(lost, record.first.at), true, [record.first], nil)
        let isCollection = (record.process.collecting ?? 0) * 60 >= hiccup / 2
        found.cause =
            isCollection
            ? "garbage collection: \(record.first.text)"
            : "\(record.first.text), and garbage collection does not account for it: the process or its machine was stopped"
        found.next = isCollection ? "give it more memory, or tune its garbage collection" : found.next
        return found
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
                .downedEverything, .quarantinedPair, .quarantinedByPeer, .serviceFailing, .serviceDegraded,
            ], [address.text])
        return found
    }
}
