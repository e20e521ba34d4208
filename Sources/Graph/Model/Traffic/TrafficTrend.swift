/// How the traffic went lately: a point for each answer of Prometheus.
package struct TrafficTrend: Hashable, Sendable {
    /// So many points are kept.
    package static let length = 60
    /// In graphs with more edges only the sum is kept.
    static let mostEdges = 1000

    /// Values per second, the oldest first; the last ones belong to the last of ``TrafficTrend/times``.
    package struct Line: Hashable, Sendable {
        /// Requests; bytes of TCP.
        package internal(set) var rates: [Float] = []
        /// Of them those that are errors.
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

    /// For which moments Prometheus evaluated.
    package private(set) var times: [Timestamp] = []
    /// All requests, and those of them that a server failed at.
    package private(set) var all = Line()
    /// By the ids of the edges that are there now; an edge that was away starts anew.
    package private(set) var edges: [String: Line] = [:]

    package init() {}

    /// Adds a point, unless the graph is of the same answers as the last one.
    package mutating func add(_ graph: ServiceGraph) {
        guard times.last != graph.at else { return }
        // A clock or a question that goes back begins another story.
        if let last = times.last, graph.at < last { self = TrafficTrend() }
        if times.count >= Self.length { times.removeFirst() }
        times.append(graph.at)
        let totals = graph.totals
        all.append(totals.requests, errors: totals.failures)
        var next: [String: Line] = [:]
        if graph.edges.count <= Self.mostEdges {
            for edge in graph.edges {
                let id = graph.id(of: edge)
                next[id] = edges.removeValue(forKey: id) ?? Line()
                next[id]?.append(edge.rates.total, errors: edge.rates.errors)
            }
        }
        edges = next
    }
}
