// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import Support
import Testing

@testable import Collectors

@Suite("Endpoints listed in DNS and in files")
struct DiscoveryTests {
    private static let start = Timestamp(milliseconds: 1_700_000_000_000)

    /// A resolver that answers what the test says.
    private final class Resolver: NameResolving {
        var asked: [(target: DiscoveryTarget, number: Int)] = []
        var ready: [(number: Int, hosts: Result<[NamedHost], SourceFailure>)] = []
        var descriptors: [Int32] { [] }
        var isBusy: Bool { !asked.isEmpty }

        func ask(_ target: DiscoveryTarget, number: Int) { asked.append((target, number)) }

        func answers() -> [(number: Int, hosts: Result<[NamedHost], SourceFailure>)] {
            defer { ready = [] }
            return ready
        }

        func answer(_ hosts: Result<[NamedHost], SourceFailure>) {
            ready.append((asked.removeFirst().number, hosts))
        }
    }

    private static func words(_ actions: [CollectorAction]) -> [String] {
        actions.map { action in
            switch action {
            case .found(.management(let seed)):
                "+ \(seed.name ?? "-") \(seed.endpoints.map(\.url).joined(separator: " "))"
            case .lost(.management(let seed)): "- \(seed.endpoints.map(\.url).joined(separator: " "))"
            case .emit(let observation, _):
                "\(observation.source?.target ?? "") \(observation.payload)".prefix { $0 != "(" }.description
            default: "?"
            }
        }
    }

    private static func target(_ text: String) throws -> DiscoveryTarget {
        try #require(DiscoveryTarget(try ManagementAddress(text)))
    }

