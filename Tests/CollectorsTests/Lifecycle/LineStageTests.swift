// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

/// The stages of a line before its message is recognised: what is wrapped, and what stands around.
@Suite struct LineStageTests {
    private static let quarantined =
        "Association to [akka://Shop@10.0.0.9:25520] with UID [5512] is irrecoverably failed. UID is now quarantined and all messages to this UID will be delivered to dead letters. Reason: x"
    private static let own = "akka://Shop@10.0.0.7:25520"

    // MARK: - Wrappings

    @Test(
        "a message is found in JSON within JSON, in exports, and in quotes, with its time and its node",
        arguments: [
            #"{"log":"{\"@timestamp\":\"2026-11-21T05:10:13.116Z\",\"message\":\"\#(quarantined)\",\"akkaAddress\":\"\#(own)\"}\n","stream":"stdout","time":"2026-11-21T05:10:14Z"}"#,
            #"{"log":"x","log_processed":{"@timestamp":"2026-11-21T05:10:13.116Z","message":"\#(quarantined)","akkaAddress":"\#(own)"},"time":"2026-11-21T05:10:14Z"}"#,
            #"{"_index":"x","_source":{"message":"\#(quarantined)","@timestamp":"2026-11-21T05:10:13.116Z","mdc":{"akkaAddress":"\#(own)"}}}"#,
            #"{"insertId":"1","jsonPayload":{"message":"\#(quarantined)","akkaAddress":"\#(own)"},"timestamp":"2026-11-21T05:10:13.116Z"}"#,
            #"{"insertId":"1","textPayload":"2026-11-21 05:10:13,116 WARN x \#(own)/system/x - \#(quarantined)","receiveTimestamp":"2026-11-21T05:11:00Z"}"#,
            #"{"id":"1","content":{"timestamp":"2026-11-21T05:10:13.116Z","message":"\#(quarantined)","attributes":{"mdc.akkaAddress":"\#(own)"}}}"#,
            #"{"__REALTIME_TIMESTAMP":"1795237813116000","MESSAGE":"WARN \#(own)/system/x - \#(quarantined)","_HOSTNAME":"node7"}"#,
            #"{"timestampSeconds":1795237813,"timestampNanos":116000000,"message":"\#(quarantined)","context":{"akkaAddress":"\#(own)"}}"#,
            #"{"timestamp":{"seconds":1795237813,"nanos":116000000},"message":"\#(quarantined)","akkaAddress":"\#(own)"}"#,
            #"{"timeMillis":1795237813116,"message":"\#(quarantined)","contextMap":[{"key":"akkaAddress","value":"\#(own)"}]}"#,
            #"{"timeUnixNano":1795237813116000000,"body":{"stringValue":"\#(quarantined)"},"attributes":[{"key":"akkaAddress","value":{"stringValue":"\#(own)"}}]}"#,
            #"ts=2026-11-21T05:10:13.116Z level=warn akkaAddress=\#(own) msg="\#(quarantined)" thread=t"#,
            #""2026-11-21T05:10:13.116Z","WARN","\#(own)/system/x","\#(quarantined)","shop-1""#,
            #"2026-11-21T05:10:14Z,host,"{""@timestamp"":""2026-11-21T05:10:13.116Z"",""message"":""\#(quarantined)"",""akkaAddress"":""\#(own)""}""#,
            #"level=info msg="{\"@timestamp\":\"2026-11-21T05:10:13.116Z\",\"message\":\"\#(quarantined)\",\"akkaAddress\":\"\#(own)\"}""#,
            #"<14>Nov 21 05:10:14 node7 shop[1]: {"@timestamp":"2026-11-21T05:10:13.116Z","message":"\#(quarantined)","akkaAddress":"\#(own)"}"#,
        ])
    func unwrapped(line: String) throws {
        let events = LogSupport.events(line + "\n")
        let event = try #require(events.count == 1 ? events.first : nil)
        #expect(event.event.at == Timestamp(rfc3339: "2026-11-21T05:10:13.116Z"))
        #expect(event.event.observer?.text == Self.own)
        #expect(event.event.uid == 5512)
        #expect(event.event.evidence.text == Self.quarantined)
    }

