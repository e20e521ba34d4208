// SPDX-License-Identifier: Apache-2.0
import Model

@testable import Views

/// Clusters with associations, from plainly well to in trouble, made by hand.
struct RemotingScene {
    /// Where knowledge of associations comes from.
    enum Knowledge {
        /// A bridge on every node.
        case bridge
        /// Views alone: what the ring monitors and is reachable is inferred.
        case views
    }

    let count: Int
    var knowledge = Knowledge.bridge
    var system = "Shop"
    /// What is wrong, by observer and subject.
    var troubles: [Pair: AssociationSnapshot] = [:]
    var health = Health(level: .healthy, since: Scene.ago(273_600))
    private var unreachable: [Int: Set<Int>] = [:]
    private var silent: [Int: Double] = [:]

    struct Pair: Hashable {
        var observer: Int
        var subject: Int
    }

    init(_ count: Int, _ knowledge: Knowledge = .bridge, system: String = "Shop") {
        self.count = count
        self.knowledge = knowledge
        self.system = system
        nodes = (0..<count).map { number in
            let text = "akka://\(system)@10.0.\(number / 250).\(number % 250 + 7):25520"
            return UniqueAddress(Scene.address(text), uid: Int64(number + 1) &* 0x5851_F42D_4C95_7F2D)
        }
    }

    private let nodes: [UniqueAddress]

    func node(_ number: Int) -> UniqueAddress { nodes[number] }

    // MARK: - What goes wrong

    mutating func set(
        _ observer: Int, _ subject: Int, _ status: AssociationStatus, origin: AssociationOrigin? = .log,
        transport: RemotingTransport = .classic, evidence: [String] = [], phi: PhiMeasurement? = nil,
        freshness: Freshness = .fresh
    ) {
        troubles[Pair(observer: observer, subject: subject)] = AssociationSnapshot(
            observer: node(observer), subject: node(subject), status: status, transport: transport,
            isMonitored: knowledge == .bridge, isExpected: true, origin: origin,
            observedAt: Scene.ago(freshness == .fresh ? 0.4 : 14), freshness: freshness, evidence: evidence,
            phi: phi ?? (knowledge == .bridge ? Self.phi(silence: 0.4) : nil))
    }

    mutating func lose(_ subject: Int, by observers: some Sequence<Int>) {
        unreachable[subject] = Set(observers)
        health = Health(level: .degraded, since: Scene.ago(14))
    }

    mutating func silence(_ number: Int, for seconds: Double) { silent[number] = seconds }

    static func phi(silence: Double, assumed: Bool = false, isAvailable: Bool = true) -> PhiMeasurement {
        let value = PhiFormula.phi(silence: silence * 1000, mean: 4000, deviation: 120)
        let history = BridgeReport.HeartbeatHistory(
            samples: 300, mean: 1003, deviation: 42, minimalDeviation: 100, acceptablePause: 3000)
        return PhiMeasurement(
            BridgeReport.Detector(
                peer: Scene.address(7), phi: value == .infinity ? nil : value, isInfinite: value == .infinity,
                threshold: 8, isAvailable: isAvailable && value < 8,
                silence: .milliseconds(Int64(silence * 1000)), history: assumed ? nil : history),
            observedAt: Scene.ago(0.4))
    }

    // MARK: - Putting together

    func snapshot() -> MeshSnapshot {
        MeshSnapshot(
            at: Scene.now, options: SessionOptions(), health: health, sources: [], clusters: [cluster()],
            dropped: DroppedCounts())
    }

    func scene(_ name: String) -> Scene { Scene(name: name, snapshot: snapshot()) }

    func cluster() -> ClusterSnapshot {
        let members = (0..<count).map(member).sorted { $0.node < $1.node }
        let list = MemberList(sorted: members.map { Member(node: $0.node, status: $0.status, roles: $0.roles) })
        var cluster = ClusterSnapshot(
            id: system, system: system, stack: .akka, transport: .classic, leader: count > 0 ? node(0).address : nil,
            health: health, members: members,
            views: (0..<count).map { view($0, list) }.sorted { $0.observer < $1.observer },
            partitions: [Partition(members: members.map(\.node.address), leader: nil)])
        let rows = rows(cluster)
        cluster.associations = count > 200 ? rows.filter { !$0.isPlainlyActive } : rows
        cluster.associationCounts = AssociationCounts(of: rows, members: count)
        return cluster
    }

    private func rows(_ cluster: ClusterSnapshot) -> [AssociationSnapshot] {
        let expected = ExpectedMonitoring(cluster)
        return (0..<count).flatMap { observer in
            let receivers = expected.receivers(of: node(observer), dataCenter: dataCenter(observer))
            return (0..<count).compactMap { subject -> AssociationSnapshot? in
                guard subject != observer else { return nil }
                if let trouble = troubles[Pair(observer: observer, subject: subject)] { return trouble }
                return row(observer, subject, isExpected: receivers.contains(node(subject)))
            }
        }.sorted { ($0.observer, $0.subject) < ($1.observer, $1.subject) }
    }

