import Model

extension JSONWriter {
    /// The service graph, in the words of CONTRACT.md.
    mutating func graph(_ graph: ServiceGraph?) {
        guard let graph else { return null() }
        object { writer in
            writer.name("type")
            writer.string(graph.type.rawValue)
            writer.name("window")
            writer.seconds(graph.window)
            writer.name("at")
            writer.time(graph.at)
            writer.name("observedAt")
            writer.time(graph.observedAt)
            writer.name("freshness")
            writer.string(graph.freshness.rawValue)
            writer.name("omitted")
            writer.omitted(graph.omitted)
            writer.name("hidden")
            writer.omitted(graph.hidden)
            writer.name("found")
            writer.found(graph)
            writer.name("gone")
            writer.array(graph.gone) { $0.gone($1) }
            writer.name("notes")
            writer.array(graph.notes) { $0.string($1) }
            writer.name("nodes")
            writer.array(graph.nodes) { $0.node($1) }
            writer.name("edges")
            writer.array(graph.edges) { $0.edge($1, of: graph) }
        }
    }

    private mutating func omitted(_ omitted: ServiceGraph.Omitted) {
        object { writer in
            writer.name("nodes")
            writer.integer(omitted.nodes)
            writer.name("edges")
            writer.integer(omitted.edges)
            writer.name("series")
            writer.integer(omitted.series)
        }
    }

    /// The ids of what `--find` finds, nodes before edges; null without it.
    private mutating func found(_ graph: ServiceGraph) {
        guard let found = graph.found else { return null() }
        let nodes = found.nodes.sorted().map { graph.nodes[$0].id }
        array(nodes + found.edges.sorted().map { graph.id(of: graph.edges[$0]) }) { $0.string($1) }
    }

    private mutating func gone(_ edge: GoneEdge) {
        object { writer in
            writer.name("id")
            writer.string(edge.id)
            writer.name("source")
            writer.string(edge.source)
            writer.name("target")
            writer.string(edge.target)
            writer.name("protocol")
            writer.string(edge.protocol.name)
            writer.name("rate")
            writer.number(edge.rates.total)
            writer.name("percentErr")
            writer.number(edge.rates.percentErrors)
            writer.name("until")
            writer.time(edge.until)
        }
    }

    // MARK: - Nodes

    private mutating func node(_ node: TrafficNode) {
        object { writer in
            writer.name("id")
            writer.string(node.id)
            writer.name("nodeType")
            writer.string(node.kind.rawValue)
            writer.place(node)
            writer.name("flags")
            writer.array(TrafficNode.Flag.allCases.filter(node.flags.contains)) { $0.string($1.rawValue) }
            writer.name("rates")
            writer.rates(node.rates, isExact: false)
            writer.name("exact")
            writer.rates(node.rates, isExact: true)
            writer.name("health")
            writer.health(node.health)
            writer.name("members")
            writer.array(node.members) { $0.string($1.text) }
            writer.signs(node.signs)
            writer.versions(node.versions)
        }
    }

    private mutating func place(_ node: TrafficNode) {
        name("cluster")
        string(node.cluster)
        name("namespace")
        string(node.namespace)
        name("workload")
        string(node.workload)
        name("app")
        string(node.app)
        name("version")
        string(node.version)
        name("service")
        string(node.service)
    }

    private mutating func rates(_ rates: NodeRates, isExact: Bool) {
        object { writer in
            writer.rate("grpcIn", rates.grpcIn, isExact)
            writer.rate("grpcInErr", rates.grpcInErr, isExact)
            writer.rate("grpcInNoResponse", rates.grpcInNoResponse, isExact)
            writer.rate("grpcOut", rates.grpcOut, isExact)
            writer.rate("httpIn", rates.httpIn, isExact)
            writer.rate("httpIn3xx", rates.httpIn3xx, isExact)
            writer.rate("httpIn4xx", rates.httpIn4xx, isExact)
            writer.rate("httpIn5xx", rates.httpIn5xx, isExact)
            writer.rate("httpInNoResponse", rates.httpInNoResponse, isExact)
            writer.rate("httpOut", rates.httpOut, isExact)
            writer.rate("tcpIn", rates.tcpIn, isExact)
            writer.rate("tcpOut", rates.tcpOut, isExact)
        }
    }

