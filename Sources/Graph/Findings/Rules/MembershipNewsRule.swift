// SPDX-License-Identifier: Apache-2.0
import Model

/// What is worth knowing and no trouble: who leaves, who restarted; and who is missing for longer.
enum MembershipNewsRule: ClusterRule {
    private static let window = Duration.seconds(60)

    static func candidates(in scene: Scene) -> [Candidate] {
        leaving(scene) + restarted(scene) + removed(scene) + [missing(scene)].compactMap { $0 }
    }

    private static func leaving(_ scene: Scene) -> [Candidate] {
        scene.present.compactMap { member in
            let address = member.node.address
            guard member.status == .leaving || member.status == .exiting, let left = scene.ledger.trails[address]?.left
            else {
                return nil
            }
            return Candidate(
                .nodeLeaving, in: scene.id, about: address.text, severity: .info, isConfirmed: true,
                title: "\(address.hostPort) leaves the cluster: it is \(member.status.name)", subjects: [address.text],
                since: left.at, evidence: [left.evidence()], next: "nothing: it hands over and ends")
        }
    }

    private static func restarted(_ scene: Scene) -> [Candidate] {
        var found: [Candidate] = []
        var graceful: [Address] = []
        for member in scene.present {
            let address = member.node.address
            guard let old = scene.ledger.trails.previous(address), let trail = scene.ledger.trails[address],
                trail.uid == member.node.knownUid || member.node.knownUid == nil,
                let seen = trail.appeared ?? trail.started, old.up != nil || old.started != nil
            else { continue }
            if old.left != nil, scene.now - seen.at < .seconds(300) { graceful.append(address) }
            guard scene.now - seen.at < window else { continue }
            found.append(
                Candidate(
                    .nodeRestarted, in: scene.id, about: address.text, severity: .info, isConfirmed: true,
                    title:
                        "\(address.hostPort) restarted: a new process runs at its address\(old.left == nil ? ", the old one had not left" : "")",
                    subjects: [address.text], since: seen.at,
                    evidence: [old.removed, seen].compactMap { $0?.evidence() },
                    next: old.left == nil ? "look into the old process' log for why it ended" : "nothing"))
        }
        for joiner in scene.joiners.values.sorted(by: { $0.address < $1.address })
        where scene.now - joiner.since.at < window {
            guard scene.ledger.trails[joiner.address]?.up != nil, joiner.address.system == scene.cluster.system else {
                continue
            }
            found.append(
                Candidate(
                    .nodeRestarted, in: scene.id, about: joiner.address.text, severity: .info, isConfirmed: true,
                    title:
                        "\(joiner.address.hostPort) restarted: another process answers at its address and is not a member yet",
                    subjects: [joiner.address.text], since: joiner.since.at, evidence: [joiner.since.evidence()],
                    next: "it joins when the old incarnation is removed"))
        }
        let known = Set(found.flatMap(\.subjects))
        for fact in scene.ledger.lines.all(.newIncarnation) where scene.now - fact.last.at < window {
            guard let address = fact.peer ?? LineText.addresses(in: fact.line.evidence.text).first,
                !known.contains(address.text),
                scene.cluster.members.contains(where: { $0.node.address == address }),
                !found.contains(where: { $0.subjects == [address.text] })
            else { continue }
            found.append(
                Candidate(
                    .nodeRestarted, in: scene.id, about: address.text, severity: .info, isConfirmed: true,
                    title: "\(address.hostPort) restarted: another process asks to join under its address",
                    subjects: [address.text],
                    since: fact.first.at, evidence: [fact.first.evidence()],
                    next: "look into the old process' log for why it ended"))
        }
        guard graceful.count > 1,
            let first = graceful.compactMap({ scene.ledger.trails[$0]?.appeared }).min(by: { $0.at < $1.at })
        else { return found }
        var rolling = Candidate(
            .rollingRestart, in: scene.id, severity: .info, isConfirmed: true,
            title: "rolling restart: \(graceful.named) restarted one after the other", subjects: graceful.texts,
            since: first.at,
            evidence: graceful.prefix(6).compactMap { scene.ledger.trails[$0]?.appeared?.evidence() }, next: "nothing")
        rolling.reach = Candidate.Reach([.nodeRestarted, .nodeLeaving], nil)
        return found + [rolling]
    }

