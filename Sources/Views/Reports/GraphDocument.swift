package import Model

/// The service graph, in the words of CONTRACT.md.
struct GraphDocument: JSONObject {
    private let shown: ShownGraph
    private var graph: ServiceGraph { shown.graph }

    init(_ shown: ShownGraph) { self.shown = shown }

    func fields(_ json: inout JSONWriter) {
        json.field("type", graph.type)
        json.field("window", graph.window)
        json.field("at", graph.at)
        json.field("observedAt", graph.observedAt)
        json.field("freshness", graph.freshness)
        json.field("omitted", graph.omitted)
        json.field("hidden", shown.hidden)
        json.name("found")
        if let found = shown.found { ids(of: found, &json) } else { json.null() }
        json.field("gone", graph.ended.edges)
        json.field("notes", graph.notes)
        json.field("nodes", graph.nodes)
        json.field("edges", graph.edges.lazy.map { EdgeDocument(edge: $0, graph: graph) })
    }

    /// The ids of what `--find` finds, nodes before edges.
    private func ids(of found: FoundElements, _ json: inout JSONWriter) {
        let nodes = found.nodes.sorted().map { graph.nodes[$0].id }
        json.array(nodes + found.edges.sorted().map { graph.id(of: graph.edges[$0]) }) { $0.string($1) }
    }
}

extension ServiceGraph.Omitted: JSONObject {
    package func fields(_ json: inout JSONWriter) {
        json.field("nodes", nodes)
        json.field("edges", edges)
        json.field("series", series)
    }
}

extension EndedEdge: JSONObject {
    package func fields(_ json: inout JSONWriter) {
        json.field("id", id)
        json.field("source", source)
        json.field("target", target)
        json.field("protocol", `protocol`.name)
        json.field("rate", rates.total)
        json.field("percentErr", rates.percentErrors)
        json.field("until", until)
    }
}

extension TrafficNode: JSONObject {
    package func fields(_ json: inout JSONWriter) {
        json.field("id", id)
        json.field("nodeType", kind)
        json.field("cluster", cluster)
        json.field("namespace", namespace)
        json.field("workload", workload)
        json.field("app", app)
        json.field("version", version)
        json.field("service", service)
        json.field("flags", Flag.allCases.filter(flags.contains))
        json.field("rates") { $0.rates(rates, .rounded) }
        json.field("exact") { $0.rates(rates, .exact) }
        json.field("health", health)
        json.field("members", members)
        json.field("signs", signs)
        json.field("versions", versions)
    }
}

extension VersionShare: JSONObject {
    package func fields(_ json: inout JSONWriter) {
        json.field("version", version)
        json.field("rate", rate)
        json.field("percent", percent.atLeastOneDecimal)
        json.field("percentErr", percentErrors.atLeastOneDecimal)
    }
}

extension TrafficSign: JSONObject {
    package func fields(_ json: inout JSONWriter) {
        json.field("sign", kind)
        json.field("rate", rate)
        json.field("percent", percent?.atLeastOneDecimal)
        json.field("text", text)
    }
}

// MARK: - Rates

/// How a rate is printed: as Kiali rounds it, or with all its digits.
private enum RateForm {
    case rounded
    case exact
}

extension JSONWriter {
    /// A rate, with two decimals or as many as it takes to show a digit; nothing for none.
    fileprivate mutating func rate(_ name: StaticString, _ value: Double, _ form: RateForm, decimals: Int = 2) {
        guard value > 0 else { return }
        field(name, form == .exact ? value : value.shown(decimals: decimals))
    }

    fileprivate mutating func rates(_ rates: NodeRates, _ form: RateForm) {
        rate("grpcIn", rates.grpcIn, form)
        rate("grpcInErr", rates.grpcInErr, form)
        rate("grpcInNoResponse", rates.grpcInNoResponse, form)
        rate("grpcOut", rates.grpcOut, form)
        rate("httpIn", rates.httpIn, form)
        rate("httpIn3xx", rates.httpIn3xx, form)
        rate("httpIn4xx", rates.httpIn4xx, form)
        rate("httpIn5xx", rates.httpIn5xx, form)
        rate("httpInNoResponse", rates.httpInNoResponse, form)
        rate("httpOut", rates.httpOut, form)
        rate("tcpIn", rates.tcpIn, form)
        rate("tcpOut", rates.tcpOut, form)
    }

