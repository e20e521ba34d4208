// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Findings

@Suite("Nodes that do not come in")
struct JoinerRuleTests {
    private static let joiner = "10.0.0.9"
    private static let attempt =
        "Couldn't join seed nodes after [2] attempts, will try again. seed-nodes=[akka://Shop@10.0.0.1:25520]"

    private func settled() -> FindingScript {
        var script = FindingScript("10.0.0.1", "10.0.0.2")
        script.rounds(3)
        return script
    }

    private func attempts(_ script: inout FindingScript, _ count: Int = 3) {
        for _ in 0..<count {
            script.line(.other, by: Self.joiner, pattern: "M23", Self.attempt)
            script.rounds(2)
        }
    }

    @Test("a configuration that is refused names the joiner first, and the setting")
    func configuration() {
        var script = settled()
        let text =
            "Found incompatible settings when [akka://Shop@10.0.0.9:25520] tried to join: akka.cluster.split-brain-resolver.active-strategy is incompatible."
        script.line(.other, by: "10.0.0.1", about: Self.joiner, pattern: "M26", text)
        script.rounds()
        let found = script.loud.first
        #expect(found?.rule == .incompatibleConfiguration && found?.subjects.first == "akka://Shop@10.0.0.9:25520")
        #expect(found?.title.contains("akka.cluster.split-brain-resolver.active-strategy") == true)
    }

    @Test("TLS that fails explains that the joiner does not come in")
    func tls() {
        var script = settled()
        let text = "Upstream failed, cause: SSLHandshakeException: Received fatal alert: bad_certificate"
        script.line(.connectionFailed(.control, .other), by: Self.joiner, about: "10.0.0.1", text)
        attempts(&script)
        #expect(script.loud.first?.rule == .tlsHandshake)
        #expect(script.finding(.bootstrapBlocked).map { $0.explainedBy == script.finding(.tlsHandshake)?.id } ?? true)
    }

    @Test("seeds that refuse are the cause; resets alone leave several causes open")
    func seeds() {
        var script = settled()
        script.line(.connectionFailed(.control, .refused), by: Self.joiner, about: "10.0.0.77")
        attempts(&script)
        #expect(script.loud.first?.rule == .bootstrapBlocked && script.loud.first?.confidence == .confirmed)
        var other = settled()
        other.line(.connectionFailed(.control, .disassociated), by: Self.joiner, about: "10.0.0.1")
        attempts(&other)
        #expect(other.loud.first?.rule == .bootstrapBlocked && other.loud.first?.confidence == .suspect)
        #expect(other.loud.first?.alternatives.map(\.rule).contains(.protocolMismatch) == true)
    }

    @Test("a joiner of another system is misaddressed")
    func system() {
        var script = settled()
        let text = "Dropping Handshake Request from [akka://Shop2@10.0.0.9:25520#1] addressed to unknown local address"
        script.line(.handshakeMisaddressed(to: nil), by: "10.0.0.1", pattern: "T17", text)
        script.rounds()
        #expect(script.loud.first?.rule == .addressMismatch)
        #expect(script.loud.first?.subjects.first == "akka://Shop2@10.0.0.9:25520")
    }

    @Test("messages beyond the largest frame name sender and receiver")
    func oversized() {
        var script = settled()
        let text =
            "Discarding oversized payload sent to Some(Actor[akka://Shop@10.0.0.2:25520/]): max allowed size 262144 bytes"
        script.line(.other, by: "10.0.0.1", pattern: "T20", text)
        script.rounds()
        #expect(script.loud.first?.rule == .oversizedPayload)
        #expect(script.loud.first?.subjects == ["akka://Shop@10.0.0.1:25520", "akka://Shop@10.0.0.2:25520"])
    }
}
