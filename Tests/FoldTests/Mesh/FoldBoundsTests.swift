// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Fold

/// Everything that comes from outside is bounded: each bound, at the bound and one beyond it.
@Suite("Bounds of the fold")
struct FoldBoundsTests {
    private static let log = SourceID(.log, "all.log")

    private func logScript() -> MeshScript {
        var script = MeshScript()
        script.apply(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: Self.log)
        return script
    }

    @Test("waiting lines: at twice the minimum the oldest half is dropped and counted")
    func waitingLines() {
        var waiting = WaitingLines()
        func add(_ number: Int) {
            let line = logLine("a", .exiting, at: second(Double(number)))
            waiting.add(WaitingLines.Line(line: line, isLate: false, source: Self.log, reason: .observer))
        }
        for number in 1..<(2 * WaitingLines.minimum) { add(number) }
        #expect(waiting.count == 2 * WaitingLines.minimum - 1)
        #expect(waiting.dropped == 0)
        add(2 * WaitingLines.minimum)
        #expect(waiting.count == WaitingLines.minimum)
        #expect(waiting.dropped == WaitingLines.minimum)
        let taken = waiting.takeUnattributed(incarnations: 1)
        #expect(taken.first?.line.at == second(Double(WaitingLines.minimum + 1)))
        #expect(taken.last?.line.at == second(Double(2 * WaitingLines.minimum)))
    }

    @Test("waiting lines are tried again only when an incarnation has become known")
    func attempts() {
        var waiting = WaitingLines()
        let line = WaitingLines.Line(
            line: logLine("a", .exiting, at: second(0)), isLate: false, source: Self.log, reason: .observer)
        func attempt() -> Int { waiting.takeUnattributed(incarnations: 3).count }
        waiting.add(line)
        #expect(attempt() == 1)
        waiting.add(line)
        #expect(attempt() == 0)
        waiting.forceNextAttempt()
        #expect(attempt() == 1)
    }

    @Test("lines of a run wait apart, are dropped with it, and share the one bound")
    func runs() {
        var waiting = WaitingLines()
        func add(_ name: String, cluster: String) {
            waiting.add(
                WaitingLines.Line(
                    line: logLine(name, .exiting, at: second(0)), isLate: false, source: Self.log,
                    reason: .member(address(name), cluster: cluster)))
        }
        add("a", cluster: "Shop")
        add("a", cluster: "Other")
        add("b", cluster: "Shop")
        let (unattributed, ofRun) = (
            waiting.takeUnattributed(incarnations: 1), waiting.take(of: address("a"), cluster: "Shop")
        )
        #expect(unattributed.isEmpty)
        #expect(ofRun.count == 1)
        waiting.keepOnly([], cluster: "Other")
        #expect(waiting.count == 1)
        waiting.discard(of: address("b"), cluster: "Shop")
        #expect(waiting.count == 0)
    }

    @Test("a log makes at most so many members, and so many clusters")
    func made() throws {
        var script = logScript()
        for number in 0...WitnessBook.maximumMembers {
            script.apply(
                .lifecycle(logLine("a", .memberStatus(.up), "m\(number)", at: second(0)), late: false), from: Self.log)
        }
        #expect(try script.cluster.members.count == WitnessBook.maximumMembers)
        var many = logScript()
        for number in 0...Mesh.maximumLogClusters {
            let observer = "akka://S\(number)@a:25520"
            many.apply(.lifecycle(logLine(observer, .leads(true), at: second(0)), late: false), from: Self.log)
        }
        #expect(many.snapshot.clusters.count == Mesh.maximumLogClusters)
    }

    @Test("an association keeps its newest evidence, without repetitions")
    func evidence() {
        var record = AssociationRecord(observerUid: 1, transport: .artery, at: second(0))
        for number in 0...AssociationRecord.maximumEvidence { record.add(evidence: "line \(number)") }
        record.add(evidence: "line \(AssociationRecord.maximumEvidence)")
        #expect(record.evidence.count == AssociationRecord.maximumEvidence)
        #expect(record.evidence.first == "line 1")
    }

