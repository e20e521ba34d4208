// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Findings

@Suite("Rule peer-unknown")
struct PeerUnknownRuleTests {
    @Test("an address that a member keeps trying and that is no member is information")
    func stranger() {
        var script = FindingScript("10.0.0.1", "10.0.0.2")
        script.rounds(2)
        for _ in 0..<3 {
            script.line(.handshakeTimedOut(after: .seconds(20)), by: "10.0.0.1", about: "10.9.9.9", pattern: "T05")
            script.rounds(5)
        }
        let found = script.finding(.peerUnknown)
        #expect(found?.severity == .info && found?.subjects.last == "akka://Shop@10.9.9.9:25520")
        #expect(script.loud.isEmpty)
    }

    @Test("one line, a member that is gone, and a node that asks to join are none")
    func others() {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        script.rounds(2)
        script.line(.connectionFailed(.message, .refused), by: "10.0.0.1", about: "10.9.9.9")
        script.removed.insert("10.0.0.3")
        for _ in 0..<3 {
            script.line(.connectionFailed(.message, .refused), by: "10.0.0.1", about: "10.0.0.3")
            script.line(
                .other, by: "10.0.0.9", pattern: "M23", "Couldn't join seed nodes after [2] attempts, will try again.")
            script.line(.connectionFailed(.message, .refused), by: "10.0.0.1", about: "10.0.0.9")
            script.rounds(2)
        }
        #expect(script.finding(.peerUnknown) == nil)
    }
}
