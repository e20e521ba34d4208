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
    private var unreachableSince: [String: Timestamp] = [:]
    private var removedAt: [String: Timestamp] = [:]
    private var failuresInARow: [String: Int] = [:]
    private var lastSuccess: [String: Timestamp] = [:]

    init(_ names: String...) { self.names = names }

    static func address(_ name: String) -> Address { TestSupport.address(name) }

    static func source(_ name: String) -> SourceID { SourceID(.management, "http://\(name):8558") }
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

    // MARK: - Pictures

    private mutating func member(_ name: String) -> MemberSnapshot {
        let by = lost.filter { $0.subject == name && !removed.contains($0.observer) }.map { Self.address($0.observer) }
            .sorted()
        unreachableSince[name] = by.isEmpty ? nil : unreachableSince[name] ?? now
        if removed.contains(name) { removedAt[name] = removedAt[name] ?? now } else { removedAt[name] = nil }
        return MemberSnapshot(
            node: node(name), status: removed.contains(name) ? .removed : statuses[name] ?? .up, since: now,
            roles: Roles([]),
            isLeader: nil, isOldest: nil, ready: nil, alive: nil, unreachableBy: removed.contains(name) ? [] : by,
            unreachableSince: unreachableSince[name], removedAt: removedAt[name], health: Health(level: .healthy),
            observedAt: now, freshness: .fresh, source: Self.source(name))
    }

    private mutating func picture() -> FindingInput {
        let voters = names.filter { failing[$0] == nil && !empty.contains($0) && !removed.contains($0) }
        let views = voters.map { name in
            ViewSnapshot(
                observer: Self.address(name), observerUid: node(name).uid, members: MemberList(listed(by: name)),
                leader: nil,
                computedLeader: nil, oldest: nil, unreachable: [], isVoting: true, observedAt: now, freshness: .fresh)
        }
        let members = names.map { member($0) }
        let cluster = ClusterSnapshot(
            id: "Shop", system: "Shop", stack: .akka, transport: .artery, leader: nil, health: Health(level: .healthy),
            members: members, views: views, partitions: [], downing: downing)
        return FindingInput(
            now: now, pollPeriod: .seconds(1), startedAt: now, clusters: [cluster], sources: names.map(sourceSnapshot),
            expected: expected)
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
