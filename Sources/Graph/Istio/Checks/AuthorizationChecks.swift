// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Kiali's checks of AuthorizationPolicies (business/checkers/authorization).
enum AuthorizationChecks: CheckGroup {
    static let dependencies = Set<KubernetesResource>.visibility.union(Set<KubernetesResource>.workloads).union([
        .authorizationPolicies, .peerAuthentications, .destinationRules, .services, .serviceEntries, .virtualServices,
        .serviceAccounts,
    ])

    private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE"]

    static func check(_ scene: IstioScene, _ sink: inout CheckSink) {
        let accounts = Accounts(scene)
        for namespace in scene.authorizations.keys.sorted() where scene.isServed(namespace) {
            let status = MutualTLSStatus(scene, namespace)
            for policy in scene.authorizations[namespace] ?? [] {
                SelectorChecks.checkMatches(policy.selector, policy.head, "spec/selector/matchLabels", scene, &sink)
                checkMutualTLS(policy, status, scene, &sink)
                for (place, rule) in policy.rules.enumerated() {
                    for (index, source) in rule.sources.enumerated() {
                        let path = "spec/rules[\(place)]/from[\(index)]/source"
                        checkNamespaces(source, path, policy, scene, &sink)
                        checkPrincipals(source, path, policy, accounts, scene, &sink)
                    }
                    for (index, operation) in rule.operations.enumerated() {
                        let path = "spec/rules[\(place)]/to[\(index)]/operation"
                        checkMethods(operation, path, policy, &sink)
                        checkHosts(operation, path, policy, scene, &sink)
                    }
                }
            }
        }
    }

    // MARK: - Who calls

    private static func checkNamespaces(
        _ source: AuthorizationPolicy.Source, _ path: String, _ policy: AuthorizationPolicy, _ scene: IstioScene,
        _ sink: inout CheckSink
    ) {
        for (place, pattern) in source.namespaces.enumerated() {
            guard !scene.cluster.namespaces.keys.contains(where: { Pattern.matches(pattern, $0) }) else { continue }
            guard scene.coverage.knows(.namespaces) else {
                return sink.skip("KIA0101", policy.head, missing: "namespaces")
            }
            sink.say(
                "KIA0101", .warning, policy.head, "\(path)/namespaces[\(place)]", "no namespace is called \(pattern)")
        }
    }

    private static func checkPrincipals(
        _ source: AuthorizationPolicy.Source, _ path: String, _ policy: AuthorizationPolicy, _ accounts: Accounts,
        _ scene: IstioScene, _ sink: inout CheckSink
    ) {
        for (place, principal) in source.principals.enumerated() where !accounts.has(principal) {
            let place = "\(path)/principals[\(place)]"
            if accounts.isForeign(principal) {
                sink.say(
                    "KIA0108", .warning, policy.head, place,
                    "\(principal) is of a trust domain that is not this mesh's: whether it exists is not known")
                continue
            }
            if let missing = accounts.missing(for: principal) {
                sink.skip("KIA0106", policy.head, missing: missing)
                continue
            }
            sink.say("KIA0106", .error, policy.head, place, "no workload runs as \(principal)")
        }
    }

    // MARK: - What is called

    private static func checkMethods(
        _ operation: AuthorizationPolicy.Operation, _ path: String, _ policy: AuthorizationPolicy,
        _ sink: inout CheckSink
    ) {
        for (place, method) in operation.methods.enumerated() where !isMethod(method) {
            sink.say(
                "KIA0102", .warning, policy.head, "\(path)/methods[\(place)]",
                "\(method) is no method of HTTP; that of gRPC is always POST")
        }
    }

    private static func isMethod(_ text: String) -> Bool {
        let method = text.filter { !$0.isWhitespace }.uppercased()
        return methods.contains { Pattern.matches(method, $0) }
    }

    private static func checkHosts(
        _ operation: AuthorizationPolicy.Operation, _ path: String, _ policy: AuthorizationPolicy,
        _ scene: IstioScene, _ sink: inout CheckSink
    ) {
        let namespace = policy.head.namespace
        for (place, text) in operation.hosts.enumerated() where !isHeader(text, namespace, scene) {
            let host = scene.host(text, in: namespace)
            if scene.hasEntry(host.text, seenFrom: namespace) || isRouted(host, namespace, scene) { continue }
            switch scene.service(host, seenFrom: namespace) {
            case .present: continue
            case .unknown(let missing): sink.skip("KIA0104", policy.head, missing: missing)
            case .absent:
                sink.say(
                    "KIA0104", scene.settings.allowsAny ? .warning : .error, policy.head, "\(path)/hosts[\(place)]",
                    "\(host.text) is no service, no service entry and no virtual service")
            }
        }
    }

