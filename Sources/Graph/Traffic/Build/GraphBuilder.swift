package import Model

extension ServiceGraph {
    /// More than this nobody draws or reads; what has least traffic is left out and counted.
    static let mostEdges = 50_000

    /// Makes the graph of what Prometheus told.
    ///
    /// - Parameters:
    ///   - telemetry: The answers.
    ///   - options: What of them is shown, and how. The same answers give every type of graph.
    ///   - observedAt: When the answers came.
    /// - Returns: The graph without members; ``attach(_:to:)`` adds them.
    package static func build(_ telemetry: Telemetry, options: GraphOptions, observedAt: Timestamp) -> ServiceGraph {
        var fold = TrafficFold(telemetry, options: options)
        var draft = fold.fold()
        draft.shape(options, namespaces: options.namespaces)
        var graph = ServiceGraph(
            type: options.type, window: max(.zero, telemetry.window), at: telemetry.at, observedAt: observedAt)
        graph.notes = telemetry.notes.map { "\($0.metric.rawValue): \($0.text)" }
        graph.omitted.series = telemetry.vectors.reduce(0) { $0 + $1.omitted }
        graph.omitted.edges = draft.bound(to: mostEdges)
        graph.notes += WindowGuard.notes(telemetry, observedAt: observedAt)
        graph.finish(draft, options, fold.bounds)
        graph.addEnvoySigns(telemetry)
        graph.addSignsToTargets()
        if options.type == .versionedApp { graph.addVersionsOfApps() }
        return graph
    }

    private mutating func finish(_ draft: GraphDraft, _ options: GraphOptions, _ bounds: BucketBounds) {
        let texts = draft.texts
        let live = draft.nodes.indices.filter { !draft.nodes[$0].isRemoved }
        let named = live.map { (id: draft.nodes[$0].id, place: $0) }.sorted { $0.id < $1.id }
        var places = [Int](repeating: -1, count: draft.nodes.count)
        nodes.reserveCapacity(named.count)
        for (id, place) in named {
            places[place] = nodes.count
            nodes.append(TrafficNode(draft.nodes[place], id: id, type: options.type, texts))
        }
        // Edges are large, so their places are sorted.
        let order = draft.edges.indices.map { edge in
            (places[draft.edges[edge].source], places[draft.edges[edge].target], draft.edges[edge].transport, edge)
        }
        .sorted { $0 < $1 }
        var finisher = EdgeFinisher(texts: texts, options: options, bounds: bounds)
        edges.reserveCapacity(order.count)
        for (_, _, _, place) in order {
            let edge = draft.edges[place]
            var finished = finisher.edge(edge, source: places[edge.source], target: places[edge.target])
            let out = nodes[finished.source].rates.out(finished.protocol)
            if finished.protocol != .tcp, out > 0 { finished.percentOfSource = edge.rates.total / out * 100 }
            let target = draft.nodes[edge.target]
            if target.isService && !target.flags.contains(.isInjected) { finished.gap = nil }
            edges.append(finished)
        }
    }
}

extension GraphDraft {
    /// - Returns: How many edges were left out.
    fileprivate mutating func bound(to most: Int) -> Int {
        guard edges.count > most else { return 0 }
        let omitted = edges.count - most
        edges.sort { $0.rates.total > $1.rates.total }
        edges.removeLast(omitted)
        return omitted
    }
}

extension TrafficNode {
    /// Trims what a node of this kind does not tell apart, as Kiali does (`graph/types.go`, `NewNodeExplicit`).
    fileprivate init(_ node: GraphDraft.Node, id: String, type: GraphType, _ texts: TelemetryTexts) {
        func text(_ value: LabelValue) -> String? { value.is(.empty) ? nil : texts[value] }
        self.init(id: id, kind: .unknown)
        flags = node.flags
        rates = node.rates
        cluster = text(node.key.cluster)
        namespace = text(node.key.namespace)
        versions = VersionShare.shares(node.versions.map { (texts[$0.key], $0.value) })
        workloads = node.workloads.map { WorkloadName(namespace: texts[$0[0]], name: texts[$0[1]]) }.sorted()
        switch node.key.form {
        case .unknownSource:
            (workload, app, version) = (text(node.workload), text(node.app), text(node.version))
        case .service:
            kind = .service
            service = texts[node.key.name]
        case .workload:
            kind = .workload
            workload = text(node.workload)
            app = node.app.isKnown ? texts[node.app] : nil
            version = node.version.isKnown ? texts[node.version] : nil
        case .app, .versionedApp, .versionedAppByVersion:
            kind = .app
            app = text(node.app)
            if type == .versionedApp { (workload, version) = (text(node.workload), text(node.version)) }
        }
        // Nothing can be known of how well something outside of the mesh is.
        if !flags.contains(.isInaccessible) {
            health = TrafficHealth.health(of: node.load, texts)
            traffic = health
        }
    }
}

