package import Model

extension MeshSnapshot {
    /// The service graph as a graph of another type, made of the same answers.
    ///
    /// - Parameter type: What nodes are to stand for.
    /// - Returns: The graph with its members; `nil` as long as no Prometheus has told. The snapshot's own graph if it is of that type, or if
    ///   the answers are not known. Times since when things are as they are, are known for the snapshot's own type only.
    package func graph(as type: GraphType) -> ServiceGraph? {
        guard let graph, let telemetry, graph.type != type else { return graph }
        var options = options.graph
        options.type = type
        var other = ServiceGraph.build(telemetry, options: options, observedAt: graph.observedAt)
        other.attach(clusters, links: MemberLinks(telemetry, rules: options.memberRules))
        other.attach(probes)
        other.freshness = graph.freshness
        return other
    }
}
