// SPDX-License-Identifier: Apache-2.0
import Model

/// Fewer members than expected: what is left of an incident when all is green again.
enum MembersMissingRule: ClusterRule {
    static func candidates(in scene: Scene) -> [Candidate] { [missing(scene)].compactMap { $0 } }

    private static func missing(_ scene: Scene) -> Candidate? {
        guard let absence = scene.memory.absence(in: scene.id) else { return nil }
        let isGraceful = absence.missing.isEmpty ? false : absence.missing.allSatisfy(\.isGraceful)
        let names = absence.missing.map(\.address)
        let up = scene.up.count
        var found = Candidate(
            .membersMissing, in: scene.id, severity: isGraceful ? .info : .degraded, isConfirmed: true,
            title:
                "\(up) of \(absence.expected.count) expected members are Up\(names.isEmpty ? "" : ": \(names.named) has not come back")",
            cause: isGraceful ? "they left gracefully" : nil, subjects: names.texts, since: absence.since,
            evidence: absence.missing.prefix(6).compactMap(\.evidence),
            next: isGraceful
                ? "nothing, or say how many are expected with --expect-members"
                : "start what is missing, or say how many are expected with --expect-members")
        // What the user expects and was never there is missing at once; what has gone may be about to come back.
        found.delay = absence.expected.origin == .option && names.isEmpty ? .zero : .seconds(60)
        found.patience = .zero
        found.impacts = [FindingImpact(.capacity, [], "\(up) of \(absence.expected.count) members left")]
        if found.evidence.isEmpty,
            let answer = scene.up.lazy.compactMap({ scene.voices[$0.node.address]?.lastAnswer }).first
        {
            found.evidence = [answer.evidence("\(up.of("member")) Up")]
        }
        return found
    }
}
