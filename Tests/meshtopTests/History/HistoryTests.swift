// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Fold
import Foundation
import Model
import Testing
import Views

@testable import meshtop

@Suite("The last minutes, and other moments") struct HistoryTests {
    /// A session over the small mesh that ticks each second.
    private func session(ticks: Int, span: Duration = .seconds(3_600)) throws -> (Session, History) {
        let history = History(span: span)
        let session = Session(history: history)
        for observation in try SmallMesh.observations() { _ = session.apply(observation) }
        for second in 1...ticks { _ = session.apply(tick(second)) }
        return (session, history)
    }

    private func tick(_ second: Int) -> Observation {
        Observation(at: SmallMesh.start + .seconds(second), source: nil, .tick)
    }

    @Test("any tick of the span can be shown again, and is what it was")
    func moments() throws {
        let plain = Session()
        var pictures: [Timestamp: MeshSnapshot] = [:]
        for observation in try SmallMesh.observations() { _ = plain.apply(observation) }
        for second in 1...100 {
            _ = plain.apply(tick(second))
            pictures[plain.mesh.now] = plain.mesh.snapshot()
        }
        let (_, history) = try session(ticks: 100)
        for second in [1, 2, 19, 20, 21, 40, 99, 100] {
            let moment = SmallMesh.start + .seconds(second)
            #expect(history.mesh(at: moment)?.snapshot() == pictures[moment], "\(second)")
        }
        let between = try #require(history.mesh(at: SmallMesh.start + .milliseconds(30_500)))
        #expect(between.now == SmallMesh.start + .seconds(30))
    }

    @Test("ticks are found in both directions, and not beyond the ends")
    func ticks() throws {
        let (_, history) = try session(ticks: 50)
        let middle = SmallMesh.start + .seconds(20)
        #expect(history.tick(before: middle) == SmallMesh.start + .seconds(19))
        #expect(history.tick(after: middle) == SmallMesh.start + .seconds(21))
        #expect(history.tick(before: SmallMesh.start) == nil)
        #expect(history.tick(after: SmallMesh.start + .seconds(50)) == nil)
    }

