// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Model
@testable import Traffic

@Suite("Signs of causes in the traffic") struct TrafficSignTests {
    private static let outbound = "outbound|9080|v1|cart.shop.svc.cluster.local;"

    @Test(
        "flags of Envoy and of ztunnel, and codes that mean one thing, are signs",
        arguments: [
            ("503", "UO", "circuit-open"), ("503", "UH", "no-healthy-host"), ("403", "UAEX", "access-denied"),
            ("403", "-", "access-denied"), ("401", "-", "access-denied"), ("503", "UF", "connection-failed"),
            ("503", "UF,URX", "connection-failed retries-exhausted"), ("503", "UC", "connection-lost"),
            ("504", "UT", "timeout"), ("429", "-", "rate-limited"), ("429", "RL", "rate-limited"),
            ("404", "NR", "no-route"), ("503", "FI", "fault-injected"), ("0", "DC", "client-gone"),
            ("503", "OM", "overloaded"), ("200", "-", ""), ("500", "-", ""), ("503", "XYZ", ""), ("200", "", ""),
        ])
    func flags(code: String, flags: String, signs: String) throws {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/cart-v1", 3)
        script.requests(
            "shop/web-v1", "shop/cart-v1", 1, by: ["source"], [.responseCode: code, .responseFlags: flags])
        let graph = script.graph()
        let kinds = graph.edges[0].signs.map(\.kind.rawValue)
        #expect(kinds.joined(separator: " ") == signs)
        #expect(graph.node("wl_east_shop_cart-v1")?.signs.map(\.kind.rawValue) == kinds)
        #expect(graph.node("wl_east_shop_web-v1")?.signs == [])
        guard let sign = graph.edges[0].signs.first else { return }
        #expect(sign.rate == 1 && sign.percent == 25)
        #expect(sign.text.hasPrefix("\(sign.kind.words): 25 % of 4/s ("))
    }

    @Test("a refusal of gRPC is one by its status, and one that the node's proxy closes by its flag")
    func otherProtocols() {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/cart-v1", 1, [.requestProtocol: "grpc", .grpcStatus: "7"])
        var labels = TelemetryScript.ends("shop/web-v1", "shop/db-v1")
        labels.merge([.reporter: "destination", .app: "ztunnel", .responseFlags: "DENY"]) { $1 }
        script.row(.tcpReceived, 10, labels)
        #expect(script.graph().edges.map { $0.signs.map(\.kind) } == [[.accessDenied], [.accessDenied]])
    }

