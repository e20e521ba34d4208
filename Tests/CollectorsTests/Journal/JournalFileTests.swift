// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import TestSupport
import Testing

@testable import Collectors

@Suite("Journal files")
struct JournalFileTests {
    @Test("what a writer wrote, a reader reads")
    func file() throws {
        let path = NSTemporaryDirectory() + "meshtop-journal-\(UUID().uuidString).mtr"
        defer { unlink(path) }
        let written = try write(50, to: path)
        #expect(try read(path) == written)
    }

    @Test("a journal that is there is kept, and the message says how to continue it")
    func kept() throws {
        let path = try temporary()
        defer { unlink(path) }
        let written = try write(5, to: path)
        let error = #expect(throws: JournalError.self) { try JournalWriter(path: path) }
        #expect(error?.code == .exists && error?.message.contains("--append") == true)
        #expect(try read(path) == written)
    }

    @Test("a journal is continued behind its last complete record, wherever a crash cut it off")
    func continued() throws {
        let path = try temporary()
        defer { unlink(path) }
        let first = try write(3, to: path)
        let whole = try Data(contentsOf: URL(filePath: path))
        let second = try write(4, to: path, continuing: true)
        #expect(try read(path) == first + second)
        let both = try Data(contentsOf: URL(filePath: path))
        for length in both.indices.dropFirst() {
            try both.prefix(length).write(to: URL(filePath: path))
            let kept = try readComplete(path)
            let third = try write(2, to: path, continuing: true)
            #expect(
                try read(path) == kept + third,
                "cut at \(length) of \(both.count), the first run ends at \(whole.count)")
        }
    }

    @Test("a journal of which no block can be read is not continued")
    func damaged() throws {
        let path = try temporary()
        defer { unlink(path) }
        _ = try write(5, to: path)
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[JournalFormat.headerSize + 1] ^= 0xFF
        try bytes.write(to: URL(filePath: path))
        let error = #expect(throws: JournalError.self) { try JournalWriter(path: path, continuing: true) }
        #expect(error?.code == .damaged)
        #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
    }

    private func write(_ count: Int, to path: String, continuing: Bool = false) throws -> [Observation] {
        let writer = try JournalWriter(path: path, continuing: continuing)
        var random = RandomObservations(seed: UInt64(count))
        let written = try (0..<count).map { _ in try random.next() }
        for observation in written { writer.write(observation) }
        writer.finish()
        #expect(writer.failure == nil)
        return written
    }

    private func read(_ path: String) throws -> [Observation] {
        let file = try JournalFile(path: path)
        var read: [Observation] = []
        while let observation = try file.next() { read.append(observation) }
        #expect(file.count == read.count)
        return read
    }

    /// What a file holds before the place where it was cut off.
    private func readComplete(_ path: String) throws -> [Observation] {
        let file = try JournalFile(path: path)
        var read: [Observation] = []
        do throws(JournalError) {
            while let observation = try file.next() { read.append(observation) }
        } catch {
            guard error.code == .truncated || error.code == .notAJournal else { throw error }
        }
        return read
    }

    @Test("a second after an observation it is in the file, without an end")
    func flush() throws {
        let path = try temporary()
        defer { unlink(path) }
        let writer = try JournalWriter(path: path)
        writer.write(Observation(at: Timestamp(microseconds: 0), source: nil, .tick))
        #expect(try JournalFile(path: path).isEmpty)
        writer.write(Observation(at: Timestamp(microseconds: 1_000_000), source: nil, .tick))
        let file = try JournalFile(path: path)
        #expect(try file.next() != nil)
        #expect(try file.next() != nil)
        #expect(try file.next() == nil)
        #expect(writer.failure == nil)
    }

    @Test("a file of another kind is left alone")
    func foreign() throws {
        let path = try temporary(contents: "interval: 2s\n")
        defer { unlink(path) }
        let error = #expect(throws: JournalError.self) { try JournalWriter(path: path) }
        #expect(error?.message.hasSuffix("is left alone: choose another name") == true)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "interval: 2s\n")
    }

    @Test("a full disk ends the recording with a message, and nothing else")
    func full() throws {
        let writer = try JournalWriter(path: "/dev/full")
        writer.write(Observation(at: Timestamp(microseconds: 0), source: nil, .tick))
        writer.flush()
        #expect(writer.failure?.message.contains("No space left on device") == true)
        writer.write(Observation(at: Timestamp(microseconds: 1), source: nil, .tick))
        writer.finish()
    }

    @Test("a file that is removed while it is written ends the recording with a message")
    func removed() throws {
        let path = try temporary()
        let writer = try JournalWriter(path: path)
        writer.write(Observation(at: Timestamp(microseconds: 0), source: nil, .tick))
        writer.flush()
        #expect(writer.failure == nil)
        unlink(path)
        writer.write(Observation(at: Timestamp(microseconds: 1), source: nil, .tick))
        writer.flush()
        #expect(writer.failure?.message.contains("it was removed") == true)
    }

    @Test("a file that is not there is named")
    func missing() {
        let error = #expect(throws: JournalError.self) { try JournalFile(path: "/nonexistent/x.mtr") }
        #expect(error?.message == "/nonexistent/x.mtr cannot be opened (No such file or directory)")
    }

    private func temporary(contents: String = "") throws -> String {
        let path = NSTemporaryDirectory() + "meshtop-journal-\(UUID().uuidString).mtr"
        try contents.write(toFile: path, atomically: false, encoding: .utf8)
        return path
    }
}

extension JournalFile {
    /// Whether nothing at all was written yet: such a file is no journal.
    fileprivate var isEmpty: Bool {
        get throws {
            do throws(JournalError) { return try next() == nil } catch { return error.code == .notAJournal }
        }
    }
}
