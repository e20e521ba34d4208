// SPDX-License-Identifier: Apache-2.0
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
        let thing = context.explainedThing ?? ""
        if let number = context.settings[.observation] { return try observation(number, &shot, context) }
        let found = thing.isEmpty ? explainer.openFindings : explainer.explanations(of: thing)
        let exit: Int32 = found.isEmpty ? 1 : 0
        shot.finish(exit: exit, context)
        guard !found.isEmpty else {
            if !shot.hasAnswer { SnapshotCommand.sayNothingAnswered(explainer.snapshot, context) }
            sayUnknown(thing, explainer, context)
            return exit
        }
        let isJSON = context.settings[.output] == .json
        return try context.out.write(isJSON ? JSONWriter.line(found) : Array(text(found).utf8)).exit(or: exit)
    }

    private static func observation(
        _ number: Int, _ shot: inout OneShot, _ context: Context
    ) throws(CommandFailure) -> Int32 {
        let exit: Int32 = shot.asked == nil ? 1 : 0
        shot.finish(exit: exit, context)
        guard let observation = shot.asked else {
            context.say("there is no observation \(number); the last one is \(shot.session.mesh.observationCount)")
            return exit
        }
        let found = [Explainer.explanation(of: observation, number: number)]
        let isJSON = context.settings[.output] == .json
        return try context.out.write(isJSON ? JSONWriter.line(found) : Array(text(found).utf8)).exit(or: exit)
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
            if !explanation.rules.isEmpty {
                lines += ["", "  How this follows:"] + explanation.rules.map { "    \($0)" }
            }
            if explanation.evidence.isEmpty { return lines.map { "\($0)\n" }.joined() }
            lines += ["", "  Observed:"] + explanation.evidence.map { "    \($0.at)  \($0.source)  \($0.text)" }
            return lines.map { "\($0)\n" }.joined()
        }.joined(separator: "\n").printableLines
    }

}

extension Explanation: JSONObject {
    func fields(_ json: inout JSONWriter) {
        json.field("thing", thing)
        json.field("facts", facts)
        json.field("rules", rules)
        json.field("evidence", evidence)
    }
}

extension Explanation.Evidence: JSONObject {
    func fields(_ json: inout JSONWriter) {
        json.field("ts", at)
        json.field("source", source)
        json.field("text", text)
    }
}
