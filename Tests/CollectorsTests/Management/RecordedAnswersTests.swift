// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import Testing

@testable import Collectors

/// Answers of real clusters, byte for byte (`Tests/Fixtures/management/README.md`).
@Suite("Recorded answers of real endpoints")
struct RecordedAnswersTests {
    static let flavours = [
        "akka25-artery", "akka25-classic", "akka26-artery", "akka26-classic", "pekko-artery", "pekko-classic",
    ]

    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/management")

    private func file(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: Self.folder.appendingPathComponent(path)))
    }

    /// The files of a flavour whose path ends so, in order.
    private func files(_ flavour: String, _ isWanted: (String) -> Bool) throws -> [String] {
        let root = Self.folder.appendingPathComponent(flavour).path
        return try FileManager.default.subpathsOfDirectory(atPath: root).filter(isWanted).sorted()
            .map { "\(flavour)/\($0)" }
    }

    private func events(_ path: String) throws -> [DomainEvent] {
        var parser = EventStreamParser()
        let decoder = DomainEventDecoder()
        return try parser.receive(try file(path)).compactMap { event in
            guard case .message(let type, let data) = event else { return nil }
            return try decoder.decode(data, type: type)
        }
    }

    @Test("every recorded membership list decodes, to a view that a new decoder sees alike", arguments: flavours)
    func members(flavour: String) throws {
        let paths = try files(flavour) { $0.contains(".members") && $0.hasSuffix(".json") }
        try #require(paths.count > 10)
        let decoder = MembersDecoder()
        for path in paths {
            let body = PaddedBytes(try file(path))
            let view = try decoder.decode(body)
            #expect(view == (try MembersDecoder().decode(body)), "\(path)")
            #expect(view.observer.system == "Shop", "\(path)")
            for record in view.unreachable { #expect(view.members[record.subject] != nil, "\(path)") }
        }
    }

    @Test("a healthy cluster: each node lists the same three members, which are one object", arguments: flavours)
    func healthy(flavour: String) throws {
        let decoder = MembersDecoder()
        let views = try (1...3).map {
            try decoder.decode(PaddedBytes(try file("\(flavour)/healthy/n\($0).members.json")))
        }
        #expect(views.map(\.observer.host) == ["127.0.3.1", "127.0.3.2", "127.0.3.3"])
        #expect(
            views.allSatisfy { $0.members === views[0].members && $0.leader == views[0].observer && $0.oldest != nil })
        #expect(views[0].members.members.map(\.status) == [.up, .up, .up])
        #expect(views[0].members.members[2].roles.names == ["api", "backend", "dc-default", "web", "zeta"])
        #expect(views.map { $0.own?.node.address } == views.map(\.observer))
    }

    @Test("a node that has not joined", arguments: flavours)
    func notJoined(flavour: String) throws {
        let view = try MembersDecoder().decode(PaddedBytes(try file("\(flavour)/not-joined/n1.members.json")))
        #expect(view.members.members.isEmpty && view.leader == nil && view.own == nil)
        let ready = try file("\(flavour)/not-joined/n1.ready.txt")
        let request = HTTPRequest(Endpoint(host: "h", port: 1), path: "/ready", mode: .stream(timeout: .zero))
        guard
            case .notPassed(let text) = ready.withUnsafeBytes({
                HealthCheckReader.answer(status: 500, body: $0, request: request)
            })
        else { Issue.record("passed"); return }
        #expect(text.hasPrefix("Not Healthy: Check [") && text.contains("ClusterMembershipCheck"))
    }

    @Test("a stopped node is unreachable for the others", arguments: flavours)
    func pause(flavour: String) throws {
        let view = try MembersDecoder().decode(PaddedBytes(try file("\(flavour)/pause/n1.members.json")))
        #expect(view.unreachable.map(\.subject.host) == ["127.0.3.3"])
        // Some were captured when only one of the two had noticed.
        let observers = Set(view.unreachable.first?.observers.compactMap(\.host) ?? [])
        #expect(!observers.isEmpty && observers.isSubset(of: ["127.0.3.1", "127.0.3.2"]))
    }

    @Test("every recorded event stream decodes, without an event that is not known", arguments: flavours)
    func streams(flavour: String) throws {
        let paths = try files(flavour) { $0.hasSuffix(".domain-events.txt") }
        try #require(paths.count > 4)
        for path in paths {
            for event in try events(path) {
                if case .unknown(let type) = event { Issue.record("\(path): \(type)") }
            }
        }
    }

    @Test(
        "the stream of a stopped node's observer: three members, the leader, unreachable, reachable",
        arguments: flavours)
    func pauseStream(flavour: String) throws {
        let events = try events("\(flavour)/pause/n1.domain-events.txt").filter { event in
            if case .roleLeaderChanged = event { false } else { true }
        }
        let words = events.map { event in
            switch event {
            case .member(let member): "\(member.status.name) \(member.node.address.host ?? "")"
            case .leaderChanged(let leader): "leader \(leader?.host ?? "")"
            case .unreachable(let member): "unreachable \(member.node.address.host ?? "")"
            case .reachable(let member): "reachable \(member.node.address.host ?? "")"
            default: "other"
            }
        }
        #expect(
            words == [
                "Up 127.0.3.1", "Up 127.0.3.2", "Up 127.0.3.3", "leader 127.0.3.1", "unreachable 127.0.3.3",
                "reachable 127.0.3.3",
            ])
    }

    @Test("a restart on the same address: the uid changes, and both streams and lists tell the same one")
    func restart() throws {
        for flavour in ["akka26-artery", "akka26-classic", "pekko-artery", "pekko-classic"] {
            let paths = try files(flavour) { $0.hasPrefix("restart-same-address/n1.members/") }
            let decoder = MembersDecoder()
            let views = try paths.map { try decoder.decode(PaddedBytes(try file($0))) }
            let uids = views.compactMap { $0.members.members.last { $0.node.address.host == "127.0.3.3" }?.node.uid }
            #expect(Set(uids).count == 2, "\(flavour)")
            let told = try events("\(flavour)/restart-same-address/n1.domain-events.txt").compactMap {
                event -> Int64? in
                guard case .member(let member) = event, member.node.address.host == "127.0.3.3" else { return nil }
                return member.node.uid
            }
            #expect(Set(told) == Set(uids), "\(flavour)")
        }
    }
}
