// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import TestSupport
import Testing

@testable import Collectors

/// A log is untrusted input: whatever it says, what is held of it is bounded.
@Suite("Bounds of logs")
struct LogBoundTests {
    private static let time = "2026-11-21 05:10:13,116 WARN x akka://Shop@10.0.0.7:25520/x - "

    private func text(_ count: Int, _ letter: String = "x") -> String { String(repeating: letter, count: count) }

    private func events(_ message: String) -> [ScannedEvent] { LogSupport.events(Self.time + message + "\n") }

    // MARK: - Lines

    @Test("a line of the maximal length is whole, a longer one is cut and counted")
    func lines() {
        for (count, cut) in [(LineSplitter.maximumLine, 0), (LineSplitter.maximumLine + 1, 1)] {
            for chunk in [Int.max, 1000] {
                var splitter = LineSplitter()
                var lengths: [Int] = []
                let bytes = Array((text(count) + "\nx\n").utf8)
                for start in stride(from: 0, to: bytes.count, by: min(chunk, bytes.count)) {
                    let piece = bytes[start..<min(bytes.count, start + min(chunk, bytes.count))]
                    Array(piece).withUnsafeBytes { splitter.receive($0) { lengths.append($0.count) } }
                }
                #expect(lengths == [LineSplitter.maximumLine, 1] && splitter.cutLines == cut)
            }
        }
    }

    @Test("the parts of a line are joined up to the maximal length, what is longer is cut and counted")
    func partialLines() {
        for (extra, cut) in [(0, 0), (1, 1)] {
            let prefix = "2026-11-21T05:10:13.123456789Z stdout P "
            var partial = PartialLines(maximum: 200)
            func take(_ line: String) -> PartialLines.Outcome { Array(line.utf8).withUnsafeBytes { partial.join($0) } }
            guard case .held = take(prefix + text(100)) else {
                Issue.record("a part is a line")
                return
            }
            let end = prefix.replacing(" P ", with: " F ") + text(200 - prefix.utf8.count - 100 + extra)
            guard case .joined(let whole) = take(end) else {
                Issue.record("the end joins nothing")
                return
            }
            #expect(whole.count == 200 && partial.cutLines == cut)
        }
    }

    @Test("in a stack trace reasons are looked for up to the maximal size, and the record holds as much")
    func records() {
        let head = Self.time + "Outbound message stream to [akka://S@b:1] failed. Restarting it. "
        let cause = "java.net.ConnectException: Connection refused"
        let start = head.utf8.count - Self.time.utf8.count
        #expect(RecordScanner.maximumRecord >= LogMatch.maximumReason + head.utf8.count)
        #expect(AssociationFailure(reason: cause) != .other)
        for (fill, isSeen) in [(LogMatch.maximumReason - start - 200, true), (LogMatch.maximumReason, false)] {
            let found = LogSupport.events(head + "\n\tat " + text(fill) + "\nCaused by: " + cause + "\n")
            guard case .streamRestarted(_, let failure)? = found.first?.event.kind else {
                Issue.record("\(found)")
                return
            }
            #expect((failure != .other) == isSeen, "\(fill)")
        }
        let endless = head + "\n" + String(repeating: "\tat x\n", count: 100_000)
        #expect(LogSupport.events(endless).count == 1)
    }

    @Test("the line before a stack trace is kept up to the maximal length: one byte less, and its observer is another")
    func heads() {
        let stack = "\tat x - Detected unreachable: [akka://Shop@10.0.0.9:25520]\n"
        for (count, port) in [(RecordScanner.maximumHead, "25520"), (RecordScanner.maximumHead + 1, "2552")] {
            let (start, observer) = ("2026-11-21 05:10:13,116 INFO ", " akka://Shop@10.0.0.5:25520")
            let line = start + text(count - start.utf8.count - observer.utf8.count) + observer + " said"
            let event = LogSupport.events(line + "\n" + stack).first?.event
            #expect(event?.observer?.hostPort == "10.0.0.5:\(port)")
        }
    }

    @Test("as many members of one line as the maximum become events")
    func members() {
        let maximum = RecordScanner.maximumMembers
        for count in [maximum - 1, maximum, maximum + 1] {
            let list = repeatElement("akka://S@h:1", count: count).joined(separator: ",")
            #expect(events("Marking node as UNREACHABLE [\(list)].").count == min(count, maximum))
        }
    }

