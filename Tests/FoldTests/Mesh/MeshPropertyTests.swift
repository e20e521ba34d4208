// SPDX-License-Identifier: Apache-2.0
import Fold
import Model
import TestSupport
import Testing

/// Random observations, reproducible by their seed.
private struct RandomMesh {
    var random: SplitMix
    let names = ["a", "b", "c", "d", "e", "f"]

    init(seed: UInt64) {
        random = SplitMix(seed: seed)
    }

    mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func someNames(_ percent: Int) -> [String] { names.filter { _ in chance(percent) } }

    mutating func someMember(_ name: String) -> Member {
        let uid = Int64.random(in: 1...2, using: &random)
        let status = chance(60) ? MemberStatus.up : pick(MemberStatus.named + [.unknown("New")])
        return member(node(name, uid: uid), status, roles: chance(80) ? ["dc-default"] : ["dc-other", "web"])
    }

    mutating func view() -> MembershipView {
        let observer = pick(names)
        let listed = someNames(80).map { someMember($0) }
        let leader = chance(80) ? pick(names) : nil
        let reports = someNames(15).map { ($0, someNames(40)) }
        return TestSupport.view(
            of: observer, listed, unreachable: Dictionary(uniqueKeysWithValues: reports), leader: leader,
            oldest: leader)
    }

    mutating func event() -> DomainEvent {
        let member = someMember(pick(names))
        return switch Int.random(in: 0..<8, using: &random) {
        case 0, 1: .member(member)
        case 2: .memberRemoved(member, previousStatus: .down)
        case 3: .unreachable(member)
        case 4: .reachable(member)
        case 5: .leaderChanged(chance(70) ? address(pick(names)) : nil)
        case 6: chance(10) ? .shuttingDown : .roleLeaderChanged(role: "web", nil)
        default: .unknown(type: "New")
        }
    }

    mutating func payload() -> (Observation.Payload, SourceID?) {
        let (management, sse) = (MeshScript.management(pick(names)), MeshScript.sse(pick(names)))
        let reply = Reply(latency: .milliseconds(Int64.random(in: 0...3000, using: &random)))
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<7:
            let view = view()
            let isOwn = chance(95)
            return (.membership(view, reply), isOwn ? MeshScript.management(view.observer.host ?? "") : management)
        case 7: return (.membershipUnchanged(reply), management)
        case 8: return (.failed(SourceFailure(.timeout, "slow"), retryAt: second(0)), chance(50) ? management : sse)
        case 9: return (.readiness(chance(50) ? .passed : .notPassed("x")), management)
        case 10: return (chance(50) ? .streamOpened : .streamReplayed, sse)
        case 11..<15: return (.streamEvent(event(), replayed: chance(20)), sse)
        case 15: return chance(20) ? (.sourceRemoved, management) : (.streamHeartbeat, sse)
        case 16:
            let origin = SourceOrigin(cluster: nil, isConfigured: false, member: address(pick(names)))
            return (.sourceAdded(origin), chance(50) ? management : MeshScript.sse(origin.member?.host ?? ""))
        default: return (chance(70) ? .tick : .refresh, nil)
        }
    }

    mutating func script(length: Int) -> [Observation] {
        var time = 0.0
        var observations = [Observation(at: second(0), source: nil, .started(SessionOptions()))]
        for name in names {
            let origin = SourceOrigin(cluster: nil, isConfigured: true, member: nil)
            observations.append(Observation(at: second(0), source: MeshScript.management(name), .sourceAdded(origin)))
        }
        for _ in 0..<length {
            time += Double(Int.random(in: -100...2000, using: &random)) / 1000
            let (payload, source) = payload()
            observations.append(Observation(at: second(max(0, time)), source: source, payload))
        }
        return observations
    }
}

@Suite("Mesh, whatever comes")
struct MeshPropertyTests {
    @Test(
        "random observations never break what a snapshot promises", .tags(.slow), .unlessQuick,
        arguments: 0..<12 as Range<UInt64>)
    func invariants(seed: UInt64) {
        var random = RandomMesh(seed: seed)
        var mesh = Mesh()
        for observation in random.script(length: 250) {
            let changes = mesh.apply(observation)
            for case .event(let event) in changes {
                #expect(event.from != event.to || event.kind == .shutdown, "seed \(seed)")
                #expect(event.at == mesh.now, "seed \(seed)")
            }
            if case .tick = observation.payload { check(mesh.snapshot(), seed: seed) }
        }
    }

