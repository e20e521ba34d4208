// SPDX-License-Identifier: Apache-2.0
import Model

/// What split brain resolvers decided, and whom they down.
enum SBRDecisionRule: ClusterRule {
    static func candidates(in scene: Scene) -> [Candidate] {
        let facts = scene.ledger.lines.all(.decided).filter { fact in
            scene.now - fact.last.at < .seconds(60) && isOfCluster(fact, scene)
        }
        guard let first = facts.min(by: { ($0.first.at, $0.first.observation) < ($1.first.at, $1.first.observation) }),
            let observer = first.observer, case .downing(.decided(let decision, let downsSelf)) = first.line.kind
        else { return [] }
        let downed = Set(facts.flatMap { LineText.downed(in: $0.line) }).sorted()
        // An empty list is no downing.
        guard !downed.isEmpty || downsSelf else { return [] }
        let subjects = downed.isEmpty ? [observer] : downed
        var found = Candidate(
            .sbrDecision, in: scene.id, severity: .degraded, isConfirmed: true,
            title: "\(observer.hostPort) decided \(decision): \(subjects.named) downed",
            subjects: subjects.texts, since: first.first.at, evidence: facts.prefix(4).map { $0.first.evidence() },
            next: "nothing: it is what the strategy does; see what made them unreachable")
        found.impacts = scene.impacts(losing: subjects)
        return [found]
    }

    private static func isOfCluster(_ fact: LineFact, _ scene: Scene) -> Bool {
        fact.observer.map { observer in scene.cluster.members.contains { $0.node.address == observer } } ?? false
    }
}
