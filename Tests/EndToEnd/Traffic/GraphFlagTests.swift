// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Every flag of the graph against a Prometheus with a known past: each must change what it is for, and nothing else.
@Suite("The graph's flags, against a real Prometheus", .serialized)
struct GraphFlagTests {
    private static let web = "vapp_Kubernetes_shop_web-v1"
    private static let cart = "vapp_Kubernetes_shop_cart-v1"
    private static let canary = "vapp_Kubernetes_shop_cart-v2"
    private static let pay = "vapp_Kubernetes_pay_pay-v1"
    private static let db = "vapp_Kubernetes_shop_db-v1"
    private static let old = "vapp_Kubernetes_shop_old-v1"

    @Test("each flag changes what it is for")
    func flags() throws {
        if let reason = PrometheusServer.reasonToSkip { return print(reason) }
        let prometheus = try PrometheusServer(history: Self.history.text)
        let look = Look(url: prometheus.url)
        try types(look)
        try extent(look)
        try rates(look)
        try ambient(look)
        try values(look)
        try focus(look)
        try time(look)
        try words(look)
        try forms(look)
    }

    /// Takes graphs of the same moment with different flags.
    private struct Look {
        let url: String
        static let moment = Date(timeIntervalSince1970: Double(IstioHistory.start + 600)).formatted(.iso8601)

        func graph(_ flags: String...) throws -> GraphLine.Graph { try graph(flags, at: Self.moment) }

        func graph(_ flags: [String], at moment: String) throws -> GraphLine.Graph {
            try #require(try GraphLine.snapshot(["--prometheus", url, "--at", moment] + flags).graph)
        }

        func text(_ form: String) throws -> String {
            let result = try Command.run(
                Command.meshtop, ["snapshot", "-o", form, "--prometheus", url, "--at", Self.moment])
            #expect(result.status == 0 && result.errors.isEmpty, "\(form): \(result.status) \(result.errors)")
            return result.output
        }
    }

    // MARK: -

