// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import TestSupport
import Testing

@testable import Collectors

@Suite struct FollowTests {
    private static let line =
        "2026-11-21 05:10:%,116 WARN x akka://Shop@10.0.0.7:25520/x - Detected unreachable: [akka://Shop@10.0.0.9:25520]\n"

    private static func line(_ second: Int) -> String {
        line.replacingOccurrences(of: "%", with: second < 10 ? "0\(second)" : "\(second)")
    }

    /// Logs on a clock of their own.
    private final class Rig {
        var collector: LogCollector
        var now = LogSupport.now
        var observations: [Observation] = []

        init(_ targets: [String], rules: [String] = [], inputs: [any LogInput] = []) throws {
            let options = LogOptions(
                targets: try targets.map { try LogTarget($0) }, rules: rules.compactMap { ObserverRule($0) })
            collector = LogCollector(options, .test(), inputs: inputs)
            take(collector.start(at: now))
        }

        var started: [RequestID] = []

        private func take(_ actions: [CollectorAction]) {
            for action in actions { if case .start(let id, _) = action { started.append(id) } }
            for action in actions { if case .emit(let observation, _) = action { observations.append(observation) } }
        }

        /// Turns until nothing is due for two seconds.
        func run(unread: Int = 0) {
            let end = now + .seconds(2)
            while let wake = collector.nextWake, wake <= end {
                now = max(now, wake)
                take(collector.advance(to: now, unread: unread))
            }
            now = end
        }

        var lifecycle: [(event: LifecycleEvent, late: Bool)] {
            observations.compactMap {
                if case .lifecycle(let event, let late) = $0.payload { (event, late) } else { nil }
            }
        }

        var seconds: [Int64] { lifecycle.map { $0.event.at.microseconds / 1_000_000 % 60 } }

        var progress: LogProgress? {
            observations.reversed().lazy.compactMap {
                if case .logProgress(let progress) = $0.payload { progress } else { nil }
            }
            .first
        }
    }

    /// Bytes that a test hands out.
    private final class FakeInput: LogInput {
        let descriptor: Int32 = -1
        var pieces: [[UInt8]]
        init(_ pieces: [String]) { self.pieces = pieces.map { Array($0.utf8) } }

        func read(into room: UnsafeMutableRawBufferPointer) -> LogRead {
            guard !pieces.isEmpty else { return .nothing }
            let piece = pieces.removeFirst()
            guard !piece.isEmpty else { return .nothing }
            room.copyBytes(from: piece)
            return .bytes(piece.count)
        }
    }

    private func temporaryFile() -> String { NSTemporaryDirectory() + "meshtop-log-\(UUID().uuidString).log" }

    private func append(_ text: String, _ path: String) throws {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        let handle = try #require(FileHandle(forWritingAtPath: path))
        handle.seekToEndOfFile()
        handle.write(Data(text.utf8))
        try handle.close()
    }

    @Test("a file is followed: when it grows, is renamed, is replaced, is cut")
    func follows() throws {
        let path = temporaryFile()
        defer { for end in ["", ".1"] { try? FileManager.default.removeItem(atPath: path + end) } }
        try append(Self.line(1), path)
        let rig = try Rig([path])
        rig.run()
        #expect(rig.seconds == [1])
        #expect(rig.progress?.hasReachedEnd == true)
        try append(Self.line(2), path)
        rig.run()
        #expect(rig.seconds == [1, 2])
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        rig.run()
        try append(Self.line(3), path + ".1")
        try append(Self.line(4), path)
        rig.run()
        #expect(rig.seconds == [1, 2, 3, 4])
        try Data().write(to: URL(fileURLWithPath: path), options: [])
        rig.run()
        try append(Self.line(5), path)
        rig.run()
        #expect(rig.seconds == [1, 2, 3, 4, 5])
        #expect(rig.progress?.events == 5)
        #expect(rig.progress?.lines == 5)
    }

