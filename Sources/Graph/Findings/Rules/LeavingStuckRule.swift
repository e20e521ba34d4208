// SPDX-License-Identifier: Apache-2.0
import Model

/// Members that stay Leaving or Exiting, and who keeps them from going.
///
/// With management, or with logs. An unreachable member in the way confirms it.
enum LeavingStuckRule: ClusterRule {
    private static let leavingAfter = Duration.seconds(45)

    static func candidates(in scene: Scene) -> [Candidate] { [leaving(scene)].compactMap { $0 } }

    private static func leaving(_ scene: Scene) -> Candidate? {
        let stuck = scene.present.filter { $0.status == .leaving || $0.status == .exiting }
        guard !stuck.isEmpty else { return nil }
        let names = stuck.map(\.node.address)
        let blockers = Blocked.blockers(scene).filter { !names.contains($0) }
        let first = stuck.map { scene.ledger.trails[$0.node.address]?.left?.at ?? $0.since }.min() ?? scene.now
        var found = Candidate(
            .leavingStuck, in: scene.id, severity: .degraded, isConfirmed: !blockers.isEmpty,
            title: blockers.isEmpty
                ? "\(names.named) has been \(stuck[0].status.name) for \((scene.now - first).spoken)"
                : "\(names.named) cannot leave: \(blockers.named) is unreachable and blocks convergence",
            cause: blockers.isEmpty
                ? "it hangs in its shutdown, or the leader cannot act"
                : "the leader removes nobody while a member is unreachable and not downed",
            subjects: (names + blockers).texts, since: first, evidence: Blocked.evidence(scene, stuck, blockers),
            next: blockers.isEmpty
                ? "look at the phases of its coordinated shutdown; end its process if it hangs"
                : "when its process is dead for certain, down \(blockers[0].hostPort)")
        found.delay = blockers.isEmpty ? leavingAfter : Blocked.after
        found.reach = Candidate.Reach([.leaderCannotAct, .nodeLeaving], Set(names.texts))
        return found
    }
}
