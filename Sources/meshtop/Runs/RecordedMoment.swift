// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Model
import Views

/// A journal where live sources would stand, and the moment of it that is meant: the one way in which every command reads a `FILE`.
struct RecordedMoment {
    /// The journal, at its beginning.
    let file: any RecordedFile
    /// From when to when it goes.
    let span: JournalFile.Span
    /// Until when it is read; nil for its end.
    let moment: Timestamp?

    /// Opens a journal.
    ///
    /// - Parameters:
    ///   - path: the file; `-` is the standard input.
    ///   - time: the moment; nil for its end.
    ///   - option: the name of the option that says so, for errors.
    /// - Throws: ``CommandFailure`` when it cannot be read, or does not have the moment.
    init(_ path: String, at time: TimeValue?, option: String = "--at") throws(CommandFailure) {
        do {
            try self.init(try JournalFile.rereadable(path: path), at: time, option: option)
        } catch let error as JournalError {
            throw CommandFailure(message: error.message)
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw CommandFailure(message: "\(path.printable) cannot be read")
        }
    }

    /// A journal that is open already.
    ///
    /// - Throws: ``CommandFailure`` when it cannot be read, or does not have the moment.
    init(_ file: any RecordedFile, at time: TimeValue?, option: String = "--at") throws(CommandFailure) {
        self.file = file
        let span: JournalFile.Span
        do {
            span = try file.span()
        } catch {
            throw CommandFailure(message: error.message)
        }
        self.span = span
        moment = try time.map { time throws(CommandFailure) in
            try Self.moment(time, in: span, of: file.name, option: option)
        }
    }

    /// The same journal, read until another moment.
    init(_ other: RecordedMoment, until moment: Timestamp?) {
        (file, span, self.moment) = (other.file, other.span, moment)
    }

    /// The moment that a text means in a journal.
    ///
    /// - Throws: ``CommandFailure`` that names the span, when the journal does not have it.
    static func moment(
        _ time: TimeValue, in span: JournalFile.Span, of name: String, option: String
    ) throws(CommandFailure) -> Timestamp {
        let moment: Timestamp? =
            switch time {
            case .instant(let moment): moment
            case .afterStart(let duration): span.from + duration
            case .beforeEnd(let duration): span.until - duration
            case .clock(let second): Self.day(of: second, in: span)
            }
        // What is printed has milliseconds, and what is printed can be typed.
        let earliest = Timestamp(microseconds: span.from.microseconds / 1_000 * 1_000)
        guard let moment, moment >= earliest, moment <= span.until else {
            throw CommandFailure(
                message:
                    "\(option) \(TimeText.text(time)) is outside of \(name), which goes from \(span.from) to \(span.until)"
            )
        }
        return max(moment, span.from)
    }

    /// The time of the first day on which the journal has it.
    private static func day(of second: Int, in span: JournalFile.Span) -> Timestamp? {
        let days = (0...2).map { span.from + .seconds(86_400 * $0) }
        return days.compactMap { SystemTime.today(at: second, now: $0) }.first {
            $0 >= Timestamp(microseconds: span.from.microseconds / 1_000 * 1_000) && $0 <= span.until
        }
    }

    /// Reads up to the moment.
    ///
    /// - Parameter take: called with each observation, at the end with one that derives what came since the last tick.
    /// - Returns: what is wrong with the file up to the moment, for the user; empty if nothing is.
    func play(_ take: (Observation) -> Void) -> [String] {
        var isDerived = true
        var last = span.from
        let trouble = replay { observation in
            take(observation)
            last = max(last, observation.at)
            switch observation.payload {
            case .tick, .refresh: isDerived = true
            case .ended: break
            default: isDerived = false
            }
        }
        if !isDerived { take(Observation(at: moment ?? last, source: nil, .refresh)) }
        return trouble
    }

    /// Reads up to the moment what was recorded, and nothing else.
    ///
    /// - Parameter take: called with each observation.
    /// - Returns: what is wrong with the file up to the moment.
    func replay(_ take: (Observation) -> Void) -> [String] {
        var trouble: [String] = []
        do {
            while let observation = try file.next() {
                guard moment.map({ observation.at <= $0 }) ?? true else { break }
                take(observation)
            }
        } catch {
            trouble.append(error.message)
        }
        return file.holes.map { "\(file.name) \($0.text)" } + trouble
    }
}

extension Context {
    /// The journal that stands in the place of sources, if the arguments name one.
    var journalPath: String? {
        let arguments = settings.arguments
        switch settings.command {
        case .explain: return explainedFile(arguments)
        case .snapshot, .check, .report, .redact, .replay: return arguments.first
        default: return nil
        }
    }

    /// What `explain` is to explain, apart from the journal.
    var explainedThing: String? {
        let path = journalPath
        return settings.arguments.first { $0 != path }
    }

    private func explainedFile(_ arguments: [String]) -> String? {
        if let file = arguments.first(where: Self.looksLikeJournal) { return file }
        if arguments.count == 2 { return arguments[1] }
        let needsJournal = settings[.at]?.needsJournal ?? false
        return needsJournal || settings[.observation] != nil ? arguments.first : nil
    }

    private static func looksLikeJournal(_ text: String) -> Bool {
        if text == "-" || text.hasSuffix(".mtr") { return true }
        return JournalFile.exists(text)
    }

    /// The journal that stands in the place of sources, opened.
    ///
    /// - Throws: ``CommandFailure`` when it cannot be read, or when sources are named beside it.
    func recordedMoment() throws(CommandFailure) -> RecordedMoment? {
        guard let path = journalPath else {
            if let time = settings[.at], time.needsJournal {
                throw CommandFailure(
                    message: "--at \(TimeText.text(time)) is a moment of a journal: name one, or a time of the day",
                    exit: 64)
            }
            return nil
        }
        if let flag = settings.sourceFlag {
            throw CommandFailure(
                message: "\(flag) and the journal \(path.printable) cannot be read together: name one of them", exit: 64
            )
        }
        if settings[.record] != nil, case .flag = settings.setting(OptionKey.record.row)?.origin {
            throw CommandFailure(message: "--record records live sources, not a journal", exit: 64)
        }
        return try RecordedMoment(path, at: settings[.at])
    }
}
