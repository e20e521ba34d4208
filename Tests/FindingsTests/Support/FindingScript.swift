// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport

@testable import Findings

/// A cluster in words: who lists whom, who has lost whom, which endpoints answer. Each round polls everybody and evaluates once.
struct FindingScript {
    struct Pair: Hashable {
        var observer: String
        var subject: String
    }

    var engine = FindingsEngine()
    var now = Timestamp(microseconds: 1_700_000_000_000_000)
    var number = 0
    var names: [String]
    var statuses: [String: MemberStatus] = [:]
    var uids: [String: Int64] = [:]
    /// Members that views no longer list.
    var removed: Set<String> = []
    var lost: Set<Pair> = []
    var failing: [String: SourceFailure.Code] = [:]
    /// Nodes whose endpoint answers with an empty list.
    var empty: Set<String> = []
    /// Who lists whom, where that is not everybody.
    var lists: [String: [String]] = [:]
    var downing: DowningSnapshot?
    var expected: [String: Int] = [:]
    /// The fork's version, where bridges report one.
    var version: String?
    var stack = Stack.akka
    /// The member that views name as the oldest.
    var oldest: String?
    var associations: [AssociationSnapshot] = []
    var clocks: [ClockSkew] = []
    var graph: ServiceGraph?
    /// Who claims whom as leader, where somebody does.
    var leaders: [String: String] = [:]
    /// Members whose bridges answer.
    var bridged: Set<String> = []
    /// Whether a metrics server answers.
    var hasMetrics = false
    private var unreachableSince: [String: Timestamp] = [:]
    private var removedAt: [String: Timestamp] = [:]
    private var failuresInARow: [String: Int] = [:]
    private var lastSuccess: [String: Timestamp] = [:]

    init(_ names: String...) { self.names = names }

    static func address(_ name: String) -> Address { TestSupport.address(name) }

    static func source(_ name: String) -> SourceID { SourceID(.management, "http://\(name):8558") }
    static func bridge(_ name: String) -> SourceID { SourceID(.bridge, "http://\(name):8558") }
    static let prometheus = SourceID(.prometheus, "http://prometheus:9090")
    static func log(_ name: String) -> SourceID { SourceID(.log, "\(name).log") }

    func node(_ name: String) -> UniqueAddress { UniqueAddress(Self.address(name), uid: uids[name] ?? 7) }

    mutating func lose(_ subject: String, by observers: String...) {
        for observer in observers { lost.insert(Pair(observer: observer, subject: subject)) }
    }

    mutating func find(_ subject: String) { lost = lost.filter { $0.subject != subject } }

    // MARK: - Observations

    private mutating func record(_ payload: Observation.Payload, from source: SourceID, by observer: Address?) {
        number += 1
        engine.record(Observation(at: now, source: source, payload), number: number, observer: observer, at: now)
    }

    private func row(_ name: String) -> Member {
        Member(node: node(name), status: statuses[name] ?? .up, roles: Roles([]))
    }

    private func listed(by observer: String) -> [Member] {
        if empty.contains(observer) { return [] }
        return (lists[observer] ?? names.filter { !removed.contains($0) }).map(row)
    }

    private func view(_ observer: String) -> MembershipView {
        let records = Dictionary(grouping: lost.filter { failing[$0.observer] == nil }, by: \.subject)
        return MembershipView(
            observer: Self.address(observer), members: MemberList(listed(by: observer)),
            unreachable: empty.contains(observer)
                ? []
                : records.map {
                    UnreachableRecord(
                        subject: Self.address($0), observers: $1.map { Self.address($0.observer) }.sorted())
                })
    }

    private mutating func poll(_ name: String) {
        let source = Self.source(name)
        if let code = failing[name] {
            failuresInARow[name, default: 0] += 1
            record(.failed(SourceFailure(code, "no answer"), retryAt: now), from: source, by: Self.address(name))
        } else {
            failuresInARow[name] = 0
            lastSuccess[name] = now
            record(.membership(view(name), Reply(latency: .milliseconds(2))), from: source, by: Self.address(name))
        }
    }

    /// A line of a node's log that came as it was written.
    mutating func line(
        _ kind: LifecycleEvent.Kind, by observer: String, about peer: String? = nil, pattern: String = "T02",
        _ text: String = "a line"
    ) {
        var progress = LogProgress()
        progress.hasReachedEnd = true
        record(.logProgress(progress), from: Self.log(observer), by: Self.address(observer))
        let line = LifecycleEvent(
            at: now, observer: Self.address(observer), peer: peer.map(Self.address), pattern: pattern, kind: kind,
            evidence: LifecycleEvent.Evidence(text))
        record(.lifecycle(line, late: false), from: Self.log(observer), by: Self.address(observer))
    }

    /// A bridge's answer.
    mutating func report(_ name: String, _ associations: [BridgeReport.Association] = []) {
        bridged.insert(name)
        let report = BridgeReport(
            node: node(name), stack: "akka-2.6.21", transport: .artery, at: now, associations: associations)
        record(.bridge(report, Reply(latency: .milliseconds(2))), from: Self.bridge(name), by: Self.address(name))
    }

    /// A metrics server's answer about clusters.
    mutating func measure(_ report: MetricReport) {
        hasMetrics = true
        record(.metrics(report, Reply(latency: .milliseconds(2))), from: Self.prometheus, by: nil)
    }