    /// Whether it is compared with the header of requests only: patterns, and names of the world outside.
    private static func isHeader(_ text: String, _ namespace: String, _ scene: IstioScene) -> Bool {
        let host = text.filter { !$0.isWhitespace }
        if host.isEmpty { return false }
        if host.hasPrefix("*") || host.hasSuffix("*") { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count > 2 { return true }
        guard parts.count == 2 else { return false }
        let place = String(parts[1])
        return place != namespace && !scene.isKnown(place)
    }

    /// Whether a virtual service that the namespace sees has the host.
    private static func isRouted(_ host: MeshHost, _ namespace: String, _ scene: IstioScene) -> Bool {
        let two = "\(host.service).\(host.namespace)"
        let full = host.text
        let wide = "*.\(host.namespace).\(MeshHost.domain)"
        return scene.virtualServices.contains { service in
            guard scene.reach(service).covers(namespace) else { return false }
            return service.hosts.contains { name in
                name == "*" || name == two || name == full || name == wide
                    || name == host.service && (service.head.namespace == host.namespace || !host.isComplete)
                    || isWithin(host.service, wildcard: name)
            }
        }
    }

    // MARK: - What needs mTLS

    private static func checkMutualTLS(
        _ policy: AuthorizationPolicy, _ status: MutualTLSStatus, _ scene: IstioScene, _ sink: inout CheckSink
    ) {
        let paths = pathsThatNeedIt(policy)
        guard !paths.isEmpty, !status.isEnabled(for: policy.selector.labels) else { return }
        for path in paths {
            sink.say(
                "KIA0105", .error, policy.head, path,
                "who calls is only known by mTLS, which these workloads do not get: the rule matches nobody")
        }
    }

    private static func pathsThatNeedIt(_ policy: AuthorizationPolicy) -> [String] {
        let keys: Set<String> = ["source.namespace", "source.principal", "connection.sni"]
        return policy.rules.enumerated().flatMap { place, rule in
            rule.sources.enumerated().flatMap { index, source in
                [
                    ("principals", source.principals), ("notPrincipals", source.notPrincipals),
                    ("namespaces", source.namespaces), ("notNamespaces", source.notNamespaces),
                ].filter { !$0.1.isEmpty }.map { "spec/rules[\(place)]/from[\(index)]/source/\($0.0)" }
            }
                + rule.conditions.enumerated().filter { keys.contains($0.element) }
                .map { "spec/rules[\(place)]/when[\($0.offset)]" }
        }
    }
}

/// Istio's patterns: a word, or one with a star at one of its ends.
enum Pattern {
    static func matches(_ pattern: String, _ word: String) -> Bool {
        if pattern == "*" || pattern == word { return true }
        if pattern.hasSuffix("*"), !pattern.hasPrefix("*") {
            return pattern.utf8.count > 1 && word.hasPrefix(pattern.dropLast())
        }
        if pattern.hasPrefix("*"), !pattern.hasSuffix("*") {
            return pattern.utf8.count > 1 && word.hasSuffix(pattern.dropFirst())
        }
        return false
    }
}

/// The accounts that workloads run as, as principals name them.
struct Accounts {
    private var names: Set<String> = []
    private let domains: [String]
    private let scene: IstioScene

    init(_ scene: IstioScene) {
        self.scene = scene
        domains = scene.settings.trustDomains
        for (namespace, workloads) in scene.workloads.all {
            var accounts: Set<String> = []
            for workload in workloads where !workload.pods.isEmpty || scene.coverage.isOfFiles {
                accounts.formUnion(workload.accounts)
            }
            for account in accounts { add(account, namespace) }
        }
        for account in scene.cluster.accounts { add(account.name, account.namespace) }
    }

    private mutating func add(_ account: String, _ namespace: String) {
        for domain in domains { names.insert("\(domain)/ns/\(namespace)/sa/\(account)") }
    }

    func has(_ principal: String) -> Bool {
        if principal == "*" || names.contains(principal) { return true }
        guard principal.hasPrefix("*") || principal.hasSuffix("*") else { return false }
        // Stars in the middle count too where one stands at an end.
        let parts = principal.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
        return names.contains { Self.fits($0, parts) }
    }

    private static func fits(_ name: String, _ parts: [String]) -> Bool {
        guard let first = parts.first, let last = parts.last, name.hasPrefix(first), name.hasSuffix(last),
            name.utf8.count >= first.utf8.count + last.utf8.count
        else { return false }
        var rest = name.dropFirst(first.count).dropLast(last.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }

    /// Whether the principal is of another trust domain.
    func isForeign(_ principal: String) -> Bool {
        guard !principal.contains("*"), let range = principal.firstRange(of: "/ns/"),
            range.lowerBound > principal.startIndex
        else { return false }
        return !domains.contains(String(principal[..<range.lowerBound]))
    }

    /// What would have to be read to say that nobody is called so.
    func missing(for principal: String) -> String? {
        guard let range = principal.firstRange(of: "/ns/") else {
            return scene.coverage.knows(.pods) || !scene.coverage.isOfFiles ? nil : "workloads"
        }
        let namespace = String(principal[range.upperBound...].prefix { $0 != "/" })
        if namespace.contains("*") { return scene.coverage.knows(.pods) ? nil : "workloads of other namespaces" }
        let isKnown =
            scene.coverage.knowsWorkloads(in: namespace) || scene.coverage.knows(.serviceAccounts, in: namespace)
        // A namespace that does not exist has nobody.
        if !isKnown, scene.coverage.knows(.namespaces), !scene.isKnown(namespace) { return nil }
        return isKnown ? nil : "workloads of namespace \(namespace)"
    }
}
