// SPDX-License-Identifier: Apache-2.0
import Model

/// Gates of classic remoting that close again and again, and gates in one direction only.
enum GateRule: ClusterRule {
    private static let window = Duration.seconds(30)

    static func candidates(in scene: Scene) -> [Candidate] {
        scene.ledger.lines.all(.gated).compactMap { fact in
            guard let observer = fact.observer, let subject = fact.peer, let member = scene.members[subject],
                scene.members[observer] != nil, !scene.isDeparting(member), scene.now - fact.last.at < .seconds(12)
            else { return nil }
            let recent = fact.times.filter { scene.now - $0 < window }
            if recent.count >= 3 { return flapping(fact, observer, subject, recent, scene) }
            return asymmetric(fact, observer, subject, scene)
        }
    }

    private static func flapping(
        _ fact: LineFact, _ observer: Address, _ subject: Address, _ times: [Timestamp], _ scene: Scene
    ) -> Candidate {
        var found = Candidate(
            .gateFlapping, in: scene.id, about: "\(observer.text) \(subject.text)", severity: .degraded,
            isConfirmed: true,
            title:
                "\(observer.hostPort) gates \(subject.hostPort) again and again: \(times.count) times in \((scene.now - times[0]).spoken)",
            cause: "each attempt fails when the gate opens", subjects: [observer.text, subject.text], since: times[0],
            evidence: [fact.first.evidence(), fact.last.evidence()],
            next: "test TCP from \(observer.hostPort) to \(subject.hostPort)")
        found.patience = .seconds(10)
        found.reach = Candidate.Reach([.asymmetricGating], [observer.text])
        return found
    }

    /// The other side reaches the observer, and has no gate of its own.
    private static func asymmetric(_ fact: LineFact, _ observer: Address, _ subject: Address, _ scene: Scene)
        -> Candidate?
    {
        guard scene.ledger.lines.fact(.gated, subject, observer).map({ scene.now - $0.last.at > window }) ?? true,
            scene.isAlive(subject, after: fact.last.at), !scene.loses(subject, observer)
        else { return nil }
        var found = Candidate(
            .asymmetricGating, in: scene.id, about: "\(observer.text) \(subject.text)", severity: .degraded,
            isConfirmed: false,
            title: "\(observer.hostPort) has gated \(subject.hostPort), which lives and has no gate of its own",
            cause: "a firewall rule, a name or a route in one direction", subjects: [observer.text, subject.text],
            since: fact.first.at, evidence: [fact.first.evidence()],
            next: "test TCP from \(observer.hostPort) to \(subject.hostPort); fix the route or the host name")
        found.delay = .seconds(6)
        found.alternatives = [FindingAlternative(.nodeDown, against: "\(subject.hostPort) answers")]
        return found
    }
}

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

/// A failure detector that grows uneasy while it still has its subject as available; and one that has calmed down again.
enum PhiRule: ClusterRule {
    private static let settling = Duration.seconds(10)

    static func candidates(in scene: Scene) -> [Candidate] {
        var rising: [Address: [AssociationSnapshot]] = [:]
        for row in scene.cluster.associations where row.isCurrent && isUneasy(row) {
            let subject = row.subject.address
            guard scene.lostBy[subject] == nil, let member = scene.members[subject], member.status == .up,
                !scene.isDeparting(member), scene.now - member.since > settling, row.freshness <= .late
            else { continue }
            rising[subject, default: []].append(row)
        }
        // Who finds several others late that nobody else does was late itself.
        let byObserver = Dictionary(grouping: rising.values.flatMap { $0 }) { $0.observer.address }
        for observer in byObserver.keys.sorted() {
            let rows = byObserver[observer] ?? []
            let subjects = rows.map(\.subject.address)
            guard rows.count > 1, scene.lostBy[observer] == nil, subjects.allSatisfy({ rising[$0]?.count == 1 }) else {
                continue
            }
            for subject in subjects { rising[subject] = nil }
            rising[observer, default: []] += rows
        }
        return rising.keys.sorted().compactMap { candidate($0, rising[$0] ?? [], scene) }
            + calmed(scene, but: Set(rising.keys))
    }

    /// Phi is a cliff: below 1 the silence on the detector's own scale is what warns.
    private static func isUneasy(_ row: AssociationSnapshot) -> Bool {
        guard let phi = row.phi, phi.isAvailable else { return false }
        if (phi.magnitude ?? 0) >= 1 { return true }
        guard let silence = phi.silence, let limit = phi.limit, limit > .seconds(2) else { return false }
        return silence.inSeconds >= limit.inSeconds * 0.65
    }