    @Test("of a list of members the maximum is taken, whatever it is", arguments: [2, 3])
    func memberMaximum(maximum: Int) {
        let list = Array("[Member(akka://S@a:1, Up), Member(akka://S@b:1, Up), Member(akka://S@c:1, Up)]".utf8)
        list.withUnsafeBytes { bytes in
            var captures = LogCaptures()
            captures.add(.members, 0..<bytes.count)
            let match = LogMatch(bytes: bytes, start: 0, captures: captures)
            #expect(match.members(maximum: maximum)?.count == maximum)
        }
    }

    // MARK: - Texts

    @Test("names of pods, statuses, phases and decisions are whole up to their maximal lengths, and cut behind them")
    func names() {
        func label(_ count: Int) -> String? {
            LogSupport.events(
                "[pod/\(text(count, "p"))/app] " + Self.time + "Detected unreachable: [akka://S@a:1]\n"
            ).first?.label
        }
        #expect(label(RecordScanner.maximumLabel)?.count == RecordScanner.maximumLabel)
        #expect(label(RecordScanner.maximumLabel + 1)?.hasSuffix("…") == true)
        func phase(_ count: Int) -> LifecycleEvent.Kind? {
            events("Coordinated shutdown phase [\(text(count))] timed out after 5 s").first?.event.kind
        }
        let name = LogMatch.maximumName
        #expect(phase(name) == .shutdownPhaseTimedOut(phase: text(name)))
        #expect(phase(name + 1) == .shutdownPhaseTimedOut(phase: text(name) + "…"))
        func decision(_ count: Int) -> LifecycleEvent.Kind? {
            events("SBR acquired lease for decision [\(text(count))]").first?.event.kind
        }
        let most = LogMatch.maximumDecision
        #expect(decision(most) == .downing(.lease("acquired for \(text(most))")))
        #expect(decision(most + 1) == .downing(.lease("acquired for \(text(most))…")))
    }

    @Test("the prefix of a pod is read up to its maximal length")
    func prefixes() {
        for (count, isRead) in [(LinePrefix.maximumPrefix, true), (LinePrefix.maximumPrefix + 1, false)] {
            let line = Array("[pod/a/\(text(count - 8))] x".utf8)
            #expect((line.withUnsafeBytes { LinePrefix($0).label } != nil) == isRead)
        }
    }

