// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Model

@Suite("Waypoints of an ambient mesh") struct WaypointTests {
    /// Bytes that a node's proxy tells of.
    private static func bytes(_ script: inout TelemetryScript, _ from: String, _ to: String, _ rate: Double) {
        var labels = TelemetryScript.ends(from, to)
        labels.merge([.app: "ztunnel", .reporter: "source"]) { $1 }
        script.row(.tcpReceived, rate, labels)
    }

    @Test("edges tell which way they go, and what comes back")
    func ways() {
        var script = TelemetryScript()
        Self.bytes(&script, "shop/web-v1", "shop/waypoint", 100)
        Self.bytes(&script, "shop/waypoint", "shop/web-v1", 150)
        Self.bytes(&script, "shop/waypoint", "shop/cart-v1", 50)
        script.requests("shop/web-v1", "shop/cart-v1", 10, by: ["waypoint"])
        let graph = script.graph()
        #expect(
            graph.edges.map { "\(graph.id(of: $0)) \($0.waypoint?.direction.rawValue ?? "-")" } == [
                "wl_east_shop_waypoint|wl_east_shop_cart-v1|tcp from",
                "wl_east_shop_web-v1|wl_east_shop_cart-v1|http -",
                "wl_east_shop_web-v1|wl_east_shop_waypoint|tcp both",
            ])
        #expect(graph.edges[2].waypoint?.returned == 150)
        #expect(graph.node("wl_east_shop_web-v1")?.flags == [.isRoot])
        #expect(graph.node("wl_east_shop_web-v1")?.rates.tcpIn == 150)
    }

    @Test("a waypoint of any name is known by its pods")
    func names() {
        var script = TelemetryScript()
        for name in ["gate", "proxy", "shop-waypoint", "other"] {
            Self.bytes(&script, "shop/web-v1", "shop/\(name)", 10)
        }
        script.row(.waypoints, 1, [.namespace: "shop", .pod: "gate-6c9f8d7b5-x7k2p"])
        script.row(.waypoints, 1, [.namespace: "shop", .pod: "x", .gateway: "proxy"])
        script.row(.waypoints, 1, [.namespace: "elsewhere", .pod: "y", .gateway: "other"])
        let found = script.graph(.app).nodes.filter { $0.flags.contains(.isWaypoint) }
        #expect(found.map(\.id) == ["wl_east_shop_gate", "wl_east_shop_proxy", "wl_east_shop_shop-waypoint"])
        #expect(!script.graph { $0.rates.ambient = .none }.nodes.contains { $0.flags.contains(.isWaypoint) })
    }

    @Test("a mesh with sidecars has none, whatever a workload is called")
    func sidecars() {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/waypoint", 1)
        #expect(script.graph().nodes.allSatisfy { !$0.flags.contains(.isWaypoint) })
    }
}
