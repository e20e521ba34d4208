// SPDX-License-Identifier: Apache-2.0
import Collectors
import Foundation
import Model
import Testing

@testable import meshtop

@Suite("Two journals as one") struct MergedFileTests {
    private func write(_ observations: [Observation], _ name: String) throws -> String {
        let folder = NSTemporaryDirectory() + "meshtop-merge-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/\(name).mtr"
        let writer = try JournalWriter(path: path)
        for observation in observations { writer.write(observation) }
        writer.finish()
        return path
    }

    /// The small mesh, a tick each second, and an event of a stream in second 5.
    private func observations(ahead: Duration) throws -> [Observation] {
        var all = try SmallMesh.observations()
        let stream = SourceID(.sse, "http://10.0.0.1:8558/cluster/domain-events")
        for second in 1...10 {
            all.append(Observation(at: SmallMesh.start + .seconds(second), source: nil, .tick))
            if second == 5 {
                all.append(
                    Observation(
                        at: SmallMesh.start + .milliseconds(5_100), source: stream,
                        .streamEvent(.unknown(type: "Something"), replayed: false)))
            }
        }
        return all.map { Observation(at: $0.at + ahead, source: $0.source, $0.payload) }
    }

    @Test(
        "clocks are put together by what both saw, and sources say which journal they are of",
        arguments: [0, 4_000, -90_000])
    func merged(ahead: Int) throws {
        let paths = [
            try write(try observations(ahead: .zero), "here"),
            try write(try observations(ahead: .milliseconds(ahead)), "there"),
        ]
        defer { for path in paths { unlink(path) } }
        let file = try MergedFile(paths[0], paths[1])
        #expect(file.alignment.contains("is \(ahead) ms ahead"), "\(file.alignment)")
        let span = try file.span()
        #expect(span.from == SmallMesh.start && span.until == SmallMesh.start + .seconds(10))
        var read: [Observation] = []
        while let observation = try file.next() { read.append(observation) }
        #expect(zip(read, read.dropFirst()).allSatisfy { $0.at <= $1.at })
        let started = read.filter { if case .started = $0.payload { true } else { false } }
        let ticks = read.filter { if case .tick = $0.payload { true } else { false } }
        #expect(started.count == 1 && ticks.count == 10 + 1, "\(ticks.count)")
        let sources = Set(read.compactMap { $0.source?.target.split(separator: "@").last.map(String.init) })
        #expect(sources == ["here", "there"])
        file.rewind()
        #expect(try file.next() == read.first)
    }

    @Test("without anything in common the clock is taken as it is, and that is said")
    func nothingShared() throws {
        let tick = Observation(at: SmallMesh.start, source: nil, .tick)
        let paths = [try write(try observations(ahead: .zero), "a"), try write([tick], "b")]
        defer { for path in paths { unlink(path) } }
        #expect(try MergedFile(paths[0], paths[1]).alignment.contains("shares no fact"))
    }
}
