// SPDX-License-Identifier: Apache-2.0
import Collectors
import Foundation
import Model
import TestSupport
import Testing

@Suite("Journal files")
struct JournalFileTests {
    @Test("what a writer wrote, a reader reads; an older journal is replaced")
    func file() throws {
        let path = try temporary()
        defer { unlink(path) }
        for length in [50, 3] {
            let writer = try JournalWriter(path: path)
            var random = RandomObservations(seed: 3)
            let written = try (0..<length).map { _ in try random.next() }
            for observation in written { writer.write(observation) }
            writer.finish()
            let file = try JournalFile(path: path)
            var read: [Observation] = []
            while let observation = try file.next() { read.append(observation) }
            #expect(read == written)
            #expect(file.count == length)
        }
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
