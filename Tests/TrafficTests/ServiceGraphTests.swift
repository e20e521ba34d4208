// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing
import Traffic

@testable import Model

@Suite("The service graph")
struct ServiceGraphTests {
    @Test("what the destination reports is taken, and what the source reports of it is not added")
    func deduplication() {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/cart-v1", 2, by: ["source"])
        script.requests("shop/web-v1", "shop/cart-v1", 1.5, by: ["destination"])
        #expect(script.graph().lines == ["wl_east_shop_web-v1|wl_east_shop_cart-v1|http 1.5"])
        #expect(script.graph().edges[0].gap == ReporterGap(source: 2, destination: 1.5))
        #expect(script.graph().edges[0].gap?.percent == 25)
    }

    @Test("a code that one side alone reports is added")
    func oneSidedCode() {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/cart-v1", 2)
        script.requests("shop/web-v1", "shop/cart-v1", 1, by: ["source"], [.responseCode: "503", .responseFlags: "UF"])
        let graph = script.graph()
        #expect(graph.lines == ["wl_east_shop_web-v1|wl_east_shop_cart-v1|http 3.0"])
        #expect(graph.edges[0].health.level == .failure)
        #expect(graph.edges[0].health.reasons == ["5xx 33 % of 3/s, UF"])
    }

