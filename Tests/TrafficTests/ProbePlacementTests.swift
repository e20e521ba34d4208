// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Traffic

@Suite("Health endpoints on the graph") struct ProbePlacementTests {
    @Test("the node of the workload has it among its reasons, and --find finds it")
    func node() throws {
        let name = WorkloadName(namespace: "shop", name: "cart-v1")
        var node = TrafficNode(id: "vapp_Kubernetes_shop_cart-v1", kind: .app)
        node.workloads = [name]
        node.health = Health(level: .healthy)
        var graph = ServiceGraph(type: .versionedApp, window: .seconds(60), at: second(0), observedAt: second(0))
        graph.nodes = [node]
        let report = ProbeReport(.failing, status: 503, text: "db down")
        let health = Health(level: .notReady, reasons: ["readyz 503 for 3 s: db down"])
        let probe = ProbeSnapshot(
            id: SourceID(.probe, "http://cart:8080/readyz"), subject: .workload(name), report: report, since: second(0),
            observedAt: second(0),
            freshness: .fresh, health: health, members: [])
        ProbePlacement.add([probe], to: &graph)
        #expect(graph.nodes[0].health.level == .notReady)
        #expect(graph.nodes[0].health.reasons == health.reasons)
        let found = ShownGraph(graph).selection(of: try FindExpression("probe = failing"), clusters: [], now: second(0))
        #expect(found.nodes == [0])
        #expect(
            ShownGraph(graph).selection(of: try FindExpression("probe = passing"), clusters: [], now: second(0)).nodes
                .isEmpty)
    }
}
