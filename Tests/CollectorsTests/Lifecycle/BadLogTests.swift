// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Collectors

@Suite struct BadLogTests {
    private static let good =
        "2026-11-21 05:10:13,116 WARN x akka://Shop@10.0.0.7:25520/x - Detected unreachable: [akka://Shop@10.0.0.9:25520]\n"

    @Test("cut anywhere, a log says the same")
    func chunks() throws {
        let text = String(
            try LogSupport.fixture("patterns.txt").split(separator: "\n").suffix(60).joined(separator: "\n"))
        let bytes = Array((text + "\n" + Self.good).utf8)
        let whole = LogSupport.events(bytes)
        #expect(whole.count > 50)
        for size in [1, 2, 3, 7, 64, 1000] {
            #expect(LogSupport.events(bytes, chunk: size) == whole, "chunks of \(size)")
        }
    }

    @Test("a line of 100 MB is cut, counted, and costs no memory")
    func longLine() {
        var scanner = LogSupport.scanner()
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        for _ in 0..<100 { piece.withUnsafeBytes { _ = scanner.receive($0, at: LogSupport.now) } }
        let events = Array(("\n" + Self.good).utf8).withUnsafeBytes { scanner.receive($0, at: LogSupport.now) }
        #expect(events.count == 1)
        #expect(scanner.unreadableLines == 1)
        #expect(scanner.lines == 2)
    }

    @Test("binary garbage between lines hides none of them and breaks nothing")
    func garbage() {
        for seed in UInt64(1)...20 {
            var random = SplitMix(state: seed)
            var bytes: [UInt8] = []
            for _ in 0..<50 {
                for _ in 0..<Int.random(in: 0..<300, using: &random) {
                    bytes.append(UInt8.random(in: 0...255, using: &random))
                }
                bytes += [10] + Array(Self.good.utf8)
            }
            let found = LogSupport.events(bytes).filter { $0.event.pattern == "F08" }
            #expect(found.count == 50, "seed \(seed)")
        }
    }

    @Test("patterns with damaged insides never match by chance and never trap", .tags(.slow), .unlessQuick)
    func damaged() throws {
        let lines = try LogSupport.fixture("patterns.txt").split(separator: "\n").map { Array($0.utf8) }
        var random = SplitMix(state: 7)
        for _ in 0..<3000 {
            var line = lines[Int.random(in: 0..<lines.count, using: &random)]
            for _ in 0..<Int.random(in: 1...6, using: &random) where !line.isEmpty {
                let place = Int.random(in: 0..<line.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: line[place] = UInt8.random(in: 0...255, using: &random)
                case 1: line.remove(at: place)
                default: line.removeSubrange(place...)
                }
            }
            for event in LogSupport.events(line + [10]) {
                #expect(
                    event.event.evidence.text.unicodeScalars.allSatisfy { $0.value >= 32 })
            }
        }
    }

    @Test("text that is no UTF-8 is shown with replacement characters, in JSON too")
    func encodings() throws {
        let text =
            Array(
                "2026-11-21 05:10:13,116 WARN x - Association to [akka://Shop@10.0.0.9:25520] having UID [1] has been stopped. All messages to this UID will be delivered to dead letters. Reason: gr"
                    .utf8
            ) + [0xFC, 0xDF, 10]
        #expect(LogSupport.events(text).first?.event.evidence.text.hasSuffix("gr\u{FFFD}\u{FFFD}") == true)
        let json =
            Array(#"{"@timestamp":"2026-11-21T05:10:13.116Z","thread_name":""#.utf8) + [0xFC]
            + Array(#"","message":"Detected unreachable: [akka://Shop@10.0.0.9:25520]"}"#.utf8) + [10]
        #expect(LogSupport.events(json).first?.event.kind == .deathWatchTriggered)
    }

    @Test("JSON that is cut is counted as unreadable")
    func cutJSON() {
        var scanner = LogSupport.scanner()
        let line = #"{"message":"Detected unreachable: [akka://Shop@10.0.0.9:25520]","@timest"# + "\n"
        let events = Array(line.utf8).withUnsafeBytes { scanner.receive($0, at: LogSupport.now) }
        #expect(events.isEmpty)
        #expect(scanner.unreadableLines == 1)
    }

    @Test("an address that is none leaves the event without one")
    func badAddress() {
        let line = "2026-11-21 05:10:13,116 WARN x - Detected unreachable: [akka://Shop@10.0.0.9:99999999]\n"
        #expect(LogSupport.events(line).first?.event.peer == nil)
    }

    @Test("a line without a time is of the time of the one before, and says so")
    func timeless() throws {
        let events = LogSupport.events(Self.good + "WARN x - Detected unreachable: [akka://Shop@10.0.0.9:25520]\n")
        #expect(events.map(\.isTimeGuessed) == [false, true])
        #expect(events[1].event.at == events[0].event.at)
    }

    @Test("control characters of a log never reach the evidence")
    func escapes() throws {
        let line =
            "2026-11-21 05:10:13,116 WARN x - Detected unreachable: [akka://Shop@10.0.0.9:25520] \u{7}\u{9B}31m\u{202E}x\n"
        #expect(
            LogSupport.events(line).first?.event.evidence.text
                == "Detected unreachable: [akka://Shop@10.0.0.9:25520] 31mx")
    }
}