    @Test("a file that is not there is a failure that heals")
    func missing() throws {
        let path = temporaryFile()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let rig = try Rig([path])
        rig.run()
        let failures = rig.observations.compactMap {
            if case .failed(let failure, _) = $0.payload { failure } else { nil }
        }
        #expect(failures.count == 1)
        #expect(failures.first?.message.contains("No such file") == true)
        #expect(rig.collector.isSettled(at: rig.now))
        try append(Self.line(1), path)
        rig.run()
        #expect(rig.seconds == [1])
    }

    @Test("a packed file is read to its end")
    func gzip() throws {
        let path = temporaryFile()
        defer { try? FileManager.default.removeItem(atPath: path + ".gz") }
        try append((0..<50).map { Self.line($0) }.joined(), path)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = [path]
        try process.run()
        process.waitUntilExit()
        let rig = try Rig([path + ".gz"])
        rig.run()
        #expect(rig.seconds == Array(0..<50))
        #expect(rig.collector.isSettled(at: rig.now))
    }

    @Test("events of several logs come in the order of their times")
    func order() throws {
        let rig = try Rig(
            ["a.log", "b.log"],
            inputs: [FakeInput([Self.line(1) + Self.line(5) + Self.line(9)]), FakeInput([Self.line(2) + Self.line(8)])])
        rig.run()
        #expect(rig.seconds == [1, 2, 5, 8, 9])
        #expect(rig.lifecycle.allSatisfy { !$0.late })
    }

    @Test("an event that comes when later ones have been passed on is late, and comes")
    func late() throws {
        let input = FakeInput([Self.line(30), "", Self.line(2), "", Self.line(31)])
        let rig = try Rig(["a.log"], inputs: [input])
        rig.run()
        rig.run()
        rig.run()
        #expect(rig.seconds == [30, 2, 31])
        #expect(rig.lifecycle.map(\.late) == [false, true, false])
    }

    @Test("a clock that jumps ahead makes nothing else late")
    func jump() throws {
        let far = Self.line(1).replacingOccurrences(of: "2026", with: "2099")
        let rig = try Rig(["a.log"], inputs: [FakeInput([far, "", Self.line(2)])])
        rig.run()
        rig.run()
        #expect(rig.lifecycle.map(\.late) == [false, false])
    }

    @Test("what two logs tell alike is told once; the same line twice in one log is two events")
    func duplicates() throws {
        let text = Self.line(1) + Self.line(1)
        let rounded = Self.line(1).replacingOccurrences(of: ",116", with: ",117")
        let rig = try Rig(
            ["a.log", "b.log"], inputs: [FakeInput([text]), FakeInput([Self.line(1) + rounded])])
        rig.run()
        #expect(rig.seconds == [1, 1])
    }

    @Test("a stream that is opened again tells only what is new")
    func reopened() throws {
        let rig = try Rig(["http://logs:80/tail"])
        let text = Array((Self.line(1) + Self.line(2)).utf8)
        for number in 1...2 {
            let id = try #require(rig.started.last)
            _ = rig.collector.handle(.opened(id, server: nil), at: rig.now)
            _ = rig.collector.handle(.chunk(id, text + (number == 2 ? Array(Self.line(3).utf8) : [])), at: rig.now)
            rig.run()
            _ = rig.collector.handle(.failed(id, SourceFailure(.closed, "the server ended the stream")), at: rig.now)
            rig.run()
        }
        #expect(rig.seconds == [1, 2, 3])
        #expect(rig.started.count > 1)
    }

