// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing
import Traffic

@testable import Model

@Suite("Traffic that has ended") struct EndedTrafficTests {
    private static func graph(_ second: Int64, paymentRate: Double) -> ServiceGraph {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/cart-v1", 30)
        if paymentRate > 0 { script.requests("shop/cart-v1", "pay/payment-v1", paymentRate) }
        var graph = script.graph(.versionedApp)
        graph.at = Timestamp(microseconds: second * 1_000_000)
        return graph
    }

    private static func after(_ now: Int64) -> ServiceGraph {
        let before = graph(100, paymentRate: 9)
        var graph = graph(now, paymentRate: 0)
        graph.keepEnded(of: before, at: Timestamp(microseconds: now * 1_000_000))
        return graph
    }

    @Test("an edge that ended is remembered with its last rate, and so is a node that went with it")
    func remembered() {
        let graph = Self.after(110)
        #expect(graph.ended.edges.map(\.rates.total) == [9])
        #expect(graph.ended.nodes.map(\.name) == ["payment"])
        #expect(graph.nodes.map(\.name).sorted() == ["cart", "web"])
    }

    @Test("put back, nodes stay sorted, edges keep their ends, and what ended has no rates")
    func putBack() {
        let graph = Self.after(110)
        let shown = ShownGraph(graph).withEnded()
        let whole = shown.graph
        #expect(whole.nodes.map(\.id) == whole.nodes.map(\.id).sorted() && whole.nodes.count == 3)
        #expect(Array(whole.edges.map(whole.id).prefix(1)) == graph.edges.map(graph.id))
        #expect(shown.endedEdges.keys.sorted() == [1] && whole.edges[1].rates.total == 0)
        #expect(whole.nodes[whole.edges[1].target].name == "payment")
        #expect(shown.endedNodes.keys.map { whole.nodes[$0].name } == ["payment"])
        #expect(shown.found == nil)
    }

    @Test("places of what was found are those of the same nodes")
    func found() throws {
        let graph = Self.after(110)
        var options = GraphOptions()
        options.find = try FindExpression("name = web")
        let whole = ShownGraph(graph, options, clusters: [], now: graph.observedAt).withEnded()
        #expect(whole.found?.nodes.map { whole.graph.nodes[$0].name } == ["web"])
    }

    @Test("it is forgotten after 15 minutes, and when it comes again")
    func forgotten() {
        let ended = Self.after(110)
        var later = Self.graph(1_200, paymentRate: 0)
        later.keepEnded(of: ended, at: Timestamp(microseconds: 1_200_000_000))
        #expect(later.ended == EndedTraffic())
        var again = Self.graph(120, paymentRate: 2)
        again.keepEnded(of: ended, at: Timestamp(microseconds: 120_000_000))
        #expect(again.ended == EndedTraffic())
        #expect(ShownGraph(again).withEnded() == ShownGraph(again))
    }

    @Test("what is hidden takes along what had ended there")
    func hidden() throws {
        let graph = Self.after(110)
        var options = GraphOptions()
        options.hide = try FindExpression("name = cart")
        let shown = ShownGraph(graph, options, clusters: [], now: graph.observedAt)
        #expect(graph.ended.edges.count == 1 && shown.graph.ended.edges.isEmpty)
    }

    @Test("ranks count edges in, out or both; equal ones share one")
    func ranks() {
        let graph = Self.graph(1, paymentRate: 4)
        func ranks(_ rank: GraphRank) -> [String: Int] {
            Dictionary(uniqueKeysWithValues: zip(graph.nodes.map(\.name), graph.ranks(by: rank)))
        }
        #expect(ranks(.all) == ["web": 2, "cart": 1, "payment": 2])
        #expect(ranks(.inbound) == ["web": 2, "cart": 1, "payment": 1])
        #expect(ranks(.outbound) == ["web": 1, "cart": 1, "payment": 2])
    }
}
