// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Fold
import Model
import Views

/// The two pictures that `diff` compares.
struct DiffPair {
    let old: DiffSide
    let new: DiffSide

    /// What the arguments mean.
    ///
    /// - Throws: ``CommandFailure`` when they do not go together.
    init(_ context: Context) throws(CommandFailure) {
        let settings = context.settings
        let sides = settings.arguments.map { DiffSide.named($0, at: settings[.at]) }
        let hasSpan = settings[.from] != nil || settings[.to] != nil
        guard let first = sides.first else { throw CommandFailure(message: "diff needs a file", exit: 64) }
        if sides.count == 2 {
            guard !hasSpan else {
                throw CommandFailure(
                    message: "--from and --to are two moments of one file, and two are named", exit: 64)
            }
            if let flag = settings.sourceFlag {
                throw CommandFailure(message: "\(flag): two files are compared already; name one of them", exit: 64)
            }
            (old, new) = (first, sides[1])
        } else if case .file(let path, let time) = first, hasSpan || settings.usesDefaultSources {
            let begin = settings[.from] ?? time
            old = begin.map { .file(path, $0) } ?? .beginning(path)
            new = .file(path, settings[.to])
        } else {
            (old, new) = (first, .live)
        }
    }
}

/// One of the pictures.
enum DiffSide: Equatable {
    /// A file, and the moment of it if it is a journal; nil for its end.
    case file(String, TimeValue?)
    /// The first picture of a journal.
    case beginning(String)
    /// What live sources say now.
    case live

    private static let largestFile = 256 << 20

    /// What an argument means: a file, or `FILE@TIME`.
    static func named(_ text: String, at time: TimeValue?) -> DiffSide {
        guard !JournalFile.exists(text), let mark = text.lastIndex(of: "@") else { return .file(text, time) }
        let path = String(text[..<mark])
        guard JournalFile.exists(path), let moment = TimeText.value(String(text[text.index(after: mark)...])) else {
            return .file(text, time)
        }
        return .file(path, moment)
    }

    /// The picture as a document.
    ///
    /// - Throws: ``CommandFailure`` with exit 2 when there is none.
    func document(_ context: Context) throws(CommandFailure) -> JSONTree {
        do throws(CommandFailure) {
            switch self {
            case .file(let path, let time): return try Self.document(path, time, context)
            case .beginning(let path): return try Self.beginning(path, context)
            case .live: return try Self.live(context)
            }
        } catch {
            throw CommandFailure(message: error.message, exit: error.exit == 64 || error.exit > 128 ? error.exit : 2)
        }
    }

    private static func document(
        _ path: String, _ time: TimeValue?, _ context: Context
    ) throws(CommandFailure) -> JSONTree {
        guard path != "-", !isJournal(path) else {
            return path == "-" ? try standardInput(time, context) : try moment(path, time, context)
        }
        if let time {
            throw CommandFailure(
                message: "\(path.printable) is no journal, so it has no moment \(TimeText.text(time)): leave it out")
        }
        let bytes: [UInt8]?
        do {
            bytes = try FileReader.read(path, maximum: largestFile)
        } catch {
            throw CommandFailure(message: "\(path.printable) \(error.message)")
        }
        guard let bytes else { throw CommandFailure(message: "\(path.printable): there is no such file") }
        return try snapshot(in: bytes, path)
    }

    /// The standard input can be looked at once only.
    private static func standardInput(_ time: TimeValue?, _ context: Context) throws(CommandFailure) -> JSONTree {
        let bytes: [UInt8]?
        do {
            bytes = try FileReader.read("-", maximum: largestFile)
        } catch {
            throw CommandFailure(message: "the standard input \(error.message)")
        }
        guard let bytes, JournalParser.isJournal(bytes) else {
            return try snapshot(in: bytes ?? [], "the standard input")
        }
        do {
            let file = try JournalFile.holding(bytes, name: "the standard input")
            return try played(try RecordedMoment(file, at: time), context)
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw CommandFailure(message: "the standard input cannot be read")
        }
    }

    private static func isJournal(_ path: String) -> Bool {
        (try? FileReader.head(path, count: 16)).map { JournalParser.isJournal($0) } ?? false
    }

    private static func snapshot(in bytes: [UInt8], _ path: String) throws(CommandFailure) -> JSONTree {
        if let whole = try? JSONTree(parsing: bytes), whole["kind"] == .string("snapshot") { return whole }
        for line in bytes.split(separator: UInt8(ascii: "\n")).reversed() {
            if let tree = try? JSONTree(parsing: line), tree["kind"] == .string("snapshot") { return tree }
        }
        throw CommandFailure(
            message: "\(path.printable) holds no snapshot of meshtop, neither as JSON nor as a journal")
    }

    private static func moment(
        _ path: String, _ time: TimeValue?, _ context: Context
    ) throws(CommandFailure) -> JSONTree {
        try played(try RecordedMoment(path, at: time), context)
    }

    private static func played(_ recorded: RecordedMoment, _ context: Context) throws(CommandFailure) -> JSONTree {
        let shot = OneShot(recorded, context.settings)
        // What was read until then is still worth comparing.
        for text in shot.trouble { context.say(text) }
        return try tree(shot.session.mesh.snapshot())
    }

    private static func beginning(_ path: String, _ context: Context) throws(CommandFailure) -> JSONTree {
        guard isJournal(path) else {
            throw CommandFailure(
                message:
                    "diff needs two files, or one journal, or one file and live sources: \(path.printable) is no journal",
                exit: 64)
        }
        let recorded = try RecordedMoment(path, at: nil)
        var first: Timestamp?
        do {
            while first == nil, let observation = try recorded.file.next() {
                if case .tick = observation.payload { first = observation.at }
            }
        } catch {
            throw CommandFailure(message: error.message)
        }
        recorded.file.rewind()
        return try played(RecordedMoment(recorded, until: first), context)
    }

    private static func live(_ context: Context) throws(CommandFailure) -> JSONTree {
        var shot = try OneShot(context)
        if case .signal(let number) = shot.end { throw CommandFailure(message: "interrupted", exit: 128 + number) }
        let snapshot = shot.session.mesh.snapshot()
        shot.finish(exit: 0, context)
        guard shot.hasAnswer else {
            SnapshotCommand.sayNothingAnswered(snapshot, context)
            throw CommandFailure(message: "there is nothing live to compare with")
        }
        return try tree(snapshot)
    }

    private static func tree(_ snapshot: MeshSnapshot) throws(CommandFailure) -> JSONTree {
        do {
            return try JSONTree(parsing: SnapshotDocument.json(snapshot, sequence: 1))
        } catch {
            throw CommandFailure(message: "a snapshot cannot be read back (\(error.message))")
        }
    }
}
