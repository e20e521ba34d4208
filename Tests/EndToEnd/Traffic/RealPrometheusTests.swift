// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite("The service graph of a real Prometheus", .serialized)
struct RealPrometheusTests {
    private static let web = "vapp_Kubernetes_shop_web-v1"
    private static let cart = "vapp_Kubernetes_shop_cart-v1"

    @Test(
        "of the past: nodes, rates, codes, flags, gaps and members are those that were put in, for the moment that was asked"
    )
    func past() throws {
        if let reason = PrometheusServer.reasonToSkip { return print(reason) }
        let mesh = try SimulatedProcess(["healthy", "--members", "3"])
        let prometheus = try PrometheusServer(history: Self.history.text)
        let graph = try #require(
            try GraphLine.snapshot([
                "--management", mesh.management[0], "--prometheus", prometheus.url, "--at", Self.moment(600),
            ]).graph)
        #expect(graph.at == Self.moment(600).replacing("Z", with: ".000Z"))
        #expect(
            graph.nodes.map(\.id)
                == [
                    "cluster_Shop", "svc_Kubernetes_shop_cart", "vapp_Kubernetes_pay_pay-v1", Self.cart, Self.web,
                    "wl_Kubernetes_old_legacy",
                ].sorted())
        let calls = try #require(graph.edge("\(Self.web)|\(Self.cart)|http"))
        #expect(calls.rates == ["http": 2.22, "http5xx": 0.22, "httpPercentErr": 9.9, "httpPercentReq": 84.7])
        #expect(Self.isNear(calls.exact["http5xx"], 0.22))
        #expect(Set(calls.responses.keys) == ["200", "500"])
        #expect(Self.isNear(calls.reporterGap?.source, 2.5) && Self.isNear(calls.reporterGap?.destination, 2.22))
        let refused = try #require(graph.edge("\(Self.web)|svc_Kubernetes_shop_cart|http"))
        #expect(refused.rates == ["http": 0.4, "http5xx": 0.4, "httpPercentErr": 100, "httpPercentReq": 15.3])
        #expect(refused.responses["503"]?.flags == ["UF": 100])
        let typed = try #require(graph.edge("\(Self.cart)|vapp_Kubernetes_pay_pay-v1|grpc"))
        #expect(typed.rates == ["grpc": 1.2, "grpcErr": 0.2, "grpcPercentErr": 16.7, "grpcPercentReq": 100])
        #expect(Set(typed.responses.keys) == ["0", "14"])
        let bytes = try #require(graph.edge("\(Self.cart)|vapp_Kubernetes_pay_pay-v1|tcp"))
        #expect(bytes.rates == ["tcp": 1000])
        let old = try #require(graph.edge("wl_Kubernetes_old_legacy|\(Self.cart)|http"))
        #expect(old.rates["http"] == 0.5, "a workload without canonical labels is drawn")
        #expect(graph.node(Self.cart)?.members == ["akka://Shop@127.1.1.1:25520"])
        #expect(graph.node(Self.web)?.health.level == "failure")
    }

    @Test("of a moment without data it is empty, and says so by its time")
    func before() throws {
        if let reason = PrometheusServer.reasonToSkip { return print(reason) }
        let prometheus = try PrometheusServer(history: Self.history.text)
        let arguments = ["--prometheus", prometheus.url, "--at"]
        let graph = try #require(try GraphLine.snapshot(arguments + [Self.moment(-3600)]).graph)
        #expect(graph.nodes.isEmpty && graph.edges.isEmpty)
        // Two samples within the window make a rate, and the window is the one that was asked for.
        let wide = try #require(try GraphLine.snapshot(arguments + [Self.moment(1000), "--window", "5m"]).graph)
        #expect(wide.window == 300 && wide.edge("\(Self.web)|\(Self.cart)|http") != nil)
        let narrow = try #require(try GraphLine.snapshot(arguments + [Self.moment(1000), "--window", "1m"]).graph)
        #expect(narrow.edges.isEmpty, "its counters ended a minute and a half before")
    }

    @Test(
        "of a live mesh that it scrapes: the same nodes and edges as the mesh tells of itself, and nearly the same rates"
    )
    func live() throws {
        if let reason = PrometheusServer.reasonToSkip { return print(reason) }
        let mesh = try SimulatedProcess(["healthy", "--members", "3", "--services", "30", "--seed", "5"])
        let target = mesh.prometheus.replacing("http://", with: "")
        let prometheus = try PrometheusServer(targets: [target])
        let window = ["--window", "10s", "--management", mesh.management[0]]
        var graph: GraphLine.Graph?
        let isThere = Deadline.poll(seconds: 60, every: 1) {
            graph = (try? GraphLine.snapshot(window + ["--prometheus", prometheus.url]))?.graph
            return graph?.edges.isEmpty == false
        }
        try #require(isThere)
        // Until the window is full of samples, a rate is guessed from two of them; then both tell the same.
        var pair: (scraped: GraphLine.Graph, told: GraphLine.Graph)?
        let isFull = Deadline.poll(seconds: 40, every: 0.5) {
            guard let scraped = (try? GraphLine.snapshot(window + ["--prometheus", prometheus.url]))?.graph,
                let at = scraped.at,
                let told = (try? GraphLine.snapshot(window + ["--prometheus", mesh.prometheus, "--at", at]))?.graph
            else { return false }
            pair = (scraped, told)
            return Self.worstDifference(scraped, told) <= 0.2
        }
        let (scraped, told) = try #require(pair)
        #expect(isFull, "the rates differ by \(Self.worstDifference(scraped, told))")
        #expect(scraped.edges.count > 40)
        #expect(scraped.nodes.map(\.id) == told.nodes.map(\.id))
        #expect(scraped.edges.map(\.id) == told.edges.map(\.id))
        for (left, right) in zip(scraped.edges, told.edges) {
            #expect(Set(left.responses.keys) == Set(right.responses.keys), "\(left.id)")
        }
        #expect(scraped.nodes.map(\.members) == told.nodes.map(\.members))
        #expect(scraped.nodes.flatMap(\.members).count == 3)
    }

    @Test("when it dies, membership goes on, the last graph stays and tells its age")
    func death() throws {
        if let reason = PrometheusServer.reasonToSkip { return print(reason) }
        let mesh = try SimulatedProcess(["healthy", "--members", "3"])
        var prometheus: PrometheusServer? = try PrometheusServer(targets: [
            mesh.prometheus.replacing("http://", with: "")
        ])
        let url = try #require(prometheus?.url)
        #expect(
            Deadline.poll(seconds: 60, every: 1) {
                let line = try? GraphLine.snapshot(["--prometheus", url, "--window", "10s"])
                return line?.graph?.edges.isEmpty == false
            })
        let watch = try RunningCommand(
            Command.meshtop,
            [
                "watch", "--management", mesh.management[0], "--prometheus", url, "--window", "10s", "--interval", "1s",
            ])
        defer {
            watch.terminate()
            watch.waitForExit()
        }
        func newest() -> (line: GraphLine, members: Line)? {
            guard let text = watch.lines.last(where: { $0.contains("\"kind\":\"snapshot\"") }),
                let line = try? JSONDecoder().decode(GraphLine.self, from: Data(text.utf8)), let members = Line(text)
            else { return nil }
            return (line, members)
        }
        try #require(Deadline.poll(seconds: 30) { newest()?.line.graph?.edges.isEmpty == false })
        let edges = newest()?.line.graph?.edges.map(\.id)
        prometheus = nil
        let isFailing = Deadline.poll(seconds: 40) {
            newest()?.line.sources.first { $0.kind == "prometheus" }?.state == "failing"
        }
        #expect(isFailing)
        let isOld = Deadline.poll(seconds: 40) {
            let freshness = newest()?.line.graph?.freshness
            return freshness == "stale" || freshness == "lost"
        }
        #expect(isOld)
        let last = try #require(newest())
        #expect(last.line.graph?.edges.map(\.id) == edges)
        #expect(last.members.clusters?.first?.members.count == 3)
        #expect(last.line.sources.filter { $0.kind != "prometheus" }.allSatisfy { $0.state == "ok" })
    }

    // MARK: -

    /// How far the rates of the same edges are apart at most, of the larger one. A scrape of a loaded machine tells a value of a little later
    /// than its time.
    private static func worstDifference(_ left: GraphLine.Graph, _ right: GraphLine.Graph) -> Double {
        guard left.edges.map(\.id) == right.edges.map(\.id) else { return .infinity }
        let differences = zip(left.edges, right.edges).flatMap { left, right in
            right.exact.map { name, rate in
                let other = left.exact[name] ?? 0
                return abs(other - rate) / max(other, rate, .leastNormalMagnitude)
            }
        }
        return differences.max() ?? 0
    }

    private static var history: IstioHistory {
        var history = IstioHistory()
        let noWorkload = [
            "destination_cluster": "unknown", "destination_workload_namespace": "unknown",
            "destination_workload": "unknown",
            "destination_canonical_service": "unknown", "destination_canonical_revision": "unknown",
        ]
        history.add(2, [:])
        history.add(0.22, ["response_code": "500"])
        history.add(2.5, ["reporter": "source", "connection_security_policy": "unknown"])
        history.add(
            0.4, noWorkload.merging(["reporter": "source", "response_code": "503", "response_flags": "UF"]) { $1 })
        let pay = [
            "source_workload": "cart-v1", "source_canonical_service": "cart", "destination_service_namespace": "pay",
            "destination_service": "pay.pay.svc.cluster.local", "destination_service_name": "pay",
            "destination_workload_namespace": "pay", "destination_workload": "pay-v1",
            "destination_canonical_service": "pay",
        ]
        for (status, rate) in [("0", 1), ("14", 0.2)] {
            let labels = ["request_protocol": "grpc", "grpc_response_status": status]
            history.add(rate, pay.merging(labels) { $1 })
        }
        history.add(1000, pay.merging(["request_protocol": "tcp"]) { $1 }, to: "istio_tcp_received_bytes_total")
        history.add(7000, pay.merging(["request_protocol": "tcp"]) { $1 }, to: "istio_tcp_sent_bytes_total")
        history.add(
            0.5,
            [
                "source_workload_namespace": "old", "source_workload": "legacy", "source_canonical_service": "",
                "source_canonical_revision": "",
            ])
        history.addGauge(
            "kube_pod_info",
            [
                "namespace": "shop", "pod": "cart-v1-0", "pod_ip": "127.1.1.1", "created_by_kind": "StatefulSet",
                "created_by_name": "cart-v1",
            ])
        return history
    }

    /// RFC 3339, so many seconds after the history's start.
    private static func moment(_ seconds: Int) -> String {
        Date(timeIntervalSince1970: Double(IstioHistory.start + seconds)).formatted(.iso8601)
    }

    private static func isNear(_ value: Double?, _ other: Double) -> Bool {
        value.map { abs($0 - other) < 1e-6 } ?? false
    }
}