    @Test("what proxies tell of their upstream hosts stands on the edges there, or on the caller where there are none")
    func envoy() throws {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/cart-v1", 4)
        script.requests("pay/card-v1", "shop/cart-v1", 4)
        for pod in ["web-v1-6c9f8d7b5-x7k2p", "web-v1-6c9f8d7b5-bb2zd"] {
            let labels: [TelemetryLabel: String] = [.namespace: "shop", .pod: pod, .envoyCluster: Self.outbound]
            script.row(.ejections, pod.hasSuffix("d") ? 2 : 1, labels)
            script.row(
                .openBreakers, 1,
                labels.merging([.metric: "envoy_cluster_circuit_breakers_default_rq_pending_open"]) { $1 })
        }
        script.row(
            .ejections, 1,
            [.namespace: "pay", .pod: "card-v1-0", .envoyCluster: "outbound|80||bank.pay.svc.cluster.local"])
        script.row(.ejections, .nan, [.namespace: "pay", .pod: "card-v1-0", .envoyCluster: Self.outbound])
        script.row(.ejections, 1, [.namespace: "pay", .pod: "card-v1-0", .envoyCluster: "inbound|9080||"])
        script.row(.denials, 0.5, [.namespace: "shop", .pod: "cart-v1-6c9f8d7b5-zz2zd"])
        let graph = script.graph()
        let edge = try #require(graph.edges.first { graph.nodes[$0.source].workload == "web-v1" })
        #expect(
            edge.signs.map(\.text) == [
                "circuit breaker open: limit of waiting requests to cart.shop (v1) reached, reported by 2 proxies",
                "hosts thrown out as outliers: 2 hosts of cart.shop (v1), reported by 2 proxies",
            ])
        #expect(graph.edges.first { graph.nodes[$0.source].workload == "card-v1" }?.signs == [])
        #expect(
            graph.node("wl_east_pay_card-v1")?.signs.map(\.text)
                == ["hosts thrown out as outliers: 1 host of bank.pay, reported by 1 proxy"])
        let cart = try #require(graph.node("wl_east_shop_cart-v1"))
        #expect(cart.signs.map(\.kind) == [.circuitOpen, .outlierEjected, .accessDenied])
        #expect(cart.signs[2].text == "access denied: an AuthorizationPolicy refuses 0.5/s (envoy_http_rbac)")
    }

    @Test(
        "pods are of the workload that their names tell, where nobody tells more",
        arguments: [
            ("cart-v1-6c9f8d7b5-x7k2p", "cart-v1"), ("db-0", "db"), ("agent-x7k2p", "agent"), ("web", "web"),
            ("my-app", "my-app"), ("cart-v1", "cart-v1"), ("a-b-c", "a-b-c"),
        ])
    func pods(pod: String, workload: String) {
        #expect(PodOwners.guess(pod) == workload)
    }

    @Test("the requests of an app or a service are shared among its versions")
    func versions() throws {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/cart-v1", 9)
        script.requests("shop/web-v1", "shop/cart-v2", 0.5)
        script.requests("shop/web-v1", "shop/cart-v2", 0.5, [.responseCode: "500"])
        let expected = [
            VersionShare(version: "v1", rate: 9, percent: 90, percentErrors: 0),
            VersionShare(version: "v2", rate: 1, percent: 10, percentErrors: 50),
        ]
        #expect(script.graph(.app).node("app_east_shop_cart")?.versions == expected)
        #expect(script.graph(.versionedApp).node("vapp_east_shop_cart-v2")?.versions == expected)
        #expect(script.graph(.service).node("svc_east_shop_cart")?.versions == expected)
        let injected = script.graph(.workload) { $0.injectsServices = true }
        #expect(injected.node("svc_east_shop_cart")?.versions == expected)
        #expect(injected.node("wl_east_shop_cart-v2")?.versions == [])
        #expect(script.graph(.app).node("app_east_shop_web")?.versions == [])
    }

    @Test("who the ends proved to be is told by the destination, the one with most traffic first")
    func principals() throws {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/cart-v1", 4)
        var labels = TelemetryScript.ends("shop/web-v1", "shop/cart-v1")
        labels[.requestProtocol] = "http"
        let rows = [
            ("destination", "web", 1.0), ("destination", "other", 3), ("destination", "unknown", 9),
            ("waypoint", "wp", 0),
        ]
        for (reporter, name, value) in rows {
            labels[.reporter] = reporter
            labels[.sourcePrincipal] = name == "unknown" ? name : "spiffe://cluster.local/ns/shop/sa/\(name)"
            labels[.destinationPrincipal] = name == "unknown" ? name : "spiffe://cluster.local/ns/shop/sa/cart"
            script.row(.principals, value, labels)
        }
        #expect(script.graph().edges[0].principals == nil)
        let graph = script.graph { $0.edgeValues = [.mtls] }
        let principals = try #require(graph.edges[0].principals)
        #expect(
            principals.source.map(\.name) == [
                "spiffe://cluster.local/ns/shop/sa/other", "spiffe://cluster.local/ns/shop/sa/web",
            ])
        #expect(principals.destination == [TrafficEdge.Share(name: "spiffe://cluster.local/ns/shop/sa/cart", rate: 4)])
        func found(_ text: String) throws -> Int {
            ShownGraph(graph).selection(of: try FindExpression(text), clusters: [], now: graph.observedAt).edges.count
        }
        #expect(try found("sourceprincipal $= /web") == 1)
        #expect(try found("destprincipal *= payment") == 0)
        #expect(try found("sign = access-denied") == 0)
    }
}
