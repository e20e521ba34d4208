// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Fold
import Model
import Views

/// `meshtop snapshot`: one picture, then the end.
enum SnapshotCommand {
    static func run(_ context: Context) throws(CommandFailure) -> Int32 {
        var shot = try OneShot(context)
        if case .signal(let number) = shot.end {
            shot.finish(exit: 128 + number, context)
            return 128 + number
        }
        let snapshot = shot.session.mesh.snapshot()
        let exit = max(exitCode(snapshot, hasAnswer: shot.hasAnswer), shot.trouble.isEmpty ? 0 : 2)
        let result = context.out.write(document(snapshot, format: context.settings[.output] ?? .json))
        shot.finish(exit: exit, context)
        if !shot.hasAnswer { sayNothingAnswered(snapshot, context) }
        return try result.exit(or: exit)
    }

    /// 1 when no source answered, 2 when some failed.
    static func exitCode(_ snapshot: MeshSnapshot, hasAnswer: Bool) -> Int32 {
        guard hasAnswer else { return 1 }
        return snapshot.sources.contains { $0.state != .ok } ? 2 : 0
    }

    /// Says on stderr that, and why, there is nothing to see.
    static func sayNothingAnswered(_ snapshot: MeshSnapshot, _ context: Context) {
        if context.journalPath != nil { return context.say("no source had answered by then") }
        if context.settings.usesDefaultSources { return context.say(DefaultSources.advice) }
        context.say("no source answered")
        for source in snapshot.sources {
            let reason = source.failure.map { "\($0.code.rawValue): \($0.message)" } ?? "no answer in time"
            context.errors.write("  \(source.id): \(reason)\n".printableLines)
        }
    }

    private static func document(_ snapshot: MeshSnapshot, format: OutputFormat) -> [UInt8] {
        switch format {
        case .table: Array(TextReport.table(snapshot, isWide: false).utf8)
        case .wide: Array(TextReport.table(snapshot, isWide: true).utf8)
        case .text: Array(TextReport.text(snapshot).utf8)
        case .brief: Array(FindingReport.brief(snapshot).utf8)
        case .dot: Array(DotReport.dot(snapshot).utf8)
        case .json, .jsonl, .md, .html: SnapshotDocument.json(snapshot, sequence: 1) + [UInt8(ascii: "\n")]
        }
    }
}

extension Output.Result {
    /// The exit code of a command that has printed: a reader that went away had enough.
    func exit(or exit: Int32) throws(CommandFailure) -> Int32 {
        switch self {
        case .written: exit
        case .closed: 0
        case .interrupted: 130
        case .failed(let reason): throw CommandFailure(message: "the output cannot be written (\(reason))")
        }
    }
}

extension String {
    /// The text without control characters other than line feeds.
    var printableLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }.joined(separator: "\n")
    }
}
