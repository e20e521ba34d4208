// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Traffic

/// Each bound of the graph at its value and one beyond.
@Suite("Bounds of the service graph") struct TrafficBoundTests {
    @Test("of edges beyond the limit those with least traffic are left out and counted", arguments: [3, 4])
    func edges(count: Int) {
        var draft = TrafficDraft(texts: TelemetryTexts())
        for number in 0..<count {
            var edge = TrafficDraft.Edge(source: 0, target: 0, transport: LabelValue(.http))
            edge.rates.total = Double(number + 1)
            draft.edges.append(edge)
        }
        #expect(draft.bound(to: 3) == count - 3)
        #expect(draft.edges.map(\.rates.total).min() == Double(count - 2))
    }

    @Test("a sign has at most six pieces of evidence", arguments: [5, 6, 7])
    func evidence(count: Int) {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/cart-v1", 9)
        for subset in 1...count {
            script.row(
                .ejections, 1,
                [
                    .namespace: "shop", .pod: "web-v1-6c9f8d7b5-x7k2p",
                    .envoyCluster: "outbound|80|v\(subset)|cart.shop.svc.cluster.local",
                ])
        }
        let edge = script.graph().edges[0]
        #expect(edge.signs.map(\.kind) == [.outlierEjected])
        #expect(edge.signs.first?.evidence.count == min(count, 6))
    }

    @Test("a reason names at most four of Envoy's flags, on an edge and on a node", arguments: [4, 5])
    func flags(count: Int) {
        var (one, two) = (TelemetryScript(), TelemetryScript())
        for (index, flag) in ["UC", "UF", "UH", "UO", "UT"].prefix(count).enumerated() {
            let labels: [TelemetryLabel: String] = [.responseCode: "503", .responseFlags: flag]
            one.requests("shop/web-v1", "shop/cart-v1", 5, labels)
            two.requests(index < 3 ? "shop/web-v1" : "shop/app-v1", "shop/cart-v1", 5, labels)
        }
        func flags(_ health: Health?) -> Int {
            (health?.reasons.first?.split(separator: " ") ?? []).count { $0.utf8.count == 2 && $0.hasPrefix("U") }
        }
        #expect(flags(one.graph().edges[0].health) == 4)
        #expect(flags(two.graph().node("wl_east_shop_cart-v1")?.health) == 4)
    }

    @Test("the surroundings of a focus reach a hundred hops at most", arguments: [99, 100, 101])
    func hops(count: Int) {
        var script = TelemetryScript()
        for number in 0..<103 { script.requests("shop/n\(number)-v1", "shop/n\(number + 1)-v1", 1) }
        let graph = script.graph {
            $0.focus = GraphFocus(kind: .workload, namespace: "shop", name: "n0-v1")
            $0.hops = count
        }
        #expect(graph.nodes.count == 1 + min(count, 100))
    }

    @Test("no rank is beyond 100")
    func ranks() {
        let start = second(0)
        var graph = ServiceGraph(type: .workload, window: .seconds(60), at: start, observedAt: start)
        graph.nodes = (0...101).map { TrafficNode(id: "n\($0)", kind: .workload) }
        for node in 0...101 {
            for _ in 0..<node { graph.edges.append(TrafficEdge(source: node, target: 0, protocol: .http)) }
        }
        let ranks = graph.ranks(by: .outbound)
        #expect(ranks[101] == 1 && ranks[3] == 99 && ranks[2] == 100 && ranks[1] == 100 && ranks[0] == 100)
    }

    @Test("a rate is more than nothing and less than 10^18")
    func rates() {
        #expect(!0.0.isPlausibleRate && Double.leastNonzeroMagnitude.isPlausibleRate)
        #expect(1e18.nextDown.isPlausibleRate && !1e18.isPlausibleRate)
        #expect(!Double.nan.isPlausibleRate && !Double.infinity.isPlausibleRate && !(-1.0).isPlausibleRate)
    }

    @Test("at most 200 candidates complete an expression", arguments: [200, 201])
    func completion(count: Int) {
        let start = second(0)
        var graph = ServiceGraph(type: .service, window: .seconds(60), at: start, observedAt: start)
        graph.nodes = (0..<count).map { number in
            var node = TrafficNode(id: "n\(number)", kind: .service)
            node.labels.service = "shop-\(number)"
            return node
        }
        let completion = ShownGraph(graph).completion(of: "service = shop", clusters: [])
        #expect(completion.candidates.count == 200)
    }
}

@Suite("Bounds of what is remembered of traffic") struct TrafficMemoryBoundTests {
    private static func graph(_ at: Double, edges: Int, rate: Double) -> ServiceGraph {
        var graph = ServiceGraph(type: .workload, window: .seconds(60), at: second(at), observedAt: second(at))
        graph.nodes = [TrafficNode(id: "a", kind: .workload), TrafficNode(id: "b", kind: .workload)]
        graph.edges = (0..<edges).map { number in
            var edge = TrafficEdge(source: 0, target: 1, protocol: .other("p\(number)"))
            edge.rates.total = rate
            return edge
        }
        return graph
    }

    @Test("ended edges are bounded", arguments: [0, 1])
    func ended(excess: Int) {
        let before = Self.graph(0, edges: EndedTraffic.limit + excess, rate: 1)
        var after = Self.graph(15, edges: 0, rate: 0)
        after.keepEnded(of: before, at: second(15))
        #expect(after.ended.edges.count == EndedTraffic.limit)
    }

