// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Fold
import Model
import Views

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
        var shot = try OneShot(context)
        if case .signal(let number) = shot.end {
            shot.finish(exit: 128 + number, context)
            return 128 + number
        }
        let snapshot = shot.session.mesh.snapshot()
        let failOn = context.settings[.failOn]
        var (text, exit) = CheckReport.line(snapshot, failOn: failOn)
        if !shot.hasAnswer, context.settings.usesDefaultSources { text = inserted(DefaultSources.advice, into: text) }
        shot.finish(exit: exit, context)
        let result = context.out.write("\(text.printable)\n")
        return try result.exit(or: exit)
    }

    /// The advice in place of the reason, before the performance data.
    private static func inserted(_ advice: String, into line: String) -> String {
        let data = line.lastIndex(of: "|").map { line[$0...] } ?? ""
        return "MESHTOP UNKNOWN - \(advice) \(data)"
    }
}
