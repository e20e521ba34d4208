// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Findings

@Suite("Rule handshake-timeout")
struct HandshakeTimeoutRuleTests {
    private func script(_ count: Int) -> FindingScript {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        script.rounds(3)
        for _ in 0..<count {
            script.line(.handshakeTimedOut(after: .seconds(20)), by: "10.0.0.1", about: "10.0.0.3", pattern: "T05")
            script.rounds(2)
        }
        return script
    }

    @Test("handshakes that time out again and again towards a member that all reach, with what else may be behind it")
    func again() {
        let script = script(2)
        let found = script.finding(.handshakeTimeout)
        #expect(found?.subjects == ["akka://Shop@10.0.0.1:25520", "akka://Shop@10.0.0.3:25520"])
        #expect(found?.alternatives.map(\.rule).contains(.remotingThroughSidecar) == true)
    }

    @Test("one is none")
    func once() { #expect(script(1).finding(.handshakeTimeout) == nil) }

    @Test("towards a member that is lost there is a better explanation")
    func lost() {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        script.rounds(3)
        script.failing["10.0.0.3"] = .timeout
        script.lose("10.0.0.3", by: "10.0.0.1", "10.0.0.2")
        for _ in 0..<3 {
            script.line(.handshakeTimedOut(after: .seconds(20)), by: "10.0.0.1", about: "10.0.0.3", pattern: "T05")
            script.rounds(2)
        }
        #expect(script.finding(.handshakeTimeout) == nil && script.rules.first == .nodePaused)
    }
}
