import Model

/// Turns rows into nodes and edges, as Kiali does (`graph/telemetry/istio/istio.go`): each namespace for itself, what the destination reports
/// before what the source does, then all namespaces put together (`graph/telemetry/common.go`, `MergeTrafficMaps`).
struct TrafficFold {
    let telemetry: Telemetry
    let options: GraphOptions
    let texts: TelemetryTexts
    /// The bounds of the histograms.
    let bounds: BucketBounds
    private let scope: TrafficScope
    private let traffic: [TrafficRows]
    private let waypoints: WaypointNames?

    private var ends = TupleTable<SIMD8<UInt32>>(capacity: 1024)
    /// The node of each end, and the node of its service; -1 where there is none.
    private var endNodes: [Int] = []
    private var serviceNodes: [Int] = []
    private var isWaypoint: [Bool] = []
    private var recent = (source: RecentEnd(), destination: RecentEnd())
    private var nodeKeys = TupleTable<SIMD8<UInt32>>(capacity: 1024)
    /// The node of each key. What has the same id is the same node: texts of different bytes may print alike.
    private var keyNodes: [Int] = []
    private var nodesByID: [String: Int] = [:]
    var draft: GraphDraft
    /// From one end to another by a protocol; it is drawn as one leg, or as two if a service stands between.
    private var paths = TupleTable<SIMD4<UInt32>>(capacity: 2048)
    private var pathLegs: [(first: Int, second: Int)] = []
    private var legs = TupleTable<SIMD4<UInt32>>(capacity: 4096)
    private var sums: [EdgeSums] = []

    /// What Kiali takes for the same when two sides report it.
    private var identities = TupleTable<SIMD8<UInt32>>(capacity: 16_384)
    /// An identity in a namespace.
    private var entries = TupleTable<SIMD4<UInt32>>(capacity: 32_768)
    private var entryPass: [UInt8] = []
    private var entryRate: [Double] = []

    private struct RecentEnd {
        /// No end has these labels.
        var tuple = SIMD8<UInt32>(repeating: .max)
        var number = 0
    }

    init(_ telemetry: Telemetry, options: GraphOptions) {
        self.telemetry = telemetry
        self.options = options
        texts = telemetry.texts
        let wanted = Set(options.rates.metrics)
        traffic = telemetry.vectors.filter { wanted.contains($0.metric) }
            .compactMap { TrafficRows($0, texts: telemetry.texts) }
        scope = TrafficScope(traffic, texts: telemetry.texts, options: options)
        waypoints = options.rates.ambient != .none && scope.isAmbient ? WaypointNames(telemetry) : nil
        draft = GraphDraft(texts: telemetry.texts)
        bounds = BucketBounds(of: telemetry)
    }

    /// The nodes and edges of all chosen namespaces.
    mutating func fold() -> GraphDraft {
        for rows in traffic { take(rows) }
        decorate()
        merge()
        addExtensions()
        return draft
    }

    // MARK: - Rows

    private mutating func take(_ rows: TrafficRows) {
        let isTCP = rows.metric == .tcpReceived || rows.metric == .tcpSent
        let metric = UInt32(truncatingIfNeeded: TelemetryMetric.allCases.firstIndex(of: rows.metric) ?? 0)
        let values = telemetry.vector(rows.metric)?.values ?? []
        for row in 0..<rows.count {
            let isIdle = !values[row].isPlausibleRate
            guard !isIdle || options.keepsIdleEdges, let sample = rows.sample(row), scope.wants(sample, rows.metric),
                let path = path(of: sample)
            else { continue }
            let rate = isIdle ? 0 : values[row]
            let app = isTCP ? sample.app : 0
            var identity: Int?
            scope.visit(sample, isTCP: isTCP) { namespace, pass in
                let number =
                    identity
                    ?? identities.number(
                        of: SIMD8(metric, UInt32(path), sample.code, sample.flags, sample.host, app, 0, 0))
                identity = number
                add(rate, namespace, number, pass)
            }
            if identity != nil { report(sample, path: path, rate, isTCP: isTCP) }
        }
    }

