// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport

@testable import Views

/// Puts a snapshot together: a healthy cluster, then what goes wrong in it.
struct Builder {
    var lasts: [Int]
    var system: String
    var health = Health(level: .healthy, since: Scene.ago(273_600))
    var events: [MeshEvent] = []
    var partitions: [[Int]] = []
    /// Which leader each observer claims, where it is not the first member.
    var leaders: [Int: Int] = [:]
    var sources: [SourceSnapshot] = []
    /// When members were last observed, in seconds before now.
    var observed = 0.8
    private var lost: [Int: (observers: [Int], since: Double, level: Health.Level)] = [:]
    private var silent: [Int: Double] = [:]
    private var replaced: (last: Int, old: Int64, new: Int64)?

    init(lasts: [Int] = [7, 8, 9, 10, 11, 12], system: String = "Shop") {
        self.lasts = lasts
        self.system = system
    }

    // MARK: - What goes wrong

    mutating func lose(_ subject: Int, by observers: [Int], since: Double, level: Health.Level = .degraded) {
        lost[subject] = (observers, since, level)
    }

    mutating func silence(_ last: Int, for seconds: Double) { silent[last] = seconds }

    mutating func restart(_ last: Int, oldUid: Int64, newUid: Int64) { replaced = (last, oldUid, newUid) }

    func event(
        _ seconds: Double, _ subject: Int, observer: Int, _ kind: MeshEvent.Kind, from: String?, to: String?,
        _ text: String
    ) -> MeshEvent {
        MeshEvent(
            at: Scene.ago(seconds), cluster: system, observer: address(observer), subject: address(subject),
            subjectUid: nil, change: .init(kind, from: from, to: to), origin: .sse, text: text)
    }

    func failing(_ target: String, _ code: SourceFailure.Code, _ text: String, _ seconds: Double) -> SourceSnapshot {
        source(target, nil, silent: seconds, SourceFailure(code, text))
    }

    // MARK: - Putting together

    func snapshot() -> MeshSnapshot {
        let found = sources.isEmpty ? lasts.map { memberSource($0) } : sources
        return MeshSnapshot(
            at: Scene.now, options: SessionOptions(), health: health, sources: found, clusters: [cluster()],
            events: EventLog(events), dropped: DroppedCounts())
    }

    private func address(_ last: Int) -> Address { Scene.address(last, system: system) }

    private func node(_ last: Int) -> UniqueAddress {
        if let replaced, replaced.last == last { return UniqueAddress(address(last), uid: replaced.new) }
        return UniqueAddress(address(last), uid: Int64(last) * 1_111_111_111_111_111)
    }

    private func roles(_ last: Int) -> Roles {
        Roles([last % 10 < 2 ? "db" : "web", last % 2 == 0 ? "dc-west" : "dc-east"])
    }

    private func status(_ last: Int) -> MemberStatus { replaced?.last == last ? .joining : .up }

    private func cluster() -> ClusterSnapshot {
        let groups = partitions.isEmpty ? [lasts] : partitions
        return ClusterSnapshot(
            id: system, system: system, stack: .akka, transport: .artery,
            leader: partitions.isEmpty ? lasts.first.map(address) : nil, health: health, members: members(),
            views: lasts.map(view),
            partitions: groups.map { group in Partition(members: group.map(address), leader: group.first.map(address)) }
        )
    }

    private func members() -> [MemberSnapshot] {
        var result = lasts.map(member)
        if let replaced, let index = lasts.firstIndex(of: replaced.last) {
            var old = result[index]
            old.node.uid = replaced.old
            old.status = .removed
            old.removedAt = Scene.ago(9)
            old.health = Health(level: .unknown, reasons: ["removed from the cluster"], since: Scene.ago(9))
            result.insert(old, at: index)
        }
        return result
    }

    private func member(_ last: Int) -> MemberSnapshot {
        let trouble = lost[last]
        var ownHealth = Health(level: .healthy, since: Scene.ago(273_600))
        if let trouble {
            let text = "unreachable by \(trouble.observers.count) of \(lasts.count - 1) observers"
            ownHealth = Health(level: trouble.level, reasons: [text], since: Scene.ago(trouble.since))
        } else if status(last) != .up {
            ownHealth = Health(
                level: .notReady, reasons: [status(last).name, "not ready: singleton"], since: Scene.ago(3))
        }
        return MemberSnapshot(
            node: node(last), status: status(last), since: Scene.ago(status(last) == .up ? 273_600 : 3),
            roles: roles(last),
            isLeader: partitions.isEmpty ? last == lasts.first : nil, isOldest: last == lasts.last,
            ready: status(last) == .up ? .passed : .notPassed("singleton"), alive: .passed,
            unreachableBy: trouble?.observers.map(address) ?? [],
            unreachableSince: trouble.map { Scene.ago($0.since) }, removedAt: nil, health: ownHealth,
            observedAt: Scene.ago(observed), freshness: .fresh, source: nil)
    }

    private func view(_ last: Int) -> ViewSnapshot {
        let list = MemberList(lasts.map { Member(node: node($0), status: status($0), roles: roles($0)) })
        let missed = lost.filter { partitions.isEmpty ? $0.key != last : $0.value.observers.contains(last) }
            .sorted { $0.key < $1.key }
        let leader = leaders[last] ?? lasts.first
        return ViewSnapshot(
            observer: address(last), observerUid: node(last).uid, members: list, leader: leader.map(address),
            computedLeader: leader.map(address), oldest: lasts.last.map(address),
            unreachable: missed.map { subject, trouble in
                UnreachableSubject(
                    subject: address(subject), subjectUid: nil, status: .unreachable,
                    observers: trouble.observers.map(address), since: Scene.ago(trouble.since))
            },
            isVoting: silent[last] == nil, observedAt: Scene.ago(silent[last] ?? observed), freshness: .fresh)
    }

    private func memberSource(_ last: Int) -> SourceSnapshot {
        let failure = SourceFailure(.timeout, "GET /cluster/members: no answer after 2 s; the port accepts connections")
        return source("http://10.0.0.\(last):8558", address(last), silent: silent[last], failure)
    }

    private func source(
        _ target: String, _ member: Address?, silent: Double?, _ failure: SourceFailure
    ) -> SourceSnapshot {
        let latencies: [Int64] = [3, 4, 3, 9, 3, 12, 3, 3]
        return SourceSnapshot(
            id: SourceID(.management, target), cluster: member == nil ? nil : system, member: member,
            state: silent == nil ? .ok : .failing, stateSince: Scene.ago(silent ?? 3000),
            freshness: .fresh, lastSuccess: member == nil ? nil : Scene.ago(silent ?? observed),
            latency: silent == nil ? .milliseconds(3) : nil, recentLatencies: latencies.map { .milliseconds($0) },
            failure: silent == nil ? nil : failure, failuresInARow: silent == nil ? 0 : 7,
            nextAttempt: Scene.now + .seconds(silent == nil ? 1 : 4), events: 0)
    }
}
