// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Findings

/// The configuration and the traffic of one moment in few words.
private struct PolicyScript {
    var engine = FindingsEngine()
    var input: FindingInput
    private var number = 0
    private let now = Timestamp(microseconds: 1_790_000_000_000_000)
    private let api = SourceID(.kubernetes, "https://kube/api/v1/pods")
    private let prometheus = SourceID(.prometheus, "http://prometheus")

    init() {
        input = FindingInput(now: now, pollPeriod: .seconds(1), startedAt: now, clusters: [], sources: [])
        input.istio = IstioSnapshot(
            objects: [], checks: [], policies: [], splits: [], unjudged: [], assumptions: [], services: [])
    }

    static func reference(_ kind: String, _ name: String) -> ObjectReference {
        ObjectReference(kind: kind, ObjectName(namespace: "shop", name: name))
    }

    mutating func observe(
        _ resource: KubernetesResource, _ name: String, spec: String = "a", at offset: Duration = .zero
    ) {
        number += 1
        let object: ObjectValue = .map([
            ObjectField("metadata", .map([ObjectField("namespace", .text("shop")), ObjectField("name", .text(name))])),
            ObjectField("spec", .text(spec)),
        ])
        engine.record(
            Observation(at: now + offset, source: api, .kubernetes(KubernetesReport(resource, .changed([object])))),
            number: number,
            observer: nil, at: now + offset)
    }

    /// Traffic of a minute between nodes, named `app/version`.
    mutating func traffic(
        _ nodes: [(app: String, version: String?, requests: Double)],
        edges: [(Int, Int, (inout TrafficEdge) -> Void)] = []
    ) {
        number += 1
        engine.record(
            Observation(
                at: now, source: prometheus,
                .telemetry(
                    Telemetry(
                        at: now, window: .seconds(60), interval: .seconds(15), texts: TelemetryTexts(), vectors: []),
                    Reply(latency: .zero))),
            number: number, observer: nil, at: now)
        var graph = ServiceGraph(type: .versionedApp, window: .seconds(60), at: now, observedAt: now)
        graph.nodes = nodes.enumerated().map { place, row in
            var node = TrafficNode(id: "\(place)-\(row.app)", kind: .app)
            node.labels.namespace = "shop"
            (node.labels.app, node.labels.version) = (row.app, row.version)
            var rates = EdgeRates()
            rates.total = row.requests
            node.rates.addIn(rates, .http)
            return node
        }
        graph.edges = edges.map { source, target, change in
            var edge = TrafficEdge(source: source, target: target, protocol: .http)
            change(&edge)
            return edge
        }
        input.graph = graph
    }

    mutating func finding(_ rule: FindingRule) -> Finding? {
        _ = engine.evaluate(input)
        return engine.findings.first { $0.rule == rule && $0.isOpen }
    }
}

@Suite("What the mesh is told to do and what it does")
struct PolicyRuleTests {
    @Test(
        "a share is off beyond two points and three standard deviations, from a hundred requests on",
        arguments: [
            (10.0, 10.0, 1e6, false), (12.0, 10.0, 1e6, false), (12.1, 10.0, 1e6, true), (31.0, 10.0, 4_812, true),
            (31.0, 10.0, 99, false), (31.0, 10.0, 100, true), (18.9, 10.0, 100, false), (19.1, 10.0, 100, true),
            (0.0, 0.0, 1_000, false), (3.0, 0.0, 1_000, true), (100.0, 100.0, 1_000, false),
        ])
    func binomial(row: (observed: Double, wanted: Double, requests: Double, isOff: Bool)) {
        #expect(CanaryRule.isOff(observed: row.observed, wanted: row.wanted, requests: row.requests) == row.isOff)
    }

    private static func split(isAlone: Bool = true) -> TrafficSplit {
        TrafficSplit(
            object: PolicyScript.reference("VirtualService", "web"), path: "spec/http[0]",
            service: ObjectName(namespace: "shop", name: "web"),
            shares: [
                .init(subset: "stable", version: "v1", percent: 90),
                .init(subset: "canary", version: "v2", percent: 10),
            ], isAlone: isAlone)
    }

