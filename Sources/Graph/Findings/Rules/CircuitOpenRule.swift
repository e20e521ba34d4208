// SPDX-License-Identifier: Apache-2.0
import Model

/// Requests that Envoy does not send because a limit is reached, or because it has thrown out the pods that would answer: with the limits.
enum CircuitOpenRule: MeshRule {
    private static let kinds: Set<TrafficSign.Kind> = [.circuitOpen, .outlierEjected]

    static func candidates(in scene: MeshScene) -> [Candidate] {
        guard let traffic = MeshTrafficScene(scene) else { return [] }
        return traffic.graph.edges.compactMap { edge in
            edge.signs.first { kinds.contains($0.kind) }.flatMap { candidate(edge, $0, traffic) }
        }
    }

    private static func candidate(_ edge: TrafficEdge, _ sign: TrafficSign, _ traffic: MeshTrafficScene) -> Candidate? {
        let limits = traffic.policy(traffic.graph.nodes[edge.target])?.limits
        let isPool = sign.kind == .circuitOpen
        let words = limits.map { isPool ? $0.pool : $0.ejection } ?? ""
        let share = sign.percent.map { " (\($0.percentText) of the requests)" } ?? ""
        let said = limits.map { words.isEmpty ? "" : ": \($0.object.text) sets \(words)" } ?? ""
        return traffic.candidate(
            .circuitOpen, about: traffic.graph.id(of: edge), severity: .degraded,
            isPool
                ? "\(traffic.name(edge)): requests are not sent, a limit of the connection pool is reached\(share)\(said)"
                : "\(traffic.name(edge)): pods are thrown out as outliers\(share)\(said)",
            cause: words.isEmpty ? "no destination rule that was read sets a limit: Envoy's own defaults hold" : nil,
            [traffic.evidence("\(traffic.name(edge)): \(sign.kind.words) (\(sign.evidence.joined(separator: ", ")))")]
                + traffic.evidence(limits?.object, "\(limits?.object.text ?? "") sets \(words)"),
            next: isPool
                ? "see why connections stay busy (slow answers), or raise the limit"
                : "see why these pods answer with 5xx; they come back by themselves after a while")
    }
}
