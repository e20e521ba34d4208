// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Kiali's checks of DestinationRules (business/checkers/destinationrules).
enum DestinationRuleChecks: CheckGroup {
    static let dependencies = Set<KubernetesResource>.visibility.union(Set<KubernetesResource>.workloads).union([
        .destinationRules, .virtualServices, .services, .serviceEntries, .peerAuthentications,
    ])

    static func check(_ scene: IstioScene, _ sink: inout CheckSink) {
        let used = SubsetUses(scene)
        for rule in scene.destinationRules {
            let reach = scene.reach(rule)
            guard scene.viewers.contains(where: { reach.covers($0.namespace) }) else { continue }
            checkHost(rule, reach, used, scene, &sink)
            checkDisabled(rule, scene, &sink)
            checkEnabled(rule, scene, &sink)
            ExportChecks.check(rule.exportTo, rule.head, scene, &sink)
        }
        RuleCollisionChecks.check(scene, &sink)
        checkOverrides(scene, &sink)
    }

    // MARK: - Host and subsets

    private static func checkHost(
        _ rule: DestinationRule, _ reach: Reach, _ used: SubsetUses, _ scene: IstioScene, _ sink: inout CheckSink
    ) {
        let host = scene.host(rule.host, in: rule.head.namespace)
        if !host.isWildcard {
            switch presence(host, rule, reach, scene) {
            case .present: break
            case .unknown(let missing): return sink.skip("KIA0202", rule.head, missing: missing)
            case .absent:
                let severity: IstioCheck.Severity = scene.settings.allowsAny ? .warning : .error
                return sink.say(
                    "KIA0202", severity, rule.head, "spec/host",
                    "\(host.text) is no service, no workload and no service entry")
            }
        }
        checkSubsets(rule, host, used, scene, &sink)
    }

    private static func presence(
        _ host: MeshHost, _ rule: DestinationRule, _ reach: Reach, _ scene: IstioScene
    ) -> IstioScene.Presence {
        if let name = host.twoParts, name.namespace == rule.head.namespace {
            let isWorkload = scene.workloads[name.namespace].contains { workload in
                MeshLabel.application.lazy.compactMap { workload.labels[$0] }.first == name.name
            }
            if isWorkload { return .present }
        }
        return scene.presence(host, named: rule.head.namespace, reach: reach)
    }

    private static func checkSubsets(
        _ rule: DestinationRule, _ host: MeshHost, _ used: SubsetUses, _ scene: IstioScene, _ sink: inout CheckSink
    ) {
        guard !rule.subsets.isEmpty else { return }
        let selected = SelectedWorkloads(host, scene)
        if let missing = selected.missing, rule.subsets.contains(where: { !$0.selector.isEmpty }) {
            sink.skip("KIA0203", rule.head, missing: missing)
        }
        var hasLabelled = false
        for (place, subset) in rule.subsets.enumerated() where !subset.selector.isEmpty {
            if selected.missing != nil || selected.has(subset.selector) {
                hasLabelled = true
                continue
            }
            let labels = subset.selector.labels.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            let shown = labels.prefix(3).joined(separator: ", ") + (labels.count > 3 ? ", …" : "")
            sink.say(
                "KIA0203", used.isUsed(subset.name, of: rule, scene) ? .error : .info, rule.head,
                "spec/subsets[\(place)]",
                "subset \(subset.name) selects \(shown): no workload of \(host.text) has that")
        }
        for (place, subset) in rule.subsets.enumerated() where subset.selector.isEmpty {
            sink.say(
                "KIA0209", hasLabelled ? .info : .warning, rule.head, "spec/subsets[\(place)]",
                "subset \(subset.name) has no labels: it is the whole service")
        }
    }

    // MARK: - TLS

    /// KIA0207, KIA0208: plain text is sent to proxies that refuse it.
    private static func checkDisabled(_ rule: DestinationRule, _ scene: IstioScene, _ sink: inout CheckSink) {
        let path = "spec/trafficPolicy/tls/mode"
        let mesh = scene.authentications[scene.root] ?? []
        let strict = mesh.first { $0.wideMode == "STRICT" }
        if rule.meshMode == "DISABLE", let strict {
            sink.say(
                "KIA0208", .error, rule.head, path,
                "it sends plain text to the whole mesh, and \(strict.head.reference.text) has it refused")
        }
        let namespace = rule.head.namespace
        guard rule.mode(of: namespace) == "DISABLE" else { return }
        guard scene.coverage.knows(.peerAuthentications, in: namespace) || scene.authentications[namespace] != nil
        else {
            return sink.skip("KIA0207", rule.head, missing: "peer authentications of namespace \(namespace)")
        }
        var isDisabled = false
        for policy in scene.authentications[namespace] ?? [] {
            switch policy.wideMode {
            case "STRICT":
                return sink.say(
                    "KIA0207", .error, rule.head, path,
                    "it sends plain text to namespace \(namespace), and \(policy.head.reference.text) has it refused")
            case "PERMISSIVE": return
            case "DISABLE": isDisabled = true
            default: continue
            }
        }
        guard !isDisabled, let strict else { return }
        sink.say(
            "KIA0208", .error, rule.head, path,
            "it sends plain text to namespace \(namespace), and \(strict.head.reference.text) has it refused in the whole mesh"
        )
    }

