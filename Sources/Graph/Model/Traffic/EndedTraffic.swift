// SPDX-License-Identifier: Apache-2.0
/// Traffic that has ended lately: in an incident it matters more than what is left.
package struct EndedTraffic: Hashable, Sendable {
    /// How long an ended edge is kept.
    package static let retention = Duration.seconds(900)
    /// Maximum number of ended edges.
    package static let limit = 500

    /// Edges that had traffic and have none any longer, the newest first.
    package var edges: [EndedEdge] = []
    /// Their ends that have left the graph, as they were last; sorted by id.
    package var nodes: [TrafficNode] = []

    /// Nothing has ended.
    package init() {}
}

/// An edge whose traffic has ended.
package struct EndedEdge: Hashable, Sendable {
    /// The id that the edge had.
    package var id: String
    /// The id of its source, which may have left the graph too.
    package var source: String
    /// The id of its target, which may have left the graph too.
    package var target: String
    /// How the traffic travelled.
    package var `protocol`: TrafficProtocol
    /// The rates that it had last.
    package var rates: EdgeRates
    /// The last moment for which Prometheus reported it.
    package var until: Timestamp
}

/// What a graph keeps of the graph before it.
extension ServiceGraph {
    /// Adds the traffic that has ended since the graph before to what had ended before that.
    ///
    /// - Parameters:
    ///   - last: the graph before; if it is of the same answers, no edge has ended since.
    ///   - now: the present moment.
    package mutating func keepEnded(of last: ServiceGraph, at now: Timestamp) {
        ended.edges = last.ended.edges.filter { now - $0.until <= EndedTraffic.retention }
        if last.at != at { addEnded(of: last) }
        keepEndedNodes(of: last)
    }

    private mutating func addEnded(of last: ServiceGraph) {
        var present: Set<String> = []
        for edge in edges where edge.rates.total > 0 { present.insert(id(of: edge)) }
        ended.edges.removeAll { present.contains($0.id) }
        var new: [EndedEdge] = []
        for edge in last.edges where edge.rates.total > 0 {
            let id = last.id(of: edge)
            guard !present.contains(id) else { continue }
            new.append(
                EndedEdge(
                    id: id, source: last.nodes[edge.source].id, target: last.nodes[edge.target].id,
                    protocol: edge.protocol, rates: edge.rates, until: last.at))
        }
        ended.edges = Array((new + ended.edges).prefix(EndedTraffic.limit))
    }

    private mutating func keepEndedNodes(of last: ServiceGraph) {
        guard !ended.edges.isEmpty else { return ended.nodes = [] }
        let ends = Set(ended.edges.flatMap { [$0.source, $0.target] }).filter { index(of: $0) == nil }
        let known = last.ended.nodes.filter { ends.contains($0.id) && last.index(of: $0.id) == nil }
        ended.nodes = (known + last.nodes.filter { ends.contains($0.id) }).sorted { $0.id < $1.id }
    }

    /// Keeps since when nodes and edges have the health that they have.
    ///
    /// - Parameters:
    ///   - last: the graph before; without one all have it since now.
    ///   - now: the present moment.
    package mutating func keepTimes(of last: ServiceGraph?, at now: Timestamp) {
        let known = last?.healths ?? [:]
        func since(_ health: Health, _ id: String) -> Timestamp? {
            // Where it is not known since when, one more look does not show it either.
            guard let last = known[id], last.level == health.level else { return now }
            return last.since
        }
        setTimes(since)
    }

    /// Takes over what another graph of the same answers and type knows of the past.
    package mutating func takeHistory(of other: ServiceGraph) {
        ended = other.ended
        let known = other.healths
        setTimes { _, id in known[id]?.since }
    }

    private mutating func setTimes(_ since: (Health, String) -> Timestamp?) {
        for place in nodes.indices { nodes[place].health.since = since(nodes[place].health, nodes[place].id) }
        for place in edges.indices where edges[place].health.level > .healthy {
            edges[place].health.since = since(edges[place].health, id(of: edges[place]))
        }
    }

    /// The health of all nodes, and of edges that are not well, by id.
    private var healths: [String: Health] {
        var healths: [String: Health] = [:]
        for node in nodes { healths[node.id] = node.health }
        for edge in edges where edge.health.level > .healthy { healths[id(of: edge)] = edge.health }
        return healths
    }
}
