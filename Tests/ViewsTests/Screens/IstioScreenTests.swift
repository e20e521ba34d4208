// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Views

@Suite("Istio on screens")
struct IstioScreenTests {
    private static func object(_ kind: String, _ name: String) -> ObjectReference {
        ObjectReference(kind: kind, ObjectName(namespace: "shop", name: name))
    }

    private static func row(
        _ pod: String, _ port: Int, _ role: BypassRow.Role, _ direction: BypassRow.Direction, _ live: BypassRow.Capture,
        _ template: BypassRow.Capture
    ) -> BypassRow {
        BypassRow(
            namespace: "shop", pod: pod, workload: Pod.Owner(kind: "Deployment", name: "cart"), port: port, role: role,
            direction: direction, live: live, template: template, sidecar: .native, mutualTLS: .strict,
            decidedBy: object("PeerAuthentication", "default"),
            advice: template == .captured ? "traffic.sidecar.istio.io/excludeInboundPorts: \"25520\"" : nil)
    }

    /// Right, wrong and half right.
    private static func scene() -> Scene {
        var snapshot = Builder().snapshot()
        let check = IstioCheck(
            code: "KIA0203", severity: .error, object: object("DestinationRule", "web"), path: "spec/subsets[1]",
            text: "subset canary selects version v3: no workload has that")
        let subsets: ObjectValue = .list(
            ["stable", "canary"].map { .map([ObjectField("name", .text($0))]) })
        let value: ObjectValue = .map([
            ObjectField("spec", .map([ObjectField("host", .text("web")), ObjectField("subsets", subsets)]))
        ])
        snapshot.istio = IstioSnapshot(
            objects: [
                .init(object: check.object, summary: "web", checks: [check], value: value),
                .init(object: object("PeerAuthentication", "default"), summary: "STRICT", checks: [], value: .map([])),
            ], checks: [check],
            policies: [
                row("cart-a", 25_520, .remoting, .inbound, .captured, .captured),
                row("cart-a", 25_520, .remoting, .outbound, .bypassed, .bypassed),
                row("cart-b", 8_558, .management, .inbound, .bypassed, .captured),
                row("cart-b", 8_558, .management, .outbound, .bypassed, .bypassed),
            ],
            splits: [
                TrafficSplit(
                    object: object("VirtualService", "web"), path: "spec/http[0]",
                    service: ObjectName(namespace: "shop", name: "web"),
                    shares: [
                        .init(subset: "stable", version: "v1", percent: 90),
                        .init(subset: "canary", version: "v2", percent: 10),
                    ], isAlone: true)
            ],
            unjudged: [
                UnjudgedCheck(
                    code: "KIA1101", object: object("VirtualService", "web"), missing: "services of namespace pay")
            ],
            assumptions: [], services: [])
        return Scene(name: "istio", snapshot: snapshot)
    }

    @Test("screen and page look as recorded", arguments: [(80, 24), (132, 40), (40, 10)])
    func goldens(columns: Int, rows: Int) {
        for glyphs in [GlyphSet.unicode, .ascii] {
            let frames = [("Istio", [Key.character("9")]), ("Object", [.character("9"), .end, .enter])].map {
                name, keys in
                Session(Self.scene(), size: Size(columns: columns, rows: rows), glyphs: glyphs).pressing(keys).picture(
                    named: name)
            }
            Golden.check(frames.joined(), "Istio/\(columns)x\(rows)-\(glyphs.asciiOnly ? "ascii" : "unicode")")
        }
    }

    @Test("the page of an object marks the line of its check")
    func page() {
        let session = Session(Self.scene(), size: Size(columns: 132, rows: 40)).pressing([
            .character("9"), .down, .down, .down, .enter,
        ])
        #expect(session.text.contains("- name: canary  KIA0203"), "\(session.text)")
    }

    @Test("without Istio its screen says what to type, and no other screen changes")
    func without() {
        let session = Session(Scene.healthy)
        #expect(!session.text.contains("9 Istio"))
        #expect(session.pressing([.character("9")]).text.contains("--kubernetes-dump"))
    }

    @Test("sentences of a service stand in the order in which objects apply")
    func sentences() {
        let policy = ServicePolicy(
            service: ObjectName(namespace: "shop", name: "cart"), mutualTLS: .strict,
            decidedBy: Self.object("PeerAuthentication", "default"),
            authorization: [
                AuthorizationRow(
                    object: Self.object("AuthorizationPolicy", "p"), action: "ALLOW", principals: ["x"],
                    takesAnyone: false,
                    isEmpty: false, operations: "ports 8080")
            ], routes: [Self.object("VirtualService", "cart")], rules: [Self.object("DestinationRule", "cart")],
            limits: .init(object: Self.object("DestinationRule", "cart"), pool: "maxConnections 1", ejection: ""),
            retries: .init(object: Self.object("VirtualService", "cart"), path: "spec/http[0]/retries", attempts: 3))
        #expect(
            IstioWords.sentences(policy) == [
                "VirtualService shop/cart routes", "VirtualService shop/cart spec/http[0]/retries: 3 more attempts",
                "DestinationRule shop/cart says how to connect", "DestinationRule shop/cart: maxConnections 1",
                "mTLS strict, says PeerAuthentication shop/default",
                "AuthorizationPolicy shop/p: ALLOW x, ports 8080",
            ])
    }
}
