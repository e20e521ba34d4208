// SPDX-License-Identifier: Apache-2.0
import Fold
import Model
import TestSupport
import Testing
import Views

@testable import Collectors
@testable import meshtop

@Suite("A replay")
struct ReplayTests {
    @Test("prints the lines that were live, byte for byte, and every one is as the schema says")
    func identical() throws {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        let observations = try run(seed: seed, length: 40)
        var encoder = JournalEncoder()
        var live = Printed()
        for observation in observations { live.take(observation) }
        var replayed = Printed()
        var parser = JournalParser()
        for observation in observations { parser.feed(encoder.record(observation)[...]) }
        while let observation = try parser.next() { replayed.take(observation) }
        try parser.finish()
        #expect(live.bytes == replayed.bytes, "seed \(seed)")
        let schema = try JSONSchema.meshtop()
        let lines = live.bytes.split(separator: UInt8(ascii: "\n"))
        #expect(lines.count > 5)
        var number = 0
        for line in lines {
            let violations = schema.violations(ofText: line)
            #expect(violations == [], "seed \(seed), line \(String(decoding: line, as: UTF8.self))")
            // Each run of a journal counts its own lines.
            let sequence = try JSONValue(parsing: line)["seq"]
            #expect(sequence == .number(Double(number + 1)) || sequence == .number(1))
            number = sequence == .number(1) ? 1 : number + 1
        }
    }

    /// Random observations about a handful of sources, as a collector would order them, with ticks among them.
    private func run(seed: UInt64, length: Int) throws -> [Observation] {
        var random = RandomObservations(seed: seed)
        let sources =
            (1...4).map { SourceID(.management, "http://10.0.0.\($0):8558") } + [SourceID(.sse, "http://10.0.0.1:8558")]
        var result = [
            Observation(at: Timestamp(milliseconds: 1_700_000_000_000), source: nil, .started(SessionOptions()))
        ]
        let origin = SourceOrigin(cluster: nil, isConfigured: true, member: nil)
        result += sources.map { Observation(at: result[0].at, source: $0, .sourceAdded(origin)) }
        for index in 0..<length {
            var observation = try random.next()
            switch observation.payload {
            case .ended: continue
            // No request takes less than no time.
            case .membership(let view, _): observation.payload = .membership(view, Reply(latency: .microseconds(index)))
            case .membershipUnchanged: observation.payload = .membershipUnchanged(Reply(latency: .microseconds(index)))
            default: break
            }
            if observation.source != nil { observation.source = sources[index % sources.count] }
            result.append(observation)
            if index % 20 == 0 { result.append(Observation(at: observation.at, source: nil, .tick)) }
        }
        let end = result[result.count - 1].at
        return result + [Observation(at: end, source: nil, .ended(.signal, exit: 143))]
    }
}

/// What a headless run prints.
private struct Printed {
    private let session = Session()
    private var report = LineReport()
    private(set) var bytes: [UInt8] = []

    mutating func take(_ observation: Observation) {
        let changes = session.apply(observation)
        bytes += report.lines(after: observation, changes: changes, at: session.mesh.now) { session.mesh.snapshot() }
    }
}
