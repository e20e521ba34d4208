// SPDX-License-Identifier: Apache-2.0
import Model

/// Retries on retries: along a path on which each hop tries again, one failing request becomes many.
enum RetryAmplificationRule: MeshRule {
    /// From this part of failing requests on retries are made in earnest, in percent.
    static let minimumFailures = 5.0

    static func candidates(in scene: MeshScene) -> [Candidate] {
        guard let traffic = MeshTrafficScene(scene) else { return [] }
        let graph = traffic.graph
        var incoming: [Int: [Int]] = [:]
        for (index, edge) in graph.edges.enumerated() where edge.protocol != .tcp {
            incoming[edge.target, default: []].append(index)
        }
        return graph.edges.compactMap { last in
            guard last.protocol != .tcp, last.rates.total > 0, let own = retries(last, traffic),
                last.rates.failures / last.rates.total * 100 >= minimumFailures
            else { return nil }
            let before = (incoming[last.source] ?? []).map { graph.edges[$0] }.filter { $0.source != last.target }
            let outer = before.compactMap { edge in retries(edge, traffic).map { (edge, $0) } }
            guard let (first, above) = outer.max(by: { $0.1.attempts < $1.1.attempts }), first.rates.total > 0 else {
                return nil
            }
            return candidate(first, above, last, own, traffic)
        }
    }

    private static func retries(_ edge: TrafficEdge, _ traffic: MeshTrafficScene) -> ServicePolicy.Retries? {
        traffic.policy(traffic.graph.nodes[edge.target])?.retries
    }

    private static func candidate(
        _ first: TrafficEdge, _ above: ServicePolicy.Retries, _ last: TrafficEdge, _ own: ServicePolicy.Retries,
        _ traffic: MeshTrafficScene
    ) -> Candidate? {
        let most = (1 + above.attempts) * (1 + own.attempts)
        let factor = last.rates.total / first.rates.total
        // The rates have to show it: more goes out than comes in.
        guard factor > 1.2 else { return nil }
        let graph = traffic.graph
        let failing = (last.rates.failures / last.rates.total * 100).percentText
        let shown = Double(Int(factor * 10)) / 10
        return traffic.candidate(
            .retryAmplification, about: graph.id(of: last), severity: .degraded,
            "\(traffic.name(last)): \(shown) times the requests of \(traffic.name(first)), \(failing) of which fail; each hop tries again, up to \(most) for one",
            cause:
                "\(above.object.text) \(above.path) tries \(above.attempts) times more, \(own.object.text) \(own.path) \(own.attempts) times",
            [
                traffic.evidence(
                    "\(traffic.name(first)): \(first.rates.total.rateText); \(traffic.name(last)): \(last.rates.total.rateText)"
                )
            ]
                + traffic.evidence(above.object, "\(above.attempts) more attempts")
                + traffic.evidence(own.object, "\(own.attempts) more attempts"),
            next: "let one hop of the path try again, the one nearest to the failure")
    }
}

extension Double {
    /// `12.3 rps`.
    fileprivate var rateText: String { "\((self * 10).rounded() / 10) rps" }
}
