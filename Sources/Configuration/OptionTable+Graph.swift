private let shown = Command.live.union([.demo, .config])

extension OptionTable {
    /// The service graph's options. Their words are Kiali's.
    static let graphRows: [OptionRow] = [
        graph(
            .graphType, "graph-type", .choice(["workload", "app", "versionedApp", "service"]), .text("versionedApp"),
            "TYPE", "What a node of the service graph stands for: workload, app, versionedApp or service."),
        graph(.namespace, "namespace", .text, nil, "NS", "Only this namespace; repeatable (none: all).", repeats: true),
        graph(.injectServices, "inject-services", .toggle, .on(false), "", "Draw services as nodes of their own."),
        graph(.idleEdges, "idle-edges", .toggle, .on(false), "", "Keep edges without traffic."),
        graph(
            .httpRate, "http-rate", .choice(["requests", "none"]), .text("requests"), "RATE",
            "How HTTP traffic is counted: requests or none."),
        graph(
            .grpcRate, "grpc-rate", .choice(["requests", "sent", "received", "total", "none"]), .text("requests"),
            "RATE", "How gRPC traffic is counted: requests, messages sent, received or both in total, or none."),
        graph(
            .tcpRate, "tcp-rate", .choice(["sent", "received", "total", "none"]), .text("sent"), "RATE",
            "How TCP traffic is counted: bytes sent, received or both in total, or none."),
        graph(
            .ambient, "ambient", .choice(["total", "waypoint", "ztunnel", "none"]), .text("total"), "WHICH",
            "Which proxies of an ambient mesh are counted: total, waypoint, ztunnel or none."),
        graph(
            .edgeValues, "edge-values", .choices(["p50", "p95", "p99", "avg", "throughput", "mtls"]), nil, "LIST",
            "What else is asked for each edge, joined by commas: p50, p95, p99, avg, throughput, mtls."),
        graph(
            .focus, "focus", .focus, nil, "TYPE:NAMESPACE/NAME",
            "Only the surroundings of this node; TYPE is workload, app or service."),
        graph(
            .hops, "hops", .integer(1...100), .integer(1), "N", "How far the surroundings of --focus reach."),
        graph(
            .memberWorkload, "member-workload", .memberWorkload, nil, "[role:]PATTERN=NAMESPACE/NAME",
            "The workload that members belong to, by role or by host (* being any text), where Prometheus does not tell; "
                + "repeatable.", repeats: true),
        graph(
            .find, "find", .expression, nil, "EXPR",
            "Mark the nodes and edges of which EXPR holds, such as 'rt > 500 or !healthy'; the manual page has the words."
        ),
        graph(.hide, "hide", .expression, nil, "EXPR", "Leave out the nodes and edges of which EXPR holds."),
        OptionRow(
            .at, "at", .time, Command.live.union([.config]), .graph, "TIME",
            "Ask Prometheus for this moment: RFC 3339, or HH:MM[:SS] of today in local time."),
    ]

    private static func graph(
        _ id: OptionID, _ name: String, _ kind: OptionKind, _ value: OptionValue?, _ placeholder: String,
        _ help: String, repeats: Bool = false
    ) -> OptionRow {
        OptionRow(id, name, kind, repeats: repeats, default: value, shown, .graph, placeholder, help)
    }
}
