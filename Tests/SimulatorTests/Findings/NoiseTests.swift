// SPDX-License-Identifier: Apache-2.0
import Fold
import Model
import Testing

@testable import Simulator

/// What must not be said: in quiet hours, in the ordinary course of things, a minute after recovery; and how little is said of much.
@Suite("Noise")
struct NoiseTests {
    @Test("a quiet cluster says nothing", arguments: [3, 12, 60], FaultRun.Mode.allCases)
    func quiet(members: Int, mode: FaultRun.Mode) throws {
        var run = FaultRun(members, mode: mode)
        try run.run(members > 20 ? 60 : 300)
        #expect(run.history.allSatisfy { $0.open.isEmpty })
    }

    @Test("members that leave one after the other are information only", arguments: FaultRun.Mode.allCases)
    func leaving(mode: FaultRun.Mode) throws {
        var run = FaultRun(6, mode: mode)
        try run.run(70)
        for slot in [1, 3, 5] {
            run.inject(.leave([slot]))
            try run.run(15)
        }
        try run.run(80)
        let loud = run.history.flatMap(\.open).filter { $0.severity > .info }
        #expect(loud.isEmpty, "\(Set(loud.map { "\($0.rule.rawValue): \($0.title)" }))")
    }

    @Test("a rolling restart is information only", arguments: FaultRun.Mode.allCases)
    func rolling(mode: FaultRun.Mode) throws {
        var run = FaultRun(4, mode: mode)
        try run.run(70)
        for slot in 0..<4 {
            run.inject(.leave([slot]))
            try run.run(8)
            run.inject(.start([slot]))
            try run.run(12)
        }
        try run.run(70)
        let loud = run.history.flatMap(\.open).filter { $0.severity > .info }
        #expect(loud.isEmpty, "\(Set(loud.map { "\($0.rule.rawValue): \($0.title)" }))")
        #expect(run.mesh.snapshot().findings.contains { $0.rule == .rollingRestart })
    }

    @Test(
        "a minute after recovery nothing is left but what is remembered", arguments: FaultRun.Mode.allCases,
        ["pause", "cut", "partition"])
    func recovery(mode: FaultRun.Mode, fault: String) throws {
        var run = FaultRun(6, mode: mode)
        try run.run(15)
        switch fault {
        case "pause": run.inject(.pause([2]))
        case "cut": run.inject(.cut(from: 2, to: 4))
        default: run.inject(.isolate([2]))
        }
        try run.run(8)
        #expect(!run.loud.isEmpty)
        run.inject(fault == "pause" ? .resume([2]) : .heal)
        try run.run(60)
        #expect(run.loud.isEmpty, "\(run.loud.map(\.title))")
        #expect(run.mesh.snapshot().incidents.contains { $0.state == .over || $0.state == .open })
    }

    @Test("what flaps is one finding with a count, and the first finding does not alternate at each tick")
    func flapping() throws {
        var run = FaultRun(6, mode: .management)
        try run.run(15)
        for _ in 0..<6 {
            run.inject(.pause([2]))
            try run.run(7)
            run.inject(.resume([2]))
            try run.run(5)
        }
        let snapshot = run.mesh.snapshot()
        #expect(snapshot.findings.count { $0.rule == .nodePaused } <= 1)
        #expect(snapshot.findings.count { $0.rule == .reachabilityFlapping } == 1)
        #expect(snapshot.findings.count <= 6 && snapshot.incidents.count == 1)
        let firsts = run.history.compactMap(\.open.first?.rule)
        let isAlternating = firsts.indices.dropLast(2).contains {
            firsts[$0] != firsts[$0 + 1] && firsts[$0 + 1] != firsts[$0 + 2]
        }
        #expect(!isAlternating, "\(firsts.map(\.rawValue))")
    }

    @Test("when everybody reports the same there is one incident, and no more findings than the bound")
    func everybody() throws {
        var run = FaultRun(120, mode: .management)
        try run.run(8)
        run.inject(.kill(Array(100..<120)))
        try run.run(12)
        let snapshot = run.mesh.snapshot()
        #expect(snapshot.findings.count(where: \.isOpen) <= 64)
        #expect(run.open.first?.rule == .nodeDown)
        #expect(snapshot.findings.filter { $0.rule == .sourceFailing && $0.explainedBy == nil && $0.isOpen }.count <= 1)
    }
}
