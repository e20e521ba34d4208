// SPDX-License-Identifier: Apache-2.0
import Collectors
import Fold
import Foundation
import Model
import Testing

@testable import meshtop

@Suite("Commands on a list of observations") struct CommandRunTests {
    /// Members first, then the bridge, which tells of a quarantine; only then every source has answered.
    private static func quarantine() throws -> [ListFeed.Delivery] {
        let members = Array(try SmallMesh.observations().dropFirst())
        let bridge = try SmallMesh.bridge(phi: 2.5, states: [.quarantined, .active])
        return [
            ListFeed.Delivery(observations: members, isSettled: false),
            ListFeed.Delivery(observations: bridge, isSettled: true),
        ]
    }

    private static func wait(
        _ expression: String, _ deliveries: [ListFeed.Delivery]
    ) throws -> (exit: Int32, text: String) {
        let run = try CommandRun(["wait", expression, "--timeout", "100ms", "--interval", "100ms"], deliveries)
        var command = try WaitCommand(run.context)
        return (try command.run(), try run.printed())
    }

    @Test("wait does not take what is not known yet for nothing")
    func waitsForAll() throws {
        let never = try Self.wait("quarantined=0", try Self.quarantine())
        #expect(never.exit == 1 && never.text.hasSuffix(": quarantined=0 (it is 1)\n"), "\(never.text)")
        let held = try Self.wait("quarantined=1,phi_max>=2.5", try Self.quarantine())
        #expect(held.exit == 0 && held.text.hasSuffix("s: phi_max=2.5 quarantined=1\n"), "\(held.text)")
        let early = try Self.wait("quarantined=0", Array(try Self.quarantine().prefix(1)))
        #expect(early.exit == 1 && early.text.hasSuffix(": not every source has answered yet\n"), "\(early.text)")
        let nothing = try Self.wait("members=0", [])
        #expect(nothing.exit == 1, "\(nothing.text)")
    }

    @Test("a one-shot command keeps its newest observations for explain", arguments: [9_998, 9_999])
    func history(count: Int) throws {
        // With the first and the tick at the end there are two more.
        let observation = Observation(at: SmallMesh.start, source: SmallMesh.source(1), .streamHeartbeat)
        let delivery = ListFeed.Delivery(
            observations: Array(repeating: observation, count: count), isSettled: true)
        let run = try CommandRun(["explain", "x"], [delivery])
        let shot = try OneShot(run.context)
        #expect(shot.history.count == (count == 9_998 ? 10_000 : 9_001))
        guard case .tick = shot.history.last?.payload else { return #expect(Bool(false)) }
    }

    @Test("a replay delivers a bounded number of observations at once, and all of them", arguments: [1_000, 1_001])
    func replayBatch(count: Int) throws {
        let path = NSTemporaryDirectory() + "meshtop-batch-\(UUID().uuidString).mtr"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = try JournalWriter(path: path)
        for number in 0..<count {
            writer.write(Observation(at: SmallMesh.start + .microseconds(Int64(number)), source: nil, .tick))
        }
        writer.finish()
        let feed = ReplayFeed(try JournalFile(path: path), speed: 1_000, from: nil)
        #expect(feed.descriptor == -1 && !feed.isSettled && !feed.beginSleep())
        var first = feed.drain().count
        while first < 1_000, !feed.isSettled { first += feed.drain().count }
        #expect(first == 1_000)
        #expect(feed.isSettled == (count == 1_000))
        var rest = 0
        while !feed.isSettled { rest += feed.drain().count }
        #expect(rest == count - 1_000 && feed.deadline == nil && feed.failure == nil)
        #expect(feed.now == SmallMesh.start + .microseconds(Int64(count - 1)))
    }

    @Test("a replay that begins later delivers everything before at once, then keeps its pace")
    func replayBeginning() throws {
        let path = NSTemporaryDirectory() + "meshtop-beginning-\(UUID().uuidString).mtr"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = try JournalWriter(path: path)
        for hour in 0..<3 {
            writer.write(Observation(at: SmallMesh.start + .seconds(hour * 3_600), source: nil, .tick))
        }
        writer.finish()
        let feed = ReplayFeed(try JournalFile(path: path), speed: 1, from: SmallMesh.start + .seconds(3_600))
        // The first one after the beginning starts the pace, so it is due too.
        #expect(feed.drain().count == 3 && feed.isSettled)
        let whole = ReplayFeed(try JournalFile(path: path), speed: 1, from: nil)
        #expect(whole.drain().count == 1 && whole.beginSleep())
        let deadline = try #require(whole.deadline)
        #expect(deadline > SystemTime.monotonic + 3_000_000_000)
    }

    @Test("a recording that breaks off says so once what it holds was delivered")
    func replayFailure() throws {
        let path = NSTemporaryDirectory() + "meshtop-broken-\(UUID().uuidString).mtr"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = try JournalWriter(path: path)
        for _ in 0..<2 { writer.write(Observation(at: SmallMesh.start, source: nil, .tick)) }
        writer.finish()
        let bytes = try Data(contentsOf: URL(filePath: path))
        try bytes.dropLast(3).write(to: URL(filePath: path))
        let run = try CommandRun(["replay", path], [])
        let data = try ScreenSession(
            run.context,
            .recording(
                ReplayFeed(try JournalFile(path: path), speed: 1, from: nil),
                JournalFile.Span(from: SmallMesh.start, until: SmallMesh.start, holes: [], failure: nil)))
        try data.start()
        #expect(data.advance() && !data.advance())
        #expect(data.parting?.contains("is cut off") == true)
    }

    @Test("durations become deadlines that a sum can hold")
    func deadlines() {
        #expect(Duration.seconds(999_999_999_999).microseconds == 999_999_999_999_000_000)
        #expect(Duration.seconds(1_000_000_000_000).microseconds == 1_000_000_000_000_000_000)
        #expect(Duration.seconds(-1_000_000_000_000).microseconds == 0)
    }
}

@Suite("Waiting for descriptors") struct PollerTests {
    @Test("a pipe is readable once it holds a byte, and hangs up when its writer is gone")
    func pipe() throws {
        let pipe = Pipe()
        let (reader, writer) = (pipe.fileHandleForReading.fileDescriptor, pipe.fileHandleForWriting.fileDescriptor)
        #expect(Poller.look(at: reader, for: .readable).isEmpty)
        #expect(Poller.look(at: writer, for: .writable) == .writable)
        try pipe.fileHandleForWriting.write(contentsOf: [7])
        let ready = Poller.wait(Poller.Entry(reader, .readable), Poller.Entry(-1, .readable), until: nil)
        #expect(ready == [.readable, []])
        try pipe.fileHandleForWriting.close()
        #expect(Poller.look(at: reader, for: .readable).isBroken)
    }

    @Test("the reader of a pipe that goes away is trouble, though nothing is asked for")
    func closedReader() throws {
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        #expect(Poller.look(at: pipe.fileHandleForWriting.fileDescriptor, for: []).contains(.failed))
    }

    @Test("the sleep ends at the deadline and not before it", arguments: [-1_000, 0, 1, 1_000, 20_000])
    func deadline(microseconds: Int64) {
        let deadline = SystemTime.monotonic + microseconds
        #expect(Poller.wait(Poller.Entry(-1, .readable), until: deadline) == [[]])
        #expect(SystemTime.monotonic >= deadline)
    }
}