    private mutating func add(_ rate: Double, _ namespace: Int, _ identity: Int, _ pass: TrafficScope.Pass) {
        let entry = entries.number(of: SIMD4(UInt32(namespace), UInt32(identity), 0, 0))
        if entry == entryPass.count {
            entryPass.append(pass.rawValue)
            entryRate.append(rate)
        } else if pass.rawValue < entryPass[entry] {
            entryPass[entry] = pass.rawValue
            entryRate[entry] = rate
        } else if pass.rawValue == entryPass[entry] {
            entryRate[entry] += rate
        }
    }

    private mutating func report(_ sample: TrafficSample, path: Int, _ rate: Double, isTCP: Bool) {
        let isDestination = scope.isReportedByDestination(sample)
        let isEncrypted = sample.policy.is(.mutualTLS)
        let isPoliced = !sample.policy.is(.empty) && (isDestination || (isTCP && sample.app.is(.ztunnel)))
        for leg in [pathLegs[path].first, pathLegs[path].second] where leg >= 0 {
            if sample.reporter.is(.source) { sums[leg].reportedBySource += rate }
            if sample.reporter.is(.destination) { sums[leg].reportedByDestination += rate }
            if sample.reporter.is(.waypoint) { sums[leg].hasWaypointReports = true }
            guard isPoliced else { continue }
            sums[leg].policed.add(rate, isDestination: isDestination)
            if isEncrypted { sums[leg].encrypted.add(rate, isDestination: isDestination) }
        }
    }

    // MARK: - Paths

    private mutating func path(of sample: TrafficSample) -> Int? {
        let (source, destination) = ends(of: sample)
        guard endNodes[source] >= 0, endNodes[destination] >= 0 else { return nil }
        let path = paths.number(of: SIMD4(UInt32(source), UInt32(destination), sample.transport, 0))
        if path == pathLegs.count { pathLegs.append(legs(from: source, to: destination, sample.transport)) }
        return path
    }

    private mutating func legs(from source: Int, to destination: Int, _ transport: LabelValue) -> (Int, Int) {
        let (from, to) = (endNodes[source], endNodes[destination])
        guard let service = injectedService(from: source, to: destination) else {
            return (leg(from, to, transport), -1)
        }
        draft.nodes[service].flags.insert(.isInjected)
        return (leg(from, service, transport), leg(service, to, transport))
    }

    private mutating func leg(_ from: Int, _ to: Int, _ transport: LabelValue) -> Int {
        let leg = legs.number(of: SIMD4(UInt32(from), UInt32(to), transport, 0))
        if leg == sums.count { sums.append(EdgeSums()) }
        return leg
    }

    private mutating func injectedService(from source: Int, to destination: Int) -> Int? {
        guard options.injectsServices || options.type == .service else { return nil }
        let service = Endpoint(ends[destination]).service
        guard service.isKnown, !service.is(.passthrough), !draft.nodes[endNodes[destination]].isService,
            !isWaypoint[source], !isWaypoint[destination]
        else { return nil }
        if serviceNodes[destination] < 0 {
            serviceNodes[destination] = node(of: Endpoint(ends[destination]).serviceOnly) ?? -1
        }
        return serviceNodes[destination] >= 0 ? serviceNodes[destination] : nil
    }

    /// One of the two is mostly that of the row before.
    private mutating func ends(of sample: TrafficSample) -> (source: Int, destination: Int) {
        let (source, destination) = (sample.source.tuple, sample.destination.tuple)
        if recent.source.tuple != source {
            recent.source = RecentEnd(tuple: source, number: end(sample.source))
        }
        if recent.destination.tuple != destination {
            recent.destination = RecentEnd(tuple: destination, number: end(sample.destination))
        }
        return (recent.source.number, recent.destination.number)
    }

    private mutating func end(_ end: Endpoint) -> Int {
        let number = ends.number(of: end.tuple)
        guard number == endNodes.count else { return number }
        // A proxy of a whole namespace is no application, whatever it is labelled.
        let name = WorkloadName(namespace: texts[end.namespace], name: texts[end.workload])
        let isWaypoint = waypoints?.contains(name) ?? false
        var end = end
        if isWaypoint { end.app = 0 }
        let node = node(of: end) ?? -1
        endNodes.append(node)
        serviceNodes.append(-1)
        self.isWaypoint.append(isWaypoint)
        if isWaypoint, node >= 0 { draft.nodes[node].flags.insert(.isWaypoint) }
        return number
    }

