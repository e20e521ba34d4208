// SPDX-License-Identifier: Apache-2.0
import Model

/// Nobody is left: the resolver, or who stopped the processes, has ended the whole cluster.
///
/// With logs the decision proves it. Without, that every endpoint has fallen silent after members were unreachable is a suspicion.
enum DownedEverythingRule: ClusterRule {
    private static let memory = Duration.seconds(90)

    static func candidates(in scene: Scene) -> [Candidate] {
        let decisions = scene.ledger.lines.all(.decided).filter { fact in
            guard let observer = fact.observer, scene.now - fact.last.at < memory,
                scene.cluster.members.contains(where: { $0.node.address == observer }),
                case .downing(.decided(let decision, let downsSelf)) = fact.line.kind
            else { return false }
            return decision == "DownAll" || downsSelf && decision != "DownSelfQuarantinedByRemote"
        }
        let unstable = scene.ledger.lines.all(.unstable).filter { scene.now - $0.last.at < memory }
        let survivors = scene.present.filter { isLeft($0, scene) }
        guard scene.memory.largest(in: scene.id) > 1, survivors.isEmpty else { return [] }
        let gone = scene.cluster.members.map(\.node.address).uniqued
        // Whoever left on its own is not missed.
        guard gone.contains(where: { scene.ledger.trails[$0]?.left == nil }) else { return [] }
        let hadTrouble = gone.contains { !scene.episodes.episodes($0, in: scene.id).isEmpty }
        let proof = (unstable + decisions).map { $0.last.evidence() }
        guard !proof.isEmpty || hadTrouble else { return [] }
        let downed = gone.compactMap { scene.ledger.trails[$0]?.downed?.evidence() }
        let silent = gone.compactMap { scene.voices[$0]?.failures?.failed?.evidence() }
        var found = Candidate(
            .downedEverything, in: scene.id, severity: .failure, isConfirmed: !proof.isEmpty || !downed.isEmpty,
            title:
                "no member is left: \(unstable.isEmpty ? "the resolver downed the rest" : "the resolver downed everything because reachability was unstable")",
            cause: proof.first?.text ?? "members were unreachable, then the last one ended too", subjects: gone.texts,
            since: (proof + downed + silent).map(\.at).min() ?? scene.now,
            evidence: Array((proof + downed + silent).prefix(8)),
            next:
                "start the processes again; then see whether the strategy suits the number of members, and what made them unreachable"
        )
        found.delay = .seconds(1)
        found.patience = .seconds(60)
        found.impacts = [FindingImpact(.capacity, [], "0 of \(scene.memory.largest(in: scene.id)) members left")]
        found.reach = Candidate.Reach([
            .sbrDecision, .membersMissing, .sourceFailing, .bootstrapBlocked, .viewsDisagree,
        ])
        return [found]
    }

    /// Whether anything says that the member is there and not downed.
    private static func isLeft(_ member: MemberSnapshot, _ scene: Scene) -> Bool {
        if member.status == .down || member.status == .removed { return false }
        if scene.ledger.trails[member.node.address]?.downed != nil { return false }
        switch scene.voice(member.node.address) {
        case .answers, .silent, .unusable, .unknown: return true
        case .refused, .broken: return false
        case .notAsked: return scene.lostBy[member.node.address] == nil
        }
    }
}
