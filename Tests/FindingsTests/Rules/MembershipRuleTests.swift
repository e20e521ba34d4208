// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Findings

@Suite("Stuck, missing and leaving members")
struct MembershipRuleTests {
    @Test("a joiner that an unreachable member keeps out names both, after seven seconds")
    func blockedJoiner() {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4")
        script.statuses["10.0.0.4"] = .joining
        script.failing["10.0.0.3"] = .refused
        script.lose("10.0.0.3", by: "10.0.0.1", "10.0.0.2")
        script.rounds(6)
        #expect(script.finding(.joiningStuck) == nil)
        script.rounds(3)
        #expect(
            script.finding(.joiningStuck)?.subjects == ["akka://Shop@10.0.0.4:25520", "akka://Shop@10.0.0.3:25520"])
    }

    @Test("members of which none becomes Up are stuck after ten seconds")
    func nobodyUp() {
        var script = FindingScript("10.0.0.1", "10.0.0.2")
        script.statuses = ["10.0.0.1": .joining, "10.0.0.2": .joining]
        script.rounds(9)
        #expect(script.loud.isEmpty)
        script.rounds(3)
        #expect(script.rules == [.joiningStuck] && script.loud[0].confidence == .suspect)
    }

    @Test("a graceful leave is information only, to its end and beyond")
    func graceful() {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        script.rounds(65)
        script.statuses["10.0.0.3"] = .leaving
        script.rounds(2)
        script.statuses["10.0.0.3"] = .exiting
        script.rounds(1)
        script.failing["10.0.0.3"] = .refused
        script.rounds(1)
        script.removed.insert("10.0.0.3")
        script.rounds(90)
        #expect(script.engine.findings.allSatisfy { $0.severity == .info })
    }

    @Test(
        "fewer members than the user expects is said at once, as many is nothing", arguments: [(3, false), (4, true)])
    func expected(count: Int, isSaid: Bool) {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        script.expected = ["": count]
        script.rounds()
        #expect((script.finding(.membersMissing) != nil) == isSaid)
        #expect(script.engine.expected("Shop") == ExpectedMembers(count: count, origin: .option))
    }

    @Test("as many are expected as were Up together for a minute", arguments: [(50, false), (62, true)])
    func seen(seconds: Int, isKnown: Bool) {
        var script = FindingScript("10.0.0.1", "10.0.0.2")
        script.rounds(seconds)
        #expect((script.engine.expected("Shop")?.count == 2) == isKnown)
    }

    @Test("without a downing provider an unreachable member is said to stay after twenty seconds")
    func notRemoved() {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        script.downing = DowningSnapshot(strategy: "none")
        script.rounds(2)
        script.failing["10.0.0.3"] = .refused
        script.lose("10.0.0.3", by: "10.0.0.1", "10.0.0.2")
        script.rounds(17)
        #expect(script.finding(.unreachableNotRemoved) == nil)
        script.rounds(5)
        #expect(script.finding(.unreachableNotRemoved)?.explainedBy == script.finding(.nodeDown)?.id)
    }

    @Test("the end of the last member after trouble is the end of everything")
    func downedEverything() {
        var script = FindingScript("10.0.0.1", "10.0.0.2")
        script.rounds(3)
        script.failing["10.0.0.2"] = .refused
        script.lose("10.0.0.2", by: "10.0.0.1")
        script.rounds(3)
        script.line(
            .downing(.decided("DownReachable", downsSelf: true)), by: "10.0.0.1", pattern: "S06",
            "SBR took decision DownReachable and is downing [akka://Shop@10.0.0.1:25520] including myself")
        script.failing["10.0.0.1"] = .refused
        script.rounds(4)
        #expect(script.finding(.downedEverything)?.confidence == .confirmed)
        #expect(script.loud.first?.rule == .nodeDown)
    }
}
