package import Model

/// Makes graphs of answers, and keeps what does not change as long as the answers stay: members come and go more often than these.
package struct GraphMaker: Sendable {
    private var options: GraphOptions?
    private var observedAt: Timestamp?
    private var bare: ServiceGraph?
    private var links: MemberLinks?
    /// The graph made last, for what is to be remembered of it.
    private var past: ServiceGraph?

    package init() {}

    /// The workload of a member, by the answers of the last graph.
    package func workload(of member: MemberSnapshot) -> WorkloadName? { links?.workload(of: member) }

    /// The graph of answers with members on it, as they are now.
    ///
    /// - Parameters:
    ///   - telemetry: The answers.
    ///   - observedAt: When they came; with another moment everything is made anew.
    ///   - options: What of them is shown, and how.
    ///   - clusters: Whose members are put on it.
    /// - Returns: The graph, with nothing hidden.
    package mutating func graph(
        _ telemetry: Telemetry, observedAt: Timestamp, options: GraphOptions, clusters: [ClusterSnapshot]
    ) -> ServiceGraph {
        if self.observedAt != observedAt || self.options != options { bare = nil }
        var graph = bare ?? ServiceGraph.build(telemetry, options: options, observedAt: observedAt)
        if bare == nil {
            (self.observedAt, self.options, bare) = (observedAt, options, graph)
            links = MemberLinks(telemetry, rules: options.memberRules)
        }
        if let links { graph.attach(clusters, links: links) }
        return graph
    }
}

extension GraphMaker {
    /// Tells a graph what became of the one before, of the same type: since when things are so, and what has ended.
    fileprivate mutating func remember(_ graph: inout ServiceGraph, at now: Timestamp) {
        if let past, past.type == graph.type, past.window == graph.window, past.at <= graph.at {
            graph.keepTimes(of: past, at: now)
            graph.remember(past, at: now)
        }
        past = graph
    }
}

extension ServiceGraph {
    /// Takes over what another graph of the same type knows of the past.
    fileprivate mutating func inherit(from other: ServiceGraph) {
        (gone, goneNodes) = (other.gone, other.goneNodes)
        var known: [String: Health] = [:]
        for node in other.nodes { known[node.id] = node.health }
        for edge in other.edges where edge.health.level > .healthy { known[other.id(of: edge)] = edge.health }
        for place in nodes.indices { nodes[place].health.since = known[nodes[place].id]?.since }
        for place in edges.indices where edges[place].health.level > .healthy {
            edges[place].health.since = known[id(of: edges[place])]?.since
        }
    }
}

extension MeshSnapshot {
    /// The graph of the same answers, shown otherwise.
    ///
    /// - Parameters:
    ///   - options: What is shown, and how.
    ///   - maker: Kept from one snapshot to the next.
    /// - Returns: `nil` if there are no answers.
    package func graph(_ options: GraphOptions, _ maker: inout GraphMaker) -> ServiceGraph? {
        guard let telemetry, let known = graph else { return nil }
        var graph = maker.graph(telemetry, observedAt: known.observedAt, options: options, clusters: clusters)
        graph.attach(probes)
        graph.freshness = known.freshness
        if options.type == known.type { graph.inherit(from: known) } else { maker.remember(&graph, at: at) }
        graph.apply(options, clusters: clusters, now: at)
        return graph
    }
}

extension ServiceGraph {
    /// Hides and finds what the user wants hidden and found.
    ///
    /// - Parameters:
    ///   - options: With the expressions.
    ///   - clusters: Where the members on the nodes are.
    ///   - now: Ages are counted to it.
    package mutating func apply(_ options: GraphOptions, clusters: [ClusterSnapshot], now: Timestamp) {
        rank(by: options.rank)
        if let hide = options.hide { self.hide(selection(of: hide, clusters: clusters, now: now)) }
        if let find = options.find { found = selection(of: find, clusters: clusters, now: now) }
    }
}