    /// A metrics server's answer about traffic.
    mutating func observe(_ graph: ServiceGraph) {
        hasMetrics = true
        self.graph = graph
        let telemetry = Telemetry(
            at: now, window: .seconds(60), interval: .seconds(5), texts: TelemetryTexts(), vectors: [])
        record(.telemetry(telemetry, Reply(latency: .milliseconds(2))), from: Self.prometheus, by: nil)
    }

    // MARK: - Pictures

    private mutating func member(_ name: String) -> MemberSnapshot {
        let by = lost.filter { $0.subject == name && !removed.contains($0.observer) }.map { Self.address($0.observer) }
            .sorted()
        unreachableSince[name] = by.isEmpty ? nil : unreachableSince[name] ?? now
        if removed.contains(name) { removedAt[name] = removedAt[name] ?? now } else { removedAt[name] = nil }
        return MemberSnapshot(
            node: node(name), status: removed.contains(name) ? .removed : statuses[name] ?? .up, since: now,
            roles: Roles([]),
            isLeader: nil, isOldest: oldest.map { $0 == name }, ready: nil, alive: nil,
            unreachableBy: removed.contains(name) ? [] : by,
            unreachableSince: unreachableSince[name], removedAt: removedAt[name], health: Health(level: .healthy),
            observedAt: now, freshness: .fresh, source: Self.source(name))
    }

    private mutating func picture() -> FindingInput {
        let voters = names.filter { failing[$0] == nil && !empty.contains($0) && !removed.contains($0) }
        let views = voters.map { name in
            ViewSnapshot(
                observer: Self.address(name), observerUid: node(name).uid, members: MemberList(listed(by: name)),
                leader: leaders[name].map(Self.address),
                computedLeader: nil, oldest: oldest.map(Self.address), unreachable: subjects(of: name), isVoting: true,
                observedAt: now, freshness: .fresh)
        }
        let members = names.map { member($0) }
        let cluster = ClusterSnapshot(
            id: "Shop", system: "Shop", stack: stack, transport: .artery, leader: nil, health: Health(level: .healthy),
            members: members, views: views, partitions: [], version: version, downing: downing,
            associations: associations, clocks: clocks)
        return FindingInput(
            now: now, pollPeriod: .seconds(1), startedAt: now, clusters: [cluster], sources: sources,
            expected: expected,
            graph: graph)
    }

    /// What a view has as unreachable: of two sides each knows its own.
    private func subjects(of observer: String) -> [UnreachableSubject] {
        let known = lost.filter { failing[$0.observer] == nil && !isCut(observer, $0.observer) }
        return Dictionary(grouping: known.filter { $0.subject != observer }, by: \.subject).map { subject, pairs in
            UnreachableSubject(
                subject: Self.address(subject), subjectUid: nil, status: .unreachable,
                observers: pairs.map { Self.address($0.observer) }.sorted(), since: now)
        }.sorted { $0.subject < $1.subject }
    }

    private func isCut(_ one: String, _ other: String) -> Bool {
        lost.contains(Pair(observer: one, subject: other)) && lost.contains(Pair(observer: other, subject: one))
            && !hasCommonFriend(one, other)
    }

    /// Whether gossip finds a way round.
    private func hasCommonFriend(_ one: String, _ other: String) -> Bool {
        names.contains { name in
            name != one && name != other && failing[name] == nil
                && [one, other].allSatisfy { end in
                    !lost.contains(Pair(observer: end, subject: name))
                        && !lost.contains(Pair(observer: name, subject: end))
                }
        }
    }

    private var sources: [SourceSnapshot] {
        var found = names.map(sourceSnapshot)
        found += bridged.sorted().map { name in
            var source = sourceSnapshot(name)
            source.id = Self.bridge(name)
            return source
        }
        if hasMetrics, let first = names.first {
            var source = sourceSnapshot(first)
            (source.id, source.member, source.cluster) = (Self.prometheus, nil, nil)
            found.append(source)
        }
        return found
    }

    private func sourceSnapshot(_ name: String) -> SourceSnapshot {
        let code = failing[name]
        return SourceSnapshot(
            id: Self.source(name), cluster: "Shop", member: Self.address(name), state: code == nil ? .ok : .failing,
            stateSince: now,
            freshness: .fresh, lastSuccess: lastSuccess[name], latency: nil, recentLatencies: [],
            failure: code.map { SourceFailure($0, "no answer") }, failuresInARow: failuresInARow[name] ?? 0,
            nextAttempt: nil, events: 0)
    }

    /// Polls everybody and evaluates, once a second.
    @discardableResult
    mutating func rounds(_ count: Int = 1) -> [FindingChange] {
        var changes: [FindingChange] = []
        for _ in 0..<count {
            now = now + .seconds(1)
            for name in names { poll(name) }
            now = now + .milliseconds(100)
            changes += engine.evaluate(picture())
        }
        return changes
    }

    // MARK: - Questions

    var open: [Finding] { engine.findings.filter(\.isOpen) }
    var loud: [Finding] { open.filter { $0.severity > .info } }
    var rules: [FindingRule] { loud.map(\.rule) }
    func finding(_ rule: FindingRule) -> Finding? { engine.findings.first { $0.rule == rule } }
}
