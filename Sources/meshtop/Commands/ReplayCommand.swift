// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Fold
import Model
import Views

/// `meshtop replay FILE -o jsonl`: the lines that were live.
struct ReplayCommand {
    private let context: Context
    private let path: String
    private let file: any RecordedFile
    private let session = Session()
    private var report = LineReport()
    private var exit: Int32 = 0
    private var hasEnd = false

    /// Opens the journal.
    ///
    /// - Throws: ``CommandFailure`` when it cannot be opened.
    init(_ context: Context) throws(CommandFailure) {
        self.context = context
        path = context.settings.arguments.first ?? "-"
        do {
            if context.settings.arguments.count == 2 {
                let merged = try MergedFile(path, context.settings.arguments[1])
                file = merged
                context.say(merged.alignment)
            } else {
                file = try JournalFile(path: path)
            }
        } catch {
            throw CommandFailure(message: error.message)
        }
    }

    /// Prints all lines, or with `--at` one snapshot and the end.
    ///
    /// - Returns: the exit code.
    /// - Throws: ``CommandFailure`` when `--at` means no time, or the output fails.
    mutating func run() throws(CommandFailure) -> Int32 {
        if let time = context.settings[.at] { return try snapshot(at: time) }
        var pace = context.settings.isSet(.speed) ? ReplayPace(speed: context.settings[.speed] ?? 1) : nil
        while let observation = next() {
            if let due = pace?.due(observation.at, now: SystemTime.monotonic), hasSignal(before: due) {
                return try interrupted(at: observation.at)
            }
            let changes = session.apply(observation)
            if case .ended = observation.payload { hasEnd = true }
            let lines = report.lines(after: observation, changes: changes, at: session.mesh.now) {
                session.mesh.snapshot()
            }
            if !lines.isEmpty, let exit = try print(lines) { return exit }
        }
        for hole in file.holes {
            context.say("\(file.name) \(hole.text)")
            exit = 1
        }
        guard !hasEnd, file.count > 0 else { return exit }
        // A run that was killed has no end of its own.
        let reason: EndReason = exit == 0 ? .inputEnded : .error
        return try print(report.end(reason, exit: exit, at: session.mesh.now)) ?? exit
    }

    private mutating func snapshot(at time: TimeValue) throws(CommandFailure) -> Int32 {
        let recorded =
            context.settings.arguments.count == 2
            ? try RecordedMoment(file, at: time) : try RecordedMoment(path, at: time)
        for text in recorded.play({ _ = session.apply($0) }) {
            context.say(text)
            exit = 1
        }
        let lines = report.snapshot(session.mesh.snapshot()) + report.end(.inputEnded, exit: exit, at: session.mesh.now)
        return try print(lines) ?? exit
    }

    /// The next observation; trouble with the file is said once and ends the reading.
    private mutating func next() -> Observation? {
        do {
            return try file.next()
        } catch {
            context.say(error.message)
            exit = 1
            return nil
        }
    }

    private func hasSignal(before deadline: Int64) -> Bool {
        guard SystemTime.monotonic < deadline else { return false }
        return Poller.wait(context.signals.entry, until: deadline).contains(.readable)
    }

    private mutating func interrupted(at time: Timestamp) throws(CommandFailure) -> Int32 {
        let code = 128 + (context.signals.next() ?? 2)
        return try print(report.end(.signal, exit: code, at: time)) ?? code
    }

    private func print(_ lines: [UInt8]) throws(CommandFailure) -> Int32? {
        let result = context.out.write(lines)
        return result == .written ? nil : try result.exit(or: 0)
    }
}
