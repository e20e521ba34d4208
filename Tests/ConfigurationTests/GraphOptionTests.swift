// SPDX-License-Identifier: Apache-2.0
import Configuration
import Model
import Testing

@testable import Collectors

@Suite struct GraphOptionTests {
    @Test("without any option the graph is Kiali's default one")
    func standard() throws {
        #expect(try settings([]).graph == GraphOptions())
    }

    @Test("every option of the graph is taken, from flags, environment and file alike")
    func everything() throws {
        var wanted = GraphOptions()
        wanted.type = .app
        wanted.namespaces = ["shop", "pay"]
        wanted.injectsServices = true
        wanted.keepsIdleEdges = true
        wanted.rates = TrafficRates(http: .none, grpc: .total, tcp: .received, ambient: .ztunnel)
        wanted.edgeValues = [.p50, .average, .mtls]
        wanted.focus = GraphFocus(kind: .app, namespace: "shop", name: "cart")
        wanted.hops = 3
        wanted.memberRules = [
            MemberRule(.role("web"), WorkloadName(namespace: "shop", name: "cart")),
            MemberRule(.host("10.0.0.*"), WorkloadName(namespace: "shop", name: "db")),
        ]
        let flags = [
            "--graph-type", "app", "--namespace", "shop", "--namespace=pay", "--inject-services", "--idle-edges",
            "--http-rate=none", "--grpc-rate", "total", "--tcp-rate", "received", "--ambient", "ztunnel",
            "--edge-values", "p50,avg,mtls", "--focus", "app:shop/cart", "--hops", "3",
            "--member-workload", "role:web=shop/cart", "--member-workload", "10.0.0.*=shop/db",
        ]
        for command in [[], ["snapshot"], ["watch"], ["check"], ["demo"]] {
            #expect(try settings(command + flags).graph == wanted, "\(command)")
        }
        let environment = [
            "MESHTOP_GRAPH_TYPE": "app", "MESHTOP_NAMESPACE": "shop,pay", "MESHTOP_INJECT_SERVICES": "1",
            "MESHTOP_IDLE_EDGES": "yes", "MESHTOP_HTTP_RATE": "none", "MESHTOP_GRPC_RATE": "total",
            "MESHTOP_TCP_RATE": "received", "MESHTOP_AMBIENT": "ztunnel", "MESHTOP_EDGE_VALUES": "p50,avg,mtls",
            "MESHTOP_FOCUS": "app:shop/cart", "MESHTOP_HOPS": "3",
            "MESHTOP_MEMBER_WORKLOAD": "role:web=shop/cart,10.0.0.*=shop/db",
        ]
        #expect(try settings(["watch"], environment: environment).graph == wanted)
        let file = """
            graph-type: app
            namespace: [shop, pay]
            inject-services: true
            no-idle-edges: false
            http-rate: none
            grpc-rate: total
            tcp-rate: received
            ambient: ztunnel
            edge-values: [p50, avg, mtls]
            focus: app:shop/cart
            hops: 3
            member-workload: ["role:web=shop/cart", "10.0.0.*=shop/db"]
            """
        #expect(try settings(["snapshot"], files: ["meshtop.yaml": file]).graph == wanted)
    }

    @Test("a switch of the file is turned off by its negative flag")
    func negative() throws {
        let file = ["meshtop.yaml": "idle-edges: true\ninject-services: true"]
        let graph = try settings(["watch", "--no-idle-edges"], files: file).graph
        #expect(!graph.keepsIdleEdges && graph.injectsServices)
    }

    @Test(
        "a wrong value is answered with the right ones",
        arguments: [
            (["--graph-type", "apps"], "'apps' is not one of workload, app, versionedApp, service; did you mean app?"),
            (["--http-rate", "sent"], "'sent' is not one of requests, none"),
            (["--grpc-rate", "bytes"], "'bytes' is not one of requests, sent, received, total, none"),
            (["--tcp-rate", "requests"], "'requests' is not one of sent, received, total, none"),
            (["--ambient", "some"], "'some' is not one of total, waypoint, ztunnel, none"),
            (
                ["--edge-values", "p50,p51"],
                "'p51' is not one of p50, p95, p99, avg, throughput, mtls; did you mean p50?"
            ),
            (
                ["--focus", "pod:shop/cart"],
                "'pod:shop/cart' is not TYPE:NAMESPACE/NAME, such as app:shop/checkout; TYPE is one of workload, app, service"
            ),
            (["--hops", "0"], "0 is not between 1 and 100"),
            (
                ["--member-workload", "shop/cart"],
                "'shop/cart' is neither role:ROLE=NAMESPACE/NAME nor HOST=NAMESPACE/NAME, such as checkout-*=shop/checkout"
            ),
            (
                ["--at", "yesterday"],
                "'yesterday' is no time: write 2026-11-21T14:03:22Z, 14:03[:22], or in a journal +5m after its start or -5m before its end"
            ),
            (["--window", "0.5"], "'0.5' is not between 1s and 30d"),
        ])
    func wrong(arguments: [String], reason: String) {
        #expect(configurationError(["snapshot"] + arguments) == "\(arguments[0]): \(reason)")
    }
}