    /// Members that were downed or removed although nobody had lost them and nobody had quarantined them.
    private static func removed(_ scene: Scene) -> [Candidate] {
        scene.cluster.members.compactMap { member in
            let address = member.node.address
            let present = scene.ledger.trails[address]
            let trail = present?.uid == member.node.knownUid ? present : scene.ledger.trails.previous(address)
            if scene.joiners[address] != nil { return nil }
            guard let trail, trail.uid == member.node.knownUid, trail.left == nil, trail.up != nil,
                let seen = trail.downed ?? trail.removed, scene.now - seen.at < window,
                !scene.episodes.episodes(address, in: scene.id).contains(where: { seen.at - $0 > .seconds(3) })
            else { return nil }
            return Candidate(
                .nodeRemoved, in: scene.id, about: address.text, severity: .info, isConfirmed: true,
                title: "\(address.hostPort) was downed and removed although it was reachable",
                cause: "somebody downed it by hand, or it downed itself", subjects: [address.text], since: seen.at,
                evidence: [trail.downed, trail.removed].compactMap { $0?.evidence() },
                next: "start it again if it was not meant to go")
        }
    }

    private static func missing(_ scene: Scene) -> Candidate? {
        guard let absence = scene.memory.absence(in: scene.id) else { return nil }
        let isGraceful = absence.missing.isEmpty ? false : absence.missing.allSatisfy(\.isGraceful)
        let names = absence.missing.map(\.address)
        let up = scene.up.count
        var found = Candidate(
            .membersMissing, in: scene.id, severity: isGraceful ? .info : .degraded, isConfirmed: true,
            title:
                "\(up) of \(absence.expected.count) expected members are Up\(names.isEmpty ? "" : ": \(names.named) has not come back")",
            cause: isGraceful ? "they left gracefully" : nil, subjects: names.texts, since: absence.since,
            evidence: absence.missing.prefix(6).compactMap(\.evidence),
            next: isGraceful
                ? "nothing, or say how many are expected with --expect-members"
                : "start what is missing, or say how many are expected with --expect-members")
        // What the user expects and was never there is missing at once; what has gone may be about to come back.
        found.delay = absence.expected.origin == .option && names.isEmpty ? .zero : .seconds(60)
        found.patience = .zero
        found.impacts = [FindingImpact(.capacity, [], "\(up) of \(absence.expected.count) members left")]
        if found.evidence.isEmpty,
            let answer = scene.up.lazy.compactMap({ scene.voices[$0.node.address]?.lastAnswer }).first
        {
            found.evidence = [answer.evidence("\(up.of("member")) Up")]
        }
        return found
    }
}

/// Clocks that differ by so much that times of lines mislead.
enum ClockSkewRule: ClusterRule {
    private static let tolerated = Duration.seconds(5)

    static func candidates(in scene: Scene) -> [Candidate] {
        scene.cluster.clocks.compactMap { skew in
            guard skew.isBeyondDoubt, skew.ahead.inSeconds.magnitude > tolerated.inSeconds, skew.reference == nil,
                scene.members[skew.observer] != nil, let heard = scene.ledger.lines.lastHeard(skew.observer)
            else { return nil }
            let isAhead = skew.ahead > .zero
            return Candidate(
                .clockSkew, in: scene.id, about: skew.observer.text, severity: .degraded, isConfirmed: true,
                title:
                    "the clock of \(skew.observer.hostPort) is \(Duration.microseconds(abs(skew.ahead.wholeMicroseconds)).spoken) \(isAhead ? "ahead" : "behind")",
                subjects: [skew.observer.text], since: heard.at,
                evidence: [heard.evidence("a line whose stamp differs from when it came")],
                next: "synchronize its clock; times on screens are corrected meanwhile")
        }
    }
}
