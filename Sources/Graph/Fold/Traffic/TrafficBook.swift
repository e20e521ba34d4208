// SPDX-License-Identifier: Apache-2.0
import Model
import Traffic

/// What the fold keeps of the traffic.
struct TrafficBook: Sendable {
    /// How long ago answers may have been evaluated and still be of the present; clocks of two machines differ.
    private static let presentAge = Duration.seconds(300)

    /// The newest answers of Prometheus.
    private(set) var telemetry: Telemetry?
    /// When they came.
    private var observedAt: Timestamp?
    private var maker = GraphMaker()
    /// What of the graph is shown.
    private var shown: ShownGraph?
    /// The workload of each member.
    private(set) var workloads: [UniqueAddress: WorkloadName] = [:]
    private(set) var trend = TrafficTrend()

    /// What is worth knowing of the server's answers about traffic; few.
    var notes: [String] { maker.whole?.notes.prefix(4).map { $0 } ?? [] }

    /// Whether there is anything to make a graph of.
    var hasAnswers: Bool { telemetry != nil }

    mutating func record(_ telemetry: Telemetry, at now: Timestamp) {
        self.telemetry = telemetry
        observedAt = now
    }

    /// Makes a new graph, if there are new answers, and puts the members on it as they are now.
    mutating func evaluate(
        _ clusters: [ClusterSnapshot], _ probes: [ProbeSnapshot], options: GraphOptions, at now: Timestamp
    ) {
        guard let telemetry, let observedAt else { return }
        let sources = GraphSources(
            telemetry, observedAt: observedAt, clusters: clusters, probes: probes, now: now)
        shown = maker.shownGraph(sources, options: options, past: .last)
        if let whole = maker.whole { trend.add(whole) }
        workloads = [:]
        for cluster in clusters {
            for member in cluster.members { workloads[member.node] = maker.workload(of: member) }
        }
    }

    // MARK: - Picture

    /// The shown graph with its age.
    func graph(at now: Timestamp) -> ShownGraph? {
        shown.flatMap { shown in freshness(of: shown.graph, at: now).map { shown.with($0) } }
    }

    private func freshness(of graph: ServiceGraph, at now: Timestamp) -> Freshness? {
        telemetry.map { Freshness(observedAt: graph.observedAt, now: now, interval: $0.interval) }
    }

    /// The health of the traffic as a whole, where there are no clusters to speak of; `nil` without a graph.
    var health: Health? { maker.whole?.trafficHealth }

    /// What traffic makes of the health of the whole; `nil` if none is known, or if what is known is not of the present. Each member's health, and
    /// its cluster's, is that of membership alone. The workloads on which members run count in full; of all others what is degraded or worse makes
    /// the whole degraded.
    func healthOfWhole(at now: Timestamp) -> Health? {
        guard let graph = maker.whole, let freshness = freshness(of: graph, at: now), freshness <= .late,
            graph.observedAt - graph.at <= Self.presentAge
        else { return nil }
        let nodes = graph.nodes.filter { $0.kind != .cluster && !$0.members.isEmpty && $0.traffic.level > .unknown }
        var parts = nodes.map { (name: "traffic of \($0.nameWithVersion):", health: $0.traffic) }
        parts += graph.troubleWithoutMembers
        return parts.isEmpty ? nil : Health.worst(of: parts)
    }
}

extension ServiceGraph {
    /// The nodes without members, and the edges between them, whose traffic is degraded or worse: degraded, with their reasons.
    fileprivate var troubleWithoutMembers: [(name: String, health: Health)] {
        let isSick = { (health: Health) in health.level >= .degraded }
        let sick = Set(nodes.indices.filter { nodes[$0].kind != .cluster && isSick(nodes[$0].traffic) })
        let ofNodes = sick.sorted().filter { nodes[$0].members.isEmpty }.map { place in
            (name: "traffic of \(nodes[place].nameWithVersion):", health: nodes[place].traffic)
        }
        // Said of one of its ends, it is said.
        let ofEdges = edges.filter { isSick($0.health) && !sick.contains($0.source) && !sick.contains($0.target) }.map {
            (name: "\(nodes[$0.source].name) to \(nodes[$0.target].name):", health: $0.health)
        }
        return (ofNodes + ofEdges).map { ($0.name, Health(level: .degraded, reasons: $0.health.reasons)) }
    }

    /// The health of the worst edge.
    fileprivate var trafficHealth: Health {
        guard !edges.isEmpty else {
            return Health(level: .unknown, reasons: ["no cluster is looked at, and no traffic"])
        }
        return Health.worst(
            of: edges.map { (name: "\(nodes[$0.source].name) to \(nodes[$0.target].name):", health: $0.health) })
    }
}
