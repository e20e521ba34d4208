/// What the fold keeps of the traffic.
struct TrafficState: Sendable {
    /// The newest answers of Prometheus.
    var telemetry: Telemetry?
    /// When they came.
    var observedAt: Timestamp?
    /// Which workload a member belongs to, as the answers and the user say.
    var links: MemberLinks?
    /// The graph of the answers alone; `nil` as long as it is not made.
    var bare: ServiceGraph?
    /// The graph with members, as of the last evaluation.
    var graph: ServiceGraph?
    /// Which workload each member belongs to.
    var workloads: [UniqueAddress: WorkloadName] = [:]
}

extension Mesh {
    mutating func take(_ telemetry: Telemetry, _ reply: Reply, from id: SourceID) -> [MeshChange] {
        guard sources[id] != nil else { return [] }
        traffic.telemetry = telemetry
        traffic.observedAt = now
        traffic.bare = nil
        traffic.links = nil
        dropped.samples = telemetry.vectors.reduce(0) { $0 + max(0, min($1.omitted, 1 << 32)) }
        return succeed(id, reply)
    }

    /// Makes the graph anew, if there are new answers, and puts the members on it as they are now.
    mutating func evaluateTraffic() {
        guard let telemetry = traffic.telemetry, let observedAt = traffic.observedAt else { return }
        let bare = traffic.bare ?? ServiceGraph.build(telemetry, options: options.graph, observedAt: observedAt)
        traffic.bare = bare
        var graph = bare
        let links = traffic.links ?? MemberLinks(telemetry, rules: options.graph.memberRules)
        traffic.links = links
        let found = clusters.values.map { $0.snapshot(at: now, pollPeriod: pollPeriod, sources: sources) }
            .sorted { $0.id < $1.id }
        graph.attach(found, links: links)
        graph.keepTimes(of: traffic.graph, at: now)
        traffic.graph = graph
        traffic.workloads = [:]
        for cluster in found {
            for member in cluster.members { traffic.workloads[member.node] = links.workload(of: member) }
        }
    }

    /// The graph with its age.
    var currentGraph: ServiceGraph? {
        guard var graph = traffic.graph, let interval = traffic.telemetry?.interval else { return nil }
        graph.freshness = Freshness(observedAt: graph.observedAt, now: now, interval: interval)
        return graph
    }
}

extension ServiceGraph {
    /// Keeps since when nodes and edges are as well as they are.
    fileprivate mutating func keepTimes(of last: ServiceGraph?, at now: Timestamp) {
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
        since = last?.level == level ? last?.since ?? now : now
    }
}