    @Test("an ended edge is kept for 900 seconds and not longer", arguments: [(900.0, 1), (900.001, 0)])
    func retention(age: Double, count: Int) {
        let before = Self.graph(0, edges: 1, rate: 1)
        var middle = Self.graph(15, edges: 0, rate: 0)
        middle.keepEnded(of: before, at: second(15))
        var after = Self.graph(30, edges: 0, rate: 0)
        after.keepEnded(of: middle, at: second(age))
        #expect(after.ended.edges.count == count)
    }

    @Test("a trend has 60 points at most, and lines of at most 1,000 edges", arguments: [0, 1])
    func trend(excess: Int) {
        var trend = TrafficTrend()
        for point in 0..<(TrafficTrend.length + excess) {
            trend.add(Self.graph(Double(point), edges: 1, rate: 1))
        }
        #expect(trend.times.count == 60 && trend.all.rates.count == 60)
        #expect(trend.edges.values.allSatisfy { $0.rates.count == 60 })
        #expect(trend.times.first == second(Double(excess)))
        var wide = TrafficTrend()
        wide.add(Self.graph(0, edges: 1_000 + excess, rate: 1))
        #expect(wide.edges.count == (excess == 0 ? 1_000 : 0) && wide.times.count == 1)
    }
}

@Suite("Bounds of windows") struct WindowBoundTests {
    private static func notes(
        window: Duration, interval: Duration? = nil, retention: Duration? = nil, ahead: Duration = .zero
    ) -> [String] {
        let now = second(0)
        let telemetry = Telemetry(
            at: now + ahead, window: window, interval: .seconds(15), texts: TelemetryTexts(), vectors: [],
            server: MetricsServer(scrapeInterval: interval, retention: retention))
        return WindowGuard.notes(telemetry, observedAt: now)
    }

    @Test("four scrapes are enough, two are few, less is too short")
    func scrapes() {
        let step = Duration.seconds(15)
        #expect(Self.notes(window: step * 4, interval: step) == [])
        #expect(Self.notes(window: step * 4 - .microseconds(1), interval: step).first?.contains("holds few") == true)
        #expect(Self.notes(window: step * 2, interval: step).first?.contains("holds few samples") == true)
        #expect(Self.notes(window: step * 2 - .microseconds(1), interval: step).first?.contains("too short") == true)
    }

    @Test("an interval of more than a leap year is not believed")
    func believable() {
        let year = Duration.seconds(366 * 86_400)
        #expect(Self.notes(window: .seconds(60), interval: year).count == 1)
        #expect(Self.notes(window: .seconds(60), interval: year + .microseconds(1)) == [])
        #expect(Self.notes(window: .seconds(60), interval: .zero) == [])
    }

    @Test("a window may be as long as the retention, and a moment as old")
    func retention() {
        let kept = Duration.seconds(3_600)
        #expect(Self.notes(window: kept, retention: kept) == [])
        #expect(Self.notes(window: kept + .microseconds(1), retention: kept).count == 1)
        #expect(Self.notes(window: .seconds(60), retention: kept, ahead: .zero - kept) == [])
        #expect(Self.notes(window: .seconds(60), retention: kept, ahead: .microseconds(-1) - kept).count == 1)
    }

    @Test("a moment may be five minutes ahead")
    func ahead() {
        #expect(Self.notes(window: .seconds(60), ahead: .seconds(300)) == [])
        #expect(Self.notes(window: .seconds(60), ahead: .seconds(300) + .microseconds(1)).count == 1)
    }
}

@Suite("Bounds of expressions") struct FindBoundTests {
    private static func fault(_ text: String) -> FindError? {
        do throws(FindError) {
            _ = try FindExpression(text)
            return nil
        } catch {
            return error
        }
    }

    @Test("an expression has at most 1,000 characters")
    func length() {
        let longest = "name = " + String(repeating: "a", count: 993)
        #expect(longest.unicodeScalars.count == 1_000 && Self.fault(longest) == nil)
        let fault = Self.fault(longest + "a")
        #expect(fault?.offset == 1_000 && fault?.reason == "an expression has at most 1000 characters")
    }

    @Test("parentheses and not are nested at most 50 deep", arguments: ["(", "not "])
    func depth(opening: String) {
        func nested(_ count: Int) -> String {
            String(repeating: opening, count: count) + "healthy"
                + (opening == "(" ? String(repeating: ")", count: count) : "")
        }
        // The word inside is a part too.
        #expect(Self.fault(nested(49)) == nil)
        #expect(Self.fault(nested(50))?.reason == "more than 50 parts in each other")
    }

    @Test("a pattern has at most 200 characters, and groups at most 20 deep")
    func patterns() {
        func pattern(_ text: String) -> FindError? { Self.fault("name ~ '\(text)'") }
        #expect(pattern(String(repeating: "a", count: 200)) == nil)
        #expect(pattern(String(repeating: "a", count: 201)) != nil)
        func nested(_ count: Int) -> String {
            String(repeating: "(", count: count) + "a" + String(repeating: ")", count: count)
        }
        #expect(pattern(nested(20)) == nil)
        #expect(pattern(nested(21))?.reason.contains("more than 20 groups in each other") == true)
    }
}
