// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

/// What a member, its bridge and its streams may make meshtop hold is bounded; each bound is tried at its value and one behind it.
@Suite("Bounds of management endpoints")
struct ManagementBoundTests: FakeClusterTests {
    private func response(_ body: String) -> PaddedBytes { PaddedBytes(body.utf8) }

    // MARK: - Members

    private func members(_ numbers: some Sequence<Int>) -> PaddedBytes {
        let rows = numbers.map { #"{"node":"akka://S@h\#($0):1","nodeUid":"\#($0)","status":"Up","roles":[]}"# }
        return response(#"{"selfNode":"akka://S@h0:1","members":[\#(rows.joined(separator: ","))]}"#)
    }

    @Test("a list of the maximal number of members is read, a longer one is an error")
    func memberCount() throws {
        let maximum = MembersDecoder.maximumMembers
        #expect(try MembersDecoder().decode(members(0..<maximum)).members.members.count == maximum)
        #expect(throws: JSONError.self) { try MembersDecoder().decode(members(0...maximum)) }
    }

    @Test("as many lists as are remembered are shared, one more is made again")
    func lists() throws {
        for count in [MembersDecoder.maximumLists, MembersDecoder.maximumLists + 1] {
            let decoder = MembersDecoder()
            let bodies = (1...count).map { members([0, $0]) }
            let first = try bodies.map { try decoder.decode($0).members }
            let again = try bodies.map { try decoder.decode($0).members }
            let isShared = zip(first, again).allSatisfy { $0 === $1 }
            #expect(isShared == (count <= MembersDecoder.maximumLists), "\(count)")
        }
    }

    @Test("answers are bounded: members and bridges by their maximum, health checks by theirs")
    func bodies() {
        let source = ManagementSource(
            endpoint: Endpoint(host: "h", port: 1), origin: SourceOrigin(cluster: nil, isConfigured: true, member: nil),
            seed: nil)
        for inquiry in Inquiry.allCases {
            switch source.request(inquiry, timeout: .seconds(1)).mode {
            case .whole(_, let maximum):
                let isCheck = inquiry == .ready || inquiry == .alive || inquiry == .startup
                #expect(maximum == (isCheck ? HealthCheckReader.maximumBody : ManagementSource.maximumBody))
            case .stream: #expect(inquiry == .events)
            case .beginning, .lines: Issue.record("\(inquiry)")
            }
        }
    }

    @Test("a health check's reason of the maximal length is whole, a longer one is cut")
    func reason() {
        let request = HTTPRequest(Endpoint(host: "h", port: 1), path: "/", mode: .stream(timeout: .seconds(1)))
        func reason(_ count: Int) -> ProbeAnswer {
            let body = [UInt8](repeating: UInt8(ascii: "x"), count: count)
            return body.withUnsafeBytes { HealthCheckReader.answer(status: 500, body: $0, request: request) }
        }
        let text = String(repeating: "x", count: HealthCheckReader.maximumReason)
        #expect(reason(HealthCheckReader.maximumReason) == .notPassed(text))
        #expect(reason(HealthCheckReader.maximumReason + 1) == .notPassed(text + "…"))
    }

    // MARK: - The bridge

    private func bridge(_ fields: String) throws(JSONError) -> BridgeReport {
        let head = #"{"v":1,"self":"akka://S@h:1","uid":"1","stack":"akka","remoting":"artery-tcp","atMs":1,"#
        return try BridgeDecoder().decode(response(head + fields + "}"))
    }

    @Test("as many rows of one kind as the maximum are read, one more is an error")
    func bridgeRows() throws {
        for (count, isRead) in [(BridgeDecoder.maximumRows, true), (BridgeDecoder.maximumRows + 1, false)] {
            let seen = repeatElement(#""akka://S@h:1""#, count: count).joined(separator: ",")
            if isRead {
                #expect(try bridge(#""seen":[\#(seen)]"#).seen.count == count)
            } else {
                #expect(throws: JSONError.self) { try bridge(#""seen":[\#(seen)]"#) }
            }
        }
    }

    @Test("a duration of the maximum is one, a longer one is an error")
    func bridgeDurations() throws {
        func detector(_ milliseconds: Double) -> String {
            #""detectors":[{"peer":"akka://S@h:2","threshold":8,"available":true,"sinceMs":\#(milliseconds)}]"#
        }
        let maximum = BridgeDecoder.maximumDuration
        #expect(try bridge(detector(maximum)).detectors.first?.silence == .milliseconds(Int64(maximum)))
        #expect(throws: JSONError.self) { try bridge(detector(maximum.nextUp)) }
    }

    @Test("a reason and a type of the maximal length are whole, longer ones are cut, endless ones are an error")
    func bridgeTexts() throws {
        func event(_ type: Int, _ reason: Int) throws(JSONError) -> BridgeReport.Event? {
            let texts = (String(repeating: "t", count: type), String(repeating: "r", count: reason))
            return try bridge(#""events":[{"seq":1,"atMs":1,"type":"\#(texts.0)","reason":"\#(texts.1)"}]"#).events
                .first
        }
        let (text, reason) = (BridgeDecoder.maximumText, BridgeDecoder.maximumReason)
        let whole = try event(text, reason.characters)
        #expect(whole?.type.count == text && whole?.reason?.count == reason.characters)
        let cut = try event(text + 1, reason.characters + 1)
        #expect(cut?.type.hasSuffix("…") == true && cut?.type.count == text + 1)
        #expect(cut?.reason?.hasSuffix("…") == true && cut?.reason?.count == reason.characters + 1)
        #expect(try event(1, reason.bytes)?.reason?.count == reason.characters + 1)
        #expect(throws: JSONError.self) { try event(1, reason.bytes + 1) }
    }

    @Test("names of statuses, roles, types and data centres are whole up to their maximal lengths, and cut behind them")
    func names() throws {
        func text(_ count: Int) -> String { String(repeating: "n", count: count) }
        func member(_ status: Int, _ role: Int) throws -> Member? {
            let row = #"{"node":"akka://S@h:1","nodeUid":"1","status":"\#(text(status))","roles":["\#(text(role))"]}"#
            let body = response(#"{"selfNode":"akka://S@h:1","members":[\#(row)]}"#)
            return try MembersDecoder().decode(body).members.members.first
        }
        let (status, role) = (MemberVocabulary.maximumStatus, MemberVocabulary.maximumRole)
        let whole = try member(status, role)
        #expect(whole?.status.name == text(status) && whole?.roles.names == [text(role)])
        let cut = try member(status + 1, role + 1)
        #expect(cut?.status.name == text(status) + "…" && cut?.roles.names == [text(role) + "…"])
        func event(_ fields: String) throws -> DomainEvent {
            try ManagementDecoders().events.decode(Array("{\(fields)}".utf8), type: [])
        }
        let center = DomainEventDecoder.maximumText
        for (count, expected) in [(center, text(center)), (center + 1, text(center) + "…")] {
            let fields = #""type":"UnreachableDataCenter","dataCenter":"\#(text(count))""#
            #expect(try event(fields) == .dataCenterUnreachable(expected))
        }
        let type = DomainEventDecoder.maximumType
        for (count, expected) in [(type, text(type)), (type + 1, text(type) + "…")] {
            let decoded = try ManagementDecoders().events.decode(Array("{}".utf8), type: Array(text(count).utf8))
            #expect(decoded == .unknown(type: expected))
        }
    }

    // MARK: - Polls and streams

    @Test("a mesh of a hundred members has as many streams as are allowed, a larger one has few")
    func streams() {
        for (count, expected) in [(100, 32), (101, 8)] {
            let rig = rig(FakeCluster(1...count))
            rig.run(for: .seconds(20))
            #expect(rig.collector.streams.count == expected, "\(count)")
        }
    }

    @Test("a stream is given up when it has been silent for the maximum, not before")
    func silence() throws {
        let start = Timestamp(milliseconds: 1_700_000_000_000)
        var stream = EventStreamSession(
            member: try Address(parsing: "akka://S@h:1"),
            request: HTTPRequest(Endpoint(host: "h", port: 1), path: "/", mode: .stream(timeout: .seconds(1))),
            decoder: ManagementDecoders().events)
        stream.open()
        _ = stream.opened(at: start)
        #expect(stream.check(at: start + EventStreamSession.maximumReplay - .milliseconds(1)).isEmpty)
        #expect(stream.check(at: start + EventStreamSession.maximumReplay) == [.observation(.streamReplayed)])
        #expect(stream.deadline() == start + EventStreamSession.maximumSilence)
        #expect(stream.check(at: start + EventStreamSession.maximumSilence - .milliseconds(1)).isEmpty)
        guard case .broken? = stream.check(at: start + EventStreamSession.maximumSilence).first else {
            Issue.record("it is not given up")
            return
        }
    }

    @Test("an event of the maximal size is read, a larger one is dropped and said to be")
    func events() {
        for (count, isRead) in [(9, true), (10, false)] {
            var parser = EventStreamParser(maximumLine: 100, maximumEvent: 10)
            let events = parser.receive("data:\(String(repeating: "x", count: count))\n\n".utf8)
            #expect(events == [isRead ? .message(type: [], data: Array("xxxxxxxxx".utf8)) : .overlong])
        }
        for (count, isRead) in [(20, true), (21, false)] {
            var parser = EventStreamParser(maximumLine: 20, maximumEvent: 100)
            let events = parser.receive("data:\(String(repeating: "x", count: count - 5))\n\n".utf8)
            #expect((events != [.overlong]) == isRead, "\(count)")
        }
    }
}
