// SPDX-License-Identifier: Apache-2.0
package import Model

/// What a graph is made of, besides the options.
package struct GraphSources: Sendable {
    /// The answers of Prometheus.
    package var telemetry: Telemetry
    /// When they came.
    package var observedAt: Timestamp
    /// How old they are.
    package var freshness = Freshness.fresh
    /// The members that are put on it, as they are now.
    package var clusters: [ClusterSnapshot]
    /// The health endpoints that are put on it.
    package var probes: [ProbeSnapshot]
    /// The present moment.
    package var now: Timestamp

    /// - Parameters:
    ///   - telemetry: the answers of Prometheus.
    ///   - observedAt: when they came.
    ///   - clusters: the members, as they are now.
    ///   - probes: the health endpoints.
    ///   - now: the present moment.
    package init(
        _ telemetry: Telemetry, observedAt: Timestamp, clusters: [ClusterSnapshot], probes: [ProbeSnapshot],
        now: Timestamp
    ) {
        self.telemetry = telemetry
        self.observedAt = observedAt
        self.clusters = clusters
        self.probes = probes
        self.now = now
    }
}

/// Makes graphs of answers, and keeps what does not change as long as the answers stay: members come and go more often than these.
package struct GraphMaker: Sendable {
    /// Where a graph takes from what it knows of the past: since when things are so, and what has ended.
    package enum Past: Sendable {
        /// The graph that this maker made before. Without one all is so since now.
        case last
        /// The same, if that was of the same type and window and no newer; otherwise it is not known since when things are so.
        case lastIfAlike
        /// Another graph of the same answers and type.
        case of(ServiceGraph)
    }

    /// What the graph without members was made of.
    private struct Origin: Equatable {
        let options: GraphOptions
        let observedAt: Timestamp
    }

    private var origin: Origin?
    private var bare: ServiceGraph?
    private var links: MemberLinks?
    /// The graph that was made last, with everything in it.
    package private(set) var whole: ServiceGraph?

    /// A maker that knows no past.
    package init() {}

    /// The workload of a member, by the answers of the last graph; `nil` if it is not known.
    package func workload(of member: MemberSnapshot) -> WorkloadName? { links?.workload(of: member) }

    /// Makes the graph of answers with members and health endpoints on it, with what it knows of the past, as a reader wants it.
    ///
    /// - Parameters:
    ///   - sources: what it is made of. Answers that came at another moment are other answers.
    ///   - options: what of it is shown, and how.
    ///   - past: what it takes over.
    /// - Returns: the graph with ranks, without what is hidden, and with what is found. ``whole`` has everything.
    package mutating func shownGraph(_ sources: GraphSources, options: GraphOptions, past: Past) -> ShownGraph {
        var graph = bareGraph(sources, options)
        if let links { MemberPlacement(sources.clusters, links: links).add(to: &graph) }
        ProbePlacement.add(sources.probes, to: &graph)
        graph.freshness = sources.freshness
        takePast(past, into: &graph, at: sources.now)
        return ShownGraph(graph, options, clusters: sources.clusters, now: sources.now)
    }

    private mutating func bareGraph(_ sources: GraphSources, _ options: GraphOptions) -> ServiceGraph {
        let origin = Origin(options: options, observedAt: sources.observedAt)
        if let bare, origin == self.origin { return bare }
        let graph = ServiceGraph.build(sources.telemetry, options: options, observedAt: sources.observedAt)
        (self.origin, bare) = (origin, graph)
        links = MemberLinks(sources.telemetry, rules: options.memberRules)
        return graph
    }

    private mutating func takePast(_ past: Past, into graph: inout ServiceGraph, at now: Timestamp) {
        switch past {
        case .of(let other): return graph.takeHistory(of: other)
        case .last:
            graph.keepTimes(of: whole, at: now)
            if let whole { graph.keepEnded(of: whole, at: now) }
        case .lastIfAlike:
            if let whole, whole.type == graph.type, whole.window == graph.window, whole.at <= graph.at {
                graph.keepTimes(of: whole, at: now)
                graph.keepEnded(of: whole, at: now)
            }
        }
        whole = graph
    }
}

extension MeshSnapshot {
    /// The graph of the same answers, shown otherwise.
    ///
    /// - Parameters:
    ///   - options: what is shown, and how.
    ///   - maker: kept from one snapshot to the next.
    /// - Returns: `nil` if there are no answers.
    package func graph(_ options: GraphOptions, _ maker: inout GraphMaker) -> ShownGraph? {
        guard let known = graph?.graph, let sources = graphSources else { return nil }
        return maker.shownGraph(
            sources, options: options, past: options.type == known.type ? .of(known) : .lastIfAlike)
    }

    /// The service graph as a graph of another type, made of the same answers, with nothing hidden or found.
    ///
    /// - Parameter type: what nodes are to stand for.
    /// - Returns: the graph with its members; `nil` as long as no Prometheus has answered. The snapshot's own graph if it is of that type, or
    ///   if the answers are not known. Only the snapshot's own type knows since when things are as they are.
    package func graph(as type: GraphType) -> ShownGraph? {
        guard let graph, let sources = graphSources, graph.graph.type != type else { return graph }
        var options = options.graph
        options.type = type
        (options.hide, options.find, options.rank) = (nil, nil, .all)
        var maker = GraphMaker()
        return maker.shownGraph(sources, options: options, past: .lastIfAlike)
    }

    private var graphSources: GraphSources? {
        guard let telemetry, let known = graph?.graph else { return nil }
        var sources = GraphSources(
            telemetry, observedAt: known.observedAt, clusters: clusters, probes: probes, now: at)
        sources.freshness = known.freshness
        return sources
    }
}
