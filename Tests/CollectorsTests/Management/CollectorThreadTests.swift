// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import Testing

@testable import Collectors

@Suite("Collector thread, against servers on loopback", .serialized)
struct CollectorThreadTests {
    private static func members(_ hosts: [String], of observer: String) -> [UInt8] {
        let rows = hosts.map { #"{"node":"akka://Shop@\#($0):25520","nodeUid":"1","status":"Up","roles":[]}"# }
        return Array(
            #"{"selfNode":"akka://Shop@\#(observer):25520","members":[\#(rows.joined(separator: ","))]}"#.utf8)
    }

    /// A node of the cluster `hosts`, as its management endpoint behaves.
    private static func node(_ host: String, _ hosts: [String], port: Int) throws -> LoopbackServer {
        try LoopbackServer(host: host, port: port) { request in
            switch request.path {
            case "/cluster/members": .reply(body: members(hosts, of: host))
            case "/ready", "/alive": .reply(type: "text/plain", body: Array("OK".utf8))
            case "/cluster/domain-events": .stream(chunks: ["data:{\"type\":\"LeaderChanged\"}\n\n", "data:\n\n"])
            default: .reply(status: 404, body: [])
            }
        }
    }

    private func start(_ options: CollectorOptions) throws -> (CollectorThread, Mailbox) {
        let mailbox = try #require(Mailbox())
        let thread = try #require(CollectorThread(options: options, mailbox: mailbox))
        try #require(thread.start())
        return (thread, mailbox)
    }

    /// Gathers deliveries until `enough`, at most ten seconds.
    private func gather(_ mailbox: Mailbox, until enough: (Delivery) -> Bool) throws -> Delivery {
        var all = Delivery()
        let end = ContinuousClock.now + .seconds(10)
        while !enough(all) {
            try #require(ContinuousClock.now < end, "nothing more came within ten seconds")
            if mailbox.beginSleep() {
                var descriptor = pollfd(fd: mailbox.wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
                poll(&descriptor, 1, 200)
            }
            let delivery = mailbox.drain()
            all.observations += delivery.observations
            all.isSettled = delivery.isSettled
        }
        return all
    }

    private func views(_ delivery: Delivery) -> Set<String> {
        Set(
            delivery.observations.compactMap {
                if case .membership(let view, _) = $0.payload { view.observer.host } else { nil }
            })
    }

    @Test("a whole cluster is found from one address, by GET alone, over one connection per kind of request")
    func wholeCluster() throws {
        let hosts = ["127.3.7.1", "127.3.7.2", "127.3.7.3"]
        let first = try Self.node(hosts[0], hosts, port: 0)
        let servers = [first] + (try hosts.dropFirst().map { try Self.node($0, hosts, port: first.port) })
        defer { for server in servers { server.stop() } }
        let seed = ManagementSeed(endpoints: [Endpoint(host: hosts[0], port: first.port)])
        let options = CollectorOptions(
            [.management(ManagementOptions(seeds: [seed]))], interval: .milliseconds(50), isOneShot: true)
        let (thread, mailbox) = try start(options)
        let delivery = try gather(mailbox) { delivery in
            delivery.isSettled
                && delivery.observations.count { if case .membershipUnchanged = $0.payload { true } else { false } }
                    >= 9
        }
        thread.stop()
        #expect(views(delivery) == Set(hosts))
        for server in servers {
            let record = server.record
            #expect(Set(record.requests.map(\.method)) == ["GET"])
            #expect(record.mostRunning["/cluster/members"] == 1)
            // One for members, ready and alive, one for the stream.
            #expect(record.connections == 2)
            #expect(record.mostRunningInAll <= 2)
            #expect(record.requests.count { $0.path == "/cluster/members" } >= 3)
        }
    }

    @Test("a sick server is a failing source with its reason, and the others are untouched")
    func sickServers() throws {
        let hosts = [
            "127.3.8.1", "127.3.8.2", "127.3.8.3", "127.3.8.4", "127.3.8.5", "127.3.8.6", "127.3.8.7", "127.3.8.8",
        ]
        let first = try Self.node(hosts[0], hosts, port: 0)
        let answers: [LoopbackServer.Answer] = [
            .hang, .reset, .drip(milliseconds: 20),
            .reply(status: 503, type: "text/html", body: Array("<html><h1>Busy</h1>".utf8)),
            .reply(body: Array("{\"selfNode\":".utf8)), .reply(body: [UInt8](repeating: 32, count: (8 << 20) + 1)),
        ]
        var servers = [first]
        for (host, answer) in zip(hosts.dropFirst(), answers) {
            servers.append(try LoopbackServer(host: host, port: first.port) { _ in answer })
        }
        defer { for server in servers { server.stop() } }
        let seed = ManagementSeed(endpoints: [Endpoint(host: hosts[0], port: first.port)])
        let options = CollectorOptions(
            [.management(ManagementOptions(seeds: [seed]))], interval: .milliseconds(300),
            timeout: .milliseconds(400), isOneShot: true)
        let (thread, mailbox) = try start(options)
        let delivery = try gather(mailbox) { $0.isSettled }
        thread.stop()
        var codes: [String: SourceFailure.Code] = [:]
        for observation in delivery.observations {
            guard case .failed(let failure, _) = observation.payload, let id = observation.source else { continue }
            codes[id.target] = failure.code
            #expect(failure.message.hasPrefix("GET http://127.3.8."))
        }
        let expected: [SourceFailure.Code] = [.timeout, .reset, .timeout, .http, .format, .tooLarge, .refused]
        #expect(hosts.dropFirst().map { codes["http://\($0):\(first.port)"] } == expected)
        #expect(views(delivery) == [hosts[0]])
    }

    @Test("poll now ends the sleep of a long interval, and stop ends the thread")
    func commands() throws {
        let server = try Self.node("127.3.9.1", ["127.3.9.1"], port: 0)
        defer { server.stop() }
        let seed = ManagementSeed(endpoints: [Endpoint(host: "127.3.9.1", port: server.port)])
        let options = CollectorOptions(
            [.management(ManagementOptions(seeds: [seed]))], interval: .seconds(3600), isOneShot: true)
        let (thread, mailbox) = try start(options)
        _ = try gather(mailbox) { $0.isSettled }
        thread.pollNow()
        let start = ContinuousClock.now
        while server.record.requests.count(where: { $0.path == "/cluster/members" }) < 2 {
            try #require(ContinuousClock.now - start < .seconds(10))
            usleep(1000)
        }
        thread.stop()
        #expect(ContinuousClock.now - start < .seconds(5))
    }
}

@Suite("Mailbox")
struct MailboxTests {
    private let observation = Observation(at: Timestamp(microseconds: 1), source: nil, .tick)

    private func isReadable(_ mailbox: Mailbox) -> Bool {
        var descriptor = pollfd(fd: mailbox.wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) == 1
    }

    @Test("news wake a reader that sleeps, and only one that sleeps")
    func wakes() throws {
        let mailbox = try #require(Mailbox())
        mailbox.post([observation], isNews: true, isSettled: false)
        #expect(!isReadable(mailbox))
        #expect(!mailbox.beginSleep(), "there is something to read first")
        #expect(mailbox.drain().observations == [observation])
        #expect(mailbox.beginSleep())
        mailbox.post([observation], isNews: true, isSettled: false)
        #expect(isReadable(mailbox))
        _ = mailbox.drain()
        #expect(!isReadable(mailbox))
    }

    @Test("what is no news waits until the reader is awake anyway")
    func noNews() throws {
        let mailbox = try #require(Mailbox())
        #expect(mailbox.beginSleep())
        mailbox.post([observation, observation], isNews: false, isSettled: false)
        #expect(!isReadable(mailbox))
        #expect(mailbox.beginSleep())
        #expect(mailbox.drain().observations.count == 2)
    }

    @Test("being settled is news")
    func settled() throws {
        let mailbox = try #require(Mailbox())
        #expect(mailbox.beginSleep())
        mailbox.post([], isNews: false, isSettled: true)
        #expect(isReadable(mailbox))
        #expect(mailbox.drain().isSettled)
        #expect(mailbox.drain().isSettled, "it is a state, not an event")
    }
}
