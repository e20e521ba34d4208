// SPDX-License-Identifier: Apache-2.0
import Model

/// Quarantines between processes that both live, as opposed to those that end the life of a member that was removed.
///
/// With logs: the quarantiner's line, and that of the node that is told. With the bridge: the registry. With streams alone: a member that an observer
/// has as terminated while it answers, which is a suspicion.
enum QuarantineRule: ClusterRule {
    private static let memory = Duration.seconds(30)
    /// A node that is told of a quarantine downs itself at once; those that quarantine it meanwhile say so of their own.
    private static let ownMargin = Duration.milliseconds(2500)

    /// One node that has quarantined another.
    private struct Quarantine {
        var observer: Address
        var subject: Address
        var at: Timestamp
        var evidence: [FindingEvidence]
        var isSure: Bool
        /// Whether it stands for itself, or may be an echo of another: of the gossip, or of a removal.
        var isOwn = false
    }

    static func candidates(in scene: Scene) -> [Candidate] {
        let found = Dictionary(grouping: quarantines(scene)) { $0.subject }
        let pairs = found.keys.sorted().compactMap { pair(found[$0] ?? [], $0, scene) }
        return pairs + storm(found, scene)
    }

    // MARK: - Facts

    private static func quarantines(_ scene: Scene) -> [Quarantine] {
        var found: [String: Quarantine] = [:]
        for fact in scene.ledger.lines.all(.quarantined) {
            guard let observer = fact.observer, let subject = fact.peer, isOfCluster(observer, subject, scene),
                scene.now - fact.last.at < memory,
                isPrimary(observer, subject, at: fact.first, uid: fact.line.uid, margin: ownMargin, scene)
            else { continue }
            add(
                Quarantine(
                    observer: observer, subject: subject, at: fact.first.at, evidence: [fact.first.evidence()],
                    isSure: true,
                    isOwn: fact.line.pattern.hasPrefix("C") || fact.line.pattern.hasPrefix("T")),
                to: &found)
        }
        for fact in scene.ledger.lines.all(.quarantinedByPeer) {
            guard let subject = fact.observer, let observer = fact.peer, isOfCluster(observer, subject, scene),
                scene.now - fact.last.at < memory,
                isPrimary(observer, subject, at: fact.first, uid: nil, margin: ownMargin, scene)
            else { continue }
            add(
                Quarantine(
                    observer: observer, subject: subject, at: fact.first.at, evidence: [fact.first.evidence()],
                    isSure: true, isOwn: true), to: &found)
        }
        for row in scene.trouble where row.status.state == .quarantined && !row.status.isHarmless {
            let (observer, subject) = (row.observer.address, row.subject.address)
            guard let link = scene.ledger.links.link(observer, subject), link.association.state == .quarantined,
                isPrimary(observer, subject, at: link.seen, uid: row.subject.knownUid, scene)
            else { continue }
            add(
                Quarantine(
                    observer: observer, subject: subject, at: link.seen.at, evidence: [link.seen.evidence()],
                    isSure: !isContradicted(row, since: link.seen.at, scene), isOwn: true),
                to: &found)
        }
        for subject in scene.terminatedFor.keys.sorted() {
            for observer in scene.terminatedFor[subject] ?? [] {
                guard let seen = scene.ledger.losses.sighting(observer, subject),
                    scene.isAlive(subject, after: seen.at),
                    isPrimary(observer, subject, at: seen, uid: nil, scene)
                else { continue }
                add(
                    Quarantine(
                        observer: observer, subject: subject, at: seen.at, evidence: [seen.evidence()], isSure: false),
                    to: &found)
            }
        }
        return found.keys.sorted().compactMap { found[$0] }
    }

    /// Whether the same bridge shows a heartbeat of the subject that came after the quarantine: a quarantined peer is not heard.
    private static func isContradicted(_ row: AssociationSnapshot, since quarantine: Timestamp, _ scene: Scene) -> Bool
    {
        guard let phi = row.phi, phi.isAvailable, let silence = phi.silence else { return false }
        return phi.observedAt - silence > quarantine + .seconds(3) && scene.lostBy[row.subject.address] == nil
    }

    private static func isOfCluster(_ observer: Address, _ subject: Address, _ scene: Scene) -> Bool {
        scene.cluster.members.contains { $0.node.address == subject }
            && scene.cluster.members.contains { $0.node.address == observer }
    }

    private static func add(_ next: Quarantine, to found: inout [String: Quarantine]) {
        let key = "\(next.observer.text) \(next.subject.text)"
        guard var known = found[key] else {
            found[key] = next
            return
        }
        known.at = min(known.at, next.at)
        known.evidence += next.evidence
        known.isSure = known.isSure || next.isSure
        known.isOwn = known.isOwn || next.isOwn
        found[key] = known
    }

