// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Model

@Suite("Traffic in the mesh") struct TrafficInMeshTests {
    private static let prometheus = SourceID(.prometheus, "http://prometheus:9090")

    private static func script(_ change: (inout GraphOptions) -> Void = { _ in }) -> MeshScript {
        var options = SessionOptions()
        change(&options.graph)
        var script = MeshScript(sources: ["a", "b"], options: options)
        script.apply(
            .sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: prometheus)
        return script
    }

    private static func telemetry(_ at: Double, _ write: (inout TelemetryScript) -> Void) -> Telemetry {
        var script = TelemetryScript()
        script.at = second(at)
        write(&script)
        return script.telemetry
    }

    private static func pod(_ script: inout TelemetryScript, _ pod: String, _ address: String, _ set: String) {
        script.row(
            .podInfo, 1,
            [.namespace: "shop", .pod: pod, .podIP: address, .createdByKind: "ReplicaSet", .createdByName: set])
    }

    @Test("members stand on the workload of their pod, others by rule, and the rest as a node of their cluster")
    func members() throws {
        var script = Self.script {
            $0.type = .workload
            $0.memberRules = ["role:web=shop/web-v1"].compactMap { MemberRule($0) }
        }
        let members = [member("a"), member("b", roles: ["web", "dc-default"]), member("c")]
        script.poll("a", members)
        script.poll("b", members)
        let told = Self.telemetry(0) {
            $0.requests("shop/web-v1", "shop/cart-v1", 5)
            Self.pod(&$0, "cart-v1-6c9-x", "a", "cart-v1-6c9")
        }
        script.apply(.telemetry(told, Reply(latency: .milliseconds(4))), from: Self.prometheus)
        script.tick()
        let snapshot = script.snapshot
        let graph = try #require(snapshot.graph?.graph)
        #expect(graph.node("wl_east_shop_web-v1")?.members == [address("b")])
        #expect(graph.node("cluster_Shop")?.members == [address("c")])
        #expect(graph.node("cluster_Shop")?.kind == .cluster)
        // A replica set that nobody owns is named as its deployment would be.
        #expect(snapshot.workloads[node("a")] == WorkloadName(namespace: "shop", name: "cart-v1"))
        #expect(snapshot.workloads[node("c")] == nil)
        #expect(graph.node("wl_east_shop_cart-v1")?.members == [address("a")])
        #expect(graph.lines == ["wl_east_shop_web-v1|wl_east_shop_cart-v1|http 5.0"])
    }

    @Test("a member that is lost makes its workload worse than its traffic does, and both reasons are told")
    func health() throws {
        var script = Self.script {
            $0.memberRules = ["a=shop/cart-v1", "b=shop/cart-v1"].compactMap { MemberRule($0) }
        }
        let members = [member("a"), member("b")]
        let told = Self.telemetry(0) {
            $0.requests("shop/web-v1", "shop/cart-v1", 99)
            $0.requests("shop/web-v1", "shop/cart-v1", 1, by: ["destination"], [.responseCode: "500"])
        }
        script.apply(.telemetry(told, Reply(latency: .zero)), from: Self.prometheus)
        script.poll("a", members, unreachable: ["b": ["a"]])
        script.tick()
        for _ in 0..<12 {
            script.poll("a", members, unreachable: ["b": ["a"]])
            script.tick()
        }
        let cart = try #require(script.snapshot.graph?.graph.node("vapp_east_shop_cart-v1"))
        #expect(cart.health.level == .failure)
        #expect(cart.health.reasons.contains { $0.contains("b:25520") })
        #expect(cart.health.reasons.contains { $0.contains("5xx") })
        #expect(cart.health.since != nil)
    }

    @Test(
        "the mesh is as bad as the traffic of the workloads that members run on, and degraded by that of others; its members and clusters are not"
    )
    func overall() throws {
        var script = Self.script { $0.memberRules = ["a=shop/cart-v1"].compactMap { MemberRule($0) } }
        let members = [member("a"), member("b")]
        func tell(_ at: Double, _ code: String, to target: String, evaluatedAt: Double? = nil) {
            script.time = at
            let told = Self.telemetry(evaluatedAt ?? at) {
                $0.requests("shop/web-v1", "shop/cart-v1", 9)
                $0.requests("shop/web-v1", target, 3, [.responseCode: code])
            }
            script.apply(.telemetry(told, Reply(latency: .zero)), from: Self.prometheus)
            for name in ["a", "b"] { script.poll(name, members) }
            script.tick()
        }
        tell(0, "200", to: "shop/cart-v1")
        #expect(script.snapshot.health.level == .healthy)
        tell(15, "503", to: "shop/db-v1")
        #expect(script.snapshot.health.level == .degraded, "no member runs there")
        #expect(script.snapshot.health.reasons.first?.contains("db") == true)
        #expect(script.snapshot.clusters.allSatisfy { $0.health.level == .healthy })
        tell(30, "503", to: "shop/cart-v1")
        let snapshot = script.snapshot
        #expect(snapshot.health.level == .failure)
        #expect(snapshot.health.reasons.first == "traffic of cart: 5xx 25 % of 12/s inbound")
        #expect(snapshot.clusters.allSatisfy { $0.health.level == .healthy })
        #expect(snapshot.clusters.flatMap(\.members).allSatisfy { $0.health.level == .healthy })
        tell(400, "503", to: "shop/cart-v1", evaluatedAt: 0)
        #expect(script.snapshot.health.level == .healthy, "what was long ago is not how things are")
    }

