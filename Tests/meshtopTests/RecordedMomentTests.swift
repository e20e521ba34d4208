// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Foundation
import Model
import Testing

@testable import meshtop

@Suite("Journals in the place of sources") struct RecordedMomentTests {
    /// A journal of the small mesh: its observations, then a tick each second.
    private func journal(ticks: Int = 10) throws -> String {
        let path = NSTemporaryDirectory() + "meshtop-moment-\(UUID().uuidString).mtr"
        let writer = try JournalWriter(path: path)
        for observation in try SmallMesh.observations() { writer.write(observation) }
        for second in 1...ticks {
            writer.write(Observation(at: SmallMesh.start + .seconds(second), source: nil, .tick))
        }
        writer.finish()
        return path
    }

    @Test(
        "a time is a moment of the journal, in every form",
        arguments: [
            (TimeValue.afterStart(.seconds(3)), 3), (.beforeEnd(.seconds(3)), 7), (.afterStart(.zero), 0),
            (.beforeEnd(.zero), 10), (.instant(SmallMesh.start + .seconds(5)), 5),
        ])
    func moments(time: TimeValue, second: Int) throws {
        let path = try journal()
        defer { unlink(path) }
        let recorded = try RecordedMoment(path, at: time)
        #expect(recorded.moment == SmallMesh.start + .seconds(second))
    }

    @Test("a time of the day is that of the day on which the journal has it")
    func clock() throws {
        let path = try journal()
        defer { unlink(path) }
        let wanted = SmallMesh.start + .seconds(4)
        var seconds = time_t(wanted.microseconds / 1_000_000)
        var fields = tm()
        localtime_r(&seconds, &fields)
        let second = Int(fields.tm_hour) * 3_600 + Int(fields.tm_min) * 60 + Int(fields.tm_sec)
        let moment = try #require(try RecordedMoment(path, at: .clock(secondOfDay: second)).moment)
        #expect(moment.microseconds / 1_000_000 == wanted.microseconds / 1_000_000)
    }

    @Test(
        "a time outside of the journal is refused, and the message names the span",
        arguments: [
            TimeValue.afterStart(.seconds(11)), .beforeEnd(.seconds(11)),
            .instant(SmallMesh.start + .seconds(-1)), .instant(SmallMesh.start + .seconds(11)),
        ])
    func outside(time: TimeValue) throws {
        let path = try journal()
        defer { unlink(path) }
        let error = #expect(throws: CommandFailure.self) { try RecordedMoment(path, at: time) }
        #expect(error?.message.contains("is outside of") == true)
        #expect(error?.message.contains("from \(SmallMesh.start) to \(SmallMesh.start + .seconds(10))") == true)
    }

    private func run(_ arguments: [String]) throws -> (exit: Int32, out: String) {
        let run = try CommandRun(arguments, [])
        let exit: Int32
        do throws(CommandFailure) {
            exit = try Dispatcher.run(run.context)
        } catch {
            return (error.exit, error.message)
        }
        return (exit, try run.printed())
    }

    @Test(
        "every form of output works from a journal",
        arguments: ["json", "table", "wide", "text", "dot", "brief"])
    func forms(form: String) throws {
        let path = try journal()
        defer { unlink(path) }
        let result = try run(["snapshot", path, "-o", form])
        #expect(result.exit == 0 && !result.out.isEmpty, "\(result.out.prefix(200))")
        #expect(form == "dot" || result.out.contains("10.0.0.1"), "\(result.out.prefix(300))")
    }

    @Test("check, explain, diff and report take a journal")
    func commands() throws {
        let path = try journal()
        defer { unlink(path) }
        let check = try run(["check", path, "--at", "+5s"])
        #expect(check.out.hasPrefix("MESHTOP "), "\(check.out)")
        let explain = try run(["explain", path])
        #expect(explain.exit == 0 && !explain.out.isEmpty)
        let observation = try run(["explain", path, "--observation", "2"])
        #expect(observation.exit == 0 && observation.out.hasPrefix("observation 2\n"), "\(observation.out)")
        let diff = try run(["diff", "\(path)@+1s", "\(path)@-0"])
        #expect(diff.exit == 0 || diff.exit == 1, "\(diff.out)")
        for form in ["md", "json", "html"] {
            let report = try run(["report", path, "-o", form])
            #expect(report.exit == 0 && report.out.contains("meshtop snapshot "), "\(report.out.prefix(300))")
        }
    }

    @Test(
        "what is no journal is refused by each command with its own exit code",
        arguments: [("snapshot", 1), ("check", 3), ("report", 1), ("redact", 1), ("replay", 1), ("explain", 1)])
    func refused(command: String, code: Int32) throws {
        let path = NSTemporaryDirectory() + "meshtop-none-\(UUID().uuidString).mtr"
        defer { unlink(path) }
        for (contents, words) in [("", "is empty"), ("interval: 2s\n", "is no meshtop journal")] {
            try contents.write(toFile: path, atomically: true, encoding: .utf8)
            let result = try run([command, path] + (command == "replay" ? ["-o", "jsonl"] : []))
            #expect(result.exit == code, "\(command): \(result.out)")
            #expect(command == "replay" || result.out.contains(words), "\(command): \(result.out)")
        }
        unlink(path)
        let missing = try run([command, path] + (command == "replay" ? ["-o", "jsonl"] : []))
        #expect(missing.exit == code && missing.out.contains("No such file"), "\(command): \(missing.out)")
    }

    @Test("a relative time needs a journal")
    func relative() throws {
        let result = try run(["snapshot", "--at", "+5s"])
        #expect(result.exit == 64 && result.out.contains("is a moment of a journal"), "\(result.out)")
    }

    @Test("sources beside a journal are refused")
    func both() throws {
        let path = try journal()
        defer { unlink(path) }
        let result = try run(["snapshot", path, "--management", "10.0.0.1"])
        #expect(result.exit == 64 && result.out.contains("name one of them"), "\(result.out)")
    }

    @Test("a copy without names replays to the same picture, and has none of them")
    func redacted() throws {
        let path = try journal()
        let copy = path + ".copy"
        let map = path + ".map"
        defer { for file in [path, copy, map] { unlink(file) } }
        let result = try run(["redact", path, copy, "--map", map])
        #expect(result.exit == 0, "\(result.out)")
        let (old, new) = (try run(["snapshot", path]), try run(["snapshot", copy]))
        #expect(!new.out.contains("10.0.0.") && new.out.contains("198.18.100.100"))
        let names = try String(contentsOfFile: map, encoding: .utf8)
        var translated = old.out
        for line in names.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: "\t").map(String.init)
            translated = translated.replacingOccurrences(of: fields[2], with: fields[1])
        }
        #expect(translated == new.out)
        var status = stat()
        #expect(stat(map, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }
}