    mutating func node(of end: Endpoint) -> Int? {
        guard let key = NodeKey(end, type: options.type) else { return nil }
        let number = nodeKeys.number(of: key.tuple)
        if number == keyNodes.count {
            let id = key.id(texts)
            let node = nodesByID[id] ?? draft.nodes.count
            if node == draft.nodes.count { draft.nodes.append(GraphDraft.Node(key, id: id, of: end)) }
            nodesByID[id] = node
            keyNodes.append(node)
        }
        let node = keyNodes[number]
        if end.workload.isKnown { draft.nodes[node].workloads.insert(SIMD2(end.namespace, end.workload)) }
        return node
    }

    // MARK: - Namespaces

    /// Draws each leg as one namespace has it: that of its source, if it is among those that have it, otherwise the first by name. Each node gets
    /// what its own namespace tells of what comes in.
    private mutating func merge() {
        var drawn = DrawnLegs(legs: legs.count)
        for entry in told() {
            let (namespace, identity) = (Int(entries[entry][0]), Int(entries[entry][1]))
            let path = pathLegs[Int(identities[identity][1])]
            for leg in [path.first, path.second] where leg >= 0 {
                drawn.add(identity: identity, rate: entryRate[entry], leg: leg, namespace: namespace)
            }
        }
        for leg in 0..<legs.count { draw(leg, drawn) }
        for edge in draft.edges.indices {
            let transport = TrafficProtocol(draft.edges[edge].transport, texts)
            draft.nodes[draft.edges[edge].source].rates.addOut(draft.edges[edge].rates.total, transport)
        }
        addServedWorkloads()
        removeUntouched()
    }

    /// Rows of namespaces that were not chosen have made nodes too.
    private mutating func removeUntouched() {
        var isTouched = [Bool](repeating: false, count: draft.nodes.count)
        for edge in draft.edges.indices {
            isTouched[draft.edges[edge].source] = true
            isTouched[draft.edges[edge].target] = true
        }
        for node in draft.nodes.indices where !isTouched[node] { draft.nodes[node].isRemoved = true }
    }

    /// The entries that count. A proxy of the node (ztunnel) and one beside the workload may both report the same bytes in the same query: Kiali
    /// takes the first that comes, we the larger.
    private func told() -> [Int] {
        var best = TupleTable<SIMD8<UInt32>>()
        var chosen: [Int] = []
        var others: [Int] = []
        for entry in 0..<entries.count {
            var identity = identities[Int(entries[entry][1])]
            guard identity[5] != 0 else {
                others.append(entry)
                continue
            }
            identity[5] = 0
            identity[6] = entries[entry][0] + 1
            let number = best.number(of: identity)
            if number == chosen.count {
                chosen.append(entry)
            } else if (entryPass[entry], -entryRate[entry]) < (entryPass[chosen[number]], -entryRate[chosen[number]]) {
                chosen[number] = entry
            }
        }
        return others + chosen
    }

    private mutating func draw(_ leg: Int, _ drawn: DrawnLegs) {
        let (source, target, transport) = (Int(legs[leg][0]), Int(legs[leg][1]), legs[leg][2])
        let own = drawn.copy(of: leg, in: scope.place(of: draft.nodes[source].key.namespace))
        guard let copy = own ?? drawn.first(of: leg) else { return }
        var edge = GraphDraft.Edge(source: source, target: target, transport: transport, sums: sums[leg])
        let isVersioned = !transport.is(.tcp) && (draft.nodes[target].isService || options.type == .app)
        for (identity, rate) in drawn.rates[copy] {
            let tuple = identities[identity]
            if isVersioned { addVersion(rate, tuple, to: target, transport) }
            edge.rates.add(rate, code: tuple[2], transport: transport, texts)
            if rate > 0 {
                edge.cells.append(GraphDraft.Cell(code: tuple[2], flags: tuple[3], host: tuple[4], rate: rate))
            }
        }
        draft.edges.append(edge)
        addIn(edge, drawn, leg, copy)
    }