    private func types(_ look: Look) throws {
        let plain = try look.graph()
        #expect(plain.type == "versionedApp")
        #expect(plain.node(Self.cart) != nil && plain.node(Self.canary) != nil)
        let workloads = try look.graph("--graph-type", "workload")
        #expect(workloads.type == "workload")
        #expect(Set(workloads.nodes.map(\.nodeType)) == ["workload"])
        #expect(workloads.edge("wl_Kubernetes_shop_web-v1|wl_Kubernetes_shop_cart-v2|http")?.rates["http"] == 1)
        let apps = try look.graph("--graph-type", "app")
        #expect(apps.edge("app_Kubernetes_shop_web|app_Kubernetes_shop_cart|http")?.rates["http"] == 3)
        #expect(apps.nodes.count == plain.nodes.count - 1, "both versions of cart are one app")
        let services = try look.graph("--graph-type", "service")
        #expect(
            services.edge("svc_Kubernetes_shop_cart|svc_Kubernetes_pay_pay|grpc")?.rates["grpc"] == 1,
            "\(services.edges.map(\.id))")
        #expect(services.node("svc_Kubernetes_shop_cart")?.rates["httpIn"] == 3)
    }

    private func extent(_ look: Look) throws {
        let plain = try look.graph()
        let ofPay = try look.graph("--namespace", "pay")
        #expect(ofPay.edges.map(\.id) == ["\(Self.cart)|\(Self.pay)|grpc"])
        #expect(ofPay.nodes.map(\.id) == [Self.pay, Self.cart], "nobody else is drawn")
        #expect(ofPay.node(Self.cart)?.flags.contains("isOutside") == true)
        #expect(ofPay.node(Self.pay)?.flags.contains("isOutside") == false)
        let two = try look.graph("--namespace", "pay", "--namespace", "shop")
        #expect(two.edges.map(\.id).contains("\(Self.web)|\(Self.cart)|http"))
        let injected = try look.graph("--inject-services")
        let service = "svc_Kubernetes_shop_cart"
        #expect(injected.edge("\(Self.web)|\(service)|http")?.rates["http"] == 3)
        #expect(injected.edge("\(service)|\(Self.canary)|http")?.rates["http"] == 1)
        #expect(injected.edge("\(Self.web)|\(Self.cart)|http") == nil)
        #expect(injected.node(service)?.flags.contains("isInjected") == true)
        #expect(plain.node(service) == nil && plain.edge("\(Self.web)|\(Self.old)|http") == nil)
        let idle = try look.graph("--idle-edges")
        #expect(idle.edge("\(Self.web)|\(Self.old)|http")?.rates == [:])
        #expect(idle.node(Self.old)?.flags.contains("isIdle") == true)
    }

    private func rates(_ look: Look) throws {
        let quiet = try look.graph("--http-rate", "none")
        #expect(!quiet.edges.contains { $0.id.hasSuffix("|http") })
        #expect(Set(quiet.edges.map { $0.id.suffix(4) }) == ["grpc", "|tcp"])
        let typed = "\(Self.cart)|\(Self.pay)|grpc"
        for (word, rate) in [("requests", 1.0), ("sent", 3), ("received", 5), ("total", 8)] {
            let edge = try look.graph("--grpc-rate", word).edge(typed)
            #expect(edge?.rates["grpc"] == rate, "\(word)")
            #expect(edge?.rates["grpcPercentErr"] == nil, "messages have no response that could be missing")
        }
        #expect(try look.graph("--grpc-rate", "none").edge(typed) == nil)
        #expect(try look.graph("--grpc-rate", "none").node(Self.pay) == nil)
        let bytes = "\(Self.cart)|\(Self.db)|tcp"
        for (word, rate) in [("sent", 1000.0), ("received", 7000), ("total", 8000)] {
            #expect(try look.graph("--tcp-rate", word).edge(bytes)?.rates["tcp"] == rate, "\(word)")
        }
        #expect(try look.graph("--tcp-rate", "none").edge(bytes) == nil)
    }

    private func ambient(_ look: Look) throws {
        let waypoint = "vapp_Kubernetes_mist_a-v1|vapp_Kubernetes_mist_b-v1|http"
        let tunnel = "vapp_Kubernetes_mist_a-v1|vapp_Kubernetes_mist_b-v1|tcp"
        for (word, wanted) in [
            ("total", [waypoint, tunnel]), ("waypoint", [waypoint]), ("ztunnel", [tunnel]), ("none", []),
        ] {
            let graph = try look.graph("--ambient", word)
            #expect([waypoint, tunnel].filter { graph.edge($0) != nil } == wanted, "\(word)")
            #expect((graph.node("vapp_Kubernetes_mist_a-v1") == nil) == wanted.isEmpty, "\(word)")
            #expect(graph.edge("\(Self.web)|\(Self.cart)|http") != nil, "sidecars are counted with \(word)")
        }
    }

    private func values(_ look: Look) throws {
        let calls = "\(Self.web)|\(Self.cart)|http"
        let plain = try #require(try look.graph().edge(calls))
        #expect(plain.responseTime == nil && plain.throughput == nil && plain.mtls == nil)
        let one = try #require(try look.graph("--edge-values", "p95").edge(calls))
        #expect(one.responseTime?.p95 != nil && one.responseTime?.avg == nil && one.mtls == nil)
        let all = try #require(
            try look.graph("--edge-values", "p50,p95,p99,avg,throughput,mtls").edge(calls))
        let time = try #require(all.responseTime)
        // Half of the requests took up to 10 ms, the others up to 100 ms.
        #expect(Self.isNear(time.p50, 0.01) && Self.isNear(time.p95, 0.091) && Self.isNear(time.p99, 0.0982))
        #expect(Self.isNear(time.avg, 0.025))
        #expect(all.throughput == 4000 && all.mtls == 100)
        let tcp = try #require(
            try look.graph("--edge-values", "mtls").edge("\(Self.cart)|\(Self.db)|tcp"))
        #expect(tcp.mtls == 0, "plain text")
    }

    private func focus(_ look: Look) throws {
        let near = try look.graph("--focus", "app:pay/pay")
        #expect(near.edges.map(\.id) == ["\(Self.cart)|\(Self.pay)|grpc"])
        let far = try look.graph("--focus", "workload:pay/pay-v1", "--hops", "2")
        #expect(far.edges.map(\.id) == ["\(Self.cart)|\(Self.pay)|grpc", "\(Self.web)|\(Self.cart)|http"])
        let service = try look.graph("--focus", "service:shop/cart", "--inject-services", "--hops", "1")
        #expect(service.edges.count == 3 && service.edges.allSatisfy { $0.id.contains("svc_Kubernetes_shop_cart") })
        #expect(try look.graph("--focus", "app:shop/nobody").nodes.isEmpty)
    }

    private func time(_ look: Look) throws {
        let moment = { (seconds: Int) in
            Date(timeIntervalSince1970: Double(IstioHistory.start + seconds)).formatted(.iso8601)
        }
        #expect(try look.graph([], at: moment(-3_600)).edges.isEmpty)
        #expect(try look.graph(["--window", "1m"], at: moment(1_000)).edges.isEmpty)
        let wide = try look.graph(["--window", "5m"], at: moment(1_000))
        #expect(wide.window == 300 && wide.edge("\(Self.web)|\(Self.cart)|http") != nil)
        #expect(wide.at == moment(1_000).replacing("Z", with: ".000Z"))
    }

    private func words(_ look: Look) throws {
        let failing = "\(Self.web)|\(Self.canary)|http"
        #expect(try look.graph("--find", "code = 500").found == [failing])
        #expect(try look.graph("--find", "name ^= ca").found == [Self.cart, Self.canary])
        #expect(try look.graph().found == nil)
        let hidden = try look.graph("--hide", "protocol = tcp or %err > 50")
        #expect(hidden.edge(failing) == nil && hidden.edge("\(Self.cart)|\(Self.db)|tcp") == nil)
        #expect(hidden.node(Self.canary) == nil, "a node all of whose edges are hidden is hidden too")
        #expect(hidden.edge("\(Self.web)|\(Self.cart)|http") != nil)
    }

    private func forms(_ look: Look) throws {
        let table = try look.text("table")
        let wide = try look.text("wide")
        #expect(table.contains("SOURCE") && !table.contains("THROUGHPUT") && wide.contains("THROUGHPUT"))
        #expect(wide.contains("\(Self.web)|\(Self.canary)|http"))
        let dot = try look.text("dot")
        #expect(dot.hasPrefix("digraph") && dot.contains("\"\(Self.web)\" -> \"\(Self.cart)\""))
        #expect(dot.count { $0 == "{" } == dot.count { $0 == "}" })
        let drawn = try look.text("text")
        for name in ["web", "cart", "pay", "db"] { #expect(drawn.contains(name) && table.contains(name)) }
        let json = try look.text("json")
        #expect(json.hasPrefix(#"{"schema":"meshtop/v1","kind":"snapshot""#) && json.count { $0 == "\n" } == 1)
    }

    // MARK: - Wrong values

    @Test(
        "a wrong value ends with 64, and the message names the flag and what would be right",
        arguments: [
            (["--graph-type", "workloads"], "did you mean workload?"),
            (["--graph-type", "versionedapp"], "workload, app, versionedApp, service"),
            (["--namespace", ""], "the value is empty"),
            (["--http-rate", "sent"], "requests, none"),
            (["--grpc-rate", "bytes"], "requests, sent, received, total, none"),
            (["--tcp-rate", "requests"], "sent, received, total, none"),
            (["--ambient", "sidecar"], "total, waypoint, ztunnel, none"),
            (["--edge-values", "p90"], "p50, p95, p99, avg, throughput, mtls"),
            (["--edge-values", "p50,,p95"], "p50, p95, p99, avg, throughput, mtls"),
            (["--focus", "checkout"], "TYPE:NAMESPACE/NAME"),
            (["--focus", "node:shop/checkout"], "workload, app, service"),
            (["--hops", "-1"], "-1"), (["--hops", "x"], "no whole number"),
            (["--at", "yesterday"], "2026-11-21T14:03:22Z"), (["--window", "31d"], "is not between"),
            (["--window", "0"], "is not between"), (["--find", "name ="], "'name ='"),
            (["--hide", "dead"], "Kubernetes API"), (["--inject-services=maybe"], "inject-services"),
            (["--prometheus", "localhost:9090"], "http://"),
        ])
    func wrong(flags: [String], text: String) throws {
        let result = try Command.run(Command.meshtop, ["snapshot", "--prometheus", "http://127.0.0.1:1"] + flags)
        #expect(result.status == 64, "\(flags): \(result.status) \(result.errors)")
        #expect(result.output.isEmpty)
        #expect(result.errors.contains(text), "\(flags): \(result.errors)")
        let flag = flags[0].prefix { $0 != "=" }
        #expect(result.errors.contains(flag), "\(flags): \(result.errors)")
    }

    // MARK: - The past

    private static var history: IstioHistory {
        var history = IstioHistory()
        history.add(2, [:])
        history.add(2, ["reporter": "source"])
        let canary = ["destination_workload": "cart-v2", "destination_canonical_revision": "v2"]
        history.add(1, canary.merging(["response_code": "500"]) { $1 })
        history.add(0, ends("shop", "web", "shop", "old"))
        addTimes(to: &history)
        let typed = ends("shop", "cart", "pay", "pay").merging(["request_protocol": "grpc"]) { $1 }
        history.add(1, typed.merging(["grpc_response_status": "0"]) { $1 })
        history.add(3, typed, to: "istio_request_messages_total")
        history.add(5, typed, to: "istio_response_messages_total")
        let bytes = ends("shop", "cart", "shop", "db").merging(
            ["request_protocol": "tcp", "connection_security_policy": "none"]) { $1 }
        history.add(1000, bytes, to: "istio_tcp_received_bytes_total")
        history.add(7000, bytes, to: "istio_tcp_sent_bytes_total")
        let mist = ends("mist", "a", "mist", "b")
        history.add(4, mist.merging(["reporter": "waypoint"]) { $1 })
        history.add(
            500, mist.merging(["app": "ztunnel", "request_protocol": "tcp"]) { $1 },
            to: "istio_tcp_received_bytes_total")
        return history
    }

    private static func addTimes(to history: inout IstioHistory) {
        let name = "istio_request_duration_milliseconds"
        for (bound, rate) in [("10", 1.0), ("100", 2), ("+Inf", 2)] {
            history.add(rate, ["le": bound], to: "\(name)_bucket")
        }
        history.add(50, [:], to: "\(name)_sum")
        history.add(2, [:], to: "\(name)_count")
        history.add(4000, [:], to: "istio_response_bytes_sum")
    }

    private static func ends(_ from: String, _ source: String, _ to: String, _ target: String) -> [String: String] {
        [
            "source_workload_namespace": from, "source_workload": "\(source)-v1", "source_canonical_service": source,
            "destination_service_namespace": to, "destination_service": "\(target).\(to).svc.cluster.local",
            "destination_service_name": target, "destination_workload_namespace": to,
            "destination_workload": "\(target)-v1", "destination_canonical_service": target,
        ]
    }

    private static func isNear(_ value: Double?, _ other: Double) -> Bool {
        value.map { abs($0 - other) < 1e-4 } ?? false
    }
}
