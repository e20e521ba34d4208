// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What a real Prometheus makes of counters that misbehave, and of labels that nobody would choose.
@Suite("Odd traffic in a real Prometheus", .serialized)
struct OddTrafficTests {
    private static let edge = "vapp_Kubernetes_shop_web-v1|vapp_Kubernetes_shop_cart-v1|http"

    private static func graph(_ history: IstioHistory, _ more: [String] = []) throws -> GraphLine.Graph {
        let prometheus = try PrometheusServer(history: history.text)
        let at = Date(timeIntervalSince1970: Double(IstioHistory.start + 600)).formatted(.iso8601)
        let line = try GraphLine.snapshot(["--prometheus", prometheus.url, "--at", at] + more)
        return try #require(line.graph)
    }

    @Test("a counter that begins anew is a restart and no negative rate, and one that jumps back each time is no less")
    func resets() throws {
        if let reason = PrometheusServer.reasonToSkip { return print(reason) }
        var history = IstioHistory()
        // A proxy that restarts at a step within the window: it counts on from nothing.
        history.add(["response_code": "200"]) { step in Double(step < 38 ? 5000 + step * 30 : (step - 38) * 30) }
        history.add(["response_code": "201"]) { step in step % 2 == 0 ? 60 : 30 }
        let graph = try Self.graph(history)
        let calls = try #require(graph.edge(Self.edge))
        let rates = calls.responses.keys.sorted()
        #expect(rates == ["200", "201"])
        #expect(calls.exact.values.allSatisfy { $0 > 0 && $0.isFinite })
        // 30 each 15 s, of which what came before the restart's first sample is lost; and 30 to 60 each 15 s.
        let all = try #require(calls.exact["http"])
        #expect(all > 2.5 && all < 6, "\(all)")
    }

    @Test("values that no counter has lose their row and nothing else")
    func impossible() throws {
        if let reason = PrometheusServer.reasonToSkip { return print(reason) }
        var history = IstioHistory()
        history.add(2, [:])
        let values: [(String, (Int) -> Double)] = [
            ("301", { _ in .nan }), ("302", { $0 < 38 ? 5 : .infinity }), ("303", { _ in -.infinity }),
            ("304", { _ in 7 }), ("305", { Double(-$0 * 10) }), ("306", { $0 % 2 == 0 ? 1e300 : 0 }),
        ]
        for (code, value) in values { history.add(["response_code": code], value: value) }
        let graph = try Self.graph(history)
        let calls = try #require(graph.edge(Self.edge))
        #expect(calls.exact.values.allSatisfy { $0 >= 0 && $0.isFinite })
        #expect(abs((calls.exact["http"] ?? 0) - (calls.exact["http3xx"] ?? 0) - 2) < 1e-6)
        #expect(Set(calls.responses.keys).isDisjoint(with: ["301", "303", "304", "306"]))
    }

    @Test("every printable character, wide ones and those from right to left stand in a name as they are")
    func names() throws {
        if let reason = PrometheusServer.reasonToSkip { return print(reason) }
        let printable = String(String.UnicodeScalarView((0x21...0x7E).compactMap { Unicode.Scalar($0) }))
        let names = [printable, "カート購入", "سلة-المشتريات", "e\u{301}te\u{301}", "a b", "🛒", "\u{202E}drac"]
        var history = IstioHistory()
        for (index, name) in names.enumerated() {
            history.add(
                Double(index + 1),
                [
                    "destination_workload": name, "destination_canonical_service": name,
                    "destination_service_name": name, "destination_service": "\(name).shop.svc.cluster.local",
                ])
        }
        let prometheus = try PrometheusServer(history: history.text)
        let at = Date(timeIntervalSince1970: Double(IstioHistory.start + 600)).formatted(.iso8601)
        let arguments = ["--prometheus", prometheus.url, "--at", at]
        let graph = try #require(try GraphLine.snapshot(arguments).graph)
        #expect(graph.edges.count == names.count)
        for (index, name) in names.enumerated().dropLast() {
            let edge = graph.edge("vapp_Kubernetes_shop_web-v1|vapp_Kubernetes_shop_\(name)|http")
            #expect(abs((edge?.exact["http"] ?? 0) - Double(index + 1)) < 1e-6, "\(name)")
        }
        // For a person's eyes, what turns the direction of a line is left out, and nothing moves a cursor.
        for format in ["text", "table", "wide", "dot"] {
            let result = try Command.run(Command.meshtop, ["snapshot", "-o", format] + arguments)
            #expect(result.status == 0)
            #expect(result.output.contains("カート購入"), "\(format)")
            let bad = result.output.unicodeScalars.filter {
                $0.value < 32 && $0 != "\n" || (0x202A...0x202E).contains($0.value)
            }
            #expect(bad.isEmpty, "\(format): \(bad.map(\.value))")
        }
    }

    @Test(
        "what proxies tell of hosts thrown out, open breakers and refusals stands on the edges, with who the ends are")
    func envoy() throws {
        if let reason = PrometheusServer.reasonToSkip { return print(reason) }
        var history = IstioHistory()
        history.add(2, ["source_principal": "spiffe://a/sa/web", "destination_principal": "spiffe://a/sa/cart"])
        history.add(0.5, ["reporter": "source", "response_code": "503", "response_flags": "UO"])
        let proxy = [
            "namespace": "shop", "pod": "web-v1-6c9f8d7b5-x7k2p",
            "cluster_name": "outbound|80||cart.shop.svc.cluster.local",
        ]
        history.addGauge("envoy_cluster_outlier_detection_ejections_active", proxy, value: 2)
        history.addGauge("envoy_cluster_circuit_breakers_default_rq_pending_open", proxy)
        history.addGauge("envoy_cluster_circuit_breakers_default_cx_open", proxy, value: 0)
        history.add(
            ["namespace": "shop", "pod": "cart-v1-6c9f8d7b5-zz2zd", "authz_enforce_result": "denied"],
            to: "envoy_http_rbac"
        ) { Double($0 * 15) }
        let graph = try Self.graph(history, ["--edge-values", "mtls"])
        let calls = try #require(graph.edge(Self.edge))
        #expect(calls.signs.map(\.sign) == ["circuit-open", "outlier-ejected"])
        #expect(calls.signs.contains { $0.text.contains("waiting requests") && !$0.text.contains("connections") })
        #expect(calls.signs.contains { $0.text.contains("2 hosts of cart.shop") })
        #expect(calls.principals?.source == ["spiffe://a/sa/web"])
        #expect(calls.principals?.destination == ["spiffe://a/sa/cart"])
    }

    @Test("a window that holds too few samples, and a moment before the kept ones, are said to show nothing")
    func windows() throws {
        if let reason = PrometheusServer.reasonToSkip { return print(reason) }
        let prometheus = try PrometheusServer(history: nil, interval: "45s", retention: "3d")
        let short = try #require(try GraphLine.snapshot(["--prometheus", prometheus.url]).graph)
        #expect(short.edges.isEmpty)
        #expect(short.notes.contains { $0.contains("samples come each 45s") && $0.contains("--window 3m") })
        let past = Date(timeIntervalSinceNow: -10 * 86_400).formatted(.iso8601)
        let old = try #require(
            try GraphLine.snapshot(["--prometheus", prometheus.url, "--window", "7d", "--at", past]).graph)
        #expect(old.notes.contains { $0.contains("10d ago") && $0.contains("3d only") })
        #expect(old.notes.contains { $0.contains("window of 7d is longer") })
    }
}
