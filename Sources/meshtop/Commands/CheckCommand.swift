// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Fold
import Model
import Views

extension MeshSnapshot {
    /// Unreachable for longer than this is a failure, as in the health of a member.
    private static let toleratedUnreachability = Duration.seconds(20)

    /// The picture as earlier runs make it look: what is unreachable since then is so for as long.
    fileprivate func judged(with state: CheckState?) -> MeshSnapshot {
        guard let state else { return self }
        var copy = self
        let overdue = state.overdue(self, after: Self.toleratedUnreachability)
        if !overdue.isEmpty, health.level != .unknown {
            copy.health = Health.worst(of: [("", Health(level: .failure, reasons: overdue)), ("", health)])
        }
        for cluster in clusters where cluster.expected == nil {
            let up = cluster.currentMembers.count { $0.status == .up }
            guard let known = state.up[String(cluster.id.map { $0.isWhitespace ? "_" : $0 })], known.count > up,
                at - known.at > .seconds(60)
            else { continue }
            let reason =
                "\(up) of \(known.count) members are Up that were \((at - known.at).microseconds / 1_000_000) s ago"
            copy.health = Health.worst(of: [("", Health(level: .degraded, reasons: [reason])), ("", copy.health)])
        }
        return copy
    }
}

/// `meshtop check`: one line for a monitoring system.
enum CheckCommand {
    /// The exit code of "nothing is known", also of wrong usage.
    static let unknown: Int32 = 3

    static func run(_ context: Context) -> Int32 {
        do throws(CommandFailure) {
            return try check(context)
        } catch {
            return report(error.message, out: context.out)
        }
    }

    /// Prints that nothing can be said, in the form that monitoring systems read.
    static func report(_ reason: String, out: Output) -> Int32 {
        let text = String(reason.map { $0 == "|" ? "/" : $0 == "\n" ? " " : $0 })
        out.write("MESHTOP UNKNOWN - \(text)\n")
        return unknown
    }

    private static func check(_ context: Context) throws(CommandFailure) -> Int32 {
        let expression = try context.settings[.expression].map { text throws(CommandFailure) in
            try Self.expression(text, context)
        }
        let path = context.settings[.stateFile]
        let state = try path.map { path throws(CommandFailure) in try CheckState.read(path, at: SystemTime.now) }
        var shot = try OneShot(context)
        if case .signal(let number) = shot.end {
            shot.finish(exit: 128 + number, context)
            return 128 + number
        }
        let snapshot = shot.session.mesh.snapshot()
        let failOn = context.settings[.failOn]
        var (text, exit) = CheckReport.line(snapshot.judged(with: state), failOn: failOn)
        if let expression { (text, exit) = CheckReport.line(snapshot, expression) }
        if let path, let state, let failure = state.next(snapshot).write(path) { context.say(failure) }
        if !shot.hasAnswer, context.journalPath == nil, context.settings.usesDefaultSources {
            text = inserted(DefaultSources.advice, into: text)
        }
        shot.finish(exit: exit, context)
        let result = context.out.write("\(text.printable)\n")
        return try result.exit(or: exit)
    }

    private static func expression(_ text: String, _ context: Context) throws(CommandFailure) -> MeshExpression {
        do {
            return try MeshExpression(text)
        } catch {
            for line in error.lines { context.errors.write("\(line)\n".printableLines) }
            throw CommandFailure(message: "--expr: character \(error.offset + 1): \(error.reason)")
        }
    }

    /// The advice in place of the reason, before the performance data.
    private static func inserted(_ advice: String, into line: String) -> String {
        let data = line.lastIndex(of: "|").map { line[$0...] } ?? ""
        return "MESHTOP UNKNOWN - \(advice) \(data)"
    }
}
