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
    var whole: ServiceGraph? { maker.whole }
    /// What of it is shown.
    var graph: ShownGraph?
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
        let sources = GraphSources(
            telemetry, observedAt: observedAt, clusters: found, probes: probeSnapshots(found), now: now)
        traffic.graph = traffic.maker.shownGraph(sources, options: options.graph, past: .last)
        if let whole = traffic.whole { traffic.trend.add(whole) }
        traffic.workloads = [:]
        for cluster in found {
            for member in cluster.members { traffic.workloads[member.node] = traffic.maker.workload(of: member) }
        }
    }

    /// How well the workloads are asked and answered on which members run, as the worst of them; `nil` if none is known to, or if what is known
    /// is not of the present. Each member's health, and its cluster's, is that of membership alone.
    var trafficHealthOfMembers: Health? {
        guard let graph = traffic.whole, let freshness = freshness(of: graph), freshness <= .late,
            graph.observedAt - graph.at <= Self.presentAge
        else { return nil }
        let nodes = graph.nodes.filter { $0.kind != .cluster && !$0.members.isEmpty && $0.traffic.level > .unknown }
        guard !nodes.isEmpty else { return nil }
        return Health.worst(of: nodes.map { (name: "traffic of \($0.nameWithVersion):", health: $0.traffic) })
    }

    /// Answers are of the present if they were evaluated for a moment no longer ago; clocks of two machines differ.
    private static let presentAge = Duration.seconds(300)

    /// The graph with its age.
    var currentGraph: ShownGraph? {
        guard let shown = traffic.graph else { return nil }
        return freshness(of: shown.graph).map { shown.with($0) }
    }

    private func freshness(of graph: ServiceGraph) -> Freshness? {
        traffic.telemetry.map { Freshness(observedAt: graph.observedAt, now: now, interval: $0.interval) }
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