    @Test("between namespaces the source's own one is drawn, and the target counts what its own one tells")
    func namespacesAreMerged() {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "pay/card-v1", 4, by: ["source"])
        script.requests("shop/web-v1", "pay/card-v1", 3, by: ["destination"])
        let graph = script.graph()
        #expect(graph.lines == ["wl_east_shop_web-v1|wl_east_pay_card-v1|http 4.0"])
        #expect(graph.node("wl_east_pay_card-v1")?.rates.httpIn == 3)
        #expect(graph.node("wl_east_shop_web-v1")?.rates.httpOut == 4)
        let pay = script.graph { $0.namespaces = ["pay"] }
        #expect(pay.lines == ["wl_east_shop_web-v1|wl_east_pay_card-v1|http 3.0"])
        #expect(pay.node("wl_east_shop_web-v1")?.flags == [.isOutside, .isRoot])
    }

    @Test("nodes are told apart by the type of the graph")
    func identity() {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/cart-v1", 1)
        script.requests("shop/web-v1", "shop/cart-v2", 3)
        #expect(
            script.graph(.versionedApp).nodes.map(\.id) == [
                "vapp_east_shop_cart-v1", "vapp_east_shop_cart-v2", "vapp_east_shop_web-v1",
            ])
        #expect(script.graph(.app).lines == ["app_east_shop_web|app_east_shop_cart|http 4.0"])
        #expect(script.graph(.app).node("app_east_shop_cart")?.version == nil)
        #expect(script.graph(.service).lines == ["wl_east_shop_web-v1|svc_east_shop_cart|http 4.0"])
        let injected = script.graph(.versionedApp) { $0.injectsServices = true }
        #expect(
            injected.lines == [
                "svc_east_shop_cart|vapp_east_shop_cart-v1|http 1.0",
                "svc_east_shop_cart|vapp_east_shop_cart-v2|http 3.0",
                "vapp_east_shop_web-v1|svc_east_shop_cart|http 4.0",
            ])
        #expect(injected.edges.map(\.percentOfSource) == [25, 75, 100])
    }

    @Test("a service leads to where the workloads lead that serve it")
    func serviceGraph() {
        var script = TelemetryScript()
        script.requests(nil, "shop/web-v1", 5, by: ["destination"])
        script.requests("shop/web-v1", "shop/cart-v1", 2)
        script.requests("shop/cart-v1", "shop/db-v1", 1)
        #expect(
            script.graph(.service).lines == [
                "svc_east_shop_cart|svc_east_shop_db|http 1.0", "svc_east_shop_web|svc_east_shop_cart|http 2.0",
                "unknown_unknown_source|svc_east_shop_web|http 5.0",
            ])
    }

    @Test("requests that reach nobody lead to the service, from the host's namespace too")
    func unreached() {
        var script = TelemetryScript()
        script.requests(
            "shop/web-v1", nil, 1, by: ["source"], service: "card", serviceNamespace: "pay",
            [.responseCode: "503", .responseFlags: "UH"])
        #expect(script.graph().lines == ["wl_east_shop_web-v1|svc_east_pay_card|http 1.0"])
        #expect(script.graph { $0.namespaces = ["pay"] }.lines == ["wl_east_shop_web-v1|svc_east_pay_card|http 1.0"])
        #expect(script.graph().edges[0].gap == nil)
    }

    @Test("labels that are missing do not lose an edge, but a namespace without anybody in it does")
    func missingLabels() {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/cart-v1", 1, [.sourceApp: "", .sourceVersion: "", .responseFlags: ""])
        script.requests("shop/web-v1", "shop/db-v1", 1, [.sourceApp: "unknown", .sourceWorkload: "unknown"])
        script.requests("shop/web-v1", "shop/db-v1", 1, [.sourceCluster: "unknown"])
        script.requests(
            "shop/web-v1", nil, 1, by: ["source"],
            [.destinationService: "10.0.0.7:80", .destinationServiceName: "10.0.0.7:80"])
        #expect(script.graph().lines == ["wl_east_shop_web-v1|wl_east_shop_cart-v1|http 1.0"])
    }

    @Test("a destination without cluster is taken to be in the source's")
    func lostCluster() {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/cart-v1", 1, [.destinationCluster: "unknown"])
        #expect(script.graph().lines == ["wl_east_shop_web-v1|wl_east_shop_cart-v1|http 1.0"])
    }

    @Test("the egress gateway is found by its host")
    func egress() {
        var script = TelemetryScript()
        let host = TelemetryWord.egressHost.text
        script.requests(
            "shop/web-v1", nil, 1, by: ["source"], [.destinationService: host, .destinationServiceName: host])
        #expect(script.graph().nodes.map(\.id) == ["wl_east_istio-system_istio-egressgateway", "wl_east_shop_web-v1"])
    }

    @Test("the status of gRPC counts, unless the transport failed or nobody answered")
    func grpc() {
        var script = TelemetryScript()
        let grpc: [TelemetryLabel: String] = [.requestProtocol: "grpc"]
        func add(_ more: [TelemetryLabel: String]) {
            script.requests("shop/web-v1", "shop/cart-v1", 1, grpc.merging(more) { $1 })
        }
        add([.grpcStatus: "0"])
        add([.grpcStatus: "14", .responseFlags: "UF"])
        add([.responseCode: "503", .grpcStatus: "14"])
        add([.responseCode: "0", .responseFlags: "DC"])
        let edge = script.graph().edges[0]
        #expect(edge.responses.map(\.code) == ["-", "0", "14", "503"])
        #expect(edge.rates.total == 4)
        #expect(edge.rates.grpcErrors == 2)
        #expect(edge.rates.noResponse == 1)
        #expect(script.graph { $0.rates.grpc = .none }.edges.isEmpty)
    }

    @Test("what the proxy received is what the client sent; both directions are added where both are wanted")
    func tcp() {
        var script = TelemetryScript()
        var labels = TelemetryScript.ends("shop/web-v1", "shop/db-v1")
        for reporter in ["source", "destination"] {
            labels[.reporter] = reporter
            script.row(.tcpReceived, 100, labels)
            script.row(.tcpSent, 30, labels)
        }
        func total(_ rate: TrafficRates.Tcp) -> Double? {
            script.graph { $0.rates.tcp = rate }.edges.first?.rates.total
        }
        #expect(total(.sent) == 100)
        #expect(total(.received) == 30)
        #expect(total(.total) == 130)
        #expect(total(.none) == nil)
        #expect(script.graph().edges[0].health.level == .healthy)
    }

    @Test("a node's own proxy does not count what another one counted")
    func ztunnel() {
        var script = TelemetryScript()
        var labels = TelemetryScript.ends("shop/web-v1", "shop/db-v1")
        labels[.reporter] = "destination"
        for (app, value) in [("ztunnel", 90.0), ("db", 100)] {
            labels[.app] = app
            script.row(.tcpReceived, value, labels)
        }
        #expect(script.graph().edges.map(\.rates.total) == [100])
        labels[.app] = "ztunnel"
        var ambient = TelemetryScript()
        ambient.row(.tcpReceived, 90, labels)
        #expect(ambient.graph { $0.rates.ambient = .ztunnel }.edges.count == 1)
        #expect(ambient.graph { $0.rates.ambient = .waypoint }.edges.isEmpty)
        #expect(ambient.graph { $0.rates.ambient = .none }.edges.isEmpty)
    }

    @Test("a waypoint is a workload in every graph, and the way back from it is no edge of its own")
    func waypoint() {
        var script = TelemetryScript()
        func tcp(_ from: String, _ to: String) {
            var labels = TelemetryScript.ends(from, to)
            labels.merge([.app: "ztunnel", .reporter: "source"]) { $1 }
            script.row(.tcpReceived, 10, labels)
        }
        tcp("shop/web-v1", "shop/waypoint")
        tcp("shop/waypoint", "shop/web-v1")
        tcp("shop/waypoint", "shop/cart-v1")
        let graph = script.graph(.app) { $0.edgeValues = [.mtls] }
        #expect(
            graph.lines == [
                "app_east_shop_web|wl_east_shop_waypoint|tcp 10.0", "wl_east_shop_waypoint|app_east_shop_cart|tcp 10.0",
            ])
        #expect(graph.node("wl_east_shop_waypoint")?.flags == [.isWaypoint])
        #expect(graph.edges.allSatisfy { $0.mtls == 100 })
    }

    @Test("values that no counter has are no traffic")
    func impossibleValues() {
        var script = TelemetryScript()
        for value in [Double.nan, .infinity, -.infinity, -1, 0, .greatestFiniteMagnitude] {
            script.requests("shop/web-v1", "shop/cart-v1", value)
        }
        #expect(script.graph().nodes.isEmpty)
        let idle = script.graph { $0.keepsIdleEdges = true }
        #expect(idle.lines == ["wl_east_shop_web-v1|wl_east_shop_cart-v1|http 0.0"])
        #expect(idle.nodes.allSatisfy { $0.flags.contains(.isIdle) && $0.health.level == .unknown })
    }

    @Test("the share that is encrypted is a share of the sum")
    func mtls() {
        var script = TelemetryScript()
        for (policy, value) in [("mutual_tls", 1.0), ("none", 1), ("mutual_tls", 2)] {
            script.requests(
                "shop/web-v1", "shop/cart-v1", value, by: ["destination"],
                [.securityPolicy: policy, .responseCode: value == 2 ? "302" : "200"])
        }
        let graph = script.graph { $0.edgeValues = [.mtls] }
        #expect(graph.edges[0].mtls == 75)
        #expect(graph.edges[0].rates.total == 4)
        #expect(graph.edges[0].rates.redirects == 2)
        #expect(script.graph().edges[0].mtls == nil)
    }

    @Test(
        "a percentile is that of the sum of the buckets of all that is drawn as one edge, and is marked where it was cut"
    )
    func percentiles() throws {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/cart-v1", 1)
        script.requests("shop/web-v1", "shop/cart-v2", 1)
        for (target, counts) in [("shop/cart-v1", [90.0, 90, 90]), ("shop/cart-v2", [0, 8, 10])] {
            var labels = TelemetryScript.ends("shop/web-v1", target)
            labels[.requestProtocol] = "http"
            for reporter in ["source", "destination"] {
                labels[.reporter] = reporter
                for (bound, count) in zip(["100", "1000", "+Inf"], counts) {
                    labels[.bucket] = bound
                    script.row(.durationBuckets, count, labels)
                }
            }
        }
        let time = try #require(script.graph(.app) { $0.edgeValues = [.p50, .p95, .p99] }.edges[0].responseTime)
        #expect(time.p50 == 50.0 / 90 / 10)
        #expect(time.p95 == 0.1 + 0.9 * 5 / 8)
        #expect(time.p99 == 1)
        #expect(time.clipped == [.p99])
        #expect(time.average == nil)
    }

    @Test("foreign traffic is services and edges between them, and begins at the node of that name")
    func extensions() {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/cart-v1", 1)
        script.row(
            .extensionRequests, 2,
            [
                .extension: "remoting", .sourceCluster: "east", .sourceSpace: "shop", .sourceName: "cart",
                .sourceIsRoot: "true", .targetCluster: "east", .targetSpace: "shop", .targetName: "Shop",
                .protocol: "http",
                .statusCode: "503", .secure: "true",
            ])
        let graph = script.graph { $0.edgeValues = [.mtls] }
        #expect(graph.lines.contains("wl_east_shop_cart-v1|svc_east_shop_Shop|http 2.0"))
        #expect(graph.node("svc_east_shop_Shop")?.flags == [.isExtension])
        #expect(graph.edges.first { $0.rates.total == 2 }?.mtls == 100)
    }

    @Test("a focus keeps what it leads to and what leads to it, so far")
    func focus() {
        var script = TelemetryScript()
        for (from, to) in [("a", "b"), ("b", "c"), ("c", "d"), ("b", "x"), ("y", "x")] {
            script.requests("shop/\(from)", "shop/\(to)", 1)
        }
        func nodes(_ hops: Int) -> [String] {
            script.graph {
                $0.focus = GraphFocus("workload:shop/c")
                $0.hops = hops
            }.nodes.compactMap(\.workload)
        }
        #expect(nodes(0) == ["c"])
        #expect(nodes(1) == ["b", "c", "d"])
        #expect(nodes(5) == ["a", "b", "c", "d"])
    }

    @Test("whatever comes as telemetry, the graph is sound")
    func randomTelemetry() throws {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        var random = RandomObservations(seed: seed)
        for _ in 0..<300 {
            let telemetry = random.telemetry(rows: 40)
            let options = random.graphOptions()
            let graph = ServiceGraph.build(telemetry, options: options, observedAt: telemetry.at)
            let ids = graph.nodes.map(\.id)
            #expect(ids == ids.sorted(), "seed \(seed)")
            #expect(Set(ids).count == ids.count, "seed \(seed)")
            for edge in graph.edges {
                #expect(graph.nodes.indices.contains(edge.source), "seed \(seed)")
                #expect(graph.nodes.indices.contains(edge.target), "seed \(seed)")
                #expect(edge.rates.total.isFinite && edge.rates.errors <= edge.rates.total * 1.000_001, "seed \(seed)")
            }
            #expect(graph == ServiceGraph.build(telemetry, options: options, observedAt: telemetry.at), "seed \(seed)")
        }
    }
}
