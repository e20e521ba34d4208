// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Finds the routes that split the requests to a service among its versions.
struct SplitFinder {
    private let scene: IstioScene
    /// The labels of subsets, by host.
    private var subsets: [MeshHost: [String: [String: String]]] = [:]

    init(_ scene: IstioScene) {
        self.scene = scene
        for rule in scene.destinationRules {
            let host = scene.host(rule.host, in: rule.head.namespace)
            for subset in rule.subsets { subsets[host, default: [:]][subset.name] = subset.selector.labels }
        }
    }

    /// Sorted by object and place.
    var splits: [TrafficSplit] {
        scene.virtualServices.flatMap { service in
            service.routes.filter { $0.list == "http" }.compactMap { split(service, $0) }
        }
    }

    private func split(_ service: VirtualService, _ route: VirtualService.Route) -> TrafficSplit? {
        let total = route.destinations.reduce(0) { $0 + max(0, min($1.weight, 1 << 20)) }
        guard route.destinations.count > 1, total > 0, let first = route.destinations.first else { return nil }
        let host = scene.host(first.host, in: service.head.namespace)
        let isOfOne = route.destinations.allSatisfy {
            scene.host($0.host, in: service.head.namespace) == host && !$0.subset.isEmpty
        }
        guard isOfOne, host.isComplete else { return nil }
        let shares = route.destinations.map { destination in
            TrafficSplit.Share(
                subset: destination.subset, version: version(destination.subset, of: host),
                percent: Double(max(0, destination.weight)) * 100 / Double(total))
        }
        let others = service.routes.filter { $0.list == "http" && $0.place != route.place }
        let isAlone = !others.contains { other in
            other.destinations.contains { scene.host($0.host, in: service.head.namespace) == host }
        }
        return TrafficSplit(
            object: service.head.reference, path: route.path,
            service: ObjectName(namespace: host.namespace, name: host.service), shares: shares, isAlone: isAlone)
    }

    /// The version that a subset's labels select.
    private func version(_ subset: String, of host: MeshHost) -> String? {
        guard let labels = subsets[host]?[subset] else { return nil }
        return labels["service.istio.io/canonical-revision"] ?? labels["app.kubernetes.io/version"] ?? labels["version"]
    }
}

/// What the configuration says of traffic to each service that it speaks of.
struct ServicePolicies {
    private let scene: IstioScene

    init(_ scene: IstioScene) { self.scene = scene }

    /// Sorted by name.
    var all: [ServicePolicy] {
        var routes: [ObjectName: [VirtualService]] = [:]
        for service in scene.virtualServices {
            let names = Set(service.hosts.map { scene.host($0, in: service.head.namespace) }.filter(\.isComplete))
            for host in names {
                routes[ObjectName(namespace: host.namespace, name: host.service), default: []].append(service)
            }
        }
        var rules: [ObjectName: [DestinationRule]] = [:]
        for rule in scene.destinationRules {
            let host = scene.host(rule.host, in: rule.head.namespace)
            guard host.isComplete else { continue }
            rules[ObjectName(namespace: host.namespace, name: host.service), default: []].append(rule)
        }
        let mutual = EffectiveMutualTLS(scene)
        return scene.cluster.services.keys.sorted().compactMap { name in
            scene.cluster.services[name].map { policy($0, routes[name] ?? [], rules[name] ?? [], mutual) }
        }
    }

    private func policy(
        _ service: MeshService, _ routes: [VirtualService], _ rules: [DestinationRule], _ mutual: EffectiveMutualTLS
    ) -> ServicePolicy {
        let workloads =
            service.selector.isEmpty ? [] : scene.workloads.matching(service.selector, in: service.name.namespace)
        let labels = workloads.first?.labels ?? service.selector.labels
        let (mode, object) = mutual.mode(labels, in: service.name.namespace, port: nil)
        let limits = rules.first { !($0.policy?.pool.isEmpty ?? true) || !($0.policy?.ejection.isEmpty ?? true) }
        return ServicePolicy(
            service: service.name, mutualTLS: mode, decidedBy: object,
            authorization: service.selector.isEmpty ? [] : authorization(labels, in: service.name.namespace),
            routes: routes.sorted { $0.head.isOlder(than: $1.head) }.map(\.head.reference),
            rules: rules.map(\.head.reference),
            limits: limits.map {
                ServicePolicy.Limits(
                    object: $0.head.reference, pool: $0.policy?.pool ?? "", ejection: $0.policy?.ejection ?? "")
            },
            retries: retries(routes))
    }

    /// Istio tries again twice where a route says nothing; what it says counts here.
    private func retries(_ routes: [VirtualService]) -> ServicePolicy.Retries? {
        let all = routes.flatMap { service in
            service.routes.compactMap { route in
                route.attempts.map {
                    ServicePolicy.Retries(object: service.head.reference, path: "\(route.path)/retries", attempts: $0)
                }
            }
        }
        return all.filter { $0.attempts > 0 }.max { $0.attempts < $1.attempts }
    }

    private func authorization(_ labels: [String: String], in namespace: String) -> [AuthorizationRow] {
        let places = scene.root == namespace ? [namespace] : [scene.root, namespace]
        let policies = places.flatMap { scene.authorizations[$0] ?? [] }.filter {
            !$0.isDryRun && $0.targets.isEmpty && ($0.selector.isEmpty || $0.selector.matches(labels))
        }
        let order = ["CUSTOM": 0, "DENY": 1, "ALLOW": 2]
        return policies.sorted {
            (order[$0.action] ?? 3, $0.head.reference) < (order[$1.action] ?? 3, $1.head.reference)
        }
        .map(Self.row)
    }

    private static func row(_ policy: AuthorizationPolicy) -> AuthorizationRow {
        let sources = policy.rules.flatMap(\.sources)
        let operations = policy.rules.flatMap(\.operations)
        let parts = [
            ("ports", operations.flatMap(\.ports)), ("methods", operations.flatMap(\.methods)),
            ("paths", operations.flatMap(\.paths)), ("hosts", operations.flatMap(\.hosts)),
        ].filter { !$0.1.isEmpty }
        return AuthorizationRow(
            object: policy.head.reference, action: policy.action,
            principals: sources.flatMap { $0.principals + $0.namespaces.map { "*/ns/\($0)/*" } + $0.serviceAccounts },
            takesAnyone: policy.rules.contains { rule in
                rule.sources.isEmpty
                    || rule.sources.contains {
                        $0.principals.isEmpty && $0.namespaces.isEmpty && $0.serviceAccounts.isEmpty
                    }
            },
            isEmpty: policy.rules.isEmpty,
            operations: parts.map { "\($0.0) \($0.1.prefix(6).joined(separator: " "))" }.joined(separator: ", "))
    }
}
