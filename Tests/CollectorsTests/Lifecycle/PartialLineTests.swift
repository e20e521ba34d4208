// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

/// Lines that a container runtime has cut.
@Suite struct PartialLineTests {
    private static let message =
        "2026-11-21 05:10:14,116 WARN x akka://Shop@10.0.0.7:25520/x - Detected unreachable: [akka://Shop@10.0.0.9:25520]"

    private static func part(_ text: some StringProtocol, _ tag: String, _ stream: String = "stdout") -> String {
        "2026-11-21T05:10:13.999999999Z \(stream) \(tag) \(text)\n"
    }

    /// The message in parts of so many bytes.
    private static func parts(_ size: Int, _ stream: String = "stdout") -> [String] {
        var rest = Substring(message)
        var parts: [String] = []
        while rest.count > size {
            parts.append(part(rest.prefix(size), "P", stream))
            rest = rest.dropFirst(size)
        }
        return parts + [part(rest, "F", stream)]
    }

    @Test("parts are one line again, wherever they were cut", arguments: [7, 40, 60, 100, 111])
    func joined(size: Int) throws {
        let events = LogSupport.events(Self.parts(size).joined())
        #expect(events.count == 1)
        let event = try #require(events.first?.event)
        #expect(event.kind == .deathWatchTriggered)
        #expect(event.observer?.hostPort == "10.0.0.7:25520")
        #expect(event.at == Timestamp(rfc3339: "2026-11-21T05:10:14.116Z"))
    }

    @Test("the parts of the two streams of a container may stand between each other")
    func streams() {
        let (out, err) = (Self.parts(50), Self.parts(50, "stderr"))
        let text = zip(out, err).map { $0 + $1 }.joined()
        #expect(LogSupport.events(text).count == 2)
    }

    @Test("a line without its end is one at the end of the log")
    func unfinished() {
        #expect(LogSupport.events(Self.part(Self.message, "P")).count == 1)
    }

    @Test("parts without end cost no more than the longest line, and are counted")
    func bounded() {
        var scanner = LogScanner(catalogue: LogCatalogue(), maximumLine: 1000)
        let part = Array(Self.part(String(repeating: "x", count: 900), "P").utf8)
        for _ in 0..<100 { part.withUnsafeBytes { _ = scanner.receive($0, at: LogSupport.now) } }
        #expect(scanner.unreadableLines == 1)
        let end = Array((Self.part("x", "F") + Self.message + "\n").utf8)
        #expect(end.withUnsafeBytes { scanner.receive($0, at: LogSupport.now) }.count == 1)
    }

    @Test("another file is no part of the line before")
    func restart() {
        var scanner = LogSupport.scanner()
        let parts = Self.parts(75).map { Array($0.utf8) }
        parts[0].withUnsafeBytes { _ = scanner.receive($0, at: LogSupport.now) }
        _ = scanner.restart(at: LogSupport.now)
        #expect(parts[1].withUnsafeBytes { scanner.receive($0, at: LogSupport.now) }.isEmpty)
        #expect(scanner.end(at: LogSupport.now).isEmpty)
    }
}
