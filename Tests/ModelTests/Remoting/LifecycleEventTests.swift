// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@Suite("Lifecycle events")
struct LifecycleEventTests {
    @Test(
        "the reason of a failure is told from its text",
        arguments: [
            ("Association failed with [akka.tcp://Shop@a:1] Caused by: [Connection refused: /127.0.0.1:1]", .refused),
            ("Association failed with [x] Caused by: [connection timed out: a/1.2.3.4:2552]", .timedOut),
            ("java.net.UnknownHostException: a", .unresolved), ("Disassociated", .disassociated),
            ("Connection reset by peer", .disassociated),
            ("The remote system refused the association because it is shutting down.", .shutDown),
            (
                "The remote system has quarantined this system. No further associations to the remote system are possible until this system is restarted.",
                .quarantinedByPeer
            ),
            ("The remote system has a UID [7] that has been quarantined. Association aborted.", .quarantinedHere),
            (
                "No response from remote for outbound association. Handshake timed out after [15000 ms].",
                .handshakeTimedOut
            ),
            ("Handshake with [akka://Shop@a:1] did not complete within 20000 ms", .handshakeTimedOut),
            ("No response from remote. Transport failure detector triggered. (internal state was Open)", .silent),
            ("Delivery of system messages timed out and they were dropped.", .undelivered),
            (
                "StreamTcpException: Tcp command [Connect(127.0.40.3/<unresolved>:25520,None)] failed because of Connection refused",
                .refused
            ),
            ("akka.remote.artery.Association$OutboundStreamStopQuarantinedSignal$", .stoppedQuarantined),
            ("akka.remote.artery.Association$OutboundStreamStopIdleSignal$", .stoppedIdle), ("", .other),
            ("StreamTcpException: The connection has been aborted", .abortedHere),
        ] as [(String, AssociationFailure)])
    func reasons(text: String, expected: AssociationFailure) {
        #expect(AssociationFailure(reason: text) == expected)
    }

    @Test("evidence is cut to 500 bytes at the end of a character")
    func bounded() {
        #expect(LifecycleEvent.Evidence("short").text == "short")
        let text = LifecycleEvent.Evidence(String(repeating: "日", count: 400)).text
        #expect(text.utf8.count == 498)
        #expect(text.allSatisfy { $0 == "日" })
    }
}
