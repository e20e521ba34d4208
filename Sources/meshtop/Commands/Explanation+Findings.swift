// SPDX-License-Identifier: Apache-2.0
import Model
import Views

/// Findings and single observations in the form of `explain`.
extension Explainer {
    /// The causes of what is wrong, the worst first; one that says so if nothing is.
    var openFindings: [Explanation] {
        let open = snapshot.findings.filter { $0.isOpen && $0.severity > .info }
        let roots = open.filter { finding in
            !open.contains { $0.id == finding.explainedBy }
        }.sorted { ($1.severity, $0.since, $0.id) < ($0.severity, $1.since, $1.id) }
        guard roots.isEmpty else { return roots.map { Self.explanation(of: $0, snapshot) } }
        var nothing = Explanation(thing: "no finding is open at \(snapshot.at)")
        nothing.facts = ["health \(snapshot.health.level.rawValue)"] + snapshot.health.reasons
        return [nothing]
    }

    /// A finding with its proof.
    static func explanation(of finding: Finding, _ snapshot: MeshSnapshot) -> Explanation {
        var result = Explanation(thing: "finding \(finding.id) \(finding.rule.rawValue): \(finding.title)")
        let until = finding.until.map { " until \($0)" } ?? ""
        result.facts = [
            "\(finding.severity.rawValue), \(finding.confidence.rawValue), since \(finding.since)\(until)"
                + (finding.count > 1 ? ", \(finding.count) times" : "")
        ]
        if let cause = finding.cause { result.facts.append("cause: \(cause)") }
        result.facts += finding.impacts.map { "impact: \($0.text)" }
        if let root = snapshot.findings.first(where: { $0.id == finding.explainedBy }) {
            result.facts.append("explained by \(root.id): \(root.title)")
        }
        let effects = finding.explains.compactMap { id in snapshot.findings.first { $0.id == id } }
        result.facts += effects.map { "explains \($0.id) \($0.rule.rawValue): \($0.title)" }
        result.facts.append("next: \(finding.next)")
        result.facts += finding.commands.map { "run: \($0)" }
        result.rules = finding.alternatives.map { "not \($0.rule.rawValue): \($0.against)" }
        result.evidence = finding.evidence.map { evidence in
            Explanation.Evidence(
                at: evidence.at, source: evidence.source.description,
                text: "observation \(evidence.observation): \(evidence.text)")
        }
        return result
    }

    /// One observation in words.
    static func explanation(of observation: Observation, number: Int) -> Explanation {
        var result = Explanation(thing: "observation \(number)")
        result.evidence = [
            Explanation.Evidence(
                at: observation.at, source: observation.source?.description ?? "meshtop",
                text: text(of: observation.payload))
        ]
        return result
    }
}
