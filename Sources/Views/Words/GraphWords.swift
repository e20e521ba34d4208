import Model

/// Names and numbers of the service graph, as short as they can be without saying less.
enum GraphWords {
    /// `cart v1`: what a person would call a node.
    static func title(_ node: TrafficNode) -> String { TrafficWords.title(node) }

    /// What an item is called.
    static func title(_ item: DrawnGraph.Item, in graph: ServiceGraph) -> String {
        switch item.kind {
        case .node: title(graph.nodes[item.nodes[0]])
        case .app, .box: item.name
        case .rest: "\(item.nodes.count) more"
        }
    }

    /// What it is, where its name does not tell.
    static func kind(_ node: TrafficNode) -> String? {
        if node.flags.contains(.isWaypoint) { return "waypoint" }
        if node.flags.contains(.isEgressCluster) { return "egress" }
        if node.flags.contains(.isExtension) { return "extension" }
        return switch node.kind {
        case .service: "service"
        case .cluster: "cluster"
        case .unknown: node.flags.contains(.isOutside) ? "outside the mesh" : nil
        case .workload, .app: nil
        }
    }

    /// What is special about it.
    static func badges(_ node: TrafficNode) -> [String] {
        var words: [String] = []
        if node.flags.contains(.isOutside), node.kind != .unknown { words.append("outside") }
        if node.flags.contains(.isInaccessible) { words.append("inaccessible") }
        if node.flags.contains(.isIdle), node.kind != .cluster { words.append("idle") }
        return words
    }

    /// `120/s`, and for bytes `1.2 kB/s`.
    static func perSecond(_ rates: EdgeRates, bytes: Bool) -> String {
        bytes ? self.bytes(rates.total) : requests(rates.total)
    }

    /// `34/s`; what is not nothing is never shown as nothing.
    static func requests(_ rate: Double) -> String {
        guard rate.isFinite, rate > 0 else { return "0/s" }
        return rate < 0.05 ? "<0.1/s" : "\(Format.rate(rate))/s"
    }

    /// `1.2kB/s`.
    static func bytes(_ rate: Double) -> String {
        guard rate.isFinite, rate > 0 else { return "0B/s" }
        var (value, unit) = (rate, 0)
        let units = ["B", "kB", "MB", "GB", "TB", "PB"]
        while value >= 999.5, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
        if value >= 1e6 { return "many \(units[unit])/s" }
        let text = value >= 10 || unit == 0 ? String(Int(value.rounded())) : value.decimals(1)
        return value < 0.5 ? "<1B/s" : "\(text)\(units[unit])/s"
    }

    /// `6.1%`, `<0.1%`.
    static func percent(_ value: Double) -> String {
        guard value.isFinite, value > 0 else { return "0%" }
        if value < 0.05 { return "<0.1%" }
        return value >= 9.95 ? "\(Int(min(value, 1e6).rounded()))%" : "\(value.decimals(1))%"
    }

    /// Seconds as people say them: `88ms`, `1.2s`.
    static func seconds(_ value: Double) -> String {
        guard value.isFinite, value >= 0, value < 1e9 else { return "?" }
        return Format.latency(.milliseconds(Int64((value * 1000).rounded())))
    }

    /// The flags of Envoy that errors carry, the most frequent first: `UF`.
    static func errorFlags(_ edge: TrafficEdge) -> [String] {
        var rates: [String: Double] = [:]
        for response in edge.responses where isError(response.code, edge.protocol) {
            for flag in response.flags where flag.name != "-" && !flag.name.isEmpty {
                rates[flag.name, default: 0] += flag.rate
            }
        }
        return rates.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    }

    private static func isError(_ code: String, _ transport: TrafficProtocol) -> Bool {
        transport == .grpc ? code != "0" && code != "200" : code == "-" || code.hasPrefix("5") || code.hasPrefix("4")
    }
}

/// What several edges drawn as one carry together.
struct EdgeTotals {
    /// Of HTTP and gRPC.
    var requests = EdgeRates()
    var bytes = 0.0
    /// In percent of what the sources send.
    var share = 0.0
    var throughput: Double?
    var mtls: Double?
    /// The longest of each, in seconds, and whether the truth is longer.
    var times: [EdgeValue: (seconds: Double, isClipped: Bool)] = [:]
    var flags: [String] = []

    init(_ edges: [TrafficEdge]) {
        var weight = 0.0
        for edge in edges {
            if edge.protocol == .tcp { bytes += edge.rates.total } else { add(edge.rates) }
            share = max(share, edge.percentOfSource)
            if let value = edge.throughput { throughput = (throughput ?? 0) + value }
            if let value = edge.mtls {
                mtls =
                    ((mtls ?? 0) * weight + value * max(edge.rates.total, 1e-9))
                    / (weight + max(edge.rates.total, 1e-9))
                weight += max(edge.rates.total, 1e-9)
            }
            for flag in GraphWords.errorFlags(edge) where !flags.contains(flag) { flags.append(flag) }
            if let time = edge.responseTime { add(time) }
        }
    }

