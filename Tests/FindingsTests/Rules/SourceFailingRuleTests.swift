// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Findings

@Suite("Sources that fail") struct SourceFailingRuleTests {
    @Test("A closed management port of one member leaves it well, as the others say")
    func oneFails() throws {
        var script = FindingScript("a", "b", "c")
        script.rounds(3)
        script.failing["c"] = .refused
        script.rounds(4)
        let found = try #require(script.loud.first)
        #expect(script.loud.count == 1)
        #expect(found.title.hasSuffix("the member itself is reached by the others"))
        #expect(found.subjects == [FindingScript.address("c").text])
    }

    @Test("When all members refuse at once, that is one failure about the cluster", arguments: [2, 4, 9])
    func allRefuse(count: Int) throws {
        var script = FindingScript()
        script.names = (1...count).map { "m\($0)" }
        script.rounds(3)
        for name in script.names { script.failing[name] = .refused }
        script.rounds(4)
        let found = try #require(script.loud.first)
        #expect(script.loud.count == 1)
        #expect(found.title == "Shop: all \(count) members refuse connections")
        #expect(found.severity == .failure)
        #expect(found.subjects.count == count)
        #expect(!script.open.contains { $0.title.contains("reached") || $0.next.contains("is well") })
    }

    @Test("When nothing answers in time, the way from here may be cut: degraded, and said")
    func allSilent() throws {
        var script = FindingScript("a", "b", "c")
        script.rounds(3)
        for name in script.names { script.failing[name] = .timeout }
        script.rounds(4)
        let found = try #require(script.loud.first { $0.rule == .sourceFailing })
        #expect(found.severity == .degraded)
        #expect(found.title == "Shop: none of the 3 members answers any more")
        #expect(found.next.contains("network from here"))
    }

    @Test("Logs that go on say that the members live")
    func logsGoOn() throws {
        var script = FindingScript("a", "b", "c")
        script.rounds(3)
        for name in script.names { script.failing[name] = .refused }
        script.rounds(3)
        script.line(.heartbeatDelayed(actual: .milliseconds(1), expected: .milliseconds(1)), by: "a")
        script.rounds(2)
        let found = try #require(script.finding(.sourceFailing))
        #expect(found.title == "Shop: no management endpoint answers from here, the members' logs go on")
        #expect(found.severity == .degraded)
    }

    @Test("It is over when one of them answers again")
    func returns() throws {
        var script = FindingScript("a", "b", "c")
        script.rounds(3)
        for name in script.names { script.failing[name] = .refused }
        script.rounds(4)
        script.failing = [:]
        script.rounds(6)
        #expect(script.loud.isEmpty)
    }
}