    /// Whether it came first: a member that was lost, downed or removed before is quarantined for that reason.
    private static func isPrimary(
        _ observer: Address, _ subject: Address, at quarantine: Sighting, uid: Int64?,
        margin: Duration = .milliseconds(900), _ scene: Scene
    ) -> Bool {
        let present = scene.ledger.trails[subject]
        let isPresent = uid == nil || present?.uid == nil || present?.uid == uid
        let trail = isPresent ? present : scene.ledger.trails.previous(subject)
        guard trail?.uid == uid || uid == nil || isPresent else { return false }
        let moment = quarantine.at
        // That it left because it was downed is the end of the same story.
        let isDownedFirst = trail?.downed.map { downed in trail?.left.map { downed.isBefore($0) } ?? true } ?? false
        if !isDownedFirst, trail?.left?.isBefore(quarantine) == true { return false }
        if trail?.removed?.isBefore(quarantine) == true { return false }
        if trail?.downed?.isBefore(quarantine, by: margin) == true { return false }
        let before = scene.lostBy[subject]?.compactMap { scene.ledger.losses.sighting($0, subject)?.at }.min()
        if let before, moment - before > .seconds(3) { return false }
        return !scene.episodes.episodes(subject, in: scene.id).contains {
            moment - $0 > .seconds(3) && moment - $0 < .seconds(60)
        }
    }

    // MARK: - Candidates

    private static func pair(_ all: [Quarantine], _ subject: Address, _ scene: Scene) -> Candidate? {
        guard let first = all.min(by: { ($0.at, $0.observer) < ($1.at, $1.observer) }) else { return nil }
        let who = all.map(\.observer).sorted()
        let isSure = all.contains(where: \.isSure)
        var found = Candidate(
            .quarantinedPair, in: scene.id, about: subject.text, severity: .failure, isConfirmed: isSure,
            title:
                "\(first.observer.hostPort) has quarantined \(subject.hostPort)\(who.count > 1 ? ", and \((who.count - 1).of("other")) too" : "")",
            cause: isSure
                ? "system messages between them were lost, or somebody asked for it: see the reason in its line"
                : "\(first.observer.hostPort) has it as terminated although it answers",
            subjects: ([first.observer, subject] + who.filter { $0 != first.observer }).texts, since: first.at,
            evidence: Array(all.flatMap(\.evidence).prefix(6)),
            next: "it does not heal by itself: restart \(subject.hostPort), keep \(first.observer.hostPort)")
        found.impacts = scene.impacts(losing: [subject])
        found.commands = ["meshtop explain \(first.observer.hostPort) \(subject.hostPort)"]
        found.patience = .seconds(10)
        found.reach = Candidate.Reach(
            [
                .quarantinedByPeer, .viewsDisagree, .sbrDecision, .membersMissing, .gateFlapping, .asymmetricGating,
                .asymmetricReachability, .unreachableNotRemoved, .leaderCannotAct, .joiningStuck, .leavingStuck,
                .shardCoordinatorStuck, .shardHandoffSlow, .sourceFailing, .nodeRemoved, .nodeRestarted, .phiRising,
                .phiRose, .bootstrapBlocked, .handshakeTimeout, .peerUnknown, .reachabilityFlapping,
            ], Set([subject.text] + who.texts))
        return found
    }

    private static func storm(_ found: [Address: [Quarantine]], _ scene: Scene) -> [Candidate] {
        // Later ones come of the removal that the first one led to.
        let found = found.mapValues { all in
            let first = all.map(\.at).min()
            return all.filter { $0.isOwn && (first.map { [at = $0.at] in at - $0 < .seconds(3) } ?? false) }
        }.filter { !$0.value.isEmpty }
        let byMany = found.filter { Set($0.value.map(\.observer)).count > 1 }
        guard let worst = byMany.max(by: { ($0.value.count, $1.key) < ($1.value.count, $0.key) }) ?? many(found) else {
            return []
        }
        let all = (byMany.isEmpty ? found : byMany).values.flatMap { $0 }.sorted {
            ($0.at, $0.observer) < ($1.at, $1.observer)
        }
        guard let first = all.first else { return [] }
        let subjects = Set(all.map(\.subject)).sorted()
        var storm = Candidate(
            .quarantineStorm, in: scene.id, severity: .failure, isConfirmed: all.contains(where: \.isSure),
            title:
                "quarantine storm: \(all.count) quarantines of \(subjects.named), the first by \(first.observer.hostPort)",
            cause: "\(first.observer.hostPort) was the first; later ones often only repeat it",
            subjects: ([worst.key] + subjects + all.map(\.observer)).uniqued.texts,
            since: first.at, evidence: Array(all.flatMap(\.evidence).prefix(8)),
            next:
                "look at the first one; Akka 2.8.5 and Pekko 1.2 with propagate-harmless-quarantine-events=off do not pass harmless ones on"
        )
        storm.impacts = scene.impacts(losing: subjects)
        storm.patience = .seconds(10)
        storm.reach = Candidate.Reach([
            .quarantinedPair, .quarantinedByPeer, .viewsDisagree, .sbrDecision, .membersMissing, .sourceFailing,
            .nodeRemoved, .nodeRestarted, .asymmetricReachability, .downedEverything, .gateFlapping, .leaderCannotAct,
        ])
        return [storm]
    }

    /// Several nodes that are quarantined, each by somebody.
    private static func many(_ found: [Address: [Quarantine]]) -> (key: Address, value: [Quarantine])? {
        guard found.count > 2 else { return nil }
        return found.min { $0.key < $1.key }
    }
}

extension [Address] {
    /// Each once, in the order of their first places.
    var uniqued: [Address] {
        var seen: Set<Address> = []
        return filter { seen.insert($0).inserted }
    }
}