    private mutating func add(_ rates: EdgeRates) {
        requests.total += rates.total
        requests.noResponse += rates.noResponse
        requests.redirects += rates.redirects
        requests.clientErrors += rates.clientErrors
        requests.serverErrors += rates.serverErrors
        requests.grpcErrors += rates.grpcErrors
    }

    private mutating func add(_ time: ResponseTime) {
        let values: [(EdgeValue, Double?)] = [
            (.average, time.average), (.p50, time.p50), (.p95, time.p95), (.p99, time.p99),
        ]
        for (kind, value) in values {
            guard let value, value > times[kind]?.seconds ?? -1 else { continue }
            times[kind] = (value, time.clipped.contains(kind))
        }
    }

    /// How much travels: `34/s`, `1.2kB/s`, or both.
    var rate: String {
        if bytes <= 0 { return GraphWords.requests(requests.total) }
        return requests.total > 0
            ? "\(GraphWords.requests(requests.total)) \(GraphWords.bytes(bytes))" : GraphWords.bytes(bytes)
    }

    /// What is wrong, briefly: `6.1% UF`.
    var errors: String? {
        guard requests.errors > 0 else { return nil }
        return (["\(GraphWords.percent(requests.percentErrors))"] + flags.prefix(1)).joined(separator: " ")
    }

    /// `88ms`, `>10s` beyond the last bound.
    func time(_ kind: EdgeValue) -> String? {
        times[kind].map { "\($0.isClipped ? ">" : "")\(GraphWords.seconds($0.seconds))" }
    }
}

extension GraphLabel {
    /// What is written on an edge; empty for nothing.
    func text(_ totals: EdgeTotals, _ edge: DrawnGraph.Edge) -> StyledLine {
        switch self {
        case .rate: return rate(totals, edge)
        case .share: return StyledLine(totals.share > 0 ? GraphWords.percent(totals.share) : "")
        case .p50: return time(.p50, totals)
        case .p95: return time(.p95, totals)
        case .p99: return time(.p99, totals)
        case .average: return time(.average, totals)
        case .throughput: return StyledLine(totals.throughput.map(GraphWords.bytes) ?? "")
        case .mtls:
            guard let mtls = totals.mtls else { return .empty }
            return StyledLine("mTLS \(GraphWords.percent(mtls))", mtls < 100 ? .degraded : .plain)
        }
    }

    private func time(_ value: EdgeValue, _ totals: EdgeTotals) -> StyledLine {
        StyledLine(totals.time(value) ?? "")
    }

    /// Where errors matter they stand on the edge instead of the rate, which the words below tell.
    private func rate(_ totals: EdgeTotals, _ edge: DrawnGraph.Edge) -> StyledLine {
        guard edge.level > .healthy, let errors = totals.errors else { return StyledLine(totals.rate) }
        return StyledLine(errors, edge.level.role)
    }

    /// Why nothing of it can be written; `nil` if it can. Times and bytes are asked for once they are wanted.
    func refusal(in graph: ServiceGraph) -> String? {
        guard self == .mtls, !graph.edges.contains(where: { $0.mtls != nil }) else { return nil }
        return "mTLS was not asked for: start meshtop with --edge-values mtls"
    }
}

/// What can be written on one edge: the longest form first, the shortest last.
struct EdgeLabel: Sendable {
    let forms: [StyledLine]

    /// - Parameters:
    ///   - labels: What is wanted, in the order in which it is written.
    ///   - totals: Of the edge.
    ///   - edge: The edge.
    ///   - zone: Local time minus UTC.
    init(_ labels: [GraphLabel], _ totals: EdgeTotals, _ edge: DrawnGraph.Edge, zone: Duration) {
        forms = labels.isEmpty ? [] : Self.forms(labels, totals, edge, zone)
    }

    private static func forms(
        _ labels: [GraphLabel], _ totals: EdgeTotals, _ edge: DrawnGraph.Edge, _ zone: Duration
    ) -> [StyledLine] {
        if let gone = edge.gone {
            let was = "was \(GraphWords.perSecond(gone.rates, bytes: gone.protocol == .tcp))"
            let until = Format.clock(gone.until, zone: zone).prefix(5)
            let rate = was.dropFirst(4)
            return ["\(was) until \(until)", "\(rate) until \(until)", was, "ended"].map { StyledLine($0, .stale) }
        }
        if edge.isIdle { return [StyledLine("idle", .muted)] }
        let parts = labels.map { $0.text(totals, edge) }.filter { !$0.spans.isEmpty }
        return parts.indices.reversed().map { last in
            parts[...last].dropFirst().reduce(parts[0]) { $0 + StyledLine(" ") + $1 }
        }
    }

    var longest: StyledLine { forms.first ?? .empty }

    /// The longest form that a place has room for.
    func form(_ width: Int) -> StyledLine { forms.first { $0.width <= width } ?? forms.last ?? .empty }
}
