// SPDX-License-Identifier: Apache-2.0
/// The service graph at one moment: services, the traffic between them, and how well it goes. It is Kiali's graph
/// (`graph/telemetry/istio/istio.go`) with members of clusters on it.
package struct ServiceGraph: Hashable, Sendable {
    /// What nodes stand for.
    package var type: GraphType
    /// The time over which rates are taken.
    package var window: Duration
    /// The moment for which Prometheus evaluated.
    package var at: Timestamp
    /// When the answers of Prometheus arrived.
    package var observedAt: Timestamp
    /// How old the answers are.
    package var freshness = Freshness.fresh
    /// What bounds left out.
    package var omitted = Omitted()
    /// Traffic that has ended lately.
    package var ended = EndedTraffic()
    /// Sorted by id.
    package var nodes: [TrafficNode] = []
    /// Sorted by the ids of source and target, then protocol.
    package var edges: [TrafficEdge] = []
    /// What is missing or doubtful in the answers, in sentences.
    package var notes: [String] = []

    /// Numbers of elements that are not in a graph.
    package struct Omitted: Hashable, Sendable {
        /// Nodes.
        package var nodes = 0
        /// Edges.
        package var edges = 0
        /// Series beyond the bound of an answer.
        package var series = 0

        /// Nothing.
        package init() {}
    }

    /// An empty graph.
    ///
    /// - Parameters:
    ///   - type: what nodes stand for.
    ///   - window: the time over which rates are taken.
    ///   - at: the moment for which Prometheus evaluated.
    ///   - observedAt: when the answers arrived.
    package init(type: GraphType, window: Duration, at: Timestamp, observedAt: Timestamp) {
        self.type = type
        self.window = window
        self.at = at
        self.observedAt = observedAt
    }

    /// Finds a node.
    ///
    /// - Parameter id: its id.
    /// - Returns: its index in ``nodes``; `nil` if there is no such node.
    /// - Complexity: O(log n) in the number of nodes.
    package func index(of id: String) -> Int? {
        var (low, high) = (0, nodes.count)
        while low < high {
            let middle = (low + high) / 2
            if nodes[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low < nodes.count && nodes[low].id == id ? low : nil
    }

    /// The id of an edge: `SOURCE|TARGET|PROTOCOL`.
    package func id(of edge: TrafficEdge) -> String {
        "\(nodes[edge.source].id)|\(nodes[edge.target].id)|\(edge.protocol.name)"
    }

    /// Adds nodes that no edge leads to, and keeps the order of ids.
    ///
    /// - Parameter added: nodes with ids that are not in the graph.
    /// - Returns: the new index of each node: first of those that were there, then of those that were added.
    @discardableResult
    package mutating func insert(_ added: [TrafficNode]) -> [Int] {
        let order = (nodes + added).enumerated().sorted { $0.element.id < $1.element.id }
        var places = [Int](repeating: 0, count: order.count)
        for (place, old) in order.enumerated() { places[old.offset] = place }
        nodes = order.map(\.element)
        for edge in edges.indices {
            edges[edge].source = places[edges[edge].source]
            edges[edge].target = places[edges[edge].target]
        }
        return places
    }

    /// The traffic of all services together.
    package var totals: TrafficTotals {
        var totals = TrafficTotals()
        for edge in edges {
            if edge.protocol == .tcp {
                totals.bytes += edge.rates.total
            } else if type == .service || !nodes[edge.target].flags.contains(.isInjected) {
                totals.requests += edge.rates.total
                totals.failures += edge.rates.failures
            }
        }
        return totals
    }

    /// Ranks nodes as Kiali does: a node's score is its part of all edges; 1 is the rank of the highest score, equal scores share a rank, and
    /// none is beyond 100.
    ///
    /// - Parameter rank: the edges that count.
    /// - Returns: the rank of each node, in their order.
    package func ranks(by rank: GraphRank) -> [Int] {
        var counts = [Int](repeating: 0, count: nodes.count)
        for edge in edges {
            if rank != .inbound { counts[edge.source] += 1 }
            if rank != .outbound { counts[edge.target] += 1 }
        }
        // All scores have the same divisor, so counts order as they do.
        var ranks: [Int: Int] = [:]
        for (place, count) in Set(counts).sorted(by: >).enumerated() { ranks[count] = Swift.min(place + 1, 100) }
        return counts.map { ranks[$0] ?? 100 }
    }
}
