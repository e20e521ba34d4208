// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Fold
import Model
import Views

/// `meshtop diff A B`: what differs between the last snapshots of two files.
enum DiffCommand {
    private static let largestFile = 256 << 20

    static func run(_ context: Context) throws(CommandFailure) -> Int32 {
        let arguments = context.settings.arguments
        guard arguments.count == 2 else { throw CommandFailure(message: "diff needs two files", exit: 64) }
        let old = try document(arguments[0], context)
        let new = try document(arguments[1], context)
        let changes = DocumentDiff.changes(from: old, to: new, measurements: context.settings[.all])
        let summary = DiffSummary(from: old, to: new).lines
        let isJSON = context.settings[.output] == .json
        let result = context.out.write(isJSON ? json(changes, summary) : Array(text(changes, summary).utf8))
        return try result.exit(or: changes.isEmpty ? 0 : 1)
    }

    /// The last snapshot in a file: of `snapshot`, of `watch`, or of a journal.
    private static func document(_ path: String, _ context: Context) throws(CommandFailure) -> JSONTree {
        let bytes: [UInt8]?
        do {
            bytes = try FileReader.read(path, maximum: largestFile)
        } catch {
            throw CommandFailure(message: "\(path) \(error.message)", exit: 2)
        }
        guard let bytes else { throw CommandFailure(message: "\(path): there is no such file", exit: 2) }
        if JournalParser.isJournal(bytes) { return try snapshot(ofJournal: bytes, path, context) }
        if let whole = try? JSONTree(parsing: bytes), whole["kind"] == .string("snapshot") { return whole }
        for line in bytes.split(separator: UInt8(ascii: "\n")).reversed() {
            if let tree = try? JSONTree(parsing: line), tree["kind"] == .string("snapshot") { return tree }
        }
        throw CommandFailure(message: "\(path) holds no snapshot of meshtop, neither as JSON nor as a journal", exit: 2)
    }

    private static func snapshot(ofJournal bytes: [UInt8], _ path: String, _ context: Context) throws(CommandFailure)
        -> JSONTree
    {
        var parser = JournalParser()
        var mesh = Mesh()
        parser.feed(bytes[...])
        do throws(JournalError) {
            while let observation = try parser.next() { _ = mesh.apply(observation) }
            try parser.finish()
        } catch {
            // What was read until then is still worth comparing.
            context.say("\(path) \(error.message)")
            guard parser.count > 0 else { throw CommandFailure(message: "\(path) cannot be compared", exit: 2) }
        }
        _ = mesh.apply(Observation(at: mesh.now, source: nil, .refresh))
        do {
            return try JSONTree(parsing: SnapshotDocument.json(mesh.snapshot(), sequence: 1))
        } catch {
            throw CommandFailure(message: "\(path): its snapshot cannot be read back (\(error.message))", exit: 2)
        }
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