    /// A rate, two decimals or as many as show a digit; nothing for none.
    private mutating func rate(_ name: StaticString, _ value: Double, _ isExact: Bool, decimals: Int = 2) {
        guard value > 0 else { return }
        self.name(name)
        number(isExact ? value : value.shown(decimals: decimals))
    }

    // MARK: - Edges

    private mutating func edge(_ edge: TrafficEdge, of graph: ServiceGraph) {
        object { writer in
            writer.name("id")
            writer.string(graph.id(of: edge))
            writer.name("source")
            writer.string(graph.nodes[edge.source].id)
            writer.name("target")
            writer.string(graph.nodes[edge.target].id)
            writer.name("protocol")
            writer.string(edge.protocol.name)
            writer.name("rates")
            writer.rates(edge, isExact: false)
            writer.name("exact")
            writer.rates(edge, isExact: true)
            writer.name("responses")
            writer.responses(edge)
            writer.decorations(edge)
        }
    }

    private mutating func decorations(_ edge: TrafficEdge) {
        name("responseTime")
        responseTime(edge.responseTime)
        name("throughput")
        number(edge.throughput?.shown(decimals: 0))
        name("mtls")
        number(edge.mtls?.rounded(decimals: 1))
        name("health")
        health(edge.health)
        name("reporterGap")
        gap(edge.gap)
        name("notes")
        array(edge.notes) { $0.string($1) }
        signs(edge.signs)
        principals(edge.principals)
        waypoint(edge.waypoint)
    }

    private mutating func rates(_ edge: TrafficEdge, isExact: Bool) {
        let rates = edge.rates
        object { writer in
            switch edge.protocol {
            case .grpc:
                writer.rate("grpc", rates.total, isExact)
                writer.rate("grpcErr", rates.grpcErrors, isExact)
                writer.rate("grpcNoResponse", rates.noResponse, isExact)
                writer.rate("grpcPercentErr", rates.percentErrors, isExact, decimals: 1)
                writer.rate("grpcPercentReq", edge.percentOfSource, isExact, decimals: 1)
            case .http:
                writer.rate("http", rates.total, isExact)
                writer.rate("http3xx", rates.redirects, isExact)
                writer.rate("http4xx", rates.clientErrors, isExact)
                writer.rate("http5xx", rates.serverErrors, isExact)
                writer.rate("httpNoResponse", rates.noResponse, isExact)
                writer.rate("httpPercentErr", rates.percentErrors, isExact, decimals: 1)
                writer.rate("httpPercentReq", edge.percentOfSource, isExact, decimals: 1)
            case .tcp: writer.rate("tcp", rates.total, isExact)
            case .other: break
            }
        }
    }

    private mutating func responses(_ edge: TrafficEdge) {
        object { writer in
            for response in edge.responses {
                writer.key(response.code)
                writer.object { writer in
                    writer.name("flags")
                    writer.shares(response.flags, of: edge.rates.total)
                    writer.name("hosts")
                    writer.shares(response.hosts, of: edge.rates.total)
                }
            }
        }
    }

    private mutating func shares(_ shares: [TrafficEdge.Share], of total: Double) {
        object { writer in
            for share in shares where total > 0 {
                writer.key(share.name)
                writer.number((share.rate / total * 100).shown(decimals: 1))
            }
        }
    }

    private mutating func responseTime(_ time: ResponseTime?) {
        guard let time else { return null() }
        object { writer in
            writer.name("avg")
            writer.number(time.average)
            writer.name("p50")
            writer.number(time.p50)
            writer.name("p95")
            writer.number(time.p95)
            writer.name("p99")
            writer.number(time.p99)
            writer.name("clipped")
            writer.array(EdgeValue.allCases.filter(time.clipped.contains)) { $0.string($1.rawValue) }
        }
    }

    private mutating func gap(_ gap: ReporterGap?) {
        guard let gap else { return null() }
        object { writer in
            writer.name("source")
            writer.number(gap.source)
            writer.name("destination")
            writer.number(gap.destination)
            writer.name("percent")
            writer.number(gap.percent.rounded(decimals: 1))
        }
    }
}

extension Double {
    /// Kiali's rounding (`graph/config/common/common.go`, `rateToString`), but that nothing that is more than 0 becomes 0.
    fileprivate func shown(decimals: Int) -> Double { rounded(decimals: max(decimals, leadingDecimals)) }
}