    @Test(
        "a zone of the maximal length is looked for, a longer one is refused",
        .enabled(if: LogZone("Europe/Berlin") != nil))
    func zones() throws {
        let folder = NSTemporaryDirectory() + "meshtop-zones-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (count, isRead) in [(LogZone.maximumName, true), (LogZone.maximumName + 1, false)] {
            try FileManager.default.copyItem(
                atPath: "/usr/share/zoneinfo/Europe/Berlin", toPath: "\(folder)/\(text(count))")
            #expect((LogZone(text(count), directory: folder) != nil) == isRead)
        }
    }

    @Test("a text of a template ends within the maximum, or the line does not match")
    func templateTexts() throws {
        let template = try #require(LogTemplate("Running it with reason [{text}]", shortestKey: 10))
        let maximum = LogTemplate.maximumText
        for (count, isMatch) in [(maximum - 1, true), (maximum, false)] {
            let line = Array("Running it with reason [\(text(count))]".utf8)
            #expect((line.withUnsafeBytes { template.match($0, keyStart: 0) } != nil) == isMatch, "\(count)")
        }
    }

    @Test("an address of the maximal length is one, a longer one ends there")
    func addresses() {
        let maximum = AddressScan.maximumAddress
        for count in [maximum, maximum + 1, maximum + 50] {
            let start = "akka://S@"
            let bytes = Array((start + text(count - start.utf8.count, "h") + " ").utf8)
            let end = bytes.withUnsafeBytes { AddressScan.end($0, from: 0) }
            #expect(end == min(count, maximum + 1))
        }
    }

    @Test("a reason is looked for up to the maximal size of a message")
    func reasons() {
        let maximum = LogMatch.maximumReason
        for (room, isSeen) in [(0, true), (1, false)] {
            let word = "] including myself,"
            let bytes = Array((text(maximum - word.utf8.count + room) + word).utf8)
            bytes.withUnsafeBytes { bytes in
                #expect(LogMatch(bytes: bytes, start: 0, captures: LogCaptures()).says(word) == isSeen)
            }
        }
    }

    @Test("what stands in front of a message is looked at up to the maximal size: one byte less, and the date is none")
    func headers() {
        let (time, message) = ("2026-11-21 05:10:13,116 ", Array("Detected unreachable: [akka://S@a:1]".utf8))
        for (count, hasDate) in [(LogHeader.maximumHead, true), (LogHeader.maximumHead + 1, false)] {
            let head = Array((time + text(count - time.utf8.count)).utf8)
            let found = (head + message).withUnsafeBytes { LogHeader(text: $0, end: count) }
            #expect((found.time?.written != nil) == hasDate, "\(count)")
        }
    }

    @Test("as many words of a line as the maximum are tried")
    func attempts() {
        let word = "Quarantine of [?] ignored "
        let good = "Detected unreachable: [akka://S@a:1]"
        for (count, isFound) in [(LogCatalogue.maximumAttempts - 1, true), (LogCatalogue.maximumAttempts, false)] {
            let line = String(repeating: word, count: count) + good
            #expect(events(line).contains { $0.event.pattern == "F08" } == isFound, "\(count)")
        }
    }

    @Test("of JSON, arguments, depths and stack traces are read up to their maxima")
    func json() {
        func message(_ arguments: Int) -> String {
            let texts = (0..<arguments).map { "\"a\($0)\"" }.joined(separator: ",")
            let line =
                #"{"message":"a message: \#(String(repeating: "{}", count: arguments))","arguments":[\#(texts)]}"#
            let record = Array(line.utf8).withUnsafeBytes { JSONLogDecoder().decode($0) }
            return String(decoding: record?.texts.first ?? [], as: UTF8.self)
        }
        let arguments = JSONLogDecoder.maximumArguments
        #expect(message(arguments).hasSuffix("a\(arguments - 1)"))
        #expect(message(arguments + 1).hasSuffix("a\(arguments - 1){}"))
        func isFound(_ depth: Int) -> Bool {
            let opening = String(repeating: #"{"log":"#, count: depth)
            let line = opening + #"{"message":"a long message"}"# + String(repeating: "}", count: depth)
            return Array(line.utf8).withUnsafeBytes { JSONLogDecoder().decode($0) }?.texts.isEmpty == false
        }
        #expect(isFound(JSONLogDecoder.maximumDepth))
        #expect(!isFound(JSONLogDecoder.maximumDepth + 1))
        func stack(_ count: Int) -> Int {
            let line = #"{"message":"m","stack_trace":"\#(text(count))"}"#
            return Array(line.utf8).withUnsafeBytes { JSONLogDecoder().decode($0)?.stack.count ?? 0 }
        }
        let maximum = JSONLogDecoder.maximumStack
        #expect(stack(maximum) == maximum && stack(maximum + 1) == maximum)
    }

    // MARK: - What waits and is remembered

    private func event(_ number: Int, at: Timestamp, arrival: Timestamp, observer: Address? = nil) -> LogEvent {
        LogEvent(
            event: LifecycleEvent(
                at: at, observer: observer, pattern: "M01", kind: .other,
                evidence: LifecycleEvent.Evidence("line \(number)")), source: 0, label: nil, arrival: arrival)
    }

    @Test("as many events as the maximum wait; with one more the oldest is passed on early")
    func order() {
        let now = LogSupport.now
        var order = EventOrder()
        for number in 0..<EventOrder.maximumEvents {
            order.add(event(number, at: now + .seconds(number), arrival: now))
        }
        var passed: [String] = []
        order.release(at: now) { event, _ in passed.append(event.event.evidence.text) }
        #expect(passed.isEmpty && order.isFull)
        order.add(event(-1, at: now - .seconds(1), arrival: now))
        order.release(at: now) { event, _ in passed.append(event.event.evidence.text) }
        #expect(passed == ["line -1"] && order.count == EventOrder.maximumEvents)
    }

    @Test("a clock that is ahead by the maximum still makes earlier events late, one that is further ahead does not")
    func clockLead() {
        for (lead, isLate) in [
            (EventOrder.maximumClockLead, true), (EventOrder.maximumClockLead + .microseconds(1), false),
        ] {
            let now = LogSupport.now
            var order = EventOrder()
            var late: [Bool] = []
            order.add(event(1, at: now + lead, arrival: now))
            order.release(at: now + EventOrder.patience) { late.append($1) }
            order.add(event(2, at: now, arrival: now + .seconds(1)))
            order.release(at: now + .seconds(2)) { late.append($1) }
            #expect(late == [false, isLate])
        }
    }

    @Test("the latest times of as many observers as the maximum are remembered")
    func observers() throws {
        for (extra, isRemembered) in [(0, true), (1, false)] {
            let now = LogSupport.now
            var order = EventOrder()
            var late: [Bool] = []
            func pass(_ host: Int, _ at: Timestamp) throws {
                let observer = try Address(parsing: "akka://S@h\(host):1")
                order.add(event(host, at: at, arrival: now, observer: observer))
                order.release(at: now + .seconds(1)) { late.append($1) }
            }
            for host in 0...(EventOrder.maximumObservers + extra) { try pass(host, now) }
            late = []
            try pass(0, now - .seconds(1))
            #expect(late == [isRemembered])
        }
    }

    @Test("as many events as the maximum are remembered to tell duplicates, then the oldest gives way")
    func duplicates() {
        for (count, isKnown) in [(DuplicateFilter.maximumEvents, true), (DuplicateFilter.maximumEvents + 1, false)] {
            var filter = DuplicateFilter()
            let now = LogSupport.now
            for number in 0..<count { _ = filter.isDuplicate(event(number, at: now, arrival: now)) }
            var again = event(0, at: now, arrival: now)
            again.source = 1
            #expect(filter.isDuplicate(again) == isKnown)
        }
    }

    @Test("the observers of as many logs and pods as the maximum are remembered, then all are forgotten")
    func memory() throws {
        for (count, isKnown) in [(ObserverMemory.maximumLogs, true), (ObserverMemory.maximumLogs + 1, false)] {
            var memory = ObserverMemory()
            let observer = try LogSupport.address("akka://S@a:1")
            for number in 0..<count { memory.learn(observer, source: number, label: nil, isStart: false) }
            #expect((memory.observer(source: 0, label: nil) != nil) == isKnown)
        }
    }

    @Test("a source's name is whole up to the maximal length, and cut behind it")
    func targets() throws {
        let maximum = LogTarget.maximumName
        #expect(try LogTarget(text(maximum)).id.target == text(maximum))
        #expect(try LogTarget(text(maximum + 1)).id.target == text(maximum) + "…")
    }

    @Test("events are handed over in turns of the maximal size", .tags(.slow), .unlessQuick)
    func turns() throws {
        let maximum = LogCollector.maximumTurnEvents
        for count in [maximum, maximum + 1] {
            final class Lines: LogInput {
                let descriptor: Int32 = -1
                var bytes: [UInt8]
                init(_ bytes: [UInt8]) { self.bytes = bytes }
                func read(into room: UnsafeMutableRawBufferPointer) -> LogRead {
                    guard !bytes.isEmpty else { return .nothing }
                    let piece = bytes.prefix(room.count)
                    room.copyBytes(from: piece)
                    bytes.removeFirst(piece.count)
                    return .bytes(piece.count)
                }
            }
            let line = Self.time + "Detected unreachable: [akka://Shop@10.0.0.9:25520]\n"
            let input = Lines(Array(String(repeating: line, count: count).utf8))
            let options = LogOptions(targets: [try LogTarget("a.log")])
            var collector = LogCollector(options, .test(), inputs: [input])
            var now = LogSupport.now
            _ = collector.start(at: now)
            var turns: [Int] = []
            for _ in 0..<3 {
                now = now + .seconds(1)
                let actions = collector.advance(to: now, unread: 0)
                turns.append(
                    actions.count {
                        if case .emit(let observation, _) = $0, case .lifecycle = observation.payload {
                            true
                        } else {
                            false
                        }
                    })
            }
            #expect(turns.max() == maximum && turns.reduce(0, +) == count)
        }
    }
}
