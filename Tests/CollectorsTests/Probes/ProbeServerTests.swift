// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import Support
import Testing

@testable import Collectors

@Suite("Health endpoints of servers on loopback", .serialized)
struct ProbeServerTests {
    /// What becomes of the probes of some servers, until a test has seen enough.
    private func observe(
        _ targets: [String], timeout: Duration = .milliseconds(300), until enough: ([Observation]) -> Bool
    ) throws -> [Observation] {
        let options = CollectorOptions(
            [.probes(try targets.map { try ProbeTarget($0) })], interval: .milliseconds(100), timeout: timeout)
        let mailbox = try #require(Mailbox())
        let thread = try #require(CollectorThread(options: options, mailbox: mailbox))
        try #require(thread.start())
        defer { thread.stop() }
        var all: [Observation] = []
        let end = ContinuousClock.now + .seconds(10)
        while !enough(all) {
            try #require(ContinuousClock.now < end, "nothing more came within ten seconds: \(all)")
            if mailbox.beginSleep() {
                var descriptor = pollfd(fd: mailbox.wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
                poll(&descriptor, 1, 200)
            }
            all += mailbox.drain().observations
        }
        return all
    }

    private static func reports(_ observations: [Observation]) -> [ProbeReport] {
        observations.compactMap { if case .probed(let report, _) = $0.payload { report } else { nil } }
    }

    private static func failures(_ observations: [Observation]) -> [SourceFailure] {
        observations.compactMap { if case .failed(let failure, _) = $0.payload { failure } else { nil } }
    }

    @Test("a service that fails and recovers is told as it is, by GET alone and without a secret")
    func recovery() throws {
        let server = try LoopbackServer { [count = Locked(0)] _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            return number == 2 || number == 3
                ? .reply(status: 503, body: Array(#"{"status":"DOWN","details":{"db":{"status":"DOWN"}}}"#.utf8))
                : .reply(body: Array(#"{"status":"UP"}"#.utf8))
        }
        defer { server.stop() }
        let seen = try observe(["http://ops:geheim@127.0.0.1:\(server.port)/readyz"]) {
            Self.reports($0).count >= 5
        }
        #expect(Self.reports(seen).prefix(5).map(\.verdict) == [.passing, .failing, .failing, .passing, .passing])
        #expect(Self.reports(seen)[1].text == "db down")
        #expect(server.record.requests.allSatisfy { $0.method == "GET" && $0.headers["authorization"] != nil })
        #expect(!"\(seen)".contains("geheim"))
    }

    @Test("bodies as long as they like, endless ones too, are judged by their beginning")
    func hugeBody() throws {
        let huge = [UInt8](repeating: UInt8(ascii: "x"), count: 8 << 20)
        let server = try LoopbackServer { request in
            request.path == "/huge" ? .reply(type: "text/plain", body: huge) : .reply(status: 500, body: huge)
        }
        defer { server.stop() }
        let base = "http://127.0.0.1:\(server.port)"
        let seen = try observe(["\(base)/huge", "\(base)/bad"], timeout: .seconds(5)) {
            Set(Self.reports($0).map(\.status)).count == 2
        }
        #expect(Self.failures(seen).isEmpty)
        #expect(Set(Self.reports(seen).map(\.verdict)) == [.passing, .failing])
    }

    @Test("a server that hangs, redirects, shows a page or is gone is a failing source, and says why")
    func noAnswer() throws {
        let server = try LoopbackServer { request in
            switch request.path {
            case "/hang": .hang
            case "/drip": .drip(milliseconds: 50)
            case "/moved": .reply(status: 302, headers: ["Location: http://example.invalid/"], body: [])
            case "/page": .reply(type: "text/html", body: Array("<html><body>Hello</body></html>".utf8))
            case "/reset": .reset
            default: .close
            }
        }
        defer { server.stop() }
        let base = "http://127.0.0.1:\(server.port)"
        let paths = ["hang", "drip", "moved", "page", "reset", "close"]
        let seen = try observe(paths.map { "\(base)/\($0)" } + ["http://127.0.0.1:1/gone"]) { seen in
            Set(seen.compactMap { if case .failed = $0.payload { $0.source } else { nil } }).count == 7
        }
        var codes: [String: SourceFailure.Code] = [:]
        for observation in seen {
            guard case .failed(let failure, _) = observation.payload, let source = observation.source else { continue }
            codes[source.target.split(separator: "/").last.map(String.init) ?? ""] = failure.code
            #expect(failure.message.contains(source.target), "it names what was asked")
        }
        #expect(codes["hang"] == .timeout && codes["drip"] == .timeout && codes["moved"] == .http)
        #expect(codes["page"] == .format && codes["gone"] == .refused)
        #expect([.reset, .closed].contains(codes["reset"]) && codes["close"] == .closed)
        #expect(Self.reports(seen).isEmpty)
    }
}
