// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import TestSupport
import Testing

@testable import Collectors

@Suite("Blocks of a journal")
struct JournalBlockTests {
    /// A journal of several chains: the observations of each block are so far apart that a new one begins.
    private func journal(blocks: Int, apart: Duration = .seconds(70)) throws -> (
        bytes: [UInt8], observations: [[Observation]]
    ) {
        var random = RandomObservations(seed: 7)
        var encoder = JournalBlockEncoder()
        var bytes: [UInt8] = []
        var all: [[Observation]] = []
        for block in 0..<blocks {
            var observations: [Observation] = []
            for number in 0..<3 {
                var observation = try random.next()
                let start = Timestamp(microseconds: 1_000_000) + apart * block
                observation.at = start + .milliseconds(number)
                let isTaken = encoder.add(observation)
                #expect(isTaken)
                observations.append(observation)
            }
            let flushed = encoder.flush()
            bytes += try #require(flushed)
            all.append(observations)
        }
        let last = encoder.finish()
        return (bytes + (try #require(last)), all)
    }

    private func read(_ bytes: [UInt8], pieces: Int = 4_096) throws -> (
        observations: [Observation], holes: [JournalHole], error: JournalError?
    ) {
        var parser = JournalParser()
        var read: [Observation] = []
        do throws(JournalError) {
            for start in stride(from: 0, to: bytes.count, by: pieces) {
                parser.feed(bytes[start..<min(start + pieces, bytes.count)])
                while let observation = try parser.next() { read.append(observation) }
            }
            try parser.finish()
        } catch {
            return (read, parser.holes, error)
        }
        return (read, parser.holes, nil)
    }

    @Test("what was encoded is read, in pieces of any size", arguments: [1, 7, 59, 60, 61, 4_096])
    func roundTrip(pieces: Int) throws {
        let (bytes, observations) = try journal(blocks: 5)
        let result = try read(bytes, pieces: pieces)
        #expect(result.observations == observations.flatMap { $0 })
        #expect(result.holes.isEmpty && result.error == nil)
    }

    @Test("blocks of one chain are read one behind the other")
    func chain() throws {
        let (bytes, observations) = try journal(blocks: 5, apart: .seconds(1))
        let result = try read(bytes)
        #expect(result.observations == observations.flatMap { $0 } && result.holes.isEmpty && result.error == nil)
    }

    @Test("every prefix gives what its whole blocks hold, and says whether it is cut off")
    func prefixes() throws {
        let (bytes, observations) = try journal(blocks: 4, apart: .seconds(20))
        let flat = observations.flatMap { $0 }
        var ends = Set<Int>()
        for length in bytes.indices.dropFirst() {
            let result = try read(Array(bytes[..<length]))
            #expect(result.observations == Array(flat[..<result.observations.count]), "\(length)")
            #expect(result.observations.count % 3 == 0 && result.holes.isEmpty)
            if result.error == nil { ends.insert(length) }
            let isShort = length < JournalFormat.headerSize
            #expect(result.error == nil || result.error?.code == (isShort ? .notAJournal : .truncated), "\(length)")
        }
        // Behind the header, behind each block.
        #expect(ends.count == 5)
    }

    @Test("a flipped bit anywhere costs its chain and no other, and is said with its place")
    func flips() throws {
        let (bytes, observations) = try journal(blocks: 4)
        let flat = observations.flatMap { $0 }
        let header = JournalFormat.header().count
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1 << UInt8(index % 8)
            let result = try read(damaged)
            if index < header {
                #expect(result.error != nil && result.observations.isEmpty, "\(index)")
                continue
            }
            #expect(result.error == nil || result.error?.code == .truncated, "\(index)")
            #expect(result.observations.allSatisfy { flat.contains($0) })
            let lost = flat.count - result.observations.count
            #expect(lost <= 3, "byte \(index): \(lost) observations are lost")
            #expect(lost == 0 || result.holes.count == 1 || result.error != nil, "byte \(index)")
            if let hole = result.holes.first, lost > 0 { #expect(hole.bytes.contains(index), "byte \(index)") }
        }
    }

    @Test("a hole says between which observations it is, and takes with it what continues the damaged block")
    func hole() throws {
        let (bytes, observations) = try journal(blocks: 6, apart: .seconds(30))
        // Of three blocks in a chain the first of the second chain: the blocks behind it cannot be read without it.
        let places = bytes.indices.filter { bytes[$0...].starts(with: JournalBlock.marker) }
        var damaged = bytes
        damaged[places[3] + JournalBlock.headSize + 2] ^= 0xFF
        let result = try read(damaged)
        #expect(result.observations == Array(observations[0..<3].joined()))
        #expect(result.holes.count == 1)
        #expect(result.holes.first?.from == observations[2].last?.at)
        #expect(result.holes.first?.bytes.lowerBound == places[3])
        #expect(result.holes.first?.text.contains("is damaged at offset \(places[3])") == true)
    }

    @Test("a journal that names a feature that is not known is refused by name")
    func features() throws {
        let result = try read(JournalFormat.header(features: ["zstd", "time-travel"]))
        #expect(result.error?.code == .newerVersion)
        #expect(result.error?.message.contains("(time-travel)") == true)
        let newer = try read(JournalFormat.magic + [3, 0, 0, 0] + [1, 2, 3])
        #expect(newer.error?.message == "has version 3, and this meshtop reads versions up to 2: use a newer one")
    }

    @Test("the index at the end names each chain with its times")
    func index() throws {
        let (bytes, observations) = try journal(blocks: 3)
        #expect(bytes.suffix(8).elementsEqual(JournalIndex.tail))
        let size = Int(JournalFormat.number(UInt32.self, in: bytes.suffix(12), at: 0))
        let block = try #require(JournalBlock(bytes[(bytes.count - size)...]))
        #expect(block.kind == JournalBlock.Kind.index.rawValue && size == JournalBlock.headSize + block.size)
        let index = try JournalIndex(bytes.suffix(block.size))
        #expect(index.previous == 0 && index.chains.count == 3)
        for (chain, expected) in zip(index.chains, observations) {
            #expect(chain.from == expected.first?.at && chain.until == expected.last?.at)
            #expect(JournalBlock(bytes[chain.offset...])?.begins == true)
        }
        #expect(index.chains.map(\.first) == [1, 4, 7])
    }

    @Test("random bytes behind a header neither crash nor hang the reader")
    func noise() throws {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let noise = (0..<Int.random(in: 1...400, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let result = try read(JournalFormat.header() + noise)
            #expect(result.observations.isEmpty, "seed \(seed)")
            #expect(result.holes.count == 1 || result.error?.code == .truncated, "seed \(seed)")
        }
    }

    @Test("times can be read without the rest")
    func times() throws {
        let (bytes, observations) = try journal(blocks: 5)
        let path = NSTemporaryDirectory() + "meshtop-times-\(UUID().uuidString).mtr"
        defer { unlink(path) }
        try Data(bytes).write(to: URL(filePath: path))
        let file = try JournalFile(path: path)
        let span = try file.span()
        #expect(span.from == observations.first?.first?.at && span.until == observations.last?.last?.at)
        #expect(span.holes.isEmpty && span.failure == nil)
        #expect(try file.next() == observations.first?.first)
    }

    @Test("two writers of one file are refused")
    func lock() throws {
        let path = NSTemporaryDirectory() + "meshtop-lock-\(UUID().uuidString).mtr"
        defer { unlink(path) }
        let writer = try JournalWriter(path: path)
        let error = #expect(throws: JournalError.self) { try JournalWriter(path: path, continuing: true) }
        #expect(error?.code == .busy && error?.message.contains("is being written by another meshtop") == true)
        writer.write(Observation(at: Timestamp(microseconds: 1), source: nil, .tick))
        writer.finish()
        #expect(throws: Never.self) { try JournalWriter(path: path, continuing: true) }
    }
}
