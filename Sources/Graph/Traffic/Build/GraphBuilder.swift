// SPDX-License-Identifier: Apache-2.0
package import Model

extension ServiceGraph {
    /// Maximum number of edges of a graph. Those with least traffic are left out and counted.
    static let edgeLimit = 50_000

    /// Builds the graph of what Prometheus reported.
    ///
    /// - Parameters:
    ///   - telemetry: the answers.
    ///   - options: what of them is shown, and how. The same answers give every type of graph.
    ///   - observedAt: when the answers came.
    /// - Returns: the graph without members and without anything hidden.
    package static func build(_ telemetry: Telemetry, options: GraphOptions, observedAt: Timestamp) -> ServiceGraph {
        var fold = TrafficFold(telemetry, options: options)
        var draft = fold.fold()
        draft.shape(options, namespaces: options.namespaces)
        var graph = ServiceGraph(
            type: options.type, window: max(.zero, telemetry.window), at: telemetry.at, observedAt: observedAt)
        graph.notes = telemetry.notes.map { "\($0.metric.rawValue): \($0.text)" }
        graph.omitted.series = telemetry.vectors.reduce(0) { $0 + $1.omitted }
        graph.omitted.edges = draft.bound(to: edgeLimit)
        graph.notes += fold.notes
        graph.notes += WindowGuard.notes(telemetry, observedAt: observedAt)
        GraphFinisher(draft, options, fold.bounds).finish(&graph)
        EnvoySigns(telemetry)?.add(to: &graph)
        TargetSigns.add(to: &graph)
        if options.type == .versionedApp { AppVersions.add(to: &graph) }
        return graph
    }
}

/// Turns the sums of a draft into the nodes and edges of a graph.
private struct GraphFinisher {
    private let draft: TrafficDraft
    private let options: GraphOptions
    private let bounds: BucketBounds

    init(_ draft: TrafficDraft, _ options: GraphOptions, _ bounds: BucketBounds) {
        self.draft = draft
        self.options = options
        self.bounds = bounds
    }

    func finish(_ graph: inout ServiceGraph) {
        let places = addNodes(to: &graph)
        // Edges are large, so their places are sorted.
        let order = draft.edges.indices.map { edge in
            (places[draft.edges[edge].source], places[draft.edges[edge].target], draft.edges[edge].transport, edge)
        }
        .sorted { $0 < $1 }
        var finisher = EdgeFinisher(texts: draft.texts, options: options, bounds: bounds)
        graph.edges.reserveCapacity(order.count)
        for (_, _, _, place) in order {
            let edge = draft.edges[place]
            var finished = finisher.edge(edge, source: places[edge.source], target: places[edge.target])
            let out = graph.nodes[finished.source].rates.out(finished.protocol)
            if finished.protocol != .tcp, out > 0 { finished.percentOfSource = edge.rates.total / out * 100 }
            let target = draft.nodes[edge.target]
            if target.isService && !target.flags.contains(.isInjected) { finished.gap = nil }
            graph.edges.append(finished)
        }
    }

    /// Adds the nodes by id.
    ///
    /// - Returns: the place of each node of the draft; -1 for those that were removed.
    private func addNodes(to graph: inout ServiceGraph) -> [Int] {
        let live = draft.nodes.indices.filter { !draft.nodes[$0].isRemoved }
        let named = live.map { (id: draft.nodes[$0].id, place: $0) }.sorted { $0.id < $1.id }
        var places = [Int](repeating: -1, count: draft.nodes.count)
        graph.nodes.reserveCapacity(named.count)
        for (id, place) in named {
            places[place] = graph.nodes.count
            graph.nodes.append(TrafficNode(draft.nodes[place], id: id, type: options.type, draft.texts))
        }
        return places
    }
}

extension TrafficNode {
    /// Leaves out what does not distinguish nodes of this kind, as Kiali does (`graph/types.go`, `NewNodeExplicit`).
    fileprivate init(_ node: TrafficDraft.Node, id: String, type: GraphType, _ texts: TelemetryTexts) {
        func text(_ value: LabelValue) -> String? { value.is(.empty) ? nil : texts[value] }
        self.init(id: id, kind: .unknown)
        flags = node.flags
        rates = node.rates
        labels.cluster = text(node.key.cluster)
        labels.namespace = text(node.key.namespace)
        versions = VersionShare.shares(node.versions.map { (texts[$0.key], $0.value) })
        workloads = node.workloads.map { WorkloadName(namespace: texts[$0.namespace], name: texts[$0.name]) }.sorted()
        switch node.key.form {
        case .unknownSource:
            (labels.workload, labels.app) = (text(node.workload), text(node.app))
            labels.version = text(node.version)
        case .service:
            kind = .service
            labels.service = texts[node.key.name]
        case .workload:
            kind = .workload
            labels.workload = text(node.workload)
            labels.app = node.app.isKnown ? texts[node.app] : nil
            labels.version = node.version.isKnown ? texts[node.version] : nil
        case .app, .versionedApp, .versionedAppByVersion:
            kind = .app
            labels.app = text(node.app)
            if type == .versionedApp {
                (labels.workload, labels.version) = (text(node.workload), text(node.version))
            }
        }
        // The health of something outside of the mesh cannot be known.
        if !flags.contains(.isInaccessible) {
            health = TrafficHealth.health(of: node.load, node.rates, texts)
            traffic = health
        }
    }
}