    @Test("a canary that gets another share is said, with both numbers; one that others lead to as well is not")
    func canary() throws {
        for (isAlone, canary, isSaid) in [(true, 31.0, true), (true, 10.0, false), (false, 31.0, false)] {
            var script = PolicyScript()
            script.observe(.virtualServices, "web")
            script.input.istio?.splits = [Self.split(isAlone: isAlone)]
            script.traffic([("web", "v1", 100 - canary), ("web", "v2", canary)])
            let found = script.finding(.canaryOffShare)
            #expect((found != nil) == isSaid, "\(isAlone) \(canary)")
            guard let found else { continue }
            // Of the two shares that are off the one that is named is one of them.
            #expect(
                found.title.contains("of 6000 requests seen")
                    && found.cause?.contains("canary 10 % wanted, 31 % seen") == true)
            #expect(found.evidence.count == 2)
        }
    }

    @Test("weights that changed within the window are not judged")
    func changed() {
        var script = PolicyScript()
        script.observe(.virtualServices, "web", at: .seconds(-600))
        script.observe(.virtualServices, "web", spec: "b", at: .seconds(-30))
        script.input.istio?.splits = [Self.split()]
        script.traffic([("web", "v1", 69), ("web", "v2", 31)])
        let found = script.finding(.canaryOffShare)
        #expect(found == nil)
    }

    private static let policies: [(AuthorizationRow, String?)] = [
        (
            row(principals: ["cluster.local/ns/shop/sa/web"]),
            "AuthorizationPolicy shop/p allows cluster.local/ns/shop/sa/web only"
        ),
        (row(isEmpty: true), "AuthorizationPolicy shop/p allows nothing: it has no rule"),
        (
            row(principals: ["*/sa/batch"], operations: "ports 8080"),
            "AuthorizationPolicy shop/p allows this caller only ports 8080"
        ),
        (row(principals: ["cluster.local/ns/shop/sa/batch"]), nil),
        (row(takesAnyone: true), nil),
        (row(action: "DENY", operations: "methods POST"), "AuthorizationPolicy shop/p denies methods POST"),
        (row(action: "AUDIT"), nil),
    ]

    private static func row(
        action: String = "ALLOW", principals: [String] = [], takesAnyone: Bool = false, isEmpty: Bool = false,
        operations: String = ""
    ) -> AuthorizationRow {
        AuthorizationRow(
            object: PolicyScript.reference("AuthorizationPolicy", "p"), action: action, principals: principals,
            takesAnyone: takesAnyone, isEmpty: isEmpty, operations: operations)
    }

    @Test("each policy says why it does not let a caller through", arguments: policies)
    func reasons(row: (AuthorizationRow, String?)) {
        #expect(AccessDeniedRule.reason(row.0, ["cluster.local/ns/shop/sa/batch"]) == row.1)
    }

    private static func service(
        _ name: String, _ mode: BypassRow.MutualTLS = .unset, authorization: [AuthorizationRow] = [],
        limits: ServicePolicy.Limits? = nil, attempts: Int? = nil
    ) -> ServicePolicy {
        ServicePolicy(
            service: ObjectName(namespace: "shop", name: name), mutualTLS: mode,
            decidedBy: PolicyScript.reference("PeerAuthentication", "default"), authorization: authorization,
            routes: [], rules: [],
            limits: limits,
            retries: attempts.map {
                .init(
                    object: PolicyScript.reference("VirtualService", name), path: "spec/http[0]/retries", attempts: $0)
            })
    }

    @Test("refused requests name the policies and the caller")
    func denied() throws {
        var script = PolicyScript()
        script.observe(.authorizationPolicies, "p")
        script.input.istio?.services = [
            Self.service("cart", authorization: [Self.row(principals: ["cluster.local/ns/shop/sa/web"])])
        ]
        script.traffic(
            [("batch", nil, 0), ("cart", nil, 10)],
            edges: [
                (
                    0, 1,
                    { edge in
                        edge.signs = [TrafficSign(kind: .accessDenied, rate: 5, percent: 50, evidence: ["403"])]
                        edge.principals = EdgePrincipals()
                        edge.principals?.source = [.init(name: "spiffe://cluster.local/ns/shop/sa/batch", rate: 5)]
                    }
                )
            ])
        let denied = script.finding(.accessDenied)
        let found = try #require(denied)
        #expect(
            found.title
                == "batch to cart: 50 % of the requests are refused by authorization (cluster.local/ns/shop/sa/batch)")
        #expect(found.cause == "AuthorizationPolicy shop/p allows cluster.local/ns/shop/sa/web only")
        #expect(found.evidence.count == 2)
    }

    @Test("an open circuit names the limit")
    func circuit() throws {
        var script = PolicyScript()
        script.observe(.destinationRules, "cart")
        let limits = ServicePolicy.Limits(
            object: PolicyScript.reference("DestinationRule", "cart"), pool: "maxConnections 1", ejection: "")
        script.input.istio?.services = [Self.service("cart", limits: limits)]
        script.traffic(
            [("web", nil, 0), ("cart", nil, 10)],
            edges: [(0, 1, { $0.signs = [TrafficSign(kind: .circuitOpen, percent: 20, evidence: ["UO"])] })])
        let open = script.finding(.circuitOpen)
        #expect(
            try #require(open).title.hasSuffix(
                "(20 % of the requests): DestinationRule shop/cart sets maxConnections 1"))
    }

    @Test(
        "mTLS beside the policy",
        arguments: [
            (BypassRow.MutualTLS.strict, 99.0, true), (.strict, 100.0, false), (.permissive, 0.0, true),
            (.permissive, 40.0, false),
            (.unset, 0.0, false),
        ])
    func mutual(row: (mode: BypassRow.MutualTLS, share: Double, isSaid: Bool)) {
        var script = PolicyScript()
        script.input.istio?.services = [Self.service("cart", row.mode)]
        script.traffic(
            [("web", nil, 0), ("cart", nil, 10)],
            edges: [
                (
                    0, 1,
                    { edge in
                        edge.mtls = row.share
                        edge.rates.total = 10
                    }
                )
            ])
        let (off, mixed) = (script.finding(.mtlsOffPolicy), script.finding(.mtlsMixed))
        #expect((off != nil) == row.isSaid)
        #expect((mixed != nil) == (row.share > 0 && row.share < 100))
    }

    @Test(
        "retries on retries are said where the rates show them",
        arguments: [(30.0, 15.0, true), (10.0, 5.0, false), (30.0, 0.0, false)])
    func retries(row: (requests: Double, failures: Double, isSaid: Bool)) {
        var script = PolicyScript()
        script.input.istio?.services = [Self.service("cart", attempts: 2), Self.service("pay", attempts: 3)]
        script.traffic(
            [("web", nil, 0), ("cart", nil, 10), ("pay", nil, row.requests)],
            edges: [
                (0, 1, { $0.rates.total = 10 }),
                (
                    1, 2,
                    { edge in
                        edge.rates.total = row.requests
                        edge.rates.serverErrors = row.failures
                    }
                ),
            ])
        let found = script.finding(.retryAmplification)
        #expect((found != nil) == row.isSaid)
        if let found { #expect(found.title.contains("up to 12 for one")) }
    }

    private static func port(
        _ live: BypassRow.Capture, _ template: BypassRow.Capture, _ direction: BypassRow.Direction = .inbound,
        _ mode: BypassRow.MutualTLS = .unset, pod: String? = "cart-1"
    ) -> BypassRow {
        BypassRow(
            namespace: "shop", pod: pod, workload: Pod.Owner(kind: "Deployment", name: "cart"), port: 25_520,
            role: .remoting,
            direction: direction, live: live, template: template, sidecar: pod == nil ? .none : .classic,
            mutualTLS: mode,
            decidedBy: mode == .unset ? nil : PolicyScript.reference("PeerAuthentication", "default"),
            advice: live == .captured || template == .captured
                ? "traffic.sidecar.istio.io/excludeInboundPorts: \"25520\"" : nil)
    }

    @Test("captured remoting names the annotation; a right pod with a wrong template breaks at the next rollout")
    func bypass() throws {
        let rows: [(BypassRow, String?)] = [
            (Self.port(.captured, .captured), "goes through the sidecar"),
            (Self.port(.bypassed, .captured), "from the next rollout on"),
            (Self.port(.captured, .bypassed), "its template is right"), (Self.port(.bypassed, .bypassed), nil),
        ]
        for (row, words) in rows {
            var script = PolicyScript()
            script.observe(.deployments, "cart")
            script.input.istio?.policies = [row]
            let found = script.finding(.sidecarBypass)
            #expect(
                words == nil ? found == nil : found?.title.contains(words ?? "") == true, "\(found?.title ?? "none")")
            if row.template == .captured { #expect(found?.next.contains("excludeInboundPorts: \"25520\"") == true) }
        }
    }

    @Test("STRICT on a captured port is confirmed where members send past their own sidecars")
    func strict() throws {
        for (outbound, confidence) in [
            (BypassRow.Capture.bypassed, Finding.Confidence.confirmed), (.captured, .suspect),
        ] {
            var script = PolicyScript()
            script.observe(.deployments, "cart")
            script.observe(.peerAuthentications, "default")
            script.input.istio?.policies = [
                Self.port(.captured, .captured, .inbound, .strict), Self.port(outbound, outbound, .outbound, .strict),
            ]
            let blocked = script.finding(.strictBlocksRemoting)
            let found = try #require(blocked)
            #expect(found.confidence == confidence)
            #expect(found.title.hasSuffix("PeerAuthentication shop/default refuses plain text there"))
        }
        var script = PolicyScript()
        script.observe(.deployments, "cart")
        script.observe(.peerAuthentications, "default")
        script.input.istio?.policies = [Self.port(.captured, .captured, .inbound, .permissive)]
        let none = script.finding(.strictBlocksRemoting)
        #expect(none == nil)
    }

    @Test("a check of the configuration is a finding with its code; the worst come first and the rest is counted")
    func configuration() throws {
        var script = PolicyScript()
        script.observe(.virtualServices, "web")
        let object = PolicyScript.reference("VirtualService", "web")
        let checks = (0...IstioConfigurationRule.maximum).map {
            IstioCheck(code: "KIA1104", severity: .warning, object: object, path: "spec/http[\($0)]", text: "a weight")
        }
        script.input.istio?.checks =
            checks + [IstioCheck(code: "KIA1101", severity: .error, object: object, path: "spec", text: "no host")]
        _ = script.finding(.istioConfiguration)
        let found = script.engine.findings.filter { $0.rule == .istioConfiguration }
        #expect(found.count == IstioConfigurationRule.maximum)
        #expect(found.contains { $0.code == "KIA1101" && $0.severity == .degraded })
        #expect(found.contains { $0.title.hasSuffix("; and 2 more") })
    }

    @Test("bounds of updates", arguments: [("25%", 4, 1), ("50%", 3, 1), ("2", 4, 2)])
    func widths(row: (String, Int, Int)) throws {
        let object: ObjectValue = .map([
            ObjectField(
                "metadata", .map([ObjectField("name", .text("cart")), ObjectField("namespace", .text("shop"))])),
            ObjectField(
                "spec",
                .map([
                    ObjectField("replicas", .integer(Int64(row.1))),
                    ObjectField(
                        "strategy",
                        .map([ObjectField("rollingUpdate", .map([ObjectField("maxUnavailable", .text(row.0))]))])),
                ])),
        ])
        #expect(RollingUpdateTooWideRule.away(try #require(Workload(.deployments, object))) == row.2)
    }
}
