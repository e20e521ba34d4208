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
    package mutating func take(_ graph: ServiceGraph) {
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

/// What all services together do.
package struct TrafficTotals: Hashable, Sendable {
    /// Requests per second; of services put between others each counts once.
    package var requests = 0.0
    /// Answers that are failures of a server: 5xx, errors of gRPC, none at all.
    package var failures = 0.0
    /// Bytes of TCP per second.
    package var bytes = 0.0
}

extension ServiceGraph {
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
}

extension EdgeRates {
    /// What servers fail to do, without what clients ask wrongly.
    package var failures: Double { serverErrors + grpcErrors + noResponse }
}