    private func check(_ snapshot: MeshSnapshot, seed: UInt64) {
        #expect(snapshot.events.count <= EventLog.capacity, "seed \(seed)")
        #expect(snapshot.sources.map(\.id) == snapshot.sources.map(\.id).sorted(), "seed \(seed)")
        for cluster in snapshot.clusters { check(cluster, at: snapshot.at, seed: seed) }
    }

    private func check(_ cluster: ClusterSnapshot, at now: Timestamp, seed: UInt64) {
        let nodes = cluster.members.map(\.node)
        #expect(nodes == nodes.sorted() && Set(nodes).count == nodes.count, "seed \(seed)")
        #expect(cluster.views.map(\.observer) == cluster.views.map(\.observer).sorted(), "seed \(seed)")
        for member in cluster.members {
            #expect((member.status == .removed) == (member.removedAt != nil) || member.removedAt == nil, "seed \(seed)")
            #expect(member.unreachableBy.isEmpty == (member.unreachableSince == nil), "seed \(seed)")
            #expect(member.unreachableBy == member.unreachableBy.sorted(), "seed \(seed)")
            #expect(!member.unreachableBy.contains(member.node.address) || member.removedAt == nil, "seed \(seed)")
            #expect(member.since <= now && member.observedAt <= now, "seed \(seed)")
            #expect(member.health.level == .healthy || !member.health.reasons.isEmpty, "seed \(seed)")
            #expect(member.health.since != nil, "seed \(seed)")
        }
        let partitioned = cluster.partitions.flatMap(\.members)
        #expect(Set(partitioned).count == partitioned.count, "seed \(seed)")
        #expect(cluster.partitions.allSatisfy { $0.members == $0.members.sorted() }, "seed \(seed)")
        if cluster.partitions.count > 1 { #expect(cluster.health.level == .failure, "seed \(seed)") }
        let worst = cluster.members.filter { $0.removedAt == nil }.map(\.health.level).max()
        if let worst { #expect(cluster.health.level >= worst, "seed \(seed)") }
    }

    @Test(
        "the same observations give equal snapshots and equal events, every time", .tags(.slow), .unlessQuick,
        arguments: 100..<110 as Range<UInt64>
    )
    func determinism(seed: UInt64) {
        var random = RandomMesh(seed: seed)
        let script = random.script(length: 200)
        func run() -> (Mesh, [MeshChange]) {
            var mesh = Mesh()
            var changes: [MeshChange] = []
            for observation in script { changes += mesh.apply(observation) }
            return (mesh, changes)
        }
        let (mesh, changes) = run()
        for _ in 0..<5 {
            let again = run()
            #expect(again.1 == changes, "seed \(seed)")
            #expect(again.0.snapshot() == mesh.snapshot(), "seed \(seed)")
        }
    }

    @Test("the order in which sources of one tick answer changes no state", arguments: 200..<210 as Range<UInt64>)
    func order(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let names = ["a", "b", "c", "d", "e"]
        func run(_ order: [String]) -> MeshSnapshot {
            var script = MeshScript(sources: names)
            script.round(order, names.map { member($0) }, unreachable: ["e": ["b"]])
            script.round(order, names.map { member($0, $0 == "d" ? .leaving : .up) })
            var snapshot = script.snapshot
            snapshot.events = EventLog()
            // The numbers of observations are those of their order.
            for place in snapshot.findings.indices { snapshot.findings[place].evidence = [] }
            return snapshot
        }
        #expect(run(names.shuffled(using: &random)) == run(names), "seed \(seed)")
    }

    @Test("a snapshot is a picture: taking it changes nothing")
    func pure() {
        var script = MeshScript(sources: ["a"])
        script.round(["a"], [member("a")])
        let before = script.snapshot
        #expect(script.snapshot == before)
        // At the moment of the tick: what depends on time, such as the estimated phi, is the same then.
        script.time = 0
        script.apply(.refresh)
        #expect(script.snapshot.clusters == before.clusters)
    }

    @Test("the events that screens show are the newest, and what was dropped is counted", .tags(.slow), .unlessQuick)
    func boundedEvents() {
        var script = MeshScript(sources: ["a"])
        for round in 0..<6_800 {
            script.round(["a"], [member("a")], leader: round % 2 == 0 ? "a" : "b")
            script.round(["a"], [member("a")], leader: round % 2 == 0 ? "b" : "c")
        }
        let log = script.snapshot.events
        #expect(script.events.count > EventLog.capacity)
        #expect(log.count <= EventLog.capacity && log.count > EventLog.capacity * 9 / 10)
        #expect(log.dropped == script.events.count - log.count)
        #expect(log.newest(.max) == Array(script.events.suffix(log.count)))
    }
}
