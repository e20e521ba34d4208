// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

/// The same event in the wrappings of §7 of the research: prefixes of containers, layouts, encoders.
@Suite struct LogFormatTests {
    private static let message =
        "Association to [akka://Shop@10.0.0.9:25520] with UID [5512] is irrecoverably failed. UID is now quarantined and all messages to this UID will be delivered to dead letters. Remote ActorSystem must be restarted to recover from this situation. Reason: x"

    private static let texts = [
        "2026-11-21 05:10:13,116 WARN  akka.remote.artery.Association Association(akka://Shop) - \(message)",
        "[WARN] [11/21/2026 05:10:13.116] [Shop-akka.actor.default-dispatcher-5] [Association(akka://Shop)] \(message)",
        "[WARN] [akkaQuarantine][11/21/2026 05:10:13.116] [t] [akka://Shop/x][akkaRemoteAddress:akka://Shop@10.0.0.9:25520] \(message)",
        "05:10:13.116 [Shop-dispatcher-7] WARN  akka.remote.artery.Association -- \(message)",
        "2026-11-21T05:10:13.116+00:00  WARN 1 --- [dispatcher-7] a.r.artery.Association : \(message)",
        "WARN  2026-11-21 05:10:13.116 [x] akka.remote.artery.Association: \(message)",
        "\u{1B}[33m2026-11-21 05:10:13,116\u{1B}[0m WARN x \u{1B}[1;31m- \u{1B}[0m\(message)",
    ]
    private static let objects = [
        #"{"@timestamp":"2026-11-21T05:10:13.116Z","@version":"1","message":"\#(message)","logger_name":"a","level":"WARN","level_value":30000}"#,
        #"{"@timestamp":"2026-11-21T05:10:13.116Z","log.level":"WARN","message":"\#(message)","ecs.version":"1.2.0","log.logger":"a"}"#,
        #"{"timestamp":1795237813116,"level":"WARN","loggerName":"a","message":"{}","arguments":["\#(message)"],"mdc":{}}"#,
        #"{"instant":{"epochSecond":1795237813,"nanoOfSecond":116000000},"level":"WARN","loggerName":"a","message":"\#(message)"}"#,
        #"{"log":"2026-11-21 05:10:13,116 WARN x - \#(message)\n","stream":"stdout","time":"2026-11-21T05:10:14Z"}"#,
        #"{"timestamp":"2026-11-21T05:10:13.116Z","severity":"WARNING","msg":"\#(message)","mdc":{"sourceThread":"x"}}"#,
    ]
    private static let prefixes = [
        "", "2026-11-21T05:10:13.999999999Z stdout F ", "[pod/shop-0/app] ", "shop-0 app ", "shop-1  | ", "data: ",
        "data:", "\u{0}\u{0}", "\u{FEFF}", "[pod/shop-0/app] 2026-11-21T05:10:13.999Z stderr F ",
    ]

    static let lines = (texts + objects).flatMap { line in prefixes.map { $0 + line } }

    @Test("a line is understood in every layout, encoding and wrapping", arguments: lines)
    func understood(line: String) throws {
        let events = LogSupport.events(line + "\r\n")
        try #require(events.count == 1)
        let event = events[0].event
        #expect(event.pattern == "T08")
        #expect(event.at == Timestamp(rfc3339: "2026-11-21T05:10:13.116Z"))
        #expect(event.peer?.hostPort == "10.0.0.9:25520")
        #expect(event.observer == nil)
        #expect(event.evidence.text == Self.message)
        let hasPod = line.hasPrefix("[pod/") || line.hasPrefix("shop-")
        #expect((events[0].label ?? "").hasPrefix("shop-") == hasPod)
    }

    @Test(
        "the observer is known from MDC, from the path of the actor that logs, or from the cluster's own prefix",
        arguments: [
            #"{"@timestamp":"2026-11-21T05:10:13.116Z","message":"\#(message)","akkaAddress":"akka://Shop@10.0.0.7:25520","akkaRemoteAddress":"akka://Shop@10.0.0.9:25520"}"#,
            #"{"@timestamp":"2026-11-21T05:10:13.116Z","message":"\#(message)","mdc":{"pekkoAddress":"pekko://Shop@10.0.0.7:25520"}}"#,
            #"{"@timestamp":"2026-11-21T05:10:13.116Z","message":"\#(message)","akkaSource":"akka://Shop@10.0.0.7:25520/system/cluster/core"}"#,
            #"{"@timestamp":"2026-11-21T05:10:13.116Z","message":"Cluster Node [akka://Shop@10.0.0.7:25520] dc [east] - Marking node as TERMINATED [akka://Shop@10.0.0.9:25520], due to quarantine. Node roles [x]"}"#,
            "2026-11-21 05:10:13,116 WARN x akka://Shop@10.0.0.7:25520/system/x - \(message)",
            "2026-11-21 05:10:13,116 WARN x [akkaRemoteAddress=akka://Shop@10.0.0.9:25520, akkaAddress=akka://Shop@10.0.0.7:25520] x - \(message)",
            "2026-11-21 05:10:13,116 WARN x y - Cluster Node [akka://Shop@10.0.0.7:25520] - Marking node as TERMINATED [akka://Shop@10.0.0.9:25520], due to quarantine.",
        ])
    func observer(line: String) throws {
        let event = try #require(LogSupport.events(line + "\n").first?.event)
        #expect(event.observer?.hostPort == "10.0.0.7:25520")
        #expect(event.peer?.hostPort == "10.0.0.9:25520")
    }

    @Test("lines of other pods may stand within a stack trace")
    func interleaved() {
        let text = """
            [pod/a/x] 2026-11-21 05:10:13,116 ERROR x y - AssociationError [akka.tcp://Shop@10.0.0.7:2552] <- [akka.tcp://Shop@10.0.0.9:2552]: Error [Invalid address: x] [
            [pod/b/x] 2026-11-21 05:10:13,117 WARN x y - Detected unreachable: [akka.tcp://Shop@10.0.0.9:2552]
            [pod/a/x] Caused by: x: The remote system has a UID that has been quarantined. Association aborted.
            [pod/a/x] 2026-11-21 05:10:14,116 INFO x y - z

            """
        let events = LogSupport.events(text)
        #expect(Set(events.map(\.label)) == ["a", "b"])
        #expect(
            events.first { $0.label == "a" }?.event.kind == .associationFailed(.quarantinedHere, inbound: true))
    }
}
