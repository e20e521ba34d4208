// SPDX-License-Identifier: Apache-2.0
import Model

/// Turns rows into nodes and edges, as Kiali does (`graph/telemetry/istio/istio.go`): each namespace by itself, reports of the destination before
/// those of the source, then all namespaces put together (`graph/telemetry/common.go`, `MergeTrafficMaps`).
struct TrafficFold {
    private let telemetry: Telemetry
    private let options: GraphOptions
    private let texts: TelemetryTexts
    /// The bounds of the histograms.
    let bounds: BucketBounds
    private let scope: TrafficScope
    private let traffic: [TrafficRows]
    private let waypoints: WaypointNames?

    private var ends = EndTable()
    private var nodes: NodeTable
    private var paths = PathTable()
    private var entries = EntryTable()
    private var draft: TrafficDraft
    /// Rows with traffic that name no end that can be drawn.
    private var rowsLeftOut = 0

    /// - Parameters:
    ///   - telemetry: the answers.
    ///   - options: what of them is shown.
    init(_ telemetry: Telemetry, options: GraphOptions) {
        self.telemetry = telemetry
        self.options = options
        texts = telemetry.texts
        let wanted = Set(options.rates.metrics)
        traffic = telemetry.vectors.filter { wanted.contains($0.metric) }
            .compactMap { TrafficRows($0, texts: telemetry.texts) }
        scope = TrafficScope(traffic, texts: telemetry.texts, options: options)
        waypoints = options.rates.ambient != .none && scope.isAmbient ? WaypointNames(telemetry) : nil
        draft = TrafficDraft(texts: telemetry.texts)
        nodes = NodeTable(type: options.type)
        bounds = BucketBounds(of: telemetry)
    }

    /// The nodes and edges of all chosen namespaces.
    mutating func fold() -> TrafficDraft {
        for rows in traffic { add(rows) }
        addPrincipals()
        addDurationsAndBytes()
        merge()
        ForeignTraffic(telemetry, options).add(to: &draft, &nodes)
        return draft
    }

    /// What the answers have that the graph does not show, and why there is none.
    var notes: [String] {
        let answers = telemetry.vectors.filter { options.rates.metrics.contains($0.metric) }
        if !answers.isEmpty, answers.allSatisfy({ $0.count == 0 }) {
            return [
                "the server has no series of Istio's traffic in this window: is it the one that scrapes the mesh's proxies?"
            ]
        }
        guard rowsLeftOut > 0 else { return [] }
        let rows = rowsLeftOut == 1 ? "1 series names" : "\(rowsLeftOut) series name"
        return ["\(rows) no source or no destination that can be drawn, and are left out"]
    }

    // MARK: - Rows

    private mutating func add(_ rows: TrafficRows) {
        let isTCP = rows.metric == .tcpReceived || rows.metric == .tcpSent
        let metric = UInt32(truncatingIfNeeded: TelemetryMetric.allCases.firstIndex(of: rows.metric) ?? 0)
        let values = telemetry.vector(rows.metric)?.values ?? []
        for row in 0..<rows.count {
            let isIdle = !values[row].isPlausibleRate
            guard !isIdle || options.keepsIdleEdges else { continue }
            guard let sample = rows.sample(row) else {
                if !isIdle { rowsLeftOut += 1 }
                continue
            }
            guard scope.wants(sample, rows.metric) else { continue }
            guard let path = path(of: sample) else {
                if !isIdle { rowsLeftOut += 1 }
                continue
            }
            let rate = isIdle ? 0 : values[row]
            var identity: Int?
            scope.visit(sample, isTCP: isTCP) { namespace, pass in
                let number =
                    identity ?? entries.identity(IdentityKey(metric: metric, path: path, sample, isTCP: isTCP))
                identity = number
                entries.add(rate, namespace: namespace, identity: number, pass: pass)
            }
            if identity != nil { addReport(sample, path: path, rate, isTCP: isTCP) }
        }
    }