    @Test("the observer comes from the line, the flag, the rule, or from other lines of the same log")
    func observer() throws {
        let silent = "2026-11-21 05:10:01,116 WARN x y - Detected unreachable: [akka://Shop@10.0.0.9:25520]\n"
        let inputs = [
            FakeInput([silent + Self.line(2)]), FakeInput([silent]), FakeInput([silent]), FakeInput([silent]),
            FakeInput(["[pod/shop-3/app] " + silent]),
        ]
        let rig = try Rig(
            ["a.log", "10.0.0.8:25520=b.log", "/var/log/n3.log", "d.log", "e.log"],
            rules: ["n3*=10.0.0.3:25520", "shop-*=10.0.0.5:25520"], inputs: inputs)
        rig.run()
        let named = Dictionary(
            grouping: rig.observations.compactMap { observation -> (String, String)? in
                guard case .lifecycle(let event, _) = observation.payload else { return nil }
                return (observation.source?.target ?? "", event.observer?.hostPort ?? event.observerName ?? "?")
            }, by: \.0
        ).mapValues { $0.map(\.1) }
        #expect(named["a.log"] == ["10.0.0.7:25520", "10.0.0.7:25520"])
        #expect(named["b.log"] == ["10.0.0.8:25520"])
        #expect(named["/var/log/n3.log"] == ["10.0.0.3:25520"])
        #expect(named["d.log"] == ["?"])
        #expect(named["e.log"] == ["10.0.0.5:25520"])
        let unknown = rig.observations.compactMap { observation -> Int64? in
            guard case .logProgress(let progress) = observation.payload, observation.source?.target == "d.log" else {
                return nil
            }
            return progress.withoutObserver
        }
        #expect(unknown.last == 1)
    }

    @Test("a merged log with two tellers names none for lines that name none")
    func merged() throws {
        let silent = "2026-11-21 05:10:03,116 WARN x y - Detected unreachable: [akka://Shop@10.0.0.9:25520]\n"
        let other = Self.line(2).replacingOccurrences(of: "10.0.0.7", with: "10.0.0.6")
        let rig = try Rig(["a.log"], inputs: [FakeInput([Self.line(1) + other + silent])])
        rig.run()
        #expect(rig.lifecycle.map { $0.event.observer?.host } == ["10.0.0.7", "10.0.0.6", nil])
    }

    @Test(
        "a burst is handed over in bounded pieces, and nothing is read while nobody takes it", .tags(.slow),
        .unlessQuick)
    func burst() throws {
        let piece = String(repeating: Self.line(1), count: 1500)
        let input = FakeInput(Array(repeating: piece, count: 100))
        let rig = try Rig(["a.log"], inputs: [input])
        for _ in 0..<300 {
            rig.now = rig.now + .milliseconds(400)
            _ = rig.collector.advance(to: rig.now, unread: 1 << 16)
        }
        #expect(input.pieces.count > 50, "reading has stopped")
        rig.run()
        #expect(rig.lifecycle.count == 150_000)
        #expect(input.pieces.isEmpty)
    }

    @Test("targets are read as they are typed")
    func targets() throws {
        #expect(try LogTarget("-").place == .standardInput)
        #expect(try LogTarget("a=b.log").place == .file("a=b.log"))
        #expect(try LogTarget("10.0.0.7:25520=b.log").place == .file("b.log"))
        #expect(try LogTarget("10.0.0.7:25520=b.log").observer == .hostPort("10.0.0.7:25520"))
        #expect(
            try LogTarget("akka://Shop@10.0.0.7:25520=b.log").observer
                == .address(LogSupport.address("akka://Shop@10.0.0.7:25520")))
        let stream = try LogTarget("https://me:secret@logs:8443/tail?x=1")
        #expect(stream.id.target == "https://logs:8443/tail?x=1")
        #expect(throws: OptionError.self) { try LogTarget("") }
        #expect(throws: OptionError.self) { try LogTarget("http://:99999/x") }
        #expect(ObserverRule("shop-*-x=10.0.0.7:1")?.matches("shop-12-x") == true)
        #expect(ObserverRule("shop-*-x=10.0.0.7:1")?.matches("shop-12-y") == false)
        #expect(ObserverRule("nonsense") == nil)
    }
}
