// SPDX-License-Identifier: Apache-2.0
import Model

/// Who keeps the leader from acting, for the rules about members that neither come in nor go out.
enum Blocked {
    /// Joining and leaving take a second or two; with an unreachable member in the way they take for ever.
    static let after = Duration.seconds(7)

    /// The members that keep the leader from acting: unreachable, and not downed.
    static func blockers(_ scene: Scene) -> [Address] {
        scene.lostBy.keys.filter { scene.members[$0].map { $0.status != .down && $0.status != .removed } ?? false }
            .sorted()
    }

    static func evidence(_ scene: Scene, _ stuck: [MemberSnapshot], _ blockers: [Address]) -> [FindingEvidence] {
        let own = stuck.prefix(4).compactMap { scene.ledger.trails[$0.node.address]?.appeared?.evidence() }
        let left = stuck.prefix(4).compactMap { scene.ledger.trails[$0.node.address]?.left?.evidence() }
        return own + left + blockers.prefix(3).flatMap { scene.evidenceOfLoss($0, maximum: 2) }
            + scene.ledger.lines.all(.leaderBlocked).prefix(1).map { $0.last.evidence() }
    }
}
