import Configuration
import Fold
import Model
import Views

/// `meshtop explain THING`: the observations behind what is shown.
enum ExplainCommand {
    static func run(_ context: Context) throws(CommandFailure) -> Int32 {
        var shot = try OneShot(context)
        if case .signal(let number) = shot.end { return 128 + number }
        let explainer = Explainer(snapshot: shot.session.mesh.snapshot(), history: shot.history)
        let thing = context.settings.arguments.first ?? ""
        let found = explainer.explanations(of: thing)
        let exit: Int32 = found.isEmpty ? 1 : 0
        shot.finish(exit: exit, context)
        guard !found.isEmpty else {
            if !shot.hasAnswer { SnapshotCommand.sayNothingAnswered(explainer.snapshot, context) }
            sayUnknown(thing, explainer, context)
            return exit
        }
        let isJSON = context.settings[.output] == .json
        return try context.out.write(isJSON ? json(found) : Array(text(found).utf8)).exit(or: exit)
    }

    private static func sayUnknown(_ thing: String, _ explainer: Explainer, _ context: Context) {
        let names = explainer.knownNames
        let hint = Suggestion.nearest(to: thing, among: names).map { "; did you mean \($0)?" } ?? ""
        context.say("nothing here is called '\(thing.printable)'\(hint)")
        for name in names.prefix(20) { context.errors.write("  \(name.printable)\n") }
        if names.count > 20 { context.errors.write("  and \(names.count - 20) more\n") }
    }

    private static func text(_ explanations: [Explanation]) -> String {
        explanations.map { explanation in
            var lines = [explanation.thing] + explanation.facts.map { "  \($0)" }
            lines += ["", "  How this follows:"] + explanation.rules.map { "    \($0)" }
            lines += ["", "  Observed:"] + explanation.evidence.map { "    \($0.at)  \($0.source)  \($0.text)" }
            return lines.map { "\($0)\n" }.joined()
        }.joined(separator: "\n").printableLines
    }

    private static func json(_ explanations: [Explanation]) -> [UInt8] {
        var writer = JSONWriter()
        writer.array(explanations) { writer, explanation in
            writer.object { $0.explanation(explanation) }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

extension JSONWriter {
    fileprivate mutating func explanation(_ explanation: Explanation) {
        name("thing")
        string(explanation.thing)
        name("facts")
        array(explanation.facts) { $0.string($1) }
        name("rules")
        array(explanation.rules) { $0.string($1) }
        name("evidence")
        array(explanation.evidence) { writer, evidence in
            writer.object { writer in
                writer.name("ts")
                writer.time(evidence.at)
                writer.name("source")
                writer.string(evidence.source)
                writer.name("text")
                writer.string(evidence.text)
            }
        }
    }
}