    /// A service is asked for, and one of its versions answers.
    private mutating func addVersion(_ rate: Double, _ identity: SIMD8<UInt32>, to node: Int, _ transport: LabelValue) {
        let version = Endpoint(ends[Int(paths[Int(identity[1])][1])]).version
        guard version.isKnown, rate > 0 else { return }
        draft.nodes[node].versions[version, default: EdgeRates()].add(
            rate, code: identity[2], transport: transport, texts)
    }

    private mutating func addIn(_ edge: GraphDraft.Edge, _ drawn: DrawnLegs, _ leg: Int, _ copy: Int) {
        let transport = TrafficProtocol(edge.transport, texts)
        let own = drawn.copy(of: leg, in: scope.place(of: draft.nodes[edge.target].key.namespace))
        guard let own, own != copy else { return draft.nodes[edge.target].rates.addIn(edge.rates, transport) }
        var rates = EdgeRates()
        for (identity, rate) in drawn.rates[own] {
            rates.add(rate, code: identities[identity][2], transport: edge.transport, texts)
        }
        draft.nodes[edge.target].rates.addIn(rates, transport)
    }

    /// A service stands for the workloads that serve it, so that members are found at it.
    private mutating func addServedWorkloads() {
        for edge in draft.edges.indices where draft.nodes[draft.edges[edge].source].flags.contains(.isInjected) {
            let served = draft.nodes[draft.edges[edge].target].workloads
            draft.nodes[draft.edges[edge].source].workloads.formUnion(served)
        }
    }
}

// MARK: - Durations and bytes

extension TrafficFold {
    /// Adds to each leg what the rows of other metrics tell of it.
    private mutating func decorate() {
        if options.edgeValues.contains(.mtls) { addPrincipals() }
        for metric in [TelemetryMetric.durationSum, .durationCount, .responseBytes, .durationBuckets] {
            guard let vector = telemetry.vector(metric), let rows = TrafficRows(vector, texts: texts) else { continue }
            let column = metric.columns.firstIndex(of: .bucket)
            for row in 0..<rows.count where vector.values[row].isPlausibleRate {
                guard let sample = rows.sample(row), let path = knownPath(of: sample) else { continue }
                let isDestination = scope.isReportedByDestination(sample)
                guard isDestination || sample.reporter.is(.source) else { continue }
                let place = column.map { bounds.places[rows.value($0, of: row)] } ?? 0
                guard let place else { continue }
                for leg in [pathLegs[path].first, pathLegs[path].second] where leg >= 0 {
                    sums[leg].add(vector.values[row], of: metric, place: place, isDestination: isDestination)
                }
            }
        }
    }

    private mutating func addPrincipals() {
        for metric in [TelemetryMetric.principals, .bytePrincipals] {
            guard let vector = telemetry.vector(metric), let rows = TrafficRows(vector, texts: texts),
                let column = metric.columns.firstIndex(of: .sourcePrincipal)
            else { continue }
            for row in 0..<rows.count where vector.values[row].isPlausibleRate {
                guard let sample = rows.sample(row), let path = knownPath(of: sample) else { continue }
                let pair = SIMD2(rows.value(column, of: row), rows.value(column + 1, of: row))
                guard pair[0].isKnown || pair[1].isKnown else { continue }
                let isDestination = scope.isReportedByDestination(sample)
                for leg in [pathLegs[path].first, pathLegs[path].second] where leg >= 0 {
                    sums[leg].principals[pair, default: EdgeSums.Reported()].add(
                        vector.values[row], isDestination: isDestination)
                }
            }
        }
    }

    private func knownPath(of sample: TrafficSample) -> Int? {
        guard let source = ends.known(sample.source.tuple), let destination = ends.known(sample.destination.tuple)
        else { return nil }
        return paths.known(SIMD4(UInt32(source), UInt32(destination), sample.transport, 0))
    }
}
