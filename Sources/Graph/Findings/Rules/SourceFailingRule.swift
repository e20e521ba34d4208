// SPDX-License-Identifier: Apache-2.0
import Model

/// A source that does not deliver: meshtop's own trouble, and a sign of others'.
///
/// A member that all others reach while its management port is closed is well; but somebody must say so: a last report from before the trouble
/// vouches for no one. When no member of a cluster answers any more, that is one finding about the cluster. A source that never answered is only
/// worth knowing: nothing says that anything is there.
enum SourceFailingRule: MeshRule {
    /// How many are named one by one before they are counted together.
    private static let maximumNamed = 6
    /// How long a new incarnation may take to open its endpoint.
    private static let settling = Duration.seconds(30)

    static func candidates(in scene: MeshScene) -> [Candidate] {
        let failing = scene.input.sources.filter { $0.state == .failing && isWorthSaying($0, scene) }
        let blackouts = scene.clusters.compactMap(Blackout.init)
        let covered = Set(blackouts.flatMap { $0.records.map(\.address) })
        let silent = Set(failing.filter { $0.id.kind == .management }.compactMap(\.member))
        let once = failing.filter { source in
            if let member = source.member, covered.contains(member) { return false }
            // One word for a member: its stream and its bridge fall silent with its endpoint.
            return source.id.kind == .management || !(source.member.map { silent.contains($0) } ?? false)
        }
        return blackouts.map(\.candidate) + grouped(once.compactMap { candidate($0, scene) })
    }

    private static func grouped(_ all: [Candidate]) -> [Candidate] {
        guard all.count > maximumNamed else { return all }
        let severe = all.filter { $0.severity > .info }
        guard let first = severe.first ?? all.first else { return [] }
        var many = first
        many.key.subject = ""
        many.title = "\(all.count) sources do not answer, \(first.title)"
        many.subjects = Array(all.flatMap(\.subjects).prefix(64))
        many.evidence = Array(all.flatMap(\.evidence).prefix(8))
        return [many]
    }

    private static func isWorthSaying(_ source: SourceSnapshot, _ scene: MeshScene) -> Bool {
        // A right that is missing has a rule of its own.
        if source.id.kind == .kubernetes, source.failure?.code == .auth { return false }
        guard let member = source.member, source.id.kind != .log else { return true }
        // Whoever leaves, was downed or is gone does not answer; that is how it should be.
        guard let (cluster, found) = find(member, scene) else {
            return !scene.clusters.contains { $0.cluster.members.contains { $0.node.address == member } }
        }
        // A process that has just started opens its endpoint a little later.
        let appeared = scene.ledger.trails[member]?.appeared?.at
        let failed = scene.ledger.sources[source.id]?.failed?.at
        if let appeared, let failed, failed < appeared, scene.now - appeared < settling { return false }
        return found.status == .up && !cluster.isDeparting(found)
    }

    private static func find(_ address: Address, _ scene: MeshScene) -> (Scene, MemberSnapshot)? {
        scene.clusters.lazy.compactMap { cluster in cluster.members[address].map { (cluster, $0) } }.first
    }

    private static func candidate(_ source: SourceSnapshot, _ scene: MeshScene) -> Candidate? {
        guard let record = scene.ledger.sources[source.id], let failed = record.failed, let failure = source.failure
        else { return nil }
        let isKnown = record.answered != nil
        let member = source.member.flatMap { find($0, scene) }
        guard isKnown, source.id.kind != .sse || record.failures > 2 else {
            return isKnown ? nil : never(source, record, failed, failure)
        }
        let name = source.member?.hostPort ?? source.id.target
        let isReached = member.map { isVouchedFor($0.1.node.address, in: $0.0, since: failed.at) } ?? false
        var found = Candidate(
            .sourceFailing, in: member?.0.id ?? source.cluster ?? "", about: source.id.description,
            severity: source.id.kind == .management || source.id.kind == .prometheus ? .degraded : .info,
            isConfirmed: record.failures > 1,
            title: isReached
                ? "\(name): its \(source.id.kind.rawValue) does not answer (\(failure.code.rawValue)), the member itself is reached by the others"
                : "\(name): \(source.id.kind.rawValue) does not answer (\(failure.code.rawValue))",
            cause: failure.message, subjects: [source.member?.text ?? source.id.target], since: failed.at,
            evidence: [record.answered?.evidence(), failed.evidence(), record.failedLast?.evidence()].compactMap { $0 },
            next: isReached
                ? "see whether the management port was closed or moved; the member is well"
                : "see whether it runs and can be reached from here")
        found.delay = record.failures > 1 ? .zero : .seconds(3)
        found.patience = .seconds(3)
        return found
    }

