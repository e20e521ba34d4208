// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Findings

@Suite("Quarantines")
struct QuarantineRuleTests {
    private func settled() -> FindingScript {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        script.rounds(3)
        return script
    }

    @Test("a quarantine of a member that lives names the quarantiner first")
    func pair() {
        var script = settled()
        script.line(
            .quarantined(harmless: false, reason: "system messages were lost"), by: "10.0.0.1", about: "10.0.0.3",
            pattern: "T08")
        script.rounds()
        #expect(script.loud.first?.rule == .quarantinedPair)
        #expect(script.loud.first?.subjects == ["akka://Shop@10.0.0.1:25520", "akka://Shop@10.0.0.3:25520"])
    }

    @Test("the quarantine of a member that was removed, or a harmless one, is nothing", arguments: [true, false])
    func ordinary(harmless: Bool) {
        var script = settled()
        let reason = "Cluster member removed, previous status [Down]"
        script.line(
            .quarantined(harmless: harmless, reason: harmless ? "" : reason), by: "10.0.0.1", about: "10.0.0.3",
            pattern: "T08")
        script.rounds()
        #expect(script.loud.isEmpty)
    }

    @Test(
        "two quarantines of one node are a storm, one is none",
        arguments: [(["10.0.0.1"], false), (["10.0.0.1", "10.0.0.2"], true)])
    func storm(observers: [String], isStorm: Bool) {
        var script = settled()
        for observer in observers {
            script.line(
                .quarantined(harmless: false, reason: "by hand"), by: observer, about: "10.0.0.3", pattern: "T08")
        }
        script.rounds()
        #expect((script.finding(.quarantineStorm) != nil) == isStorm)
    }

    @Test("a member that was lost long before is quarantined for that reason")
    func afterLoss() {
        var script = settled()
        script.lose("10.0.0.3", by: "10.0.0.1", "10.0.0.2")
        script.rounds(6)
        script.line(.quarantined(harmless: false, reason: "unknown"), by: "10.0.0.1", about: "10.0.0.3", pattern: "T08")
        script.rounds()
        #expect(script.finding(.quarantinedPair) == nil)
    }
}
