/// An edge whose traffic has ended: in an incident it matters more than those that are left.
package struct GoneEdge: Hashable, Sendable {
    /// So long it is remembered.
    static let memory = Duration.seconds(900)
    /// So many are.
    static let most = 500

    /// The id that the edge had.
    package var id: String
    /// The ids of its nodes, which may be gone too.
    package var source: String
    package var target: String
    package var `protocol`: TrafficProtocol
    /// What it carried last.
    package var rates: EdgeRates
    /// For which moment Prometheus told so.
    package var until: Timestamp
}

extension ServiceGraph {
    /// Takes over what was known of the past.
    ///
    /// - Parameters:
    ///   - last: The graph before; with the same answers its edges are not looked at.
    ///   - now: The present moment.
    mutating func remember(_ last: ServiceGraph, at now: Timestamp) {
        gone = last.gone.filter { now - $0.until <= GoneEdge.memory }
        guard last.at != at else { return }
        var present: Set<String> = []
        for edge in edges where edge.rates.total > 0 { present.insert(id(of: edge)) }
        gone.removeAll { present.contains($0.id) }
        var ended: [GoneEdge] = []
        for edge in last.edges where edge.rates.total > 0 {
            let id = last.id(of: edge)
            guard !present.contains(id) else { continue }
            let (source, target) = (last.nodes[edge.source].id, last.nodes[edge.target].id)
            ended.append(
                GoneEdge(
                    id: id, source: source, target: target, protocol: edge.protocol, rates: edge.rates, until: last.at))
        }
        gone = Array((ended + gone).prefix(GoneEdge.most))
    }
}
