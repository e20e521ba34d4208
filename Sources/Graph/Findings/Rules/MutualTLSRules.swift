// SPDX-License-Identifier: Apache-2.0
import Model

/// Part of the traffic of an edge is encrypted and part is not: some callers have no proxy, or go past it.
enum MutualTLSMixedRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        guard let traffic = MeshTrafficScene(scene) else { return [] }
        return traffic.graph.edges.compactMap { edge in
            guard let share = edge.mtls, share > 0.05, share < 99.95, edge.rates.total > 0 else { return nil }
            return traffic.candidate(
                .mtlsMixed, about: traffic.graph.id(of: edge), severity: .info,
                "\(traffic.name(edge)): \(share.percentText) of the traffic is encrypted by the mesh, the rest is plain",
                cause: nil, [traffic.evidence("\(traffic.name(edge)): \(share.percentText) with mTLS")],
                next:
                    "find the callers without a proxy: pods older than the label of their namespace, or traffic past it"
            )
        }
    }
}

/// What is asked of callers and what they do are two things.
enum MutualTLSOffPolicyRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        guard let traffic = MeshTrafficScene(scene) else { return [] }
        return traffic.graph.edges.compactMap { candidate($0, traffic) }
    }

    private static func candidate(_ edge: TrafficEdge, _ traffic: MeshTrafficScene) -> Candidate? {
        guard let share = edge.mtls, edge.rates.total > 0, let policy = traffic.policy(traffic.graph.nodes[edge.target])
        else {
            return nil
        }
        let said = policy.decidedBy.map { " (\($0.text))" } ?? ""
        let seen = traffic.evidence("\(traffic.name(edge)): \(share.percentText) with mTLS")
        switch policy.mutualTLS {
        case .strict where share < 99.95:
            return traffic.candidate(
                .mtlsOffPolicy, about: traffic.graph.id(of: edge), severity: .degraded,
                "\(traffic.name(edge)): mTLS is required\(said), and \((100 - share).percentText) of the traffic is plain",
                cause:
                    "a proxy that requires mTLS refuses the rest: this traffic goes past it, by a port that it does not take",
                [seen] + traffic.evidence(policy.decidedBy, "\(policy.decidedBy?.text ?? "") is STRICT"),
                next: "see the ways of its ports on screen 9, and which are left out of its sidecar")
        case .permissive where share < 0.05:
            return traffic.candidate(
                .mtlsOffPolicy, about: traffic.graph.id(of: edge), severity: .info,
                "\(traffic.name(edge)): mTLS is offered\(said), and no traffic uses it",
                cause: "the callers have no proxy",
                [seen] + traffic.evidence(policy.decidedBy, "\(policy.decidedBy?.text ?? "") is PERMISSIVE"),
                next: "put the callers into the mesh before anything requires mTLS here")
        default: return nil
        }
    }
}
