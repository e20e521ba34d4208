// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors
@testable import Fold

/// What lines list.
@Suite struct LinePayloadTests {
    private static let head = "2026-11-21 05:10:13,116 WARN akka.cluster.Cluster x - "
    private static func node(_ number: Int) -> String { "akka://Shop@10.0.0.\(number):25520" }

    private static func event(_ message: String) throws -> LifecycleEvent {
        try #require(LogSupport.events(head + message + "\n").first?.event)
    }

    @Test("the leader that cannot act lists statuses, who has seen the gossip, and every record")
    func leader() throws {
        let event = try Self.event(
            "Cluster Node [\(Self.node(1))] - Leader can currently not perform its duties, reachability status: [\(Self.node(1)) -> \(Self.node(3)): Unreachable [Unreachable] (7), \(Self.node(2)) -> \(Self.node(3)): Terminated [Terminated] (2)], member status: [\(Self.node(1)) Up seen=true, \(Self.node(2)) Joining seen=false]"
        )
        let payload = try #require(event.payload)
        #expect(
            payload.records.map { "\($0.observer.hostPort) \($0.subject.hostPort) \($0.status)" } == [
                "10.0.0.1:25520 10.0.0.3:25520 unreachable", "10.0.0.2:25520 10.0.0.3:25520 terminated",
            ])
        #expect(payload.members.map(\.status) == [.up, .joining])
        #expect(payload.members.map(\.hasSeen) == [true, false])
    }

    @Test(
        "a decision lists who is downed, all members and all records; an empty list is one",
        arguments: [["3"], ["2", "3"], []])
    func decision(downed: [String]) throws {
        let list = downed.map { Self.node(Int($0) ?? 0) }.joined(separator: ", ")
        let event = try Self.event(
            "SBR took decision DownUnreachable and is downing [\(list)], [1] unreachable of [3] members, all members in DC [Member(\(Self.node(1)), Up, 1.0.0), Member(\(Self.node(3)), Down, 1.0.0)], full reachability status: [\(Self.node(1)) -> \(Self.node(3)): Unreachable [Unreachable] (1)]"
        )
        let payload = try #require(event.payload)
        #expect(payload.downed.map(\.text) == downed.map { Self.node(Int($0) ?? 0) })
        #expect(payload.members.map(\.status) == [.up, .down])
        #expect(payload.records.count == 1)
        let clause = try #require(EventText.clause(of: event, observer: nil))
        #expect(clause.contains(downed.isEmpty ? "downs no member" : "and downs 10.0.0."))
    }

    @Test("a double decision downs all")
    func double() throws {
        let event = try Self.event(
            "SBR double DownIndirectlyConnected decision, downing all instead. originalReachability: [\(Self.node(1)) -> \(Self.node(3)): Unreachable [Unreachable] (1)], filtered reachability [], still indirectlyConnected: [], seenBy: []"
        )
        #expect(event.kind == .downing(.decided("DownIndirectlyConnected twice, downs all", downsSelf: true)))
    }

    @Test(
        "a member is read in the forms of all versions",
        arguments: [
            "Member(%, Up, 1.0.0)", "Member(address = %, status = Up)",
            "Member(address = %, dataCenter = eu-central, status = Up)", "Member(%, Up, eu-central, 1.0.0)",
            "Member(address = %, status = Up, roles = Set(dc-eu-central, web))",
            "Member(address = %, dataCenter = eu-central, status = Up, roles = Set(web))",
        ])
    func members(form: String) throws {
        let text = form.replacing("%", with: Self.node(9))
        let members = Array(text.utf8).withUnsafeBytes { LinePayloadReader.members(in: $0) }
        let member = try #require(members.count == 1 ? members.first : nil)
        #expect(member.address.text == Self.node(9))
        #expect(member.status == .up)
        let named = member.dataCenter ?? member.roles.first { $0.hasPrefix("dc-") }.map { String($0.dropFirst(3)) }
        #expect(named == (form.contains("eu-central") ? "eu-central" : nil))
        #expect(member.roles.contains("web") == form.contains("web"))
    }

    @Test("of each member of a list the event has what is said of it")
    func each() throws {
        let events = LogSupport.events(
            Self.head
                + "Cluster Node [\(Self.node(1))] - Marking node(s) as UNREACHABLE [Member(address = \(Self.node(2)), status = Up), Member(address = \(Self.node(3)), status = Leaving)]\n"
        ).map(\.event)
        #expect(events.map { $0.payload?.members.map(\.status) } == [[.up], [.leaving]])
    }

    @Test("as many entries are read as the maximum")
    func bound() {
        let list = (0...LinePayloadReader.maximum).map { _ in "Member(\(Self.node(9)), Up, 1.0.0)" }
        func count(_ members: Int) -> Int {
            Array(list.prefix(members).joined(separator: ", ").utf8).withUnsafeBytes {
                LinePayloadReader.members(in: $0).count
            }
        }
        #expect(count(LinePayloadReader.maximum) == LinePayloadReader.maximum)
        #expect(count(LinePayloadReader.maximum + 1) == LinePayloadReader.maximum)
    }

    @Test("each pattern without a meaning of its own has a note, or is known to tell nothing")
    func notes() {
        // Steps of the ordinary course of things, several per second some of them, and what another line says better.
        let silent: Set<String> = [
            "M01", "M21", "M22", "M35", "M36", "M37", "M41", "C14", "T23", "T24", "H03", "G01", "G02", "B01", "B05",
            "B06",
            "B07", "B09", "B12", "B13", "B19", "B21", "K01",
        ]
        let empty = LogMatch(bytes: UnsafeRawBufferPointer(start: nil, count: 0), start: 0, captures: LogCaptures())
        let codes = Set(LogCatalogue.rows.filter { $0.meaning(empty) == .other }.map(\.code))
        for code in codes.sorted() { #expect((LineNote.of(code) == nil) == silent.contains(code), "\(code)") }
        #expect(silent.subtracting(codes).isEmpty)
    }
}
