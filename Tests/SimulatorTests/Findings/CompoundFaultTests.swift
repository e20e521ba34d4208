// SPDX-License-Identifier: Apache-2.0
import Fold
import Model
import Testing

@testable import Simulator

/// Two or three faults of different kinds at once, on the same node and on different ones: each must be among the first three.
@Suite("Compound faults")
struct CompoundFaultTests {
    /// A part of a compound fault, and what must be said of it on whom.
    struct Part: Sendable {
        var name: String
        var faults: @Sendable (_ slots: [Int]) -> [SimulatedFault]
        var rules: Set<FindingRule>
        /// How many nodes it takes.
        var size: Int
    }

    private static let crash = Part(name: "crash", faults: { [.kill([$0[0]])] }, rules: [.nodeDown], size: 1)
    private static let pause = Part(name: "pause", faults: { [.pause([$0[0]])] }, rules: [.nodePaused], size: 1)
    private static let cut = Part(
        name: "one-way cut", faults: { [.cut(from: $0[0], to: $0[1])] }, rules: [.asymmetricReachability], size: 2)
    private static let quarantine = Part(
        name: "quarantine", faults: { [.quarantine($0[0], by: $0[1])] },
        rules: [.quarantinedPair, .quarantineStorm, .nodeRemoved], size: 2)
    private static let parts = [crash, pause, cut, quarantine]

    /// All pairs of different kinds, in clusters of two sizes, in both modes.
    private static let cases: [(one: Part, other: Part, members: Int, mode: FaultRun.Mode)] = parts.indices.flatMap {
        one in
        parts.indices.filter { $0 > one }.flatMap { other in
            [6, 9].flatMap { members in
                FaultRun.Mode.allCases.map { (parts[one], parts[other], members, $0) }
            }
        }
    }

    @Test("two faults at once are both among the first three within 20 s, in four of five cases")
    func pairs() throws {
        var (right, rows) = (0, [String]())
        for item in Self.cases {
            var run = FaultRun(item.members, mode: item.mode)
            try run.run(15)
            let (first, second) = (Array(1..<1 + item.one.size), Array(4..<4 + item.other.size))
            let start = run.second
            for fault in item.one.faults(first) + item.other.faults(second) { run.inject(fault) }
            try run.run(20)
            let found = [(item.one, first), (item.other, second)].map { part, slots in
                part.rules.compactMap { run.second($0, about: slots[0], among: 3, since: start) }.min()
            }
            let isRight = found.allSatisfy { $0 != nil }
            right += isRight ? 1 : 0
            let after = found.map { $0.map { "\($0 - start) s" } ?? "not said" }.joined(separator: ", ")
            let first3 = run.open.prefix(3).map { "\($0.rule.rawValue)/\($0.confidence.rawValue)" }
            rows.append(
                "\(isRight ? "ok " : "BAD") \(item.one.name) + \(item.other.name), \(item.members), \(item.mode.rawValue): \(after) \(isRight ? "" : first3.joined(separator: " "))"
            )
        }
        for row in rows { print(row) }
        print("compound faults: \(right) of \(Self.cases.count) with both among the first three")
        #expect(Double(right) >= 0.8 * Double(Self.cases.count))
    }

    @Test("a process that stops and is killed then is both, one after the other", arguments: FaultRun.Mode.allCases)
    func sameNode(mode: FaultRun.Mode) throws {
        var run = FaultRun(6, mode: mode)
        try run.run(15)
        let start = run.second
        run.inject(.pause([3]))
        try run.run(7)
        #expect(run.second(.nodePaused, about: 3, among: 1, since: start) != nil)
        run.inject(.kill([3]))
        try run.run(8)
        #expect(run.second(.nodeDown, about: 3, among: 3, since: start) != nil)
    }

    @Test("three faults at once are all said, and no more than a few findings are open")
    func three() throws {
        var run = FaultRun(10, mode: .bridge)
        try run.run(15)
        let start = run.second
        run.inject(.kill([1]), .pause([4]), .cut(from: 7, to: 8))
        try run.run(12)
        for (rule, slot) in [(FindingRule.nodeDown, 1), (.nodePaused, 4), (.asymmetricReachability, 7)] {
            #expect(
                run.second(rule, about: slot, among: 4, since: start) != nil,
                "\(rule.rawValue): \(run.open.map(\.title))")
        }
        #expect(run.history.allSatisfy { $0.open.count <= 16 })
    }

    @Test("a crash beside a partition is told apart from it", arguments: FaultRun.Mode.allCases)
    func partition(mode: FaultRun.Mode) throws {
        var run = FaultRun(9, mode: mode)
        try run.run(15)
        let start = run.second
        run.inject(.isolate([7, 8]), .kill([2]))
        try run.run(12)
        #expect(run.second(.networkPartition, about: 7, among: 3, since: start) != nil)
        #expect(run.second(.nodeDown, about: 2, among: 3, since: start) != nil)
    }
}