    private mutating func addReport(_ sample: TrafficSample, path: Int, _ rate: Double, isTCP: Bool) {
        let isDestination = scope.isReportedByDestination(sample)
        let isEncrypted = sample.policy.is(.mutualTLS)
        let isPoliced = !sample.policy.is(.empty) && (isDestination || (isTCP && sample.app.is(.ztunnel)))
        paths.updateSums(of: path) { sums in
            if sample.reporter.is(.source) { sums.reportedBySource += rate }
            if sample.reporter.is(.destination) { sums.reportedByDestination += rate }
            if sample.reporter.is(.waypoint) { sums.hasWaypointReports = true }
            guard isPoliced else { return }
            sums.policed.add(rate, isDestination: isDestination)
            if isEncrypted { sums.encrypted.add(rate, isDestination: isDestination) }
        }
    }

    // MARK: - Paths

    private mutating func path(of sample: TrafficSample) -> Int? {
        let (source, destination) = ends.ends(of: sample) { end in
            // A proxy of a whole namespace is no application, whatever it is labelled.
            let name = WorkloadName(namespace: texts[end.namespace], name: texts[end.workload])
            let isWaypoint = waypoints?.contains(name) ?? false
            var end = end
            if isWaypoint { end.app = .empty }
            let node = nodes.node(of: end, in: &draft)
            if isWaypoint, let node { draft.nodes[node].flags.insert(.isWaypoint) }
            return (node, isWaypoint)
        }
        guard let from = ends.node(of: source), let to = ends.node(of: destination) else { return nil }
        let key = PathKey(source: source, destination: destination, transport: sample.transport)
        let (path, isNew) = paths.number(of: key)
        if isNew {
            let service = injectedService(from: source, to: destination, target: to)
            if let service { draft.nodes[service].flags.insert(.isInjected) }
            paths.addLegs(from: from, via: service, to: to, sample.transport)
        }
        return path
    }

    /// The service that stands between the two ends, if services are drawn.
    private mutating func injectedService(from source: Int, to destination: Int, target: Int) -> Int? {
        guard options.injectsServices || options.type == .service else { return nil }
        let service = ends[destination].service
        guard service.isKnown, !service.is(.passthrough), !draft.nodes[target].isService,
            !ends.isWaypoint(source), !ends.isWaypoint(destination)
        else { return nil }
        return ends.service(of: destination) { nodes.node(of: $0, in: &draft) }
    }

    private func knownPath(of sample: TrafficSample) -> Int? {
        guard let source = ends.known(sample.source), let destination = ends.known(sample.destination) else {
            return nil
        }
        return paths.known(PathKey(source: source, destination: destination, transport: sample.transport))
    }

    // MARK: - Namespaces

    /// Draws each leg as one namespace has it: that of its source, if it is among those that have it, otherwise the first by name. Each node gets
    /// what its own namespace reports of what comes in.
    private mutating func merge() {
        var drawn = DrawnLegs(legs: paths.legCount)
        entries.visit { key, rate in
            let legs = paths.legs(of: entries.identity(key.identity).path)
            drawn.add(identity: key.identity, rate: rate, leg: legs.first, namespace: key.namespace)
            guard legs.second >= 0 else { return }
            drawn.add(identity: key.identity, rate: rate, leg: legs.second, namespace: key.namespace)
        }
        for leg in 0..<paths.legCount { draw(leg, drawn) }
        for edge in draft.edges.indices {
            let transport = TrafficProtocol(draft.edges[edge].transport, texts)
            draft.nodes[draft.edges[edge].source].rates.addOut(draft.edges[edge].rates.total, transport)
        }
        draft.addServedWorkloads()
        draft.removeUntouched()
    }

