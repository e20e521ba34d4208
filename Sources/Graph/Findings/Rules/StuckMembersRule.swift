// SPDX-License-Identifier: Apache-2.0
import Model

/// Members that neither come in nor go out, and who keeps them from it.
enum StuckMembersRule: ClusterRule {
    /// Joining and leaving take a second or two; with an unreachable member in the way they take for ever.
    private static let blockedAfter = Duration.seconds(7)
    private static let nobodyUpAfter = Duration.seconds(10)
    private static let joiningAfter = Duration.seconds(40)
    private static let leavingAfter = Duration.seconds(45)

    static func candidates(in scene: Scene) -> [Candidate] {
        [joining(scene), leaving(scene), leader(scene)].compactMap { $0 }
    }

    /// The members that keep the leader from acting: unreachable, and not downed.
    private static func blockers(_ scene: Scene) -> [Address] {
        scene.lostBy.keys.filter { scene.members[$0].map { $0.status != .down && $0.status != .removed } ?? false }
            .sorted()
    }

    private static func evidence(_ scene: Scene, _ stuck: [MemberSnapshot], _ blockers: [Address]) -> [FindingEvidence]
    {
        let own = stuck.prefix(4).compactMap { scene.ledger.trails[$0.node.address]?.appeared?.evidence() }
        let left = stuck.prefix(4).compactMap { scene.ledger.trails[$0.node.address]?.left?.evidence() }
        return own + left + blockers.prefix(3).flatMap { scene.evidenceOfLoss($0, maximum: 2) }
            + scene.ledger.lines.all(.leaderBlocked).prefix(1).map { $0.last.evidence() }
    }

    private static func joining(_ scene: Scene) -> Candidate? {
        let stuck = scene.present.filter {
            ($0.status == .joining || $0.status == .weaklyUp) && scene.lostBy[$0.node.address] == nil
                && !scene.voice($0.node.address).isGone
        }
        guard let first = stuck.map({ scene.ledger.trails[$0.node.address]?.appeared?.at ?? $0.since }).min() else {
            return nil
        }
        let blockers = blockers(scene)
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
            subjects: (names + blockers).texts, since: first, evidence: evidence(scene, stuck, blockers),
            next: !blockers.isEmpty
                ? "when its process is dead for certain, down \(blockers[0].hostPort)"
                : isNobodyUp
                    ? "compare akka.cluster.min-nr-of-members, and those of roles, with the number of processes"
                    : "see whether gossip reaches it: its view, and the leader's lines")
        found.delay = !blockers.isEmpty ? blockedAfter : isNobodyUp ? nobodyUpAfter : joiningAfter
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

    private static func leaving(_ scene: Scene) -> Candidate? {
        let stuck = scene.present.filter { $0.status == .leaving || $0.status == .exiting }
        guard !stuck.isEmpty else { return nil }
        let names = stuck.map(\.node.address)
        let blockers = blockers(scene).filter { !names.contains($0) }
        let first = stuck.map { scene.ledger.trails[$0.node.address]?.left?.at ?? $0.since }.min() ?? scene.now
        var found = Candidate(
            .leavingStuck, in: scene.id, severity: .degraded, isConfirmed: !blockers.isEmpty,
            title: blockers.isEmpty
                ? "\(names.named) has been \(stuck[0].status.name) for \((scene.now - first).spoken)"
                : "\(names.named) cannot leave: \(blockers.named) is unreachable and blocks convergence",
            cause: blockers.isEmpty
                ? "it hangs in its shutdown, or the leader cannot act"
                : "the leader removes nobody while a member is unreachable and not downed",
            subjects: (names + blockers).texts, since: first, evidence: evidence(scene, stuck, blockers),
            next: blockers.isEmpty
                ? "look at the phases of its coordinated shutdown; end its process if it hangs"
                : "when its process is dead for certain, down \(blockers[0].hostPort)")
        found.delay = blockers.isEmpty ? leavingAfter : blockedAfter
        found.reach = Candidate.Reach([.leaderCannotAct, .nodeLeaving], Set(names.texts))
        return found
    }

    private static func leader(_ scene: Scene) -> Candidate? {
        let lines = scene.ledger.lines.all(.leaderBlocked).filter { fact in
            scene.now - fact.last.at < .seconds(30) && (fact.observer.map { scene.members[$0] != nil } ?? false)
        }
        let blockers = blockers(scene)
        guard let last = lines.map(\.last).max(by: { $0.observation < $1.observation }), let leader = last.observer,
            !blockers.isEmpty
        else { return nil }
        var found = Candidate(
            .leaderCannotAct, in: scene.id, severity: .degraded, isConfirmed: true,
            title: "the leader \(leader.hostPort) cannot act: \(blockers.named) is unreachable",
            subjects: (blockers + [leader]).uniqued.texts, since: lines[0].first.at,
            evidence: [last.evidence()] + blockers.prefix(3).flatMap { scene.evidenceOfLoss($0, maximum: 1) },
            next: "nobody joins or leaves until it is reachable again or downed")
        found.delay = .seconds(5)
        return found
    }
}

