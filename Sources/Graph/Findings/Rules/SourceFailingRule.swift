// SPDX-License-Identifier: Apache-2.0
import Model

/// A source that does not deliver: meshtop's own trouble, and a sign of others'.
///
/// A member that all others reach while its management port is closed is well. One that never answered is only worth knowing: nothing says that
/// anybody is there.
enum SourceFailingRule: MeshRule {
    /// How many are named one by one before they are counted together.
    private static let maximumNamed = 6
    /// How long a new incarnation may take to open its endpoint.
    private static let settling = Duration.seconds(30)

    static func candidates(in scene: MeshScene) -> [Candidate] {
        let failing = scene.input.sources.filter { $0.state == .failing && isWorthSaying($0, scene) }
        let silent = Set(failing.filter { $0.id.kind == .management }.compactMap(\.member))
        let once = failing.filter { source in
            // One word for a member: its stream and its bridge fall silent with its endpoint.
            source.id.kind == .management || !(source.member.map { silent.contains($0) } ?? false)
        }
        guard once.count > maximumNamed else { return once.compactMap { candidate($0, scene) } }
        let all = once.compactMap { candidate($0, scene) }
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
        let isReached = member.map { $0.0.lostBy[$0.1.node.address] == nil } ?? false
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