    @Test("JSON within JSON is opened to the maximal depth")
    func depth() {
        func isFound(_ depth: Int) -> Bool {
            var text = #"{"message":"\#(Self.quarantined)","akkaAddress":"\#(Self.own)"}"#
            for _ in 1..<depth {
                let quoted = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                text = #"{"log":"\#(quoted)"}"#
            }
            return LogSupport.events(text + "\n").first?.event.observer?.text == Self.own
        }
        #expect(isFound(LineUnwrapper.maximumDepth))
        #expect(!isFound(LineUnwrapper.maximumDepth + 1))
    }

    @Test("JSON in which nothing of the catalogue stands is nothing, and what only looks like JSON is counted")
    func broken() {
        var scanner = LogSupport.scanner()
        let text = "{\"a\":\"x\",\"b\":\"Quarantine of [x] ignored y\"}\n{\"message\":\"\(Self.quarantined)\n"
        let events = Array(text.utf8).withUnsafeBytes { scanner.receive($0, at: LogSupport.now) }
        #expect(events.isEmpty)
        #expect(scanner.unreadableLines == 1)
    }

    // MARK: - Heads

    @Test(
        "a line that begins with blanks and a level, or a time, is a line of its own",
        arguments: [" INFO ", "  WARN ", "\tDEBUG ", " "])
    func indented(start: String) throws {
        let text =
            "ERROR 2026-11-20 01:10:00,000 x - cannot send to akka://Other@10.9.9.9:1/user/x\n"
            + "\(start)2026-11-21 05:10:13,116 x \(Self.own)/system/y - \(Self.quarantined)\n"
        let event = try #require(LogSupport.events(text).first?.event)
        #expect(event.at == Timestamp(rfc3339: "2026-11-21T05:10:13.116Z"))
        #expect(event.observer?.text == Self.own)
    }

    @Test("what stands nearest before the message names the node, and Cluster Node beats everything")
    func nearest() throws {
        let line = "2026-11-21 05:10:13,116 [to akka://Other@10.9.9.9:1/x] \(Self.own)/system/y - \(Self.quarantined)\n"
        #expect(LogSupport.events(line).first?.event.observer?.text == Self.own)
        let named =
            "2026-11-21 05:10:13,116 akkaAddress=akka://Shop@10.0.0.8:25520 - Cluster Node [\(Self.own)] - Marking node as UNREACHABLE [Member(akka://Shop@10.0.0.9:25520, Up, 1.0.0)].\n"
        #expect(LogSupport.events(named).first?.event.observer?.text == Self.own)
    }

    @Test("the path under which another node's actor logs is not the observer's")
    func remoteActors() throws {
        let line =
            "2026-11-21 05:10:13,116 INFO  akka.remote.RemoteActorRef akka://Shop@10.0.0.9:25520/ - Message [x] to Actor[akka://Shop@10.0.0.9:25520/] was dropped. Discarding oversized payload sent to Some(Actor[akka://Shop@10.0.0.9:25520/user/a]): max allowed size 262144 bytes. Message type [x].\n"
        let event = try #require(LogSupport.events(line).first?.event)
        #expect(event.observer == nil && event.peer?.hostPort == "10.0.0.9:25520")
        let json =
            #"{"message":"Discarding oversized payload sent to Some(Actor[akka://Shop@10.0.0.9:25520/]): max allowed size 262144 bytes. Message type [x].","logger_name":"akka.remote.RemoteActorRef","akkaSource":"akka://Shop@10.0.0.9:25520/"}"#
        #expect(LogSupport.events(json + "\n").first?.event.observer == nil)
    }

    @Test("java.util.logging writes a record in two lines: the first has its time")
    func twoLines() throws {
        let text = "Nov 21, 2026 5:10:13 AM akka.event.slf4j.Slf4jLogger x\nWARNING: \(Self.quarantined)\n"
        let event = try #require(LogSupport.events(text).first?.event)
        #expect(event.at == Timestamp(rfc3339: "2026-11-21T05:10:13Z"))
        #expect(event.evidence.text == Self.quarantined)
    }