/// Makes percentages, averages and percentiles of an edge's sums.
private struct EdgeFinisher {
    let texts: TelemetryTexts
    let options: GraphOptions
    let bounds: BucketBounds
    private var signs: SignReader

    init(texts: TelemetryTexts, options: GraphOptions, bounds: BucketBounds) {
        self.texts = texts
        self.options = options
        self.bounds = bounds
        signs = SignReader(texts)
    }

    mutating func edge(_ draft: GraphDraft.Edge, source: Int, target: Int) -> TrafficEdge {
        var edge = TrafficEdge(source: source, target: target, protocol: TrafficProtocol(draft.transport, texts))
        edge.rates = draft.rates
        edge.responses = responses(draft)
        edge.health = TrafficHealth.health(
            of: draft.rates, edge.protocol, flags: draft.errorFlags(texts).map { texts[$0] })
        edge.gap = gap(draft.sums)
        edge.waypoint = draft.waypoint
        edge.signs = signs.signs(of: draft)
        edge.responseTime = responseTime(draft.sums)
        if options.edgeValues.contains(.throughput), draft.sums.hasBytes { edge.throughput = draft.sums.bytes }
        if options.edgeValues.contains(.mtls) {
            edge.mtls = draft.sums.mtls
            edge.principals = principals(draft.sums)
        }
        return edge
    }

    private func principals(_ sums: EdgeSums) -> EdgePrincipals {
        let isTold = sums.principals.values.contains { $0.byDestination > 0 }
        var principals = EdgePrincipals()
        for (pair, rate) in sums.principals {
            let rate = isTold ? rate.byDestination : rate.bySource
            guard rate > 0 else { continue }
            if pair[0].isKnown { Self.add(rate, texts[pair[0]], to: &principals.source) }
            if pair[1].isKnown { Self.add(rate, texts[pair[1]], to: &principals.destination) }
        }
        principals.source.sort { ($1.rate, $0.name) < ($0.rate, $1.name) }
        principals.destination.sort { ($1.rate, $0.name) < ($0.rate, $1.name) }
        return principals
    }

    private func gap(_ sums: EdgeSums) -> ReporterGap? {
        guard sums.reportedBySource > 0, !sums.hasWaypointReports else { return nil }
        return ReporterGap(source: sums.reportedBySource, destination: sums.reportedByDestination)
    }

    private func responses(_ draft: GraphDraft.Edge) -> [TrafficEdge.Response] {
        var found: [TrafficEdge.Response] = []
        // Numbers are compared, not texts.
        var codes: [LabelValue] = []
        for cell in draft.cells {
            let code = cell.code.is(.empty) ? TelemetryWord.none.rawValue : cell.code
            let place = codes.firstIndex(of: code) ?? codes.count
            if place == codes.count {
                codes.append(code)
                found.append(TrafficEdge.Response(code: texts[code], rate: 0, flags: [], hosts: []))
            }
            found[place].rate += cell.rate
            if !cell.flags.is(.empty) { Self.add(cell.rate, texts[cell.flags], to: &found[place].flags) }
            if !cell.host.is(.empty) { Self.add(cell.rate, texts[cell.host], to: &found[place].hosts) }
        }
        for place in found.indices {
            if found[place].flags.count > 1 { found[place].flags.sort { $0.name < $1.name } }
            if found[place].hosts.count > 1 { found[place].hosts.sort { $0.name < $1.name } }
        }
        if found.count > 1 { found.sort { $0.code < $1.code } }
        return found
    }

    private static func add(_ rate: Double, _ name: String, to shares: inout [TrafficEdge.Share]) {
        if let known = shares.firstIndex(where: { $0.name == name }) {
            shares[known].rate += rate
        } else {
            shares.append(TrafficEdge.Share(name: name, rate: rate))
        }
    }

    private func responseTime(_ sums: EdgeSums) -> ResponseTime? {
        var time = ResponseTime()
        if options.edgeValues.contains(.average) { time.average = sums.average }
        let buckets = sums.buckets.counts.isEmpty ? sums.sourceBuckets : sums.buckets
        if !buckets.counts.isEmpty {
            let asked: [(EdgeValue, Double, WritableKeyPath<ResponseTime, Double?>)] = [
                (.p50, 0.5, \.p50), (.p95, 0.95, \.p95), (.p99, 0.99, \.p99),
            ]
            for (value, share, field) in asked where options.edgeValues.contains(value) {
                guard let percentile = bounds.percentile(share, of: buckets) else { continue }
                time[keyPath: field] = percentile.seconds
                if percentile.isClipped { time.clipped.insert(value) }
            }
        }
        return time == ResponseTime() ? nil : time
    }
}
