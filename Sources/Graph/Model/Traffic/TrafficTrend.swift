// SPDX-License-Identifier: Apache-2.0
/// The traffic of the last quarter of an hour: a point for each answer of Prometheus.
package struct TrafficTrend: Hashable, Sendable {
    /// Maximum number of points.
    package static let length = 60
    /// Maximum number of edges that have a line each; of a larger graph only the sum is kept.
    static let edgeLimit = 1_000

    /// Values per second, the oldest first; the last ones belong to the last of ``TrafficTrend/times``.
    package struct Line: Hashable, Sendable {
        /// Requests; bytes of TCP.
        package internal(set) var rates: [Float] = []
        /// The errors among them.
        package internal(set) var errors: [Float] = []

        mutating func append(_ rate: Double, errors bad: Double) {
            if rates.count >= TrafficTrend.length {
                rates.removeFirst()
                errors.removeFirst()
            }
            rates.append(Float(rate))
            errors.append(Float(bad))
        }
    }

    /// The moments for which Prometheus evaluated.
    package private(set) var times: [Timestamp] = []
    /// All requests, and the failures of servers among them.
    package private(set) var all = Line()
    /// By the ids of the edges that are there now; the line of an edge that comes back starts again.
    package private(set) var edges: [String: Line] = [:]

    /// No points.
    package init() {}

    /// Adds a point, unless the graph is of the same answers as the last one.
    package mutating func add(_ graph: ServiceGraph) {
        guard times.last != graph.at else { return }
        // After a clock or a question that goes back, older points would be misleading.
        if let last = times.last, graph.at < last { self = TrafficTrend() }
        if times.count >= Self.length { times.removeFirst() }
        times.append(graph.at)
        let totals = graph.totals
        all.append(totals.requests, errors: totals.failures)
        var next: [String: Line] = [:]
        if graph.edges.count <= Self.edgeLimit {
            for edge in graph.edges {
                let id = graph.id(of: edge)
                next[id] = edges.removeValue(forKey: id) ?? Line()
                next[id]?.append(edge.rates.total, errors: edge.rates.errors)
            }
        }
        edges = next
    }
}
