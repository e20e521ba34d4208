// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Findings

@Suite("Rules service-failing, service-degraded, reporter-gap and remoting-through-sidecar")
struct TrafficRuleTests {
    private func graph(_ change: (inout TrafficEdge) -> Void) -> ServiceGraph {
        var graph = ServiceGraph(
            type: .versionedApp, window: .seconds(60), at: Timestamp(microseconds: 0),
            observedAt: Timestamp(microseconds: 0))
        graph.insert([TrafficNode(id: "a", kind: .app), TrafficNode(id: "b", kind: .app)])
        var edge = TrafficEdge(source: 0, target: 1, protocol: .http)
        edge.rates.total = 10
        change(&edge)
        graph.edges = [edge]
        return graph
    }

    private func script(_ graph: ServiceGraph, rounds: Int) -> FindingScript {
        var script = FindingScript("10.0.0.1", "10.0.0.2")
        for _ in 0..<rounds {
            script.observe(graph)
            script.rounds()
        }
        return script
    }

    @Test("failing requests name the service, after some seconds", arguments: [Health.Level.failure, .degraded])
    func failing(level: Health.Level) {
        let graph = graph { $0.health = Health(level: level, reasons: ["30 % of requests fail"]) }
        #expect(script(graph, rounds: 5).loud.isEmpty)
        let found = script(graph, rounds: 15).loud.first
        #expect(found?.rule == (level == .failure ? .serviceFailing : .serviceDegraded))
        #expect(found?.subjects.first == "b" && found?.impacts.first?.subjects == ["a"])
    }

    @Test("a service that fails explains those that call it, also through others, and nothing else")
    func callers() throws {
        var graph = graph { $0.health = Health(level: .failure, reasons: ["all requests fail"]) }
        graph.insert([
            TrafficNode(id: "gateway", kind: .app), TrafficNode(id: "outside", kind: .app),
            TrafficNode(id: "other", kind: .app),
        ])
        // Nodes are in the order of their ids: a, b, gateway, other, outside.
        for (source, target) in [(2, 0), (4, 2), (4, 3)] {
            var edge = TrafficEdge(source: source, target: target, protocol: .http)
            edge.rates.total = 10
            edge.health = Health(level: .degraded, reasons: ["1 % of requests fail"])
            graph.edges.append(edge)
        }
        let played = script(graph, rounds: 20)
        let cause = try #require(played.finding(.serviceFailing))
        let explained = played.loud.filter { $0.explainedBy == cause.id }.compactMap(\.subjects.first)
        #expect(Set(explained) == ["a", "gateway"])
        #expect(played.loud.filter { $0.explainedBy == nil }.compactMap(\.subjects.first) == ["b", "other"])
    }

    @Test("an old graph says nothing")
    func old() {
        var graph = graph { $0.health = Health(level: .failure, reasons: ["30 % of requests fail"]) }
        graph.freshness = .lost
        #expect(script(graph, rounds: 30).loud.isEmpty)
    }

    @Test("ends that report differently are said when the difference is large and lasts")
    func gap() {
        let large = graph { $0.gap = ReporterGap(source: 10, destination: 4) }
        #expect(script(large, rounds: 40).finding(.reporterGap)?.title.contains("60 %") == true)
        let small = graph { $0.gap = ReporterGap(source: 10, destination: 9) }
        #expect(script(small, rounds: 40).finding(.reporterGap) == nil)
    }

    @Test("remoting in the service graph goes through proxies")
    func sidecar() {
        let graph = graph { $0.notes = ["remoting goes through the sidecar"] }
        #expect(script(graph, rounds: 25).finding(.remotingThroughSidecar) != nil)
    }
}