    fileprivate mutating func rates(_ edge: TrafficEdge, _ form: RateForm) {
        let rates = edge.rates
        switch edge.protocol {
        case .grpc:
            rate("grpc", rates.total, form)
            rate("grpcErr", rates.grpcErrors, form)
            rate("grpcNoResponse", rates.noResponse, form)
            rate("grpcPercentErr", rates.percentErrors, form, decimals: 1)
            rate("grpcPercentReq", edge.percentOfSource, form, decimals: 1)
        case .http:
            rate("http", rates.total, form)
            rate("http3xx", rates.redirects, form)
            rate("http4xx", rates.clientErrors, form)
            rate("http5xx", rates.serverErrors, form)
            rate("httpNoResponse", rates.noResponse, form)
            rate("httpPercentErr", rates.percentErrors, form, decimals: 1)
            rate("httpPercentReq", edge.percentOfSource, form, decimals: 1)
        case .tcp: rate("tcp", rates.total, form)
        case .other: break
        }
    }
}

// MARK: - Edges

private struct EdgeDocument: JSONObject {
    let edge: TrafficEdge
    let graph: ServiceGraph

    func fields(_ json: inout JSONWriter) {
        json.field("id", graph.id(of: edge))
        json.field("source", graph.nodes[edge.source].id)
        json.field("target", graph.nodes[edge.target].id)
        json.field("protocol", edge.protocol.name)
        json.field("rates") { $0.rates(edge, .rounded) }
        json.field("exact") { $0.rates(edge, .exact) }
        json.field("responses") { json in
            for response in edge.responses {
                json.key(response.code)
                json.object { responseFields(response, &$0) }
            }
        }
        json.field("responseTime", edge.responseTime)
        json.field("throughput", edge.throughput?.shown(decimals: 0))
        json.field("mtls", edge.mtls?.rounded(decimals: 1))
        json.field("health", edge.health)
        json.field("reporterGap", edge.gap)
        json.field("notes", edge.notes)
        json.field("signs", edge.signs)
        json.field("principals", edge.principals)
        json.field("waypoint", edge.waypoint)
    }

    private func responseFields(_ response: TrafficEdge.Response, _ json: inout JSONWriter) {
        json.field("flags") { shares(response.flags, &$0) }
        json.field("hosts") { shares(response.hosts, &$0) }
    }

    /// Each share in percent of the edge's traffic.
    private func shares(_ shares: [TrafficEdge.Share], _ json: inout JSONWriter) {
        let total = edge.rates.total
        for share in shares where total > 0 {
            json.key(share.name)
            json.number((share.rate / total * 100).shown(decimals: 1))
        }
    }
}

extension ResponseTime: JSONObject {
    package func fields(_ json: inout JSONWriter) {
        json.field("avg", average)
        json.field("p50", p50)
        json.field("p95", p95)
        json.field("p99", p99)
        json.field("clipped", EdgeValue.allCases.filter(clipped.contains))
    }
}

extension ReporterGap: JSONObject {
    package func fields(_ json: inout JSONWriter) {
        json.field("source", source)
        json.field("destination", destination)
        json.field("percent", percent.rounded(decimals: 1))
    }
}

extension EdgePrincipals: JSONObject {
    /// Names only, those with most traffic first.
    package func fields(_ json: inout JSONWriter) {
        json.field("source", source.map(\.name))
        json.field("destination", destination.map(\.name))
    }
}

extension WaypointWay: JSONObject {
    package func fields(_ json: inout JSONWriter) {
        json.field("direction", direction)
        json.field("returned", returned)
    }
}

extension Double {
    /// Kiali's rounding (`graph/config/common/common.go`, `rateToString`), except that nothing above 0 becomes 0.
    fileprivate func shown(decimals: Int) -> Double { rounded(decimals: max(decimals, leadingDecimals)) }

    /// The same with one decimal, as percentages are shown.
    fileprivate var atLeastOneDecimal: Double { shown(decimals: 1) }
}