    private mutating func draw(_ leg: Int, _ drawn: DrawnLegs) {
        let key = paths.leg(leg)
        let own = drawn.copy(of: leg, in: scope.place(of: draft.nodes[key.source].key.namespace))
        guard let copy = own ?? drawn.first(of: leg) else { return }
        var edge = TrafficDraft.Edge(
            source: key.source, target: key.target, transport: key.transport, sums: paths.sums[leg])
        let isVersioned = !key.transport.is(.tcp) && (draft.nodes[key.target].isService || options.type == .app)
        for (number, rate) in drawn.rates[copy] {
            let identity = entries.identity(number)
            if isVersioned { addVersion(rate, identity, to: key.target, key.transport) }
            edge.rates.add(
                rate, code: identity.code, flags: identity.flags, transport: key.transport, texts)
            if rate > 0 {
                edge.cells.append(
                    TrafficDraft.Cell(code: identity.code, flags: identity.flags, host: identity.host, rate: rate))
            }
        }
        draft.edges.append(edge)
        addIn(edge, drawn, leg, copy)
    }

    /// A request is for a service, and one of its versions answers.
    private mutating func addVersion(_ rate: Double, _ identity: IdentityKey, to node: Int, _ transport: LabelValue) {
        let version = ends[paths.destination(of: identity.path)].version
        guard version.isKnown, rate > 0 else { return }
        draft.nodes[node].versions[version, default: EdgeRates()].add(
            rate, code: identity.code, flags: identity.flags, transport: transport, texts)
    }

    private mutating func addIn(_ edge: TrafficDraft.Edge, _ drawn: DrawnLegs, _ leg: Int, _ copy: Int) {
        let transport = TrafficProtocol(edge.transport, texts)
        let own = drawn.copy(of: leg, in: scope.place(of: draft.nodes[edge.target].key.namespace))
        guard let own, own != copy else { return draft.nodes[edge.target].rates.addIn(edge.rates, transport) }
        var rates = EdgeRates()
        for (identity, rate) in drawn.rates[own] {
            let key = entries.identity(identity)
            rates.add(rate, code: key.code, flags: key.flags, transport: edge.transport, texts)
        }
        draft.nodes[edge.target].rates.addIn(rates, transport)
    }
}

// MARK: - Durations, bytes, principals

extension TrafficFold {
    /// Adds what other metrics report of each leg.
    private mutating func addDurationsAndBytes() {
        for metric in [TelemetryMetric.durationSum, .durationCount, .responseBytes, .durationBuckets] {
            let column = metric.columns.firstIndex(of: .bucket)
            visit(metric) { fold, rows, row, sample, path, value in
                let isDestination = fold.scope.isReportedByDestination(sample)
                guard isDestination || sample.reporter.is(.source) else { return }
                let place = column.map { fold.bounds.places[rows.value($0, of: row)] } ?? 0
                guard let place else { return }
                fold.paths.updateSums(of: path) {
                    $0.add(value, of: metric, place: place, isDestination: isDestination)
                }
            }
        }
    }

    private mutating func addPrincipals() {
        guard options.edgeValues.contains(.mtls) else { return }
        for metric in [TelemetryMetric.principals, .bytePrincipals] {
            guard let source = metric.columns.firstIndex(of: .sourcePrincipal),
                let destination = metric.columns.firstIndex(of: .destinationPrincipal)
            else { continue }
            visit(metric) { fold, rows, row, sample, path, value in
                let pair = PrincipalPair(
                    source: rows.value(source, of: row), destination: rows.value(destination, of: row))
                guard pair.source.isKnown || pair.destination.isKnown else { return }
                let isDestination = fold.scope.isReportedByDestination(sample)
                fold.paths.updateSums(of: path) {
                    $0.principals[pair, default: EdgeSums.Reported()].add(value, isDestination: isDestination)
                }
            }
        }
    }

    /// Calls back for each row of a metric whose path carries traffic.
    private mutating func visit(
        _ metric: TelemetryMetric,
        _ body: (inout TrafficFold, TrafficRows, _ row: Int, TrafficSample, _ path: Int, _ value: Double) -> Void
    ) {
        guard let vector = telemetry.vector(metric), let rows = TrafficRows(vector, texts: texts) else { return }
        for row in 0..<rows.count where vector.values[row].isPlausibleRate {
            guard let sample = rows.sample(row), let path = knownPath(of: sample) else { continue }
            body(&self, rows, row, sample, path, vector.values[row])
        }
    }
}
