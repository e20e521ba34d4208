// SPDX-License-Identifier: Apache-2.0
import Model

/// A port of members is captured inbound and takes mTLS only: what members send past their own proxies is refused there.
enum StrictBlocksRemotingRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        PolicyGroup.all(scene).compactMap { candidate($0, scene) }
    }

    private static func candidate(_ group: PolicyGroup, _ scene: MeshScene) -> Candidate? {
        let blocked = group.rows.filter {
            $0.direction == .inbound && $0.mutualTLS == .strict
                && ($0.live == .captured && $0.sidecar.isBeside
                    || $0.pod == nil && $0.template == .captured && $0.advice != nil)
        }
        guard let first = blocked.first, let object = group.object, let policy = first.decidedBy else { return nil }
        let evidence = [
            scene.ledger.objects.evidence(policy, "\(policy.text) takes mTLS only"),
            scene.ledger.objects.evidence(
                object, "\(object.text) leaves \(SidecarBypassRule.ways(blocked)) to the sidecar"),
        ].compactMap { $0 }
        guard let since = evidence.map(\.at).max() else { return nil }
        let isPlain = group.rows.contains { row in
            row.direction == .outbound && (row.live == .bypassed || row.pod == nil && row.template == .bypassed)
                && blocked.contains { $0.port == row.port }
        }
        let signs = group.signs(scene)
        var found = Candidate(
            .strictBlocksRemoting, in: group.cluster ?? "", about: object.text, severity: .degraded,
            isConfirmed: isPlain || !signs.isEmpty,
            title:
                "\(object.text): \(SidecarBypassRule.ways(blocked)) is captured, and \(policy.text) refuses plain text there",
            cause: isPlain
                ? "members send past their own sidecars, in plain text, which the sidecar of the receiver resets"
                : "members that are not known to the caller's sidecar are called in plain text, which the sidecar of the receiver resets",
            subjects: group.members.isEmpty ? [object.text] : group.members, since: since,
            evidence: evidence + signs.prefix(4),
            next: first.advice.map {
                "add to the pod template: \($0); or make these ports PERMISSIVE in portLevelMtls of \(policy.text)"
            }
                ?? "restart its pods, or make these ports PERMISSIVE in portLevelMtls of \(policy.text)")
        found.reach = Candidate.Reach(
            [
                .tlsHandshake, .handshakeTimeout, .bootstrapBlocked, .joiningStuck, .twoClusters,
                .asymmetricReachability,
                .gateFlapping, .asymmetricGating, .sourceFailing, .membersMissing,
            ])
        return found
    }
}
