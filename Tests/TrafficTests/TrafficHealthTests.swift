// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Model

@Suite("Health of traffic")
struct TrafficHealthTests {
    @Test(
        "a share of errors is judged by Kiali's tolerances",
        arguments: [
            ("500", 0.001, Health.Level.degraded), ("503", 9.9, .degraded), ("599", 10, .failure),
            ("404", 9.9, .healthy),
            ("404", 10, .degraded), ("404", 20, .failure), ("0", 0.001, .degraded), ("0", 10, .failure),
            ("302", 100, .healthy),
        ])
    func http(code: String, percent: Double, level: Health.Level) {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/cart-v1", percent, [.responseCode: code])
        if percent < 100 { script.requests("shop/web-v1", "shop/cart-v1", 100 - percent) }
        let graph = script.graph()
        #expect(graph.edges[0].health.level == level)
        #expect(graph.nodes.allSatisfy { $0.health.level == level })
        #expect(graph.edges[0].health.reasons.isEmpty == (level == .healthy))
    }

    @Test("one error among many is named, however small its share")
    func rareError() {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/cart-v1", 1_000)
        script.requests("shop/web-v1", "shop/cart-v1", 0.00028, [.responseCode: "500", .responseFlags: "URX"])
        #expect(script.graph().edges[0].health.reasons == ["5xx 0.00003 % of 1000/s, URX"])
        #expect(script.graph().nodes[0].health.reasons == ["5xx 0.00003 % of 1000/s inbound, URX"])
    }

    @Test("nothing is said of how well somebody outside is")
    func outside() {
        var script = TelemetryScript()
        script.requests(nil, "shop/web-v1", 1, by: ["destination"], [.responseCode: "500"])
        let graph = script.graph()
        #expect(graph.node("unknown_unknown_source")?.health.level == .unknown)
        #expect(graph.node("wl_east_shop_web-v1")?.health.level == .failure)
    }

    @Test(
        "a 2xx that Envoy flags as never answered is no success, whatever the flag stands beside",
        arguments: ["UH", "UF,URX", "UC", "UR", "NR", "DC", "-"])
    func flagged(flags: String) {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/cart-v1", 1, [.responseCode: "200", .responseFlags: flags])
        let edge = script.graph().edges[0]
        let isAnswered = ["DC", "-"].contains(flags)
        #expect(edge.rates.noResponse == (isAnswered ? 0 : 1))
        #expect(edge.health.level == (isAnswered ? .healthy : .failure))
    }
}
