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
    package mutating func remember(_ last: ServiceGraph, at now: Timestamp) {
        gone = last.gone.filter { now - $0.until <= GoneEdge.memory }
        defer { rememberNodes(last) }
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

    private mutating func rememberNodes(_ last: ServiceGraph) {
        guard !gone.isEmpty else { return goneNodes = [] }
        let ends = Set(gone.flatMap { [$0.source, $0.target] }).filter { index(of: $0) == nil }
        let known = last.goneNodes.filter { ends.contains($0.id) && last.index(of: $0.id) == nil }
        goneNodes = (known + last.nodes.filter { ends.contains($0.id) }).sorted { $0.id < $1.id }
    }

    /// The graph with what has ended in its old place again, for a picture from which nothing is to vanish: without rates, without health,
    /// and named in ``ended`` and ``endedNodes``.
    ///
    /// - Returns: The same graph if nothing has ended.
    package func withGone() -> ServiceGraph {
        guard !gone.isEmpty else { return self }
        var whole = self
        let ghosts = goneNodes.map(\.asGone)
        let order = (nodes + ghosts).enumerated().sorted { $0.element.id < $1.element.id }
        whole.nodes = order.map(\.element)
        var places = [Int](repeating: 0, count: order.count)
        for (place, entry) in order.enumerated() { places[entry.offset] = place }
        whole.edges = edges.map { edge in
            var edge = edge
            (edge.source, edge.target) = (places[edge.source], places[edge.target])
            return edge
        }
        whole.found?.nodes = Set(found?.nodes.map { places[$0] } ?? [])
        whole.endEdges()
        for place in ghosts.indices.map({ places[nodes.count + $0] }) {
            let id = whole.nodes[place].id
            whole.endedNodes[place] = gone.filter { $0.source == id || $0.target == id }.map(\.until).max() ?? at
        }
        return whole
    }

    private mutating func endEdges() {
        var known: [String: Int] = [:]
        for (place, edge) in edges.enumerated() where edge.rates.total <= 0 { known[id(of: edge)] = place }
        for edge in gone {
            if let place = known[edge.id] {
                ended[place] = edge
                continue
            }
            guard let source = index(of: edge.source), let target = index(of: edge.target) else { continue }
            ended[edges.count] = edge
            edges.append(TrafficEdge(source: source, target: target, protocol: edge.protocol))
        }
    }

    /// Keeps since when nodes and edges are as well as they are.
    ///
    /// - Parameters:
    ///   - last: The graph before; without one everything is so since now.
    ///   - now: The present moment.
    package mutating func keepTimes(of last: ServiceGraph?, at now: Timestamp) {
        var known: [String: Health] = [:]
        if let last {
            for node in last.nodes { known[node.id] = node.health }
            for edge in last.edges where edge.health.level > .healthy { known[last.id(of: edge)] = edge.health }
        }
        for place in nodes.indices { nodes[place].health.keepTime(of: known[nodes[place].id], at: now) }
        for place in edges.indices where edges[place].health.level > .healthy {
            edges[place].health.keepTime(of: known[id(of: edges[place])], at: now)
        }
    }
}

extension Health {
    fileprivate mutating func keepTime(of last: Health?, at now: Timestamp) {
        // Where it is not known since when, one more look does not tell either.
        if let last, last.level == level { since = last.since } else { since = now }
    }
}

extension TrafficNode {
    /// What is left of a node that is gone.
    fileprivate var asGone: TrafficNode {
        var node = self
        (node.rates, node.health, node.members) = (NodeRates(), Health(level: .unknown), [])
        node.flags.subtract([.isRoot, .isIdle])
        return node
    }
}