    private static func candidate(_ subject: Address, _ rows: [AssociationSnapshot], _ scene: Scene) -> Candidate? {
        let evidence = rows.prefix(4).compactMap { row -> FindingEvidence? in
            guard let phi = row.phi else { return nil }
            let isOfBridge = phi.carrier == .bridge
            let number = scene.answers[isOfBridge ? .bridge : .prometheus]?[isOfBridge ? row.observer.address : nil]
            return number?.evidence(
                "\(row.observer.address.hostPort): phi of \(subject.hostPort) rises\(phi.silence.map { ", silent for \($0.spoken)" } ?? "")"
            )
        }
        guard !evidence.isEmpty else { return nil }
        var found = Candidate(
            .phiRising, in: scene.id, about: subject.text, severity: .degraded, isConfirmed: rows.count > 1,
            title: rows.allSatisfy { $0.observer.address == subject }
                ? "phi rises at \(subject.hostPort): it finds \(rows.count.of("other")) late that nobody else does, so it was late itself"
                : "phi of \(subject.hostPort) rises: its heartbeats are late at \(rows.count.of("member"))",
            cause: "a pause, load or the network", subjects: [subject.text],
            since: evidence.map(\.at).min() ?? scene.now,
            evidence: evidence, next: "wait: it is unreachable in a second or two, or it has been a short pause")
        found.patience = .seconds(3)
        found.reach = Candidate.Reach([.phiRose], [subject.text])
        return found
    }

    private static func calmed(_ scene: Scene, but rising: Set<Address>) -> [Candidate] {
        scene.present.compactMap { member in
            let address = member.node.address
            guard !rising.contains(address), scene.lostBy[address] == nil,
                let memory = scene.memory[.phiRising, scene.id, address.text],
                scene.now - memory.lastHeld < .seconds(30),
                let evidence = memory.evidence.first
            else { return nil }
            var found = Candidate(
                .phiRose, in: scene.id, about: address.text, severity: .info, isConfirmed: true,
                title: "phi of \(address.hostPort) rose and fell again below the threshold", subjects: [address.text],
                since: memory.since, evidence: [evidence],
                next: "nothing; if it comes back, look at garbage collection and load")
            found.patience = .zero
            return found
        }
    }
}

/// Sharding that waits for its coordinator, or for regions that hand off.
enum ShardRule: ClusterRule {
    static func candidates(in scene: Scene) -> [Candidate] {
        [coordinator(scene), handOff(scene), lease(scene)].compactMap { $0 }
    }

    private static func recent(_ topic: LineTopic, _ scene: Scene, within window: Duration) -> [LineFact] {
        scene.ledger.lines.all(topic).filter { fact in
            scene.now - fact.last.at < window && (fact.observer.map { scene.members[$0] != nil } ?? false)
        }
    }

    private static func coordinator(_ scene: Scene) -> Candidate? {
        let facts = recent(.shardsWaiting, scene, within: .seconds(15)).filter {
            $0.count >= 3 && $0.last.at - $0.first.at >= .seconds(6)
        }
        guard let first = facts.first, !scene.up.isEmpty else { return nil }
        var found = Candidate(
            .shardCoordinatorStuck, in: scene.id, severity: .degraded, isConfirmed: facts.count > 1,
            title: "sharding waits for its coordinator on \(facts.compactMap(\.observer).uniqued.named)",
            cause: "the oldest node is unreachable, leaving, or cannot read its state",
            subjects: facts.compactMap(\.observer).uniqued.texts,
            since: first.first.at, evidence: facts.prefix(4).map { $0.last.evidence() },
            next: "see which node is the oldest, and whether it is reachable")
        found.alternatives = [
            FindingAlternative(.shardHandoffSlow, against: "no region reports a hand-off that timed out")
        ]
        return found
    }

    private static func handOff(_ scene: Scene) -> Candidate? {
        let facts = recent(.handOffSlow, scene, within: .seconds(30))
        guard let first = facts.first else { return nil }
        return Candidate(
            .shardHandoffSlow, in: scene.id, severity: .degraded,
            isConfirmed: facts.contains { $0.count > 1 } || facts.count > 1,
            title: "shards are handed off slowly by \(facts.compactMap(\.observer).uniqued.named)",
            cause: "entities do not stop in time", subjects: facts.compactMap(\.observer).uniqued.texts,
            since: first.first.at,
            evidence: facts.prefix(4).map { $0.last.evidence() },
            next: "raise the drain time, or see what the entities' stop message waits for")
    }

    private static func lease(_ scene: Scene) -> Candidate? {
        let facts = recent(.leaseLost, scene, within: .seconds(60))
        guard let first = facts.first, let observer = first.observer else { return nil }
        return Candidate(
            .leaseLost, in: scene.id, severity: .failure, isConfirmed: true,
            title: "\(observer.hostPort) did not get the lease, and reverses its decision",
            cause: "another side holds it, or the lease's server is slow",
            subjects: facts.compactMap(\.observer).uniqued.texts,
            since: first.first.at, evidence: facts.prefix(4).map { $0.last.evidence() },
            next: "see who holds the lease and how old it is")
    }
}
