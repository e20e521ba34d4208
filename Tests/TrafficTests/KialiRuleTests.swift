// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Model

/// Each rule by which Kiali makes nodes and edges of samples (`istio.go`, `util.go`, `types.go`, `common.go`): rows, and what becomes of them.
@Suite("Kiali's rules, one by one") struct KialiRuleTests {
    struct Rule: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var type: GraphType
        var change: @Sendable (inout GraphOptions) -> Void
        var rows: @Sendable (inout TelemetryScript) -> Void
        var edges: [String]

        init(
            _ name: String, _ type: GraphType = .workload,
            options change: @escaping @Sendable (inout GraphOptions) -> Void = { _ in },
            edges: [String], rows: @escaping @Sendable (inout TelemetryScript) -> Void
        ) {
            (testDescription, self.type, self.change, self.rows, self.edges) = (name, type, change, rows, edges)
        }
    }

    @Test(arguments: samples + identities + injections + services)
    func rule(_ rule: Rule) {
        var script = TelemetryScript()
        rule.rows(&script)
        #expect(script.graph(rule.type, rule.change).lines == rule.edges)
    }

    /// Bytes that one end sends to another, as both proxies tell.
    private static func bytes(
        _ script: inout TelemetryScript, _ from: String, _ to: String, sent: Double = 0, received: Double = 0,
        _ more: [TelemetryLabel: String] = [:]
    ) {
        for reporter in ["source", "destination"] {
            let labels = TelemetryScript.ends(from, to).merging([.reporter: reporter]) { $1 }.merging(more) { $1 }
            // Istio counts from the proxy's side.
            if sent > 0 { script.row(.tcpReceived, sent, labels) }
            if received > 0 { script.row(.tcpSent, received, labels) }
        }
    }

    private static let plain = "wl_east_shop_web-v1|wl_east_shop_cart-v1|http 1.0"

    // MARK: - From sample to edge

    private static let samples: [Rule] = [
        Rule(
            "a source without workload is kept if its app is known", .app,
            edges: ["app_east_shop_web|app_east_shop_cart|http 1.0"]
        ) {
            $0.requests("shop/web-v1", "shop/cart-v1", 1, [.sourceWorkload: "unknown"])
        },
        Rule("a source in a namespace is dropped if neither workload nor app is known", edges: []) {
            $0.requests("shop/web-v1", "shop/cart-v1", 1, [.sourceWorkload: "unknown", .sourceApp: "unknown"])
        },
        Rule("a source in a namespace is dropped if its cluster is told and unknown", edges: []) {
            $0.requests("shop/web-v1", "shop/cart-v1", 1, [.sourceCluster: "unknown"])
        },
        Rule(
            "a source whose cluster is not told is in the unknown one",
            edges: ["wl_unknown_shop_web-v1|wl_east_shop_cart-v1|http 1.0"]
        ) { $0.requests("shop/web-v1", "shop/cart-v1", 1, [.sourceCluster: ""]) },
        Rule("a destination without cluster is in that of the source", edges: [plain]) {
            $0.requests("shop/web-v1", "shop/cart-v1", 1, [.destinationCluster: "unknown"])
        },
        Rule("and is dropped if that is not known either", edges: []) {
            $0.requests(nil, "shop/cart-v1", 1, by: ["destination"], [.destinationCluster: "unknown"])
        },
        Rule("an address in place of a service is dropped, with a port or without", edges: []) {
            for host in ["10.1.2.3", "10.1.2.3:8080"] {
                $0.requests(
                    "shop/web-v1", nil, 1, by: ["source"], [.destinationService: host, .destinationServiceName: host])
            }
        },
        Rule(
            "a host that only looks like an address is one",
            edges: ["wl_east_shop_web-v1|svc_unknown_unknown_10.1.2.3.nip.io|http 1.0"]
        ) {
            let host = "10.1.2.3.nip.io"
            $0.requests(
                "shop/web-v1", nil, 1, by: ["source"], [.destinationService: host, .destinationServiceName: host])
        },
        Rule("a protocol that is not told is none, and so is no edge", edges: []) {
            $0.requests("shop/web-v1", "shop/cart-v1", 1, [.requestProtocol: ""])
        },
        Rule(
            "requests of gRPC are left out where messages are counted", options: { $0.rates.grpc = .sent },
            edges: [plain]
        ) {
            $0.requests("shop/web-v1", "shop/cart-v1", 1)
            $0.requests("shop/web-v1", "shop/cart-v1", 1, [.requestProtocol: "grpc"])
        },
        Rule("requests of HTTP are left out where they are not wanted", options: { $0.rates.http = .none }, edges: []) {
            $0.requests("shop/web-v1", "shop/cart-v1", 1)
        },
        Rule(
            "messages are of gRPC, both directions where both are wanted", options: { $0.rates.grpc = .total },
            edges: ["wl_east_shop_web-v1|wl_east_shop_cart-v1|grpc 5.0"]
        ) {
            for reporter in ["source", "destination"] {
                let labels = TelemetryScript.ends("shop/web-v1", "shop/cart-v1").merging([.reporter: reporter]) { $1 }
                $0.row(.requestMessages, 2, labels)
                $0.row(.responseMessages, 3, labels)
            }
        },
        Rule(
            "bytes that the client sends are those that the proxy received",
            edges: ["wl_east_shop_web-v1|wl_east_shop_db|tcp 7.0"]
        ) {
            bytes(&$0, "shop/web-v1", "shop/db", sent: 7, received: 90)
        },
        Rule(
            "and the other way round", options: { $0.rates.tcp = .received },
            edges: ["wl_east_shop_web-v1|wl_east_shop_db|tcp 90.0"]
        ) { bytes(&$0, "shop/web-v1", "shop/db", sent: 7, received: 90) },
        Rule(
            "HTTP and TCP between the same two are two edges",
            edges: [plain, "wl_east_shop_web-v1|wl_east_shop_cart-v1|tcp 7.0"]
        ) {
            $0.requests("shop/web-v1", "shop/cart-v1", 1)
            bytes(&$0, "shop/web-v1", "shop/cart-v1", sent: 7)
        },
        Rule(
            "a flag or a code that one side alone tells is added",
            edges: ["wl_east_shop_web-v1|wl_east_shop_cart-v1|http 3.5"]
        ) {
            $0.requests("shop/web-v1", "shop/cart-v1", 2)
            $0.requests("shop/web-v1", "shop/cart-v1", 1, by: ["source"], [.responseFlags: "DC", .responseCode: "0"])
            $0.requests("shop/web-v1", "shop/cart-v1", 0.5, by: ["destination"], [.responseCode: "500"])
        },
        Rule(
            "two hosts for one workload are added",
            edges: ["wl_east_shop_web-v1|wl_east_shop_cart-v1|http 3.0"]
        ) {
            $0.requests("shop/web-v1", "shop/cart-v1", 2)
            $0.requests("shop/web-v1", "shop/cart-v1", 1, [.destinationService: "alias.shop.svc.cluster.local"])
        },
        Rule("what the source tells alone is drawn", edges: [plain]) {
            $0.requests("shop/web-v1", "shop/cart-v1", 1, by: ["source"])
        },
        Rule(
            "a gateway into an ambient namespace is told by the source alone", options: { $0.namespaces = ["shop"] },
            edges: [
                "wl_east_istio-system_gateway|wl_east_shop_web-v1|http 4.0",
                "wl_east_shop_web-v1|wl_east_shop_cart-v1|http 2.0",
            ]
        ) {
            $0.requests("istio-system/gateway", "shop/web-v1", 4, by: ["source"])
            $0.requests("shop/web-v1", "shop/cart-v1", 2, by: ["waypoint"])
        },
        Rule(
            "and with sidecars it is not", options: { $0.namespaces = ["shop"] },
            edges: ["wl_east_shop_web-v1|wl_east_shop_cart-v1|http 2.0"]
        ) {
            $0.requests("istio-system/gateway", "shop/web-v1", 4, by: ["source"])
            $0.requests("shop/web-v1", "shop/cart-v1", 2)
        },
        Rule(
            "waypoints' reports are left out where they are not wanted", options: { $0.rates.ambient = .ztunnel },
            edges: []
        ) {
            $0.requests("shop/web-v1", "shop/cart-v1", 2, by: ["waypoint"])
        },
    ]

    // MARK: - Identity

    private static let identities: [Rule] = [
        Rule(
            "who sends no metadata is one node for each cluster",
            edges: ["unknown_unknown_source|wl_east_shop_cart-v1|http 1.0"]
        ) {
            $0.requests(nil, "shop/cart-v1", 1, by: ["destination"])
        },
        Rule(
            "who is reached and unknown is an unknown service",
            edges: ["wl_east_shop_web-v1|svc_unknown_unknown_unknown|http 1.0"]
        ) {
            $0.requests("shop/web-v1", nil, 1, by: ["source"])
        },
        Rule(
            "an app without a workload and with a version", .versionedApp,
            edges: ["vapp_east_shop_web-v1|vapp_east_shop_cart_v2|http 1.0"]
        ) {
            $0.requests("shop/web-v1", "shop/cart-v2", 1, [.destinationWorkload: "unknown"])
        },
        Rule(
            "an app without a workload and without a version", .versionedApp,
            edges: ["vapp_east_shop_web-v1|app_east_shop_cart|http 1.0"]
        ) {
            $0.requests(
                "shop/web-v1", "shop/cart-v2", 1, [.destinationWorkload: "unknown", .destinationVersion: "latest"])
        },
        Rule("a workload without an app", .app, edges: ["app_east_shop_web|wl_east_shop_cart-v1|http 1.0"]) {
            $0.requests("shop/web-v1", "shop/cart-v1", 1, [.destinationApp: "unknown"])
        },
        Rule(
            "an app is one node, whatever its workloads and versions", .app,
            edges: ["app_east_shop_web|app_east_shop_cart|http 3.0"]
        ) {
            $0.requests("shop/web-v1", "shop/cart-v1", 1)
            $0.requests("shop/web-v2", "shop/cart-v2", 2)
        },
        Rule("a service where no workload is known", .app, edges: ["app_east_shop_web|svc_east_pay_card|http 1.0"]) {
            $0.requests("shop/web-v1", nil, 1, by: ["source"], service: "card", serviceNamespace: "pay")
        },
        Rule("clusters of a mesh are told apart", edges: ["wl_east_shop_web-v1|wl_west_shop_cart-v1|http 1.0"]) {
            $0.requests("shop/web-v1", "shop/cart-v1", 1, [.destinationCluster: "west"])
        },
    ]

    // MARK: - Injected services

    private static let injections: [Rule] = [
        Rule(
            "a service stands between", options: { $0.injectsServices = true },
            edges: [
                "svc_east_shop_cart|wl_east_shop_cart-v1|http 1.0", "wl_east_shop_web-v1|svc_east_shop_cart|http 1.0",
            ]
        ) { $0.requests("shop/web-v1", "shop/cart-v1", 1) },
        Rule("not where none is known", options: { $0.injectsServices = true }, edges: [plain]) {
            $0.requests("shop/web-v1", "shop/cart-v1", 1, [.destinationServiceName: "unknown"])
        },
        Rule("not for what passes through", options: { $0.injectsServices = true }, edges: [plain]) {
            $0.requests("shop/web-v1", "shop/cart-v1", 1, [.destinationServiceName: "PassthroughCluster"])
        },
        Rule(
            "not where the destination is a service already", options: { $0.injectsServices = true },
            edges: ["wl_east_shop_web-v1|svc_east_pay_card|http 1.0"]
        ) { $0.requests("shop/web-v1", nil, 1, by: ["source"], service: "card", serviceNamespace: "pay") },
        Rule(
            "not at waypoints", options: { $0.injectsServices = true },
            edges: ["wl_east_shop_web-v1|wl_east_shop_waypoint|tcp 7.0"]
        ) {
            bytes(&$0, "shop/web-v1", "shop/waypoint", sent: 7, [.app: "ztunnel"])
        },
    ]

    // MARK: - The service graph

    private static let services: [Rule] = [
        Rule(
            "workloads are left out, but for those where traffic begins", .service,
            edges: [
                "svc_east_shop_cart|svc_east_shop_db|http 1.0", "wl_east_shop_web-v1|svc_east_shop_cart|http 2.0",
            ]
        ) {
            $0.requests("shop/web-v1", "shop/cart-v1", 2)
            $0.requests("shop/cart-v1", "shop/db-v1", 1)
        },
        Rule(
            "what the workloads of a service send is added", .service,
            edges: [
                "svc_east_shop_cart|svc_east_shop_db|http 3.0", "wl_east_shop_web-v1|svc_east_shop_cart|http 4.0",
            ]
        ) {
            $0.requests("shop/web-v1", "shop/cart-v1", 2)
            $0.requests("shop/web-v1", "shop/cart-v2", 2)
            $0.requests("shop/cart-v1", "shop/db-v1", 1)
            $0.requests("shop/cart-v2", "shop/db-v1", 2)
        },
        Rule("a root that leads to no service is left out", .service, edges: []) {
            $0.requests("shop/web-v1", "shop/cart-v1", 2, [.destinationServiceName: "unknown"])
        },
        Rule(
            "a service that calls itself through its workload has an edge to itself", .service,
            edges: [
                "svc_east_shop_cart|svc_east_shop_cart|http 1.0", "wl_east_shop_web-v1|svc_east_shop_cart|http 2.0",
            ]
        ) {
            $0.requests("shop/web-v1", "shop/cart-v1", 2)
            $0.requests("shop/cart-v1", "shop/cart-v1", 1)
        },
        Rule(
            "protocols stay apart", .service,
            edges: [
                "svc_east_shop_cart|svc_east_shop_db|http 1.0", "svc_east_shop_cart|svc_east_shop_db|tcp 7.0",
                "wl_east_shop_web-v1|svc_east_shop_cart|http 2.0",
            ]
        ) {
            $0.requests("shop/web-v1", "shop/cart-v1", 2)
            $0.requests("shop/cart-v1", "shop/db-v1", 1)
            bytes(&$0, "shop/cart-v1", "shop/db-v1", sent: 7)
        },
    ]

    // MARK: - Codes

    @Test(
        "a code counts in the class that Kiali gives it",
        arguments: [
            ("http", "200", "", [1.0, 0, 0, 0, 0, 0]), ("http", "0", "", [1, 1, 0, 0, 0, 0]),
            ("http", "", "", [1, 0, 0, 0, 0, 0]), ("http", "301", "", [1, 0, 1, 0, 0, 0]),
            ("http", "404", "", [1, 0, 0, 1, 0, 0]), ("http", "503", "", [1, 0, 0, 0, 1, 0]),
            ("http", "200", "14", [1, 0, 0, 0, 0, 0]), ("grpc", "200", "0", [1, 0, 0, 0, 0, 0]),
            ("grpc", "200", "14", [1, 0, 0, 0, 0, 1]), ("grpc", "200", "", [1, 0, 0, 0, 0, 0]),
            ("grpc", "503", "0", [1, 0, 0, 0, 0, 1]), ("grpc", "0", "0", [1, 1, 0, 0, 0, 0]),
            ("grpc", "404", "", [1, 0, 0, 0, 0, 1]), ("grpc", "302", "", [1, 0, 0, 0, 0, 0]),
            ("grpc", "", "14", [1, 0, 0, 0, 0, 1]),
        ])
    func codes(transport: String, code: String, status: String, classes: [Double]) {
        var script = TelemetryScript()
        script.requests(
            "shop/web-v1", "shop/cart-v1", 1,
            [.requestProtocol: transport, .responseCode: code, .grpcStatus: status])
        let rates = script.graph().edges[0].rates
        #expect(
            [
                rates.total, rates.noResponse, rates.redirects, rates.clientErrors, rates.serverErrors,
                rates.grpcErrors,
            ] == classes)
    }

    @Test("messages of a stream have no code: none is an error, and none is without an answer")
    func messages() {
        var script = TelemetryScript()
        script.row(
            .requestMessages, 2,
            TelemetryScript.ends("shop/web-v1", "shop/cart-v1").merging([.reporter: "source"]) { $1 })
        let graph = script.graph { $0.rates.grpc = .sent }
        #expect(graph.edges[0].rates.errors == 0 && graph.edges[0].health.level == .healthy)
        #expect(graph.edges[0].responses.map(\.code) == ["-"])
        #expect(graph.edges[0].responses[0].flags == [])
        #expect(graph.node("wl_east_shop_cart-v1")?.rates.grpcInNoResponse == 0)
    }

    // MARK: - Flags

    @Test("namespaces that were not chosen are outside, and what nobody can look into is inaccessible")
    func flags() {
        var script = TelemetryScript()
        script.requests(nil, "shop/web-v1", 1, by: ["destination"])
        script.requests("shop/web-v1", "pay/card-v1", 1)
        script.requests("old/job-v1", "other/db-v1", 1)
        script.requests("shop/web-v1", nil, 1, by: ["source"])
        script.requests(
            "shop/web-v1", nil, 1, by: ["source"],
            [.destinationService: "bank.example.com", .destinationServiceName: "PassthroughCluster"])
        script.requests(
            "shop/web-v1", "lost/job", 1, by: ["source"],
            [.destinationNamespace: "unknown", .destinationServiceNamespace: "unknown", .destinationCluster: "east"])
        let graph = script.graph { $0.namespaces = ["shop"] }
        let flags = graph.nodes.map { "\($0.id) \($0.flags.map(\.rawValue).sorted().joined(separator: " "))" }
        #expect(
            flags == [
                "svc_unknown_unknown_PassthroughCluster isEgressCluster isInaccessible",
                "svc_unknown_unknown_unknown isInaccessible", "unknown_unknown_source isInaccessible isRoot",
                "wl_east_pay_card-v1 isOutside", "wl_east_shop_web-v1 ", "wl_east_unknown_job isInaccessible",
            ])
    }
}