    @Test("a context behind the message names the node, and is no part of a reason")
    func trailing() throws {
        let line =
            "[2026-11-21 05:10:13,116] [WARN] [x] - \(Self.quarantined) MDC: {akkaRemoteAddress=akka://Shop@10.0.0.9:25520, akkaAddress=\(Self.own), akkaTimestamp=05:10:13.116UTC}\n"
        let event = try #require(LogSupport.events(line).first?.event)
        #expect(event.observer?.text == Self.own)
        #expect(event.kind == .quarantined(harmless: false, reason: "x"))
        #expect(event.evidence.text == Self.quarantined)
    }

    @Test("a context is taken off up to the maximal size", arguments: [0, 1])
    func longContext(more: Int) {
        let tail = ", akkaAddress=\(Self.own)}"
        let filler = String(repeating: "x", count: LineTail.maximum - tail.utf8.count - 1 + more)
        let line = "2026-11-21 05:10:13,116 WARN x - \(Self.quarantined) MDC: {\(filler)\(tail)\n"
        #expect((LogSupport.events(line).first?.event.evidence.text == Self.quarantined) == (more == 0))
    }

    // MARK: - Labels

    @Test(
        "labels of processes tell their lines apart",
        arguments: [
            ("[JVM-1] ", "JVM-1"), ("[shop-7f9c-abcde app] ", "shop-7f9c-abcde"), ("[pod/shop-0/app] ", "shop-0"),
            ("policies_1 | ", "policies_1"), ("shop-1 app ", "shop-1"),
        ])
    func labels(prefix: String, label: String) throws {
        let event = try #require(
            LogSupport.events("\(prefix)2026-11-21 05:10:13,116 WARN x - \(Self.quarantined)\n").first)
        #expect(event.label == label)
    }

    @Test("the file that tail names is the label of the lines below it")
    func sections() {
        let line = "2026-11-21 05:10:13,116 WARN x - \(Self.quarantined)\n"
        let events = LogSupport.events("==> /logs/a.log <==\n\(line)\n==> /logs/b.log <==\n\(line)")
        #expect(events.map(\.label) == ["a.log", "b.log"])
    }

    @Test("first words tell nodes apart where each is of one node, and say nothing where one is of two")
    func weakLabels() throws {
        let (a, b) = (try LogSupport.address("akka://S@a:1"), try LogSupport.address("akka://S@b:1"))
        var memory = ObserverMemory()
        memory.learn(a, source: 0, label: nil, weakLabel: "node-1", isStart: false)
        #expect(memory.observer(source: 0, label: nil, weakLabel: "node-2") == a)
        memory.learn(b, source: 0, label: nil, weakLabel: "node-2", isStart: false)
        #expect(memory.observer(source: 0, label: nil, weakLabel: "node-1") == a)
        #expect(memory.observer(source: 0, label: nil, weakLabel: "node-2") == b)
        #expect(memory.observer(source: 0, label: nil, weakLabel: "node-3") == nil)
        memory.learn(a, source: 0, label: nil, weakLabel: "node-2", isStart: false)
        #expect(memory.observer(source: 0, label: nil, weakLabel: "node-1") == nil)
    }

    // MARK: - What is not understood

    @Test("a line of Akka with a known word and no pattern is counted; others' are not")
    func unrecognised() {
        var scanner = LogSupport.scanner()
        let text =
            "2026-11-21 05:10:13,116 WARN akka.remote.x - Quarantine of [nothing] ignored\n"
            + "2026-11-21 05:10:13,116 WARN akka.remote.x - something else\n"
            + "2026-11-21 05:10:13,116 WARN com.example.x - Quarantine of [nothing] ignored\n"
        _ = Array(text.utf8).withUnsafeBytes { scanner.receive($0, at: LogSupport.now) }
        #expect(scanner.unrecognisedLines == 1)
    }
}
