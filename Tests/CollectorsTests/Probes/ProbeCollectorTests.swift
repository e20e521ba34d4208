// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Collectors

@Suite("Asking health endpoints")
struct ProbeCollectorTests {
    /// The collector with what it asks for, answered by the test.
    private struct Rig {
        var collector: ProbeCollector
        var now = Timestamp(milliseconds: 1_700_000_000_000)
        var asked: [(id: RequestID, url: String)] = []
        var observations: [Observation] = []

        init(_ targets: String...) throws {
            collector = ProbeCollector(
                try targets.map { try ProbeTarget($0) }, .test(timeout: .seconds(1)))
            take(collector.start(at: now))
        }

        mutating func take(_ actions: [CollectorAction]) {
            for action in actions {
                switch action {
                case .start(let id, let request): asked.append((id, request.url))
                case .cancel(let id): asked.removeAll { $0.id == id }
                case .emit(let observation, _): observations.append(observation)
                case .flush, .found, .lost, .authorize: break
                }
            }
        }

        mutating func answer(_ url: String, _ status: Int = 200, _ body: String = "ok") throws {
            let place = try #require(asked.firstIndex { $0.url == url }, "\(asked.map(\.url))")
            let response = HTTPResponse(
                status: status, body: PaddedBytes(Array(body.utf8)), server: nil, latency: .milliseconds(3))
            take(collector.handle(.answered(asked.remove(at: place).id, response), at: now))
        }

        mutating func fail(_ url: String) throws {
            let place = try #require(asked.firstIndex { $0.url == url }, "\(asked.map(\.url))")
            take(collector.handle(.failed(asked.remove(at: place).id, SourceFailure(.refused, "refused")), at: now))
        }

        mutating func pass(_ duration: Duration) {
            now = now + duration
            take(collector.advance(to: now, unread: 0))
        }

        mutating func see(_ members: [(host: String, roles: [String])], from source: String) throws {
            let list = MemberList(
                try members.map { member in
                    Member(
                        node: UniqueAddress(try Address(parsing: "akka://Shop@\(member.host):25520"), uid: 1),
                        status: .up, roles: Roles(member.roles))
                })
            let observer = try Address(parsing: "akka://Shop@10.0.0.1:25520")
            let view = MembershipView(observer: observer, members: list, unreachable: [], leader: nil, oldest: nil)
            let observation = Observation(
                at: now, source: SourceID(.management, source), .membership(view, Reply(latency: .zero)))
            take(collector.follow([observation], at: now))
        }

        var reports: [ProbeReport] {
            observations.compactMap { if case .probed(let report, _) = $0.payload { report } else { nil } }
        }

        func sources(_ isAdded: Bool) -> [String] {
            observations.compactMap { observation in
                switch observation.payload {
                case .sourceAdded where isAdded: observation.source?.target
                case .sourceRemoved where !isAdded: observation.source?.target
                default: nil
                }
            }
        }
    }

    private let url = "http://10.0.0.7:8080/readyz"

    @Test("an endpoint is asked once an interval, never twice at a time, and tells what it said")
    func polls() throws {
        var rig = try Rig("shop/checkout=http://10.0.0.7:8080/readyz")
        #expect(rig.asked.map(\.url) == [url] && !rig.collector.isSettled(at: rig.now))
        rig.pass(.seconds(2))
        #expect(rig.asked.count == 1, "it has not answered yet")
        try rig.answer(url)
        #expect(rig.collector.isSettled(at: rig.now) && rig.asked.isEmpty)
        rig.pass(.seconds(1))
        #expect(rig.asked.isEmpty)
        rig.pass(.seconds(1))
        try rig.answer(url, 503, "db down")
        #expect(
            rig.reports == [ProbeReport(.passing, status: 200), ProbeReport(.failing, status: 503, text: "db down")])
        guard case .sourceAdded(let origin)? = rig.observations.first?.payload else {
            Issue.record("no source was added")
            return
        }
        #expect(origin.subject == .workload(WorkloadName(namespace: "shop", name: "checkout")))
    }

    @Test("one that never answered is asked ever more rarely, one that did soon again")
    func backsOff() throws {
        var rig = try Rig("http://10.0.0.7:8080/readyz")
        var tries = 0
        for _ in 0..<60 {
            if rig.asked.first != nil {
                try rig.fail(url)
                tries += 1
            }
            rig.pass(.seconds(2))
        }
        #expect((6...12).contains(tries), "\(tries) in two minutes")
        rig.take(rig.collector.pollNow(at: rig.now))
        try rig.answer(url)
        tries = 0
        for _ in 0..<60 {
            rig.pass(.seconds(2))
            if rig.asked.first != nil {
                try rig.fail(url)
                tries += 1
            }
        }
        #expect((28...60).contains(tries), "\(tries) in two minutes")
    }

    @Test("of guessed paths those that the server does not know are let go, but not the last")
    func guesses() throws {
        var rig = try Rig("http://10.0.0.7:8080")
        try rig.answer("http://10.0.0.7:8080/healthz", 404)
        try rig.answer("http://10.0.0.7:8080/readyz")
        try rig.answer("http://10.0.0.7:8080/health", 404)
        #expect(rig.sources(false) == ["http://10.0.0.7:8080/healthz", "http://10.0.0.7:8080/health"])
        var other = try Rig("http://10.0.0.7:8080")
        for path in ProbeTarget.commonPaths { try other.answer("http://10.0.0.7:8080\(path)", 404) }
        #expect(other.sources(false).count == 2)
        guard case .failed(let failure, _)? = other.observations.last?.payload else {
            Issue.record("the last path does not fail")
            return
        }
        #expect(failure.code == .http)
    }

    @Test("{host} asks the members that views list, those of the role, and forgets who is gone")
    func everyMember() throws {
        var rig = try Rig("role:web=http://{host}:8080/readyz")
        #expect(rig.asked.isEmpty && rig.collector.isSettled(at: rig.now))
        try rig.see([("10.0.0.1", ["web"]), ("10.0.0.2", ["backend"]), ("10.0.0.3", ["web"])], from: "a")
        #expect(rig.asked.map(\.url) == ["http://10.0.0.1:8080/readyz", "http://10.0.0.3:8080/readyz"])
        #expect(!rig.collector.isSettled(at: rig.now))
        try rig.answer("http://10.0.0.1:8080/readyz")
        try rig.see([("10.0.0.1", ["web"])], from: "a")
        #expect(rig.sources(false) == ["http://10.0.0.3:8080/readyz"])
        #expect(rig.asked.isEmpty && rig.collector.isSettled(at: rig.now), "what runs is given up")
    }

    @Test("an answer like the last is not read again, whatever its form")
    func unchanged() throws {
        var rig = try Rig("http://10.0.0.7:8080/readyz")
        for _ in 0..<3 {
            try rig.answer(url, 503, #"{"status":"DOWN","checks":[{"name":"db","status":"DOWN"}]}"#)
            rig.pass(.seconds(2))
        }
        #expect(Set(rig.reports) == [ProbeReport(.failing, status: 503, text: "db down")])
        #expect(rig.reports.count == 3)
    }
}
