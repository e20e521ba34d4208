// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Simulator

@Suite("A simulated bridge")
struct SimulatedBridgeTests {
    private typealias Pair = WatchedBridge.Pair

    @Test("answers every incident with what the collectors can read", arguments: SimulatedScenario.allCases)
    func incidents(scenario: SimulatedScenario) throws {
        var run = WatchedBridge(scenario, members: 5, every: Step.perSecond)
        try run.run(to: 75)
        #expect(run.reports.count == 5)
        for report in run.reports.values {
            #expect(report.transport == (scenario == .gatedFlapping ? .classic : .artery))
        }
    }

    @Test("measures a phi that is next to nothing while heartbeats come", arguments: [1, 2, 3] as [UInt64])
    func calm(seed: UInt64) throws {
        var run = WatchedBridge(.healthy, seed: seed)
        try run.run(to: 20)
        #expect(run.detectors.count == 6)
        for (second, detector) in run.detectors.values.joined() {
            #expect(detector.phi.map { $0 < 1e-9 } == true, "\(second) s, seed \(seed)")
            #expect(detector.isAvailable && detector.silence < .milliseconds(1150), "\(second) s, seed \(seed)")
            let history = try #require(detector.history)
            #expect(history.samples == 1000 && (995...1005).contains(history.mean), "seed \(seed)")
            #expect((1...20).contains(history.deviation), "no two heartbeats are alike")
        }
    }

    @Test("shows phi as the cliff it is when a process stops", arguments: [1, 2, 3] as [UInt64])
    func cliff(seed: UInt64) throws {
        var run = WatchedBridge(.gcPause, seed: seed)
        try run.run(to: 30)
        let pause = run.detectors[Pair(observer: 0, peer: 2)] ?? []
        for (_, detector) in pause {
            let phi = detector.isInfinite ? Double.infinity : detector.phi ?? -1
            if detector.silence < .milliseconds(3300) { #expect(phi < 1e-10, "seed \(seed)") }
            if detector.silence > .milliseconds(4600) { #expect(phi > 8 && !detector.isAvailable, "seed \(seed)") }
            if detector.silence > .milliseconds(6300) { #expect(detector.isInfinite, "seed \(seed)") }
        }
        #expect(pause.contains { $0.detector.phi.map { (0.01...8).contains($0) } == true }, "seed \(seed)")
        let longest = pause.map(\.detector.silence).max() ?? .zero
        #expect((.milliseconds(8000)...(.milliseconds(9200))).contains(longest), "seed \(seed)")
        #expect(pause.last?.detector.isAvailable == true)
        // The silence that ended an unavailable time is no regular interval.
        #expect(pause.last?.detector.history.map { $0.deviation < 20 } == true)
        #expect(run.states(0, 2) == ["active 2"], "the link of a silent peer stays")
    }

    @Test("closes and opens a classic gate again and again while a port refuses, and tells the deadline")
    func gates() throws {
        var run = WatchedBridge(.gatedFlapping)
        try run.run(to: 16)
        let gate = try #require(run.reports[0]?.associations.first { $0.state == .gated })
        let until = try #require(gate.gatedUntil)
        #expect((until.microseconds - (run.reports[0]?.at.microseconds ?? 0)) / 1_000_000 <= 5)
        try run.run(to: 60)
        let errors = run.events[0]?.filter { $0.event.type == "AssociationErrorEvent" } ?? []
        #expect((4...6).contains(errors.count))
        #expect(run.states(0, 2).last == "active 3", "the new incarnation")
        #expect(run.first(0, 2, "quarantined") == nil, "nobody downs it")
        #expect(run.cluster.processes.allSatisfy { $0?.gossip?.rows.map(\.status) == [.up, .up, .up] })
    }

    @Test("knows a quarantine by its uid: it stays until the process is another")
    func stuck() throws {
        var run = WatchedBridge(.quarantineStuck)
        try run.run(to: 39)
        #expect(run.states(1, 2) == ["active 2", "quarantined 2"])
        #expect(run.states(2, 1) == ["active 1"], "the other side sees nothing of it")
        let report = try #require(run.reports[1])
        #expect(report.reachability.contains { $0.status == .terminated })
        #expect(report.detectors.contains { $0.isInfinite })
        #expect((run.events[2] ?? []).allSatisfy { $0.event.type == "ThisActorSystemQuarantinedEvent" })
        #expect((run.events[2] ?? []).count > 20)
        try run.run(to: 75)
        #expect(run.states(1, 2).last == "active 3")
        #expect(run.cluster.processes.allSatisfy { $0?.gossip?.rows.map(\.status) == [.up, .up, .up] })
    }

    @Test("in classic remoting a quarantine takes both ends, as indirectly connected")
    func classicQuarantine() throws {
        var run = WatchedBridge(.quarantine, stack: .akka26Classic)
        try run.run(to: 35)
        #expect(run.cluster.processes.map { $0 != nil } == [true, false, false])
        try run.run(to: 85)
        #expect(run.cluster.processes.allSatisfy { $0?.gossip?.rows.map(\.status) == [.up, .up, .up] })
    }

    @Test("calls the quarantine after a leave harmless, and a restart ends it")
    func harmless() throws {
        var run = WatchedBridge(.rollingRestart)
        try run.run(to: 65)
        let states = run.states(1, 0)
        #expect(states.prefix(4) == ["active 0", "gated backoff 0", "quarantined harmless 0", "gated backoff 3"])
        #expect(!run.changes.values.joined().contains { $0.text == "quarantined" })
        #expect(run.cluster.processes.allSatisfy { $0?.gossip?.rows.map(\.status) == [.up, .up, .up] })
    }

    @Test("of twelve has detectors for the ring of nine, and associations with all")
    func ring() throws {
        var run = WatchedBridge(.healthy, members: 12)
        try run.run(to: 3)
        let report = try #require(run.reports[0])
        #expect(report.detectors.count == 9)
        #expect(report.associations.count == 11)
        #expect(report.seen.count == 12)
    }

    @Test("of a thousand talks of the ring only, and of those that were killed")
    func big() throws {
        var cluster = SimulatedCluster(.init(scenario: .crash, members: 1000))
        _ = cluster.advance(to: .seconds(12))
        guard case .reply(let reply) = cluster.answer(.init(path: "/meshtop/remoting"), at: 990) else {
            // One of those that were killed.
            return
        }
        #expect(reply.body.count < 60_000)
    }

    @Test("a joiner becomes WeaklyUp while nobody can decide, and Up when an operator has")
    func joinStuck() throws {
        var run = Watched(.joinStuck)
        run.run(to: 70, observers: [0])
        let joined = try #require(run.first(0, from: 15) { $0.statuses[2] == "Joining" })
        let weak = try #require(run.first(0, from: 15) { $0.statuses[2] == "WeaklyUp" })
        let up = try #require(run.first(0, from: 15) { $0.statuses[2] == "Up" })
        #expect((17...19).contains(joined) && (20...25).contains(weak) && (45...49).contains(up))
    }
}
