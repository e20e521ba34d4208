// SPDX-License-Identifier: Apache-2.0
import Istio
import Model

/// What it costs to judge the configuration of a large mesh: all checks, and again after one object has changed.
struct IstioBenchmark {
    private let count: Int
    private let coverage: Coverage

    /// - Parameter count: how many objects of Istio, and how many pods.
    init(count: Int) {
        self.count = count
        var coverage = Coverage()
        for resource in KubernetesResource.allCases { coverage.add(resource) }
        self.coverage = coverage
    }

    /// - Parameter limit: All checks may take no longer.
    /// - Returns: Whether they took no longer, and a world in which nothing changed cost nothing.
    func run(limit: Duration) -> Bool {
        var world = IstioWorld()
        let clock = ContinuousClock()
        let reading = clock.measure { fill(&world) }
        var found: IstioSnapshot?
        let first = clock.measure { found = world.judge(coverage, ports: [:]) }
        world.record(.authorizationPolicies, Self.policy("ns0", "p0", account: "other"))
        let policy = clock.measure { found = world.judge(coverage, ports: [:]) }
        world.record(.virtualServices, Self.route("ns0", "svc0", weight: 11))
        let route = clock.measure { found = world.judge(coverage, ports: [:]) }
        let nothing = clock.measure { found = world.judge(coverage, ports: [:]) }
        print(
            "\(count) objects, \(count) pods: read \(reading), all checks \(first), a policy changed \(policy), a route changed \(route), nothing changed \(nothing); \(found?.checks.count ?? 0) checks; limit \(limit)"
        )
        return first <= limit && nothing < .milliseconds(1)
    }

    /// A namespace for each 20 services; of each service a route, a rule and two pods.
    private func fill(_ world: inout IstioWorld) {
        let services = count / 2
        for place in 0...(services / 20) {
            world.record(.namespaces, Self.object("", "ns\(place)", .map([]), labels: ["istio-injection": "enabled"]))
            world.record(
                .peerAuthentications,
                Self.object("ns\(place)", "default", Self.map(("mtls", Self.map(("mode", .text("STRICT")))))))
            world.record(.authorizationPolicies, Self.policy("ns\(place)", "p\(place)", account: "svc0"))
        }
        for place in 0..<services {
            let (namespace, name) = ("ns\(place / 20)", "svc\(place)")
            let port: ObjectValue = .list([Self.map(("name", .text("http")), ("port", .integer(80)))])
            world.record(
                .services,
                Self.object(namespace, name, Self.map(("selector", Self.map(("app", .text(name)))), ("ports", port))))
            world.record(.virtualServices, Self.route(namespace, name, weight: 10))
            let subsets = ["v1", "v2"].map {
                Self.map(("name", .text($0)), ("labels", Self.map(("version", .text($0)))))
            }
            world.record(
                .destinationRules,
                Self.object(namespace, name, Self.map(("host", .text(name)), ("subsets", .list(subsets)))))
            for version in ["v1", "v2"] {
                let labels = ["app": name, "version": version]
                let container = Self.map(
                    ("name", .text("app")), ("ports", .list([Self.map(("containerPort", .integer(80)))])))
                let proxy = Self.map(("name", .text("istio-proxy")))
                let spec = Self.map(("containers", .list([container, proxy])), ("serviceAccountName", .text(name)))
                world.record(.pods, Self.object(namespace, "\(name)-\(version)-x", spec, labels: labels))
            }
        }
    }

    private static func map(_ fields: (String, ObjectValue)...) -> ObjectValue {
        .map(fields.map { ObjectField($0.0, $0.1) })
    }

    private static func object(
        _ namespace: String, _ name: String, _ spec: ObjectValue, labels: [String: String] = [:]
    ) -> ObjectValue {
        let texts: ObjectValue = .map(labels.sorted { $0.key < $1.key }.map { ObjectField($0.key, .text($0.value)) })
        return map(
            ("metadata", map(("namespace", .text(namespace)), ("name", .text(name)), ("labels", texts))), ("spec", spec)
        )
    }

    private static func policy(_ namespace: String, _ name: String, account: String) -> ObjectValue {
        let source = map(("source", map(("principals", .list([.text("cluster.local/ns/\(namespace)/sa/\(account)")])))))
        return object(namespace, name, map(("rules", .list([map(("from", .list([source])))]))))
    }

    private static func route(_ namespace: String, _ name: String, weight: Int64) -> ObjectValue {
        let parts = [("v1", 100 - weight), ("v2", weight)].map {
            map(("destination", map(("host", .text(name)), ("subset", .text($0.0)))), ("weight", .integer($0.1)))
        }
        return object(
            namespace, name, map(("hosts", .list([.text(name)])), ("http", .list([map(("route", .list(parts)))]))))
    }
}