    @Test("traffic between members of one cluster goes through the sidecar, and that is said")
    func remoting() throws {
        var script = Self.script {
            $0.memberRules = ["a=shop/cart-v1", "b=shop/cart-v1"].compactMap { MemberRule($0) }
        }
        script.poll("a", [member("a"), member("b")])
        let told = Self.telemetry(0) {
            var labels = TelemetryScript.ends("shop/cart-v1", "shop/cart-v1")
            labels[.reporter] = "destination"
            $0.row(.tcpReceived, 512, labels)
        }
        script.apply(.telemetry(told, Reply(latency: .zero)), from: Self.prometheus)
        script.tick()
        #expect(script.snapshot.graph?.graph.edges.first?.notes == ["remoting goes through the sidecar"])
    }

    @Test("traffic that ends is remembered with what it was, until it is back or a quarter of an hour has gone")
    func gone() throws {
        var script = Self.script()
        func tell(_ at: Double, _ carts: Double) {
            script.time = at
            let told = Self.telemetry(at) {
                $0.requests("shop/web-v1", "shop/stock-v1", 1)
                if carts > 0 { $0.requests("shop/web-v1", "shop/cart-v1", carts) }
            }
            script.apply(.telemetry(told, Reply(latency: .zero)), from: Self.prometheus)
            script.tick()
        }
        tell(0, 12)
        #expect(script.snapshot.graph?.graph.ended.edges == [])
        tell(15, 0)
        let gone = try #require(script.snapshot.graph?.graph.ended.edges.first)
        #expect(gone.id == "vapp_east_shop_web-v1|vapp_east_shop_cart-v1|http")
        #expect(gone.rates.total == 12 && gone.until == second(0))
        tell(30, 0)
        #expect(script.snapshot.graph?.graph.ended.edges.count == 1)
        tell(45, 3)
        #expect(script.snapshot.graph?.graph.ended.edges == [])
        tell(60, 0)
        tell(60 + 901, 0)
        #expect(script.snapshot.graph?.graph.ended.edges == [])
    }

    @Test("how traffic went is kept by answer, for an hour's quarter at most, and an edge that was away starts anew")
    func trend() throws {
        var script = Self.script()
        let id = "vapp_east_shop_web-v1|vapp_east_shop_cart-v1|http"
        func tell(_ at: Double, _ carts: Double, _ code: String = "200") {
            script.time = at
            let told = Self.telemetry(at) {
                $0.requests("shop/web-v1", "shop/stock-v1", 1)
                if carts > 0 { $0.requests("shop/web-v1", "shop/cart-v1", carts, [.responseCode: code]) }
            }
            script.apply(.telemetry(told, Reply(latency: .zero)), from: Self.prometheus)
            script.tick()
            script.tick()
        }
        tell(0, 12)
        tell(15, 3, "503")
        #expect(script.snapshot.trend.times == [second(0), second(15)])
        #expect(script.snapshot.trend.all.rates == [13, 4])
        #expect(script.snapshot.trend.all.errors == [0, 3])
        #expect(script.snapshot.trend.edges[id]?.rates == [12, 3])
        #expect(script.snapshot.trend.edges[id]?.errors == [0, 3])
        tell(30, 0)
        #expect(script.snapshot.trend.edges[id] == nil)
        tell(45, 5)
        #expect(script.snapshot.trend.edges[id]?.rates == [5])
        for round in 0..<100 { tell(60 + Double(round) * 15, 7) }
        #expect(script.snapshot.trend.times.count == TrafficTrend.length)
        #expect(script.snapshot.trend.edges[id]?.rates.count == TrafficTrend.length)
        #expect(script.snapshot.trend.all.rates.count == TrafficTrend.length)
    }

    @Test("what is hidden is counted, stays hidden, and does not count as ended")
    func hidden() throws {
        var script = Self.script {
            $0.hide = try? FindExpression("healthy")
            $0.find = try? FindExpression("code = 503")
        }
        for (time, code) in [(0.0, "503"), (15.0, "200")] {
            script.time = time
            let told = Self.telemetry(time) {
                $0.requests("shop/web-v1", "shop/cart-v1", 9)
                $0.requests("shop/cart-v1", "shop/db-v1", 9, [.responseCode: code])
            }
            script.apply(.telemetry(told, Reply(latency: .zero)), from: Self.prometheus)
            script.tick()
            let shown = try #require(script.snapshot.graph)
            #expect(shown.graph.ended.edges == [])
            #expect(shown.graph.edges.count == (code == "503" ? 1 : 0))
            #expect(shown.hidden.edges == (code == "503" ? 1 : 2))
            #expect(shown.found?.edges.count == (code == "503" ? 1 : 0))
        }
    }

    @Test("without any cluster the mesh is as well as its traffic")
    func trafficAlone() throws {
        var script = MeshScript()
        script.apply(
            .sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: Self.prometheus)
        let told = Self.telemetry(0) {
            $0.requests("shop/web-v1", "shop/cart-v1", 8)
            $0.requests("shop/web-v1", "shop/cart-v1", 2, by: ["source"], [.responseCode: "503"])
        }
        script.apply(.telemetry(told, Reply(latency: .zero)), from: Self.prometheus)
        script.tick()
        #expect(script.snapshot.health.level == .failure)
        #expect(script.snapshot.health.reasons == ["web to cart: 5xx 20 % of 10/s"])
    }
}