    private func row(_ observer: Int, _ subject: Int, isExpected: Bool) -> AssociationSnapshot? {
        let isLost = unreachable[subject]?.contains(observer) ?? false
        guard knowledge == .bridge || (isExpected && silent[observer] == nil && !isLost) else { return nil }
        var row = AssociationSnapshot(
            observer: node(observer), subject: node(subject),
            status: AssociationStatus(.active, since: Scene.ago(9000)),
            transport: .classic, isExpected: isExpected, origin: .inferred, observedAt: Scene.ago(0.8),
            freshness: .fresh,
            evidence: ["monitored by the heartbeat ring, and reachable"])
        guard knowledge == .bridge else { return row }
        row.origin = .bridge
        row.isMonitored = isExpected
        row.evidence = ["the bridge of \(node(observer).address.hostPort) reports active"]
        if isExpected { row.phi = isLost ? Self.phi(silence: 14.2) : Self.phi(silence: 0.1 * Double(subject % 9)) }
        if let age = silent[observer] {
            row.observedAt = Scene.ago(age)
            row.freshness = Freshness(observedAt: row.observedAt, now: Scene.now, interval: .seconds(2))
            row.phi?.observedAt = Scene.ago(age)
        }
        return row
    }

    private func dataCenter(_ number: Int) -> String { Roles(roles(number)).dataCenter }

    private func roles(_ number: Int) -> [String] {
        [["web", "db", "batch"][number % 3], count > 20 ? ["dc-east", "dc-west"][number % 2] : "dc-default"]
    }

    private func member(_ number: Int) -> MemberSnapshot {
        let lostBy = unreachable[number] ?? []
        return MemberSnapshot(
            node: node(number), status: .up, since: Scene.ago(273_600), roles: Roles(roles(number)),
            isLeader: number == 0, isOldest: number == 0, ready: .passed, alive: .passed,
            unreachableBy: lostBy.map { node($0).address }.sorted(),
            unreachableSince: lostBy.isEmpty ? nil : Scene.ago(14), removedAt: nil,
            health: Health(
                level: lostBy.isEmpty ? .healthy : .degraded,
                reasons: lostBy.isEmpty ? [] : ["unreachable by \(lostBy.count) of \(count - 1) observers"],
                since: Scene.ago(14)),
            observedAt: Scene.ago(0.8), freshness: .fresh, source: nil,
            estimatedPhi: EstimatedPhi(value: 0.1, isInfinite: false, observedAt: Scene.ago(0.8)))
    }

    private func view(_ number: Int, _ members: MemberList) -> ViewSnapshot {
        let age = silent[number] ?? 0.8
        return ViewSnapshot(
            observer: node(number).address, observerUid: node(number).uid,
            members: members,
            leader: node(0).address, computedLeader: node(0).address, oldest: node(0).address,
            unreachable: unreachable.sorted { $0.key < $1.key }.filter { $0.key != number }.map { subject, observers in
                UnreachableSubject(
                    subject: node(subject).address, subjectUid: node(subject).uid, status: .unreachable,
                    observers: observers.map { node($0).address }.sorted(), since: Scene.ago(14))
            },
            isVoting: silent[number] == nil, observedAt: Scene.ago(age),
            freshness: Freshness(observedAt: Scene.ago(age), now: Scene.now, interval: .seconds(2)))
    }
}

extension AssociationCounts {
    /// Of all pairs, from all the rows there are.
    init(of rows: [AssociationSnapshot], members: Int) {
        self.init(unknown: members * max(0, members - 1))
        for row in rows where row.status.state != .unknown {
            switch row.status.state {
            case .idle: idle += 1
            case .active: active += 1
            case .gated: gated += 1
            case .quarantined: quarantined += 1
            case .unknown: break
            }
            unknown -= 1
        }
    }
}

extension RemotingScene {
    static func trouble(_ count: Int, _ knowledge: Knowledge = .bridge) -> RemotingScene {
        var scene = RemotingScene(count, knowledge)
        scene.health = Health(level: .failure, reasons: ["quarantined"], since: Scene.ago(3))
        let third = min(2, count - 1)
        scene.set(
            0, third, AssociationStatus(.quarantined, since: Scene.ago(3)),
            evidence: [
                "Association to [akka.tcp://Shop@10.0.0.9:2552] having UID [5512] is irrecoverably failed."
                    + " UID is now quarantined and all messages to this UID will be delivered to dead letters."
            ])
        scene.set(
            1, third, AssociationStatus(.gated, since: Scene.ago(1.9), until: Scene.now + .milliseconds(3100)),
            evidence: ["Association with remote system has failed, address is now gated for [5000] ms."])
        guard count > 6 else { return scene }
        scene.set(4, 2, AssociationStatus(.gated, since: Scene.ago(9), until: Scene.now + .milliseconds(400)))
        scene.set(3, 5, AssociationStatus(.quarantined, since: Scene.ago(60), isHarmless: true))
        scene.set(5, 3, AssociationStatus(.gated, since: Scene.ago(60), isBackingOff: true), transport: .artery)
        scene.set(6, 1, AssociationStatus(.idle, since: Scene.ago(400)), transport: .artery)
        scene.set(6, 4, AssociationStatus(.active, since: Scene.ago(400)), phi: RemotingScene.phi(silence: 3.9))
        scene.lose(7, by: (0..<count).filter { $0 != 7 && (scene.count <= 12 || $0 % 20 == 3) })
        scene.silence(7, for: 14)
        return scene
    }
}