/// A member that stays unreachable longer than the resolver would take.
enum UnreachableNotRemovedRule: ClusterRule {
    static func candidates(in scene: Scene) -> [Candidate] {
        let stuck = scene.lostBy.keys.sorted().filter { address in
            scene.members[address].map { $0.status != .down && $0.status != .exiting && $0.status != .removed } ?? false
        }
        guard let first = stuck.compactMap({ scene.lostSince($0) }).min(by: { $0.at < $1.at }) else { return [] }
        let downing = scene.cluster.downing
        let isWithout = downing?.strategy == "none"
        var found = Candidate(
            .unreachableNotRemoved, in: scene.id, severity: .failure, isConfirmed: isWithout,
            title: "\(stuck.named) is unreachable and nobody downs it",
            cause: isWithout ? "no downing provider is configured" : "the resolver has not decided, or there is none",
            subjects: stuck.texts, since: first.at,
            evidence: stuck.prefix(4).flatMap { scene.evidenceOfLoss($0, maximum: 2) },
            next: "check akka.cluster.downing-provider-class; when the process is dead for certain, down it by hand")
        found.delay = isWithout ? .seconds(20) : (downing?.stableAfter ?? .seconds(20)) + .seconds(30)
        return [found]
    }
}

/// What split brain resolvers decided, and whom they down.
enum SBRDecisionRule: ClusterRule {
    static func candidates(in scene: Scene) -> [Candidate] {
        let facts = scene.ledger.lines.all(.decided).filter { fact in
            scene.now - fact.last.at < .seconds(60) && isOfCluster(fact, scene)
        }
        guard let first = facts.min(by: { ($0.first.at, $0.first.observation) < ($1.first.at, $1.first.observation) }),
            let observer = first.observer, case .downing(.decided(let decision, let downsSelf)) = first.line.kind
        else { return [] }
        let downed = Set(facts.flatMap { LineText.downed(in: $0.line) }).sorted()
        // An empty list is no downing.
        guard !downed.isEmpty || downsSelf else { return [] }
        let subjects = downed.isEmpty ? [observer] : downed
        var found = Candidate(
            .sbrDecision, in: scene.id, severity: .degraded, isConfirmed: true,
            title: "\(observer.hostPort) decided \(decision): \(subjects.named) downed",
            subjects: subjects.texts, since: first.first.at, evidence: facts.prefix(4).map { $0.first.evidence() },
            next: "nothing: it is what the strategy does; see what made them unreachable")
        found.impacts = scene.impacts(losing: subjects)
        return [found]
    }

    private static func isOfCluster(_ fact: LineFact, _ scene: Scene) -> Bool {
        fact.observer.map { observer in scene.cluster.members.contains { $0.node.address == observer } } ?? false
    }
}

/// Addresses in the words of a line.
enum LineText {
    /// Those that a resolver's line says are downed.
    static func downed(in line: LifecycleEvent) -> [Address] {
        guard let start = line.evidence.text.end(of: "is downing [") else { return [] }
        return addresses(in: line.evidence.text[start...].prefix { $0 != "]" })
    }

    /// All addresses in a text, in their order.
    static func addresses(in text: some StringProtocol) -> [Address] {
        var found: [Address] = []
        var rest = Substring(text)
        while found.count < 64, let place = rest.firstIndex(where: { $0 == "a" || $0 == "p" }) {
            let word = rest[place...].prefix { !$0.isWhitespace && !"[],()'\"#".contains($0) }
            guard word.hasPrefix("akka") || word.hasPrefix("pekko"), word.says("://") else {
                rest = rest[rest.index(after: place)...]
                continue
            }
            var text = String(word)
            if let path = text.end(of: "://"), let slash = text[path...].firstIndex(of: "/") {
                text = String(text[..<slash])
            }
            if let address = try? Address(parsing: text), address.host != nil { found.append(address) }
            rest = rest[word.endIndex...]
        }
        return found.uniqued
    }
}

extension String {
    /// The place behind the first occurrence of a phrase.
    func end(of phrase: String) -> Index? {
        let (text, wanted) = (Array(utf8), Array(phrase.utf8))
        guard text.count >= wanted.count else { return nil }
        for start in 0...(text.count - wanted.count) where text[start...].starts(with: wanted) {
            return utf8.index(utf8.startIndex, offsetBy: start + wanted.count)
        }
        return nil
    }
}