    @Test("names are asked for again, what is listed no longer goes, and a failure takes nothing away")
    func names() throws {
        let resolver = Resolver()
        var collector = DiscoveryCollector(
            [try Self.target("shop=dns+srv://_management._tcp.shop")], .test(), read: { _ throws(FileError) in nil }
        ) { resolver }
        #expect(collector.start(at: Self.start).isEmpty && !collector.isSettled(at: Self.start))
        resolver.answer(.success([NamedHost(host: "a", port: 1), NamedHost(host: "b", port: 2)]))
        #expect(Self.words(collector.advance(to: Self.start, unread: 0)) == ["+ shop http://a:1", "+ shop http://b:2"])
        #expect(collector.isSettled(at: Self.start))
        let second = Self.start + DiscoveryCollector.namePeriod
        #expect(collector.advance(to: second + .microseconds(-1), unread: 0).isEmpty && resolver.asked.isEmpty)
        _ = collector.advance(to: second, unread: 0)
        resolver.answer(.success([NamedHost(host: "b", port: 2), NamedHost(host: "c", port: 3)]))
        #expect(Self.words(collector.advance(to: second, unread: 0)) == ["- http://a:1", "+ shop http://c:3"])
        let third = second + DiscoveryCollector.namePeriod
        _ = collector.advance(to: third, unread: 0)
        resolver.answer(.failure(SourceFailure(.dns, "no answer")))
        #expect(
            Self.words(collector.advance(to: third, unread: 0)) == [
                "dns+srv://_management._tcp.shop sourceAdded", "dns+srv://_management._tcp.shop failed",
            ])
        let fourth = third + DiscoveryCollector.retryPause
        _ = collector.advance(to: fourth, unread: 0)
        resolver.answer(.success([NamedHost(host: "c", port: 3)]))
        #expect(
            Self.words(collector.advance(to: fourth, unread: 0)) == [
                "dns+srv://_management._tcp.shop sourceRemoved", "- http://b:2",
            ])
    }

    @Test(
        "addresses have the port that is given, else the default ones",
        arguments: [
            ("dns+a://shop:9000", "+ - http://10.0.0.7:9000"),
            ("dns+a://shop", "+ - http://10.0.0.7:8558 http://10.0.0.7:7626"),
        ])
    func addresses(text: String, word: String) throws {
        let resolver = Resolver()
        var collector = DiscoveryCollector([try Self.target(text)], .test(), read: { _ throws(FileError) in nil }) {
            resolver
        }
        _ = collector.start(at: Self.start)
        resolver.answer(.success([NamedHost(host: "10.0.0.7", port: nil)]))
        #expect(Self.words(collector.advance(to: Self.start, unread: 0)) == [word])
    }

    @Test("a file is read again, and what changes in it is taken over")
    func file() {
        let text = Locked(#"[{"targets":["a:1","b:2"],"labels":{"cluster":"one"}},{"targets":["c"]}]"#)
        var collector = DiscoveryCollector(
            [.file("/sd.json")], .test(), read: { _ throws(FileError) in Array(text.withLock { $0 }.utf8) }
        ) { Resolver() }
        #expect(
            Self.words(collector.start(at: Self.start)) == [
                "+ one http://a:1", "+ one http://b:2", "+ - http://c:8558 http://c:7626",
            ])
        text.withLock { $0 = "- targets: ['b:2', 'https://d:3']\n  labels: {cluster: one, env: x}\n" }
        #expect(collector.advance(to: Self.start + .seconds(4), unread: 0).isEmpty)
        #expect(
            Self.words(collector.advance(to: Self.start + .seconds(5), unread: 0)) == [
                "- http://a:1", "- http://c:8558 http://c:7626", "+ one https://d:3",
            ])
    }

    @Test(
        "what is wrong with a file is said with its place",
        arguments: [
            ("{}", "no list of groups"), ("- {}", "[0].targets is no list"),
            ("- targets: [{}]", "[0].targets[0] is no HOST[:PORT]"),
            ("- targets: ['a:99999']", "[0].targets[0]: '99999' is no port"), ("- targets: [\n", "/sd:2:1"),
            ("- targets: ['x=a']", "is no HOST"),
        ])
    func badFile(text: String, part: String) {
        do throws(SourceFailure) {
            _ = try DiscoveryFile.seeds("/sd") { _ throws(FileError) in Array(text.utf8) }
            Issue.record("it was taken")
        } catch {
            #expect(error.message.contains(part), "\(error.message)")
        }
    }

    @Test("an empty file lists nothing, and one that is not there is a failure")
    func noFile() throws {
        #expect(try DiscoveryFile.seeds("/sd") { _ throws(FileError) in [] }.isEmpty)
        #expect(throws: SourceFailure.self) { try DiscoveryFile.seeds("/sd") { _ throws(FileError) in nil } }
    }

    @Test("the maximum number of targets is taken, one more is not", arguments: [0, 1])
    func maximum(beyond: Int) {
        let targets = (0..<(DiscoveryFile.maximumTargets + beyond)).map { "'h\($0):1'" }.joined(separator: ",")
        let seeds = try? DiscoveryFile.seeds("/sd") { _ throws(FileError) in Array("- targets: [\(targets)]".utf8) }
        #expect(seeds?.count == (beyond == 0 ? DiscoveryFile.maximumTargets : nil))
    }

    // MARK: - A name server on loopback

    /// Answers every question with two records of services.
    private final class NameServer {
        let port: UInt16
        let descriptor: Int32

        init() throws {
            let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let bound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
                }
            }
            try #require(bound)
            self.descriptor = descriptor
            port = UInt16(bigEndian: address.sin_port)
        }

        deinit { close(descriptor) }

        /// Answers one question, if one has come.
        func serve() {
            var (question, peer, length) = (
                [UInt8](repeating: 0, count: 512), sockaddr_in(), socklen_t(MemoryLayout<sockaddr_in>.size)
            )
            let count = withUnsafeMutablePointer(to: &peer) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(descriptor, &question, question.count, Int32(MSG_DONTWAIT), $0, &length)
                }
            }
            guard count > 12 else { return }
            // The question's end: its name, then type and class; what follows is not repeated.
            let end = (question[12...].firstIndex(of: 0) ?? 12) + 5
            var answer = Array(question[..<2]) + [0x84, 0, 0, 1, 0, 2, 0, 0, 0, 0] + question[12..<end]
            for (port, host) in [(8558, "b"), (7626, "a")] {
                let name = [UInt8(host.utf8.count)] + Array(host.utf8) + [0]
                let data = [0, 1, 0, 1, UInt8(port >> 8), UInt8(port & 255)] + name
                answer += [0xC0, 12, 0, 33, 0, 1, 0, 0, 0, 5, 0, UInt8(data.count)] + data
            }
            withUnsafeMutablePointer(to: &peer) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = sendto(descriptor, answer, answer.count, 0, $0, length)
                }
            }
        }
    }

    @Test("records of services are read from a real name server")
    func real() throws {
        let server = try NameServer()
        let resolver = NameResolver(timeout: .seconds(2), servers: "127.0.0.1:\(server.port)")
        resolver.ask(try Self.target("dns+srv://_management._tcp.shop.test"), number: 4)
        var found: [(number: Int, hosts: Result<[NamedHost], SourceFailure>)] = []
        for _ in 0..<400 where found.isEmpty {
            found += resolver.answers()
            server.serve()
            waitForInput(at: resolver.descriptors + [server.descriptor], milliseconds: 5)
        }
        #expect(found.count == 1 && found.first?.number == 4 && !resolver.isBusy)
        #expect(try found.first?.hosts.get() == [NamedHost(host: "a", port: 7626), NamedHost(host: "b", port: 8558)])
    }

    @Test("a resolver that ends while it asks is no crash")
    func early() throws {
        let server = try NameServer()
        var resolver: NameResolver? = NameResolver(timeout: .seconds(2), servers: "127.0.0.1:\(server.port)")
        resolver?.ask(try Self.target("dns+srv://x.test"), number: 0)
        #expect(resolver?.isBusy == true)
        resolver = nil
    }
}