    @Test("what is older than the span goes, and nothing is kept of a span of zero", arguments: [60, 0])
    func bounds(span: Int) throws {
        let (_, history) = try session(ticks: 300, span: .seconds(span))
        guard span > 0 else { return #expect(history.range == nil && history.bytes == 0) }
        let range = try #require(history.range)
        #expect(range.upperBound == SmallMesh.start + .seconds(300))
        // A piece goes as a whole, once all of it is too old.
        #expect(range.lowerBound >= SmallMesh.start + .seconds(300 - span - 40))
        #expect(range.lowerBound <= SmallMesh.start + .seconds(300 - span))
    }

    @Test("the reader steps back and forth while what is new is counted, and comes back to now")
    func stepping() throws {
        let (session, history) = try session(ticks: 10)
        let traveller = TimeTraveller(session, history)
        #expect(traveller.moment == nil && traveller.state?.isPast == false)
        _ = traveller.go(.stepBack)
        _ = traveller.go(.stepBack)
        #expect(traveller.moment == SmallMesh.start + .seconds(8) && traveller.state?.isPast == true)
        #expect(traveller.picture?.at == SmallMesh.start + .seconds(8))
        _ = session.apply(tick(11))
        traveller.count(newEvents: 3)
        #expect(traveller.state?.newEvents == 3)
        _ = traveller.go(.stepForth)
        #expect(traveller.moment == SmallMesh.start + .seconds(9))
        for _ in 0..<2 { _ = traveller.go(.stepForth) }
        #expect(traveller.moment == nil && traveller.picture == nil)
    }

    @Test(
        "a moment that is typed is gone to, or it is said why not",
        arguments: [
            ("+3s", 3, nil), ("-2s", 8, nil), ("+1h", nil, "is outside of"), ("soon", nil, "is no time"),
        ] as [(String, Int?, String?)])
    func typed(text: String, second: Int?, words: String?) throws {
        let (session, history) = try session(ticks: 10)
        let traveller = TimeTraveller(session, history)
        _ = traveller.go(.at(text))
        let expected = second.map { SmallMesh.start + .seconds($0) }
        #expect(traveller.moment == expected, "\(text)")
        #expect((traveller.state?.notice).map { $0.contains(words ?? "?") } ?? (words == nil), "\(text)")
        _ = traveller.go(.live)
        #expect(traveller.moment == nil && traveller.state?.notice == nil)
    }

    @Test("the beginning of what is kept is said to be the beginning")
    func beginning() throws {
        let (session, history) = try session(ticks: 3)
        let traveller = TimeTraveller(session, history)
        for _ in 0..<5 { _ = traveller.go(.stepBack) }
        #expect(traveller.moment == SmallMesh.start)
        #expect(traveller.state?.notice == "there is nothing earlier")
    }

    @Test("a replay pauses, steps, changes its speed, and goes to its end")
    func replay() throws {
        let path = NSTemporaryDirectory() + "meshtop-drive-\(UUID().uuidString).mtr"
        defer { unlink(path) }
        let writer = try JournalWriter(path: path)
        for observation in try SmallMesh.observations() { writer.write(observation) }
        for second in 1...30 { writer.write(tick(second)) }
        writer.finish()
        let file = try JournalFile.rereadable(path: path)
        let span = try file.span()
        let feed = ReplayFeed(file, speed: 1, from: span.from + .seconds(10))
        let history = History(span: .seconds(3_600))
        let session = Session(history: history)
        let traveller = TimeTraveller(session, history, replay: (feed, span))
        func advance() { for observation in feed.drain() { _ = session.apply(observation) } }
        advance()
        _ = traveller.go(.pause)
        #expect(feed.isPaused && feed.deadline == nil)
        let head = session.mesh.now
        _ = traveller.go(.stepForth)
        advance()
        #expect(session.mesh.now > head && session.mesh.now <= head + .seconds(1))
        _ = traveller.go(.stepBack)
        _ = traveller.go(.stepBack)
        let back = try #require(traveller.moment)
        #expect(back < session.mesh.now)
        // Going on from there folds the recording again.
        _ = traveller.go(.pause)
        advance()
        #expect(!feed.isPaused && session.mesh.now >= back && session.mesh.now <= back + .seconds(1))
        _ = traveller.go(.faster)
        #expect(feed.speed == 2)
        _ = traveller.go(.speed("0.01"))
        #expect(feed.speed == 2 && traveller.state?.notice?.contains("is no speed") == true)
        _ = traveller.go(.live)
        advance()
        #expect(feed.hasEnded && session.mesh.now == span.until)
        guard case .replay(_, _, _, let hasEnded) = traveller.state?.mode else { return #expect(Bool(false)) }
        #expect(hasEnded)
    }
}

@Suite("The flight recorder") struct FlightRecorderTests {
    private func folder() -> String { NSTemporaryDirectory() + "meshtop-flight-\(UUID().uuidString)" }

    @Test("the ring has the last half hour, in files that can be read alone")
    func ring() throws {
        let folder = folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let recorder = try FlightRecorder(folder)
        let session = Session(flight: recorder)
        for observation in try SmallMesh.observations() { _ = session.apply(observation) }
        for minute in 1...60 {
            _ = session.apply(
                Observation(at: SmallMesh.start + .seconds(minute * 60), source: nil, .tick))
        }
        session.finish()
        #expect(recorder.failure == nil)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("flight-") }
            .sorted()
        #expect((6...9).contains(files.count), "\(files)")
        for file in files {
            let recorded = try RecordedMoment("\(folder)/\(file)", at: nil)
            var mesh = Mesh()
            #expect(recorded.play { _ = mesh.apply($0) } == [])
            #expect(mesh.snapshot().clusters.first?.members.count == 3, "\(file)")
        }
    }

    @Test("what surrounds a finding is kept as one run, and said as a source that came and went")
    func incident() throws {
        let folder = folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let recorder = try FlightRecorder(folder)
        for observation in try SmallMesh.observations() { recorder.record(observation, [], at: observation.at) }
        let finding = Finding(
            id: "f1", rule: .nodeDown, cluster: "Shop", severity: .failure, confidence: .confirmed, title: "gone",
            subjects: [], since: SmallMesh.start, next: "look")
        for second in 1...80 {
            let at = SmallMesh.start + .seconds(second)
            let changes: [MeshChange] =
                second == 5 ? [.finding(FindingChange(at: at, kind: .opened, finding: finding))] : []
            recorder.record(Observation(at: at, source: nil, .tick), changes, at: at)
            #expect(recorder.takeNews().isEmpty == (second != 65), "\(second)")
        }
        recorder.finish(at: SmallMesh.start + .seconds(80))
        let path = try #require(recorder.lastKept)
        #expect(path.hasSuffix("-node-down.mtr"))
        let span = try JournalFile(path: path).span()
        #expect(span.until == SmallMesh.start + .seconds(65) && span.holes.isEmpty && span.failure == nil)
    }

    @Test("a folder that cannot be written to is refused with the reason")
    func refused() {
        let error = #expect(throws: CommandFailure.self) { try FlightRecorder("/proc/meshtop-flight") }
        #expect(error?.message.hasPrefix("--flight: /proc/meshtop-flight cannot be ") == true)
    }
}