    @Test("a source keeps its newest latencies, and none is negative")
    func latencies() {
        var replies = ReplyStatistics()
        for number in 0...ReplyStatistics.maximumLatencies { replies.record(Reply(latency: .seconds(number))) }
        #expect(replies.recentLatencies.count == ReplyStatistics.maximumLatencies)
        #expect(replies.recentLatencies.first == .seconds(1))
        replies.record(Reply(latency: .seconds(-5)))
        #expect(replies.latency == .zero)
    }

    @Test("facts that wait for their other report are bounded, and make room when they are too old")
    func facts() {
        var facts = SharedFacts()
        func line(_ number: Int) -> LifecycleEvent { logLine("a", .memberStatus(.up), "m\(number)", at: second(0)) }
        for number in 0...SharedFacts.maximum {
            _ = facts.match(line: line(number), observer: address("a"), at: second(0))
        }
        func answer(_ number: Int, at seconds: Double) -> ClockBounds? {
            let fact = SharedFact(subject: address("m\(number)"), value: .status(.up))
            return facts.match(fact, observer: address("a"), between: second(seconds)...second(seconds))
        }
        #expect(answer(SharedFacts.maximum - 1, at: 1) != nil)
        #expect(answer(SharedFacts.maximum, at: 1) == nil)
        _ = facts.match(line: line(9_999), observer: address("a"), at: second(100))
        #expect(answer(9_999, at: 101) != nil)
    }

    @Test("chains of cause and effect start again when too many wait")
    func chains() {
        var chains = LoggedChains()
        func cause(_ number: Int) {
            let line = logLine("a", .quarantined(harmless: false, reason: ""), "m\(number)", uid: 1, at: second(0))
            _ = chains.match(line, observer: address("a"), uid: { _ in 1 })
        }
        func effect(_ number: Int) -> Bool {
            let line = logLine("m\(number)", .quarantinedByPeer, "a", at: second(0))
            return !chains.match(line, observer: address("m\(number)"), uid: { _ in 1 }).isEmpty
        }
        for number in 0..<LoggedChains.maximum { cause(number) }
        #expect(effect(0))
        cause(0)
        cause(LoggedChains.maximum)
        #expect(effect(LoggedChains.maximum))
        #expect(!effect(1))
    }

    @Test("pairs of observers whose lines are compared are bounded", .tags(.slow), .unlessQuick)
    func pairs() {
        var clocks = ClockTable()
        func compare(_ number: Int) {
            for (observer, kind, peer) in [
                ("a", LifecycleEvent.Kind.quarantined(harmless: false, reason: ""), "m\(number)"),
                ("m\(number)", .quarantinedByPeer, "a"),
            ] {
                let line = logLine(observer, kind, peer, uid: 1, at: second(50))
                clocks.record(
                    line: line, observer: address(observer), uid: { _ in 1 }, isFollowed: false, at: second(0))
            }
        }
        for number in 0...ClockTable.maximumPairs { compare(number) }
        _ = clocks.evaluate()
        // `a` is one of them, and the one beyond the bound is left out.
        #expect(clocks.skews.count == ClockTable.maximumPairs + 1)
    }

    @Test("a removed member is shown for a minute and no longer")
    func retention() {
        var record = MemberRecord(node: node("a"), member: member("a"), at: second(0))
        record.remove(at: second(10))
        #expect(!record.isForgotten(at: second(10) + MemberRecord.retention))
        #expect(record.isForgotten(at: second(10.001) + MemberRecord.retention))
    }

    @Test("a node that left is remembered for a minute, so that a late event about it is not news")
    func departed() {
        var overlay = Overlay()
        overlay.departed[node("a")] = second(0)
        overlay.forgetDeparted(before: second(0) + Overlay.departedRetention)
        #expect(overlay.departed.count == 1)
        overlay.forgetDeparted(before: second(0.001) + Overlay.departedRetention)
        #expect(overlay.departed.isEmpty)
    }
}