    /// KIA0205, KIA0206: TLS is asked for where no policy offers it. Proxies that find out by themselves do not need one.
    private static func checkEnabled(_ rule: DestinationRule, _ scene: IstioScene, _ sink: inout CheckSink) {
        guard !scene.settings.isAutoMutual else { return }
        func enables(_ policy: PeerAuthentication) -> Bool { ["STRICT", "PERMISSIVE"].contains(policy.wideMode) }
        let mesh = (scene.authentications[scene.root] ?? []).contains(where: enables)
        let path = "spec/trafficPolicy/tls/mode"
        if rule.meshMode == "ISTIO_MUTUAL", !mesh {
            sink.say("KIA0205", .error, rule.head, path, "no peer authentication enables mTLS in the whole mesh")
        }
        let namespace = rule.head.namespace
        if rule.mode(of: namespace) == "ISTIO_MUTUAL", !mesh,
            !(scene.authentications[namespace] ?? []).contains(where: enables)
        {
            sink.say(
                "KIA0206", .error, rule.head, path, "no peer authentication enables mTLS in namespace \(namespace)")
        }
    }

    /// KIA0204: a rule without settings of TLS takes the place of one that switches mTLS on for all.
    private static func checkOverrides(_ scene: IstioScene, _ sink: inout CheckSink) {
        let mutual = scene.destinationRules.filter { $0.tlsMode == "ISTIO_MUTUAL" }
        guard !mutual.isEmpty else { return }
        var byHost: [String: [DestinationRule]] = [:]
        for rule in mutual { byHost[rule.host, default: []].append(rule) }
        let defaults = mutual.filter(\.isMutualDefault)
        for rule in scene.destinationRules where rule.policy?.tlsMode == nil && !(rule.policy?.hasPortTLS ?? false) {
            let host = MeshHost(rule.host, in: rule.head.namespace) { _ in false }
            // Two parts are a name of their own here.
            guard host.isComplete || !rule.host.contains(".") else { continue }
            let wide = "*.\(host.namespace).\(MeshHost.domain)"
            let others = (byHost[wide] ?? []) + (byHost[host.text] ?? []).filter { $0.head.name != rule.head.name }
            guard let other = defaults.first(where: { $0.host == "*.local" || $0.host == wide }) ?? others.first else {
                continue
            }
            guard scene.sees(rule, other) else { continue }
            sink.say(
                "KIA0204", .warning, rule.head, "spec/trafficPolicy",
                "it has no settings of TLS, and takes the place of \(other.head.reference.text), which enables mTLS")
        }
    }
}

extension IstioScene {
    /// Whether somebody sees both rules.
    fileprivate func sees(_ one: DestinationRule, _ other: DestinationRule) -> Bool {
        let sights = [one, other].map { sight(reach($0), [$0.host], of: $0.head.namespace) }
        return CommonSight([sights[1]]).meets(sights[0])
    }
}

/// The workloads that a service selects, or the endpoints of service entries where it is none.
private struct SelectedWorkloads {
    private let labels: [[String: String]]
    private let matchesAll: Bool
    /// What was not read and is needed to say that nothing has certain labels.
    let missing: String?

    init(_ host: MeshHost, _ scene: IstioScene) {
        matchesAll = host.isWildcard
        guard !host.isWildcard, let name = host.twoParts else {
            (labels, missing) = ([], nil)
            return
        }
        if let service = scene.cluster.services[name], !service.selector.isEmpty {
            labels = scene.workloads.matching(service.selector, in: name.namespace).map(\.labels)
            missing =
                scene.coverage.knowsWorkloads(in: name.namespace) ? nil : "workloads of namespace \(name.namespace)"
        } else {
            labels = scene.entries.flatMap(\.endpoints)
            let isKnown = scene.cluster.services[name] != nil || scene.coverage.knows(.services, in: name.namespace)
            missing = isKnown || !host.isComplete ? nil : "services of namespace \(name.namespace)"
        }
    }

    func has(_ selector: LabelSelector) -> Bool { matchesAll || labels.contains { selector.matches($0) } }
}

/// Which subsets routes name.
private struct SubsetUses {
    private struct Use {
        let host: String
        let namespace: String
    }

    private var uses: [String: [Use]] = [:]

    init(_ scene: IstioScene) {
        for service in scene.virtualServices {
            for destination in service.routes.flatMap(\.destinations) where !destination.subset.isEmpty {
                uses[destination.subset, default: []].append(
                    Use(host: destination.host, namespace: service.head.namespace))
            }
        }
    }

    func isUsed(_ subset: String, of rule: DestinationRule, _ scene: IstioScene) -> Bool {
        (uses[subset] ?? []).contains { use in
            let wanted = scene.host(use.host, in: rule.head.namespace)
            return wanted.isSame(as: scene.host(rule.host, in: use.namespace))
        }
    }
}
