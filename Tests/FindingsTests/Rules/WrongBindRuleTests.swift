// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Findings

@Suite("Rule wrong-bind")
struct WrongBindRuleTests {
    private static let started =
        "Remoting started with transport [Artery tcp]; listening on address [akka://Shop@10.0.0.9:25520] and bound to [akka://Shop@127.0.0.1:25520] with UID [9]"

    @Test("a joiner that listens on the loopback interface only is named when others are refused")
    func loopback() {
        var script = FindingScript("10.0.0.1", "10.0.0.2")
        script.rounds(3)
        script.line(.started, by: "10.0.0.9", pattern: "T01", Self.started)
        script.line(.connectionFailed(.message, .refused), by: "10.0.0.1", about: "10.0.0.9")
        script.rounds(2)
        let found = script.finding(.wrongBind)
        #expect(found?.confidence == .confirmed && found?.subjects.first == "akka://Shop@10.0.0.9:25520")
    }

    @Test("a node that listens elsewhere on purpose and is reached is none")
    func reached() {
        var script = FindingScript("10.0.0.1", "10.0.0.2")
        script.line(.started, by: "10.0.0.2", pattern: "T01", Self.started)
        script.rounds(20)
        #expect(script.finding(.wrongBind) == nil)
    }

    @Test("a port that cannot be bound is the node's own word")
    func unbound() {
        var script = FindingScript("10.0.0.1", "10.0.0.2")
        script.rounds(2)
        script.line(
            .other, by: "10.0.0.9", pattern: "C19", "failed to bind to /10.0.0.9:2552, shutting down Netty transport")
        script.rounds()
        #expect(script.finding(.wrongBind)?.severity == .failure)
    }
}