    /// Whether the member is known to live: another that monitors its cluster reports after the failure and has not lost it, or its own log goes on.
    private static func isVouchedFor(_ address: Address, in cluster: Scene, since failed: Timestamp) -> Bool {
        guard cluster.lostBy[address] == nil else { return false }
        if let heard = cluster.ledger.lines.lastHeard(address), heard.at > failed { return true }
        return cluster.present.contains { other in
            other.node.address != address && cluster.isAlive(other.node.address, after: failed)
        }
    }

    private static func never(
        _ source: SourceSnapshot, _ record: SourceLedger.Record, _ failed: Sighting, _ failure: SourceFailure
    ) -> Candidate? {
        guard source.id.kind != .bridge, source.id.kind != .sse else { return nil }
        var found = Candidate(
            .sourceFailing, in: source.cluster ?? "", about: source.id.description, severity: .info,
            isConfirmed: record.failures > 1,
            title: "\(source.id.target) has not answered yet (\(failure.code.rawValue))", cause: failure.message,
            subjects: [source.member?.text ?? source.id.target], since: failed.at, evidence: [failed.evidence()],
            next: "see whether it is the right address, and whether it runs")
        found.patience = .zero
        return found
    }
}

/// No member of a cluster answers any more, and nobody was lost by another before: all ended, or the way to all of them did.
private struct Blackout {
    /// The failures of each member since its last answer.
    let records: [(address: Address, record: SourceLedger.Record)]
    private let cluster: Scene

    /// `nil` while anybody answers, or where members were lost one after the other.
    init?(_ cluster: Scene) {
        guard cluster.present.count > 1 else { return nil }
        let records = cluster.present.compactMap { member -> (Address, SourceLedger.Record)? in
            let address = member.node.address
            guard let record = cluster.voice(address).failures, record.failed != nil, record.answered != nil,
                cluster.episodes.episodes(address, in: cluster.id).isEmpty, cluster.lostBy[address] == nil
            else { return nil }
            return (address, record)
        }
        guard records.count == cluster.present.count else { return nil }
        self.records = records.map { (address: $0.0, record: $0.1) }
        self.cluster = cluster
    }

    private var isRefused: Bool { records.allSatisfy { $0.record.code == .refused } }
    /// Whether the log of anybody goes on: then they live, and only their endpoints are out of reach.
    private var isHeard: Bool {
        records.contains { entry in
            guard let failed = entry.record.failed, let heard = cluster.ledger.lines.lastHeard(entry.address) else {
                return false
            }
            return heard.at > failed.at
        }
    }

    private var title: String {
        let name = cluster.cluster.system
        if isHeard { return "\(name): no management endpoint answers from here, the members' logs go on" }
        return isRefused
            ? "\(name): all \(records.count) members refuse connections"
            : "\(name): none of the \(records.count) members answers any more"
    }

    private var next: String {
        if isHeard { return "see what changed on the way from here to the management ports; the members run" }
        return isRefused
            ? "look at what runs all of them (deployment, host), then at the ends of their logs"
            : "see first whether the network from here reaches them, then what runs all of them and the ends of their logs"
    }

    var candidate: Candidate {
        let failed = records.compactMap { $0.record.failed }
        let since = failed.map(\.at).min() ?? cluster.now
        var found = Candidate(
            .sourceFailing, in: cluster.id, about: "cluster", severity: isRefused && !isHeard ? .failure : .degraded,
            isConfirmed: records.allSatisfy { $0.record.failures > 1 }, title: title,
            cause: isHeard
                ? nil : "nothing tells one member from another: they ended together, or the way to all of them did",
            subjects: Array(records.map(\.address).texts.prefix(64)), since: since,
            evidence: records.prefix(4).compactMap { $0.record.answered?.evidence() }
                + failed.prefix(4).map { $0.evidence() },
            next: next)
        found.impacts = isHeard ? [] : cluster.impacts(losing: records.map(\.address))
        found.delay = found.isConfirmed ? .zero : .seconds(3)
        found.patience = .seconds(3)
        return found
    }
}
