// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Glibc
import Model
import Views

/// `meshtop redact FILE [OUT]`: a copy of a journal without names of one's own.
enum RedactCommand {
    private static let largestMap = 64 << 20

    static func run(_ context: Context) throws(CommandFailure) -> Int32 {
        let arguments = context.settings.arguments
        let recorded = try RecordedMoment(arguments.first ?? "-", at: nil)
        let target = try target(arguments, context)
        var redactor = ObservationRedactor(try map(context.settings[.map]))
        var trouble = recorded.replay { redactor.gather($0) }
        redactor.beginReplacing()
        // The map first: a copy whose names nobody can look up any more is of little use.
        if let path = context.settings[.map] { try PrivateFile.replace(path, with: redactor.map.text, option: "--map") }
        recorded.file.rewind()
        trouble = recorded.replay { target.write(redactor.redacted($0)) }
        for text in trouble { context.say(text) }
        if let failure = target.finish() { throw CommandFailure(message: failure) }
        let summary = RedactSummary(redactor: redactor, observations: recorded.file.count, context.settings)
        let isJSON = context.settings[.output] == .json
        let output = target.isStandardOutput ? context.errors : context.out
        let result = output.write(isJSON ? summary.jsonLine : Array(summary.text.utf8))
        return try result.exit(or: trouble.isEmpty ? 0 : 2)
    }

    private static func target(_ arguments: [String], _ context: Context) throws(CommandFailure) -> RedactTarget {
        guard arguments.count == 2, arguments[1] != "-" else {
            guard isatty(STDOUT_FILENO) == 0 else {
                throw CommandFailure(
                    message: "a journal is no text for a terminal: name the copy, as in `meshtop redact FILE COPY`",
                    exit: 64)
            }
            return .output(context.out)
        }
        do {
            return .file(try JournalWriter(path: arguments[1]))
        } catch {
            throw CommandFailure(message: error.message)
        }
    }

    private static func map(_ path: String?) throws(CommandFailure) -> NameMap {
        guard let path else { return NameMap() }
        do {
            guard let bytes = try FileReader.read(path, maximum: largestMap) else { return NameMap() }
            return try NameMap(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw CommandFailure(message: "--map: \(path.printable) \(error.message)")
        }
    }
}

/// Where the copy goes.
private final class RedactTarget {
    private let writer: JournalWriter?
    private let output: Output?
    private var encoder = JournalBlockEncoder()
    private var failure: String?
    private static let blockSize = 256 * 1024

    static func file(_ writer: JournalWriter) -> RedactTarget { RedactTarget(writer, nil) }
    static func output(_ output: Output) -> RedactTarget { RedactTarget(nil, output) }

    private init(_ writer: JournalWriter?, _ output: Output?) { (self.writer, self.output) = (writer, output) }

    var isStandardOutput: Bool { output != nil }

    func write(_ observation: Observation) {
        if let writer { return writer.write(observation) }
        guard failure == nil else { return }
        if encoder.gathered > Self.blockSize { send(encoder.flush()) }
        if !encoder.add(observation) { failure = "an observation is too large" }
    }

    /// - Returns: why the copy is not complete; nil if it is.
    func finish() -> String? {
        if let writer {
            writer.finish()
            return writer.failure?.message
        }
        send(encoder.finish())
        return failure
    }

    private func send(_ bytes: [UInt8]?) {
        guard failure == nil else { return }
        guard let bytes else { return failure = "there is no memory to compress the copy" }
        switch output?.write(bytes) {
        case .written, nil: break
        case .closed: failure = "the reader of the copy went away"
        case .interrupted: failure = "interrupted"
        case .failed(let reason): failure = "the copy cannot be written (\(reason))"
        }
    }
}

/// What `redact` says that it changed.
private struct RedactSummary: JSONObject {
    let redactor: ObservationRedactor
    let observations: Int
    let copy: String?
    let map: String?

    init(redactor: ObservationRedactor, observations: Int, _ settings: Settings) {
        (self.redactor, self.observations) = (redactor, observations)
        copy = settings.arguments.count == 2 ? settings.arguments[1] : nil
        map = settings[.map]
    }

    func fields(_ json: inout JSONWriter) {
        json.field("observations", observations)
        json.field("copy", copy)
        json.field("map", map)
        json.name("replaced")
        json.object { json in
            for (kind, count) in redactor.map.replaced {
                json.key(kind.rawValue)
                json.integer(count)
            }
        }
        json.field("omittedWords", redactor.omittedWords)
        json.field("omitted", redactor.omittedParts)
    }

    var text: String {
        let kinds = redactor.map.replaced.map { "\($0.count) \($0.kind.rawValue)" }
        var lines = [
            "\(observations) observations, replaced: \(kinds.isEmpty ? "nothing" : kinds.joined(separator: ", "))"
        ]
        lines.append("left out: \(redactor.omittedWords) words of lines and messages that could name something")
        lines += redactor.omittedParts.map { "left out: \($0)" }
        if let map { lines.append("what stands for what is in \(map.printable), for you alone") }
        lines.append("kept: times, states, numbers, ports, uids, versions; look at the copy before you share it")
        return lines.map { "\($0)\n" }.joined()
    }
}

/// A file that its owner alone can read.
enum PrivateFile {
    /// Replaces a file in one step, so that a run that is killed leaves the old one.
    ///
    /// - Throws: ``CommandFailure`` when it cannot be written.
    static func replace(_ path: String, with text: String, option: String) throws(CommandFailure) {
        let temporary = path + ".\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path, option) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        let isWritten = rest.isEmpty && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, rename(temporary, path) == 0 else {
            let error = failure(path, option)
            unlink(temporary)
            throw error
        }
    }

    private static func failure(_ path: String, _ option: String) -> CommandFailure {
        CommandFailure(message: "\(option): \(path.printable) cannot be written (\(String(cString: strerror(errno))))")
    }
}
