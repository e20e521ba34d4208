// SPDX-License-Identifier: Apache-2.0
import Model

/// A process that is gone: its ports refuse connections, or another process runs at its address.
///
/// With management: its endpoint refuses, and those that monitor it lose it or cannot connect. With logs: those that try it are refused. With the
/// bridge: they back off. One of these alone is a suspicion; a closed management port of a member that all others reach is none.
enum NodeDownRule: ClusterRule {
    static func candidates(in scene: Scene) -> [Candidate] {
        scene.present.compactMap { candidate($0, scene) }
    }

    private static func candidate(_ member: MemberSnapshot, _ scene: Scene) -> Candidate? {
        let address = member.node.address
        let isOpen = scene.memory[.nodeDown, scene.id, address.text]?.isOpen ?? false
        // Whoever leaves, or was downed, ends: that is no cause.
        guard isOpen ? member.status != .exiting : !scene.isDeparting(member) else { return nil }
        guard member.status != .unreported else { return nil }
        // Whoever was cut off before it ended, or is a moment after, has the cut to thank for it.
        if !isOpen, scene.lostBy[address] != nil, scene.wasCutOff(address) { return nil }
        if let restarted = restarted(member, scene) { return restarted }
        let lost = scene.lostSince(address)
        let refusals = scene.refusing(address)
        guard lost != nil || !refusals.isEmpty else { return nil }
        let voice = scene.voice(address)
        if !isOpen, let lost, let answer = voice.lastAnswer, answer.at > lost.at + .milliseconds(1500) { return nil }
        switch voice {
        case .answers, .silent, .unusable: return nil
        case .refused(let record), .broken(let record):
            guard let failed = record.failed else { return nil }
            let isRefused = record.code == .refused
            let isSure = isRefused && (lost != nil || refusals.count > 1 || record.failures > 1)
            return make(member, scene, since: min(lost?.at ?? failed.at, failed.at), isSure, [failed], refusals)
        case .notAsked, .unknown: return withoutEndpoint(member, scene, lost, refusals)
        }
    }

    /// Only what others say: several that are refused, or one that is refused while all have lost it.
    private static func withoutEndpoint(
        _ member: MemberSnapshot, _ scene: Scene, _ lost: Sighting?, _ refusals: [FindingEvidence]
    ) -> Candidate? {
        let address = member.node.address
        guard let first = refusals.map(\.at).min() else {
            guard let lost, NodePausedRule.isLostByAll(address, scene), !scene.isAlive(address, after: lost.at) else {
                return nil
            }
            let broken = scene.broken(address, around: lost.at)
            let isQuarantined = scene.memory.hasHeld(
                .quarantinedPair, in: scene.id, about: address.text, within: .seconds(30), at: scene.now)
            return broken.isEmpty || isQuarantined ? nil : make(member, scene, since: lost.at, false, [], broken)
        }
        if let heard = scene.ledger.lines.lastHeard(address), heard.at > first + .seconds(2) { return nil }
        let isLost = lost != nil && NodePausedRule.isLostByAll(address, scene)
        return make(member, scene, since: min(lost?.at ?? first, first), isLost || refusals.count > 1, [], refusals)
    }

    /// Another process answers at the address, or said that it starts there, while the members still list the old one.
    private static func restarted(_ member: MemberSnapshot, _ scene: Scene) -> Candidate? {
        let address = member.node.address
        guard let seen = scene.restart(address) else { return nil }
        let isHeld = scene.memory[.nodeDown, scene.id, address.text]?.isOpen ?? false
        // Whoever was lost long before, or quarantined, was started again to mend that.
        let lost = scene.lostSince(address)
        let isCure = lost.map { seen.at - $0.at > .seconds(15) } ?? false
        guard isHeld || !isCure && !scene.wasQuarantined(address) else { return nil }
        // A start is only a sign of trouble where the members still miss the old process.
        guard isHeld || scene.lostBy[address] != nil || !scene.refusing(address).isEmpty else { return nil }
        guard member.status != .joining, member.status != .weaklyUp else { return nil }
        var found = make(
            member, scene, since: min(scene.lostSince(address)?.at ?? seen.at, seen.at), true, [seen],
            scene.refusing(address))
        found.title = "\(address.hostPort) process gone: another one has started there and is not a member yet"
        found.next = "it joins when the old incarnation is removed; look into its log for why it ended"
        return found
    }

    private static func make(
        _ member: MemberSnapshot, _ scene: Scene, since: Timestamp, _ isSure: Bool, _ own: [Sighting],
        _ refusals: [FindingEvidence]
    ) -> Candidate {
        let address = member.node.address
        let lost = scene.lostBy[address] ?? []
        let who = lost.isEmpty ? "" : "lost by \(lost.count.of("member")) that monitor it; "
        var found = Candidate(
            .nodeDown, in: scene.id, about: address.text, severity: .failure, isConfirmed: isSure,
            title: "\(address.hostPort) process gone: its ports refuse connections",
            cause: "\(who)no exit was reported before it went", subjects: [address.text], since: since,
            evidence: own.map { $0.evidence() } + refusals.prefix(4) + scene.evidenceOfLoss(address),
            next: scene.downingSentence(address) ?? "look at the end of its log and at what ran the process")
        if !isSure {
            found.alternatives = [
                FindingAlternative(.sourceFailing, against: "members that monitor it cannot connect to it either"),
                FindingAlternative(.nodePaused, against: "a paused process keeps its ports open"),
            ]
        }
        found.impacts = scene.impacts(losing: [address])
        found.commands = ["meshtop explain \(address.hostPort)"]
        found.reach = Candidate.Reach(
            [
                .asymmetricReachability, .phiRising, .phiRose, .sourceFailing, .viewsDisagree, .leaderCannotAct,
                .joiningStuck, .leavingStuck, .unreachableNotRemoved, .sbrDecision, .membersMissing,
                .shardCoordinatorStuck, .shardHandoffSlow, .gateFlapping, .asymmetricGating, .quarantinedPair,
                .quarantinedByPeer, .nodeRestarted, .nodeRemoved, .downedEverything, .bootstrapBlocked,
                .handshakeTimeout, .reachabilityFlapping, .peerUnknown, .nodeStarved, .serviceFailing,
                .serviceDegraded, .staleDNS,
            ], [address.text])
        return found
    }
}
