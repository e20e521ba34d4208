// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Model
import Views

/// `meshtop diff A B`: what differs between two pictures.
enum DiffCommand {
    static func run(_ context: Context) throws(CommandFailure) -> Int32 {
        let pair = try DiffPair(context)
        let old = try pair.old.document(context)
        let new = try pair.new.document(context)
        let changes = DocumentDiff.changes(from: old, to: new, measurements: context.settings[.all])
        let summary = DiffSummary(from: old, to: new).lines
        let isJSON = context.settings[.output] == .json
        let result = context.out.write(isJSON ? json(changes, summary) : Array(text(changes, summary).utf8))
        return try result.exit(or: changes.isEmpty ? 0 : 1)
    }

    /// People's words first, then by its path whatever these do not say.
    private static func text(_ changes: [DocumentChange], _ summary: [String]) -> String {
        if changes.isEmpty { return "no difference\n" }
        let rest = changes.filter { !DiffSummary.covers($0) }.map { change in
            switch change.kind {
            case .added: "+ \(change.path)\(change.to.map { "  \($0)" } ?? "")\n"
            case .removed: "- \(change.path)\(change.from.map { "  \($0)" } ?? "")\n"
            case .changed: "~ \(change.path): \(change.from ?? "null") -> \(change.to ?? "null")\n"
            }
        }
        return (summary.map { "\($0)\n" } + rest).joined().printableLines
    }

    private static func json(_ changes: [DocumentChange], _ summary: [String]) -> [UInt8] {
        JSONWriter.line { json in
            json.field("equal", changes.isEmpty)
            json.field("summary", summary)
            json.field("changes", changes)
        }
    }
}

extension DocumentChange: JSONObject {
    func fields(_ json: inout JSONWriter) {
        json.field("change", kind)
        json.field("path", path)
        json.field("from", from)
        json.field("to", to)
    }
}
