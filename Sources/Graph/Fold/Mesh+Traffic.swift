import Model
import Traffic

/// What the fold keeps of the traffic.
struct TrafficState: Sendable {
    /// The newest answers of Prometheus.
    var telemetry: Telemetry?
    /// When they came.
    var observedAt: Timestamp?
    var maker = GraphMaker()
    /// The graph as of the last evaluation, with everything in it.
    var whole: ServiceGraph?
    /// What of it is shown.
    var graph: ServiceGraph?
    /// Which workload each member belongs to.
    var workloads: [UniqueAddress: WorkloadName] = [:]
    var trend = TrafficTrend()
}

extension Mesh {
    mutating func take(_ telemetry: Telemetry, _ reply: Reply, from id: SourceID) -> [MeshChange] {
        guard sources[id] != nil else { return [] }
        traffic.telemetry = telemetry
        traffic.observedAt = now
        dropped.samples = telemetry.vectors.reduce(0) { $0 + max(0, min($1.omitted, 1 << 32)) }
        return succeed(id, reply)
    }

    /// Makes the graph anew, if there are new answers, and puts the members on it as they are now.
    mutating func evaluateTraffic() {
        guard let telemetry = traffic.telemetry, let observedAt = traffic.observedAt else { return }
        let found = clusterSnapshots
        evaluated = found
        var graph = traffic.maker.graph(telemetry, observedAt: observedAt, options: options.graph, clusters: found)
        graph.attach(probeSnapshots(found))
        graph.keepTimes(of: traffic.whole, at: now)
        if let last = traffic.whole { graph.remember(last, at: now) }
        traffic.whole = graph
        traffic.trend.take(graph)
        graph.apply(options.graph, clusters: found, now: now)
        traffic.graph = graph
        traffic.workloads = [:]
        for cluster in found {
            for member in cluster.members { traffic.workloads[member.node] = traffic.maker.workload(of: member) }
        }
    }

    /// How well the workloads are asked and answered on which members run, as the worst of them; `nil` if none is known to, or if what is known
    /// is not of the present. Each member's health, and its cluster's, is that of membership alone.
    var trafficHealthOfMembers: Health? {
        guard let graph = currentGraph(traffic.whole), graph.freshness <= .late,
            graph.observedAt - graph.at <= Self.presentAge
        else { return nil }
        let nodes = graph.nodes.filter { $0.kind != .cluster && !$0.members.isEmpty && $0.traffic.level > .unknown }
        guard !nodes.isEmpty else { return nil }
        return Health.worst(of: nodes.map { (name: "traffic of \($0.nameWithVersion):", health: $0.traffic) })
    }

    /// Answers are of the present if they were evaluated for a moment no longer ago; clocks of two machines differ.
    private static let presentAge = Duration.seconds(300)

    /// The graph with its age.
    var currentGraph: ServiceGraph? { currentGraph(traffic.graph) }

    private func currentGraph(_ graph: ServiceGraph?) -> ServiceGraph? {
        guard var graph, let interval = traffic.telemetry?.interval else { return nil }
        graph.freshness = Freshness(observedAt: graph.observedAt, now: now, interval: interval)
        return graph
    }
}

extension ServiceGraph {
    /// How well the traffic is as a whole, where there are no clusters to speak of: as the worst of its edges.
    var health: Health {
        guard !edges.isEmpty else {
            return Health(level: .unknown, reasons: ["no cluster is looked at, and no traffic"])
        }
        return Health.worst(
            of: edges.map { (name: "\(nodes[$0.source].name) to \(nodes[$0.target].name):", health: $0.health) })
    }
}
