// SPDX-License-Identifier: Apache-2.0
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
    /// The `omitted` and the `hidden` of the graph.
    package func fields(_ json: inout JSONWriter) {
        json.field("nodes", nodes)
        json.field("edges", edges)
        json.field("series", series)
    }
}

extension EndedEdge: JSONObject {
    /// An element of the graph's `gone[]`.
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
    /// An element of the graph's `nodes[]`.
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
        json.field("rates", NodeRatesDocument(rates: rates, form: .rounded))
        json.field("exact", NodeRatesDocument(rates: rates, form: .exact))
        json.field("health", health)
        json.field("members", members)
        json.field("signs", signs)
        json.field("versions", versions)
    }
}

extension VersionShare: JSONObject {
    /// An element of a node's `versions[]`.
    package func fields(_ json: inout JSONWriter) {
        json.field("version", version)
        json.field("rate", rate)
        json.field("percent", percent.atLeastOneDecimal)
        json.field("percentErr", percentErrors.atLeastOneDecimal)
    }
}

extension TrafficSign: JSONObject {
    /// An element of `signs[]`.
    package func fields(_ json: inout JSONWriter) {
        json.field("sign", kind)
        json.field("rate", rate)
        json.field("percent", percent?.atLeastOneDecimal)
        json.field("text", text)
    }
}

// MARK: - Rates

/// How rates are printed: as Kiali rounds them, or with all their digits.
private enum RateForm {
    case rounded
    case exact

    /// Writes a rate, with two decimals or as many as it takes to show a digit; nothing for none.
    func write(_ name: StaticString, _ value: Double, decimals: Int = 2, to json: inout JSONWriter) {
        guard value > 0 else { return }
        json.field(name, self == .exact ? value : value.shown(decimals: decimals))
    }
}

private struct NodeRatesDocument: JSONObject {
    let rates: NodeRates
    let form: RateForm

    func fields(_ json: inout JSONWriter) {
        form.write("grpcIn", rates.grpcIn, to: &json)
        form.write("grpcInErr", rates.grpcInErr, to: &json)
        form.write("grpcInNoResponse", rates.grpcInNoResponse, to: &json)
        form.write("grpcOut", rates.grpcOut, to: &json)
        form.write("httpIn", rates.httpIn, to: &json)
        form.write("httpIn3xx", rates.httpIn3xx, to: &json)
        form.write("httpIn4xx", rates.httpIn4xx, to: &json)
        form.write("httpIn5xx", rates.httpIn5xx, to: &json)
        form.write("httpInNoResponse", rates.httpInNoResponse, to: &json)
        form.write("httpOut", rates.httpOut, to: &json)
        form.write("tcpIn", rates.tcpIn, to: &json)
        form.write("tcpOut", rates.tcpOut, to: &json)
    }
}

private struct EdgeRatesDocument: JSONObject {
    let edge: TrafficEdge
    let form: RateForm

    func fields(_ json: inout JSONWriter) {
        let rates = edge.rates
        switch edge.protocol {
        case .grpc:
            form.write("grpc", rates.total, to: &json)
            form.write("grpcErr", rates.grpcErrors, to: &json)
            form.write("grpcNoResponse", rates.noResponse, to: &json)
            form.write("grpcPercentErr", rates.percentErrors, decimals: 1, to: &json)
            form.write("grpcPercentReq", edge.percentOfSource, decimals: 1, to: &json)
        case .http:
            form.write("http", rates.total, to: &json)
            form.write("http3xx", rates.redirects, to: &json)
            form.write("http4xx", rates.clientErrors, to: &json)
            form.write("http5xx", rates.serverErrors, to: &json)
            form.write("httpNoResponse", rates.noResponse, to: &json)
            form.write("httpPercentErr", rates.percentErrors, decimals: 1, to: &json)
            form.write("httpPercentReq", edge.percentOfSource, decimals: 1, to: &json)
        case .tcp: form.write("tcp", rates.total, to: &json)
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
        json.field("rates", EdgeRatesDocument(edge: edge, form: .rounded))
        json.field("exact", EdgeRatesDocument(edge: edge, form: .exact))
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
    /// The `responseTime` of an edge.
    package func fields(_ json: inout JSONWriter) {
        json.field("avg", average)
        json.field("p50", p50)
        json.field("p95", p95)
        json.field("p99", p99)
        json.field("clipped", EdgeValue.allCases.filter(clipped.contains))
    }
}

extension ReporterGap: JSONObject {
    /// The `reporterGap` of an edge.
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
    /// The `waypoint` of an edge.
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
