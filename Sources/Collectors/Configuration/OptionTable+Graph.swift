private let live = Command.live.union([.config])
private let traffic = "it belongs to the traffic graph, which comes with a later version"

extension OptionTable {
    /// The traffic graph's options. Their words are Kiali's; they are known so that a script gets a clear answer.
    static let graphRows: [OptionRow] = [
        graph(
            .graphType, "graph-type", .choice(["workload", "app", "versionedApp", "service"]), .text("versionedApp"),
            "TYPE", "What a node of the traffic graph stands for."),
        graph(.namespace, "namespace", .text, nil, "NS", "Only this namespace; repeatable (none: all).", repeats: true),
        graph(.injectServices, "inject-services", .toggle, .on(false), "", "Draw services as nodes of their own."),
        graph(.idleEdges, "idle-edges", .toggle, .on(false), "", "Keep edges without traffic."),
        graph(
            .httpRate, "http-rate", .choice(["requests", "none"]), .text("requests"), "RATE",
            "How HTTP traffic is counted."),
        graph(
            .grpcRate, "grpc-rate", .choice(["requests", "sent", "received", "total", "none"]), .text("requests"),
            "RATE",
            "How gRPC traffic is counted."),
        graph(
            .tcpRate, "tcp-rate", .choice(["sent", "received", "total", "none"]), .text("sent"), "RATE",
            "How TCP traffic is counted."),
        graph(
            .ambient, "ambient", .choice(["total", "waypoint", "ztunnel", "none"]), .text("total"), "WHICH",
            "Which proxies of an ambient mesh are counted."),
        graph(
            .edgeValues, "edge-values", .choices(["p50", "p95", "p99", "avg", "throughput", "mtls"]), nil, "LIST",
            "What else is asked for each edge."),
        graph(.focus, "focus", .text, nil, "TYPE:NAMESPACE/NAME", "Only the surroundings of this node."),
        graph(.hops, "hops", .integer(1...100), nil, "N", "How far the surroundings of --focus reach."),
        OptionRow(
            .at, "at", .time, live, .graph, "TIME", "Ask Prometheus for this moment."),
    ]

    private static func graph(
        _ id: OptionID, _ name: String, _ kind: OptionKind, _ value: OptionValue?, _ placeholder: String,
        _ help: String,
        repeats: Bool = false
    ) -> OptionRow {
        OptionRow(
            id, name, kind, repeats: repeats, default: value, live, .graph, placeholder, unavailable: traffic, help)
    }
}
