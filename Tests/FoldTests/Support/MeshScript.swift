// SPDX-License-Identifier: Apache-2.0
import Fold
import Model
import TestSupport
import Testing

/// A mesh that is told what happens, in virtual time: seconds after `second(0)`. Sources are named after the host of their member.
struct MeshScript {
    private(set) var mesh = Mesh()
    private(set) var events: [MeshEvent] = []
    private(set) var sourceChanges: [SourceChange] = []
    /// Everything that was applied, to be applied again.
    private(set) var observations: [Observation] = []
    var time: Double = 0

    init(sources: [String] = [], options: SessionOptions = SessionOptions()) {
        apply(.started(options))
        for name in sources { addSource(name) }
    }

    static func management(_ name: String) -> SourceID { SourceID(.management, "http://\(name):8558") }
    static func sse(_ name: String) -> SourceID { SourceID(.sse, "http://\(name):8558") }

    @discardableResult
    mutating func apply(_ payload: Observation.Payload, from source: SourceID? = nil) -> [MeshChange] {
        let observation = Observation(at: second(time), source: source, payload)
        observations.append(observation)
        let changes = mesh.apply(observation)
        for case .event(let event) in changes { events.append(event) }
        for case .source(let change) in changes { sourceChanges.append(change) }
        return changes
    }

    mutating func addSource(_ name: String, cluster: String? = nil) {
        apply(
            .sourceAdded(SourceOrigin(cluster: cluster, isConfigured: true, member: nil)), from: Self.management(name))
    }

    // MARK: - Polls

    mutating func answer(_ view: MembershipView, from source: String? = nil, latency: Duration = .milliseconds(3)) {
        let name = source ?? view.observer.host ?? ""
        apply(.membership(view, Reply(latency: latency)), from: Self.management(name))
    }

    /// What an observer answers; the leader and the oldest are the first member unless named.
    mutating func poll(
        _ observer: String, _ members: [Member], unreachable: [String: [String]] = [:], leader: String? = nil,
        latency: Duration = .milliseconds(3)
    ) {
        let first = leader ?? MemberList(members).members.first?.node.address.text
        answer(
            view(of: observer, members, unreachable: unreachable, leader: first, oldest: first), latency: latency)
    }

    mutating func fail(_ name: String, _ code: SourceFailure.Code = .refused) {
        apply(.failed(SourceFailure(code, "no answer"), retryAt: second(time + 2)), from: Self.management(name))
    }

    /// All of them answer the same; then a tick, and two seconds pass.
    mutating func round(
        _ observers: [String], _ members: [Member], unreachable: [String: [String]] = [:], leader: String? = nil
    ) {
        for observer in observers { poll(observer, members, unreachable: unreachable, leader: leader) }
        tick()
    }

    /// A tick, and then the interval passes.
    mutating func tick() {
        apply(.tick)
        time += 2
    }

    // MARK: - Streams

    mutating func openStream(_ name: String, replay: [DomainEvent] = []) {
        let origin = SourceOrigin(cluster: nil, isConfigured: false, member: address(name))
        apply(.sourceAdded(origin), from: Self.sse(name))
        apply(.streamOpened, from: Self.sse(name))
        for event in replay { apply(.streamEvent(event, replayed: true), from: Self.sse(name)) }
        apply(.streamReplayed, from: Self.sse(name))
    }

    mutating func tell(_ name: String, _ event: DomainEvent) {
        apply(.streamEvent(event, replayed: false), from: Self.sse(name))
    }

    mutating func loseStream(_ name: String) {
        apply(.failed(SourceFailure(.closed, "the stream ended"), retryAt: second(time + 2)), from: Self.sse(name))
    }

    // MARK: - Answers

    var snapshot: MeshSnapshot { mesh.snapshot() }

    /// The only cluster.
    var cluster: ClusterSnapshot {
        get throws { try #require(snapshot.clusters.count == 1 ? snapshot.clusters[0] : nil) }
    }

    /// The member of that name and uid.
    func member(_ name: String, uid: Int64? = nil) throws -> MemberSnapshot {
        try #require(try cluster.members.first { $0.node == node(name, uid: uid) })
    }

    func seen(by name: String) throws -> ViewSnapshot {
        try #require(try cluster.views.first { $0.observer == address(name) })
    }

    func source(_ name: String) throws -> SourceSnapshot {
        try #require(snapshot.sources.first { $0.id == Self.management(name) })
    }

    /// The events so far, in short: `a: b Up>Leaving`, `a: b unreachable`, `a: leader b`.
    var story: [String] {
        events.map { event in
            let (who, whom) = (event.observer?.host ?? "-", event.subject?.host ?? "-")
            return switch event.kind {
            case .member: "\(who): \(whom) \(event.from ?? "")>\(event.to ?? "")"
            case .reachability: "\(who): \(whom) \(event.to ?? "")"
            case .leader: "\(who): leader \(whom)"
            default: "\(who): \(event.kind.rawValue)"
            }
        }
    }
}
