// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Findings

@Suite("Rule quarantined-by-peer")
struct QuarantinedByPeerRuleTests {
    @Test("where the other's side is not seen, the node's own word stands")
    func alone() {
        var script = FindingScript("10.0.0.1", "10.0.0.2")
        script.rounds(3)
        script.line(.quarantinedByPeer, by: "10.0.0.1", about: "10.0.0.8", pattern: "T14")
        script.rounds()
        let found = script.finding(.quarantinedByPeer)
        #expect(found?.subjects == ["akka://Shop@10.0.0.8:25520", "akka://Shop@10.0.0.1:25520"])
    }

    @Test("of a pair that is known it is the consequence")
    func effect() throws {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        script.rounds(3)
        script.line(
            .quarantined(harmless: false, reason: "System message delivery"), by: "10.0.0.1", about: "10.0.0.3",
            pattern: "T08")
        script.line(.quarantinedByPeer, by: "10.0.0.3", about: "10.0.0.1", pattern: "T14")
        script.rounds(2)
        let (pair, told) = (
            try #require(script.finding(.quarantinedPair)), try #require(script.finding(.quarantinedByPeer))
        )
        #expect(told.explainedBy == pair.id && script.open.first?.id == pair.id)
    }
}
