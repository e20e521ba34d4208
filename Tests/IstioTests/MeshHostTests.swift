// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Istio

@Suite("Names of hosts")
struct MeshHostTests {
    private static let forms: [(String, String)] = [
        ("web", "web.shop.svc.cluster.local"), ("web.pay", "web.pay.svc.cluster.local"),
        ("web.shop", "web.shop.svc.cluster.local"), ("web.nowhere", "web.nowhere"),
        ("web.pay.svc", "web.pay.svc.cluster.local"), ("web.pay.svc.cluster.local", "web.pay.svc.cluster.local"),
        ("api.bank.example", "api.bank.example"), ("*.bank.example", "*.bank.example"), ("*.local", "*.local"),
        ("*", "*.shop.svc.cluster.local"), ("*.shop.svc.cluster.local", "*.shop.svc.cluster.local"),
    ]

    @Test("each form means what Kiali reads in it", arguments: forms)
    func meanings(form: (String, String)) {
        #expect(MeshHost(form.0, in: "shop") { $0 == "pay" }.text == form.1)
    }

    @Test("a wildcard ends at the boundary of a label")
    func wildcards() {
        #expect(isWithin("web.test.svc.cluster.local", wildcard: "*.test.svc.cluster.local"))
        #expect(!isWithin("web.istio-test.svc.cluster.local", wildcard: "*.test.svc.cluster.local"))
        #expect(overlaps("*.example", "*.shop.example") && !overlaps("*.a.example", "*.b.example"))
    }

    @Test("gateways are named in four ways")
    func gateways() {
        let edge = ObjectName(namespace: "mesh", name: "edge")
        for text in ["mesh/edge", "edge.mesh", "edge.mesh.svc.cluster.local"] {
            #expect(VirtualServiceChecks.gatewayName(text, in: "shop") == edge, "\(text)")
        }
        #expect(VirtualServiceChecks.gatewayName("edge", in: "mesh") == edge)
        #expect(VirtualServiceChecks.gatewayName("edge.mesh.svc", in: "shop") == nil)
    }

    @Test(
        "patterns have a star at one end",
        arguments: [
            ("GET", "GET", true), ("*", "GET", true), ("GE*", "GET", true), ("*ET", "GET", true),
            ("FETCH", "GET", false),
            ("*E*", "GET", false), ("P*", "GET", false),
        ])
    func patterns(row: (String, String, Bool)) { #expect(Pattern.matches(row.0, row.1) == row.2) }

    @Test(
        "durations are Go's",
        arguments: [
            ("3s", 3_000_000), ("250ms", 250_000), ("1m30s", 90_000_000), ("1.5s", 1_500_000), ("", -1), ("3", -1),
            ("x", -1),
        ])
    func durations(row: (String, Int64)) {
        #expect(Duration(golang: row.0) == (row.1 < 0 ? nil : .microseconds(row.1)))
    }
}
