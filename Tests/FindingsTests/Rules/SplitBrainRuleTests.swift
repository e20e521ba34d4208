// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Findings

@Suite("Rule split-brain")
struct SplitBrainRuleTests {
    /// `c` was removed by the others and does not know it.
    private func divided() -> FindingScript {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        for name in script.names { script.leaders[name] = "10.0.0.1" }
        script.rounds(3)
        script.leaders["10.0.0.3"] = "10.0.0.3"
        for name in ["10.0.0.1", "10.0.0.2"] { script.lists[name] = ["10.0.0.1", "10.0.0.2"] }
        return script
    }

    @Test("a member that was removed and lives on under a leader of its own is a split brain")
    func removed() {
        var script = divided()
        script.rounds(12)
        let found = script.finding(.splitBrain)
        #expect(found?.confidence == .confirmed && found?.subjects.first == "akka://Shop@10.0.0.3:25520")
        #expect(found?.title.contains("removed") == true)
    }

    @Test("as long as all list the same members, two leaders are none")
    func undecided() {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        for name in script.names { script.leaders[name] = name }
        script.rounds(20)
        #expect(script.finding(.splitBrain) == nil)
    }

    @Test("whoever ends within some seconds of its removal was no split brain")
    func short() {
        var script = divided()
        script.rounds(5)
        script.failing["10.0.0.3"] = .refused
        script.rounds(20)
        #expect(script.finding(.splitBrain) == nil)
    }
}
