// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Whether traffic to workloads is encrypted by the mesh, as Kiali concludes it from policies and rules (util/mtls/status.go).
struct MutualTLSStatus {
    enum Status { case enabled, partly, notEnabled, disabled }

    /// What the policies and the rules of a scope say.
    private struct Scope {
        var rule: String?
        var policy: String?

        var isEmpty: Bool { rule == nil && policy == nil }
    }

    private let scene: IstioScene
    private let namespace: String
    private let policies: [PeerAuthentication]
    private let rules: [DestinationRule]

    init(_ scene: IstioScene, _ namespace: String) {
        self.scene = scene
        self.namespace = namespace
        policies = scene.authentications[namespace] ?? []
        rules = scene.tlsRules.filter { scene.reach($0).covers(namespace) }
    }

    /// Whether workloads with the labels get encrypted traffic.
    func isEnabled(for labels: [String: String]) -> Bool {
        switch workload(labels) {
        case .enabled: true
        case .disabled, .partly: false
        case .notEnabled: isNamespaceEnabled
        }
    }

    private var isNamespaceEnabled: Bool {
        let own = Scope(
            rule: rules.lazy.compactMap { $0.mode(of: namespace) }.first,
            policy: policies.lazy.compactMap(\.wideMode).first)
        let mesh = Scope(
            rule: rules.lazy.compactMap(\.meshMode).first,
            policy: (scene.authentications[scene.root] ?? []).lazy.compactMap(\.wideMode).first)
        let status = overall(own, mesh)
        return status == .enabled || status == .notEnabled && scene.settings.isAutoMutual
    }

    private func overall(_ own: Scope, _ mesh: Scope) -> Status {
        switch status(own) {
        case .enabled: return .enabled
        case .disabled: return .disabled
        case .partly:
            return overall(Scope(), Scope(rule: own.rule ?? mesh.rule, policy: own.policy ?? mesh.policy))
        case .notEnabled: break
        }
        switch status(mesh) {
        case .enabled: return .enabled
        case .disabled: return .disabled
        case .notEnabled: return .notEnabled
        case .partly: break
        }
        if mesh.policy == "DISABLE" && mesh.rule == nil || mesh.rule == "DISABLE" && mesh.policy == nil {
            return .disabled
        }
        return scene.settings.isAutoMutual && isHalf(mesh) ? .enabled : .partly
    }

    private func isHalf(_ scope: Scope) -> Bool {
        let isTaken = ["STRICT", "PERMISSIVE"].contains(scope.policy)
        return isTaken && scope.rule == nil || isMutual(scope.rule) && scope.policy == nil
    }

    private func isMutual(_ mode: String?) -> Bool { mode == "ISTIO_MUTUAL" || mode == "MUTUAL" }

    private func status(_ scope: Scope) -> Status {
        if scope.isEmpty { return .notEnabled }
        let isAuto = scope.rule == nil && scene.settings.isAutoMutual
        if ["STRICT", "PERMISSIVE"].contains(scope.policy), isMutual(scope.rule) || isAuto { return .enabled }
        if scope.policy == "DISABLE", scope.rule == "DISABLE" || isAuto { return .disabled }
        return .partly
    }

    private func workload(_ labels: [String: String]) -> Status {
        for policy in policies {
            guard let selector = policy.selector, !selector.isEmpty, selector.matches(labels) else { continue }
            switch policy.mode {
            case "STRICT": return .enabled
            case "DISABLE": return .disabled
            case "PERMISSIVE": return permissive(selector)
            default: continue
            }
        }
        return .notEnabled
    }

    /// What the rules for the services of such workloads say.
    private func permissive(_ selector: LabelSelector) -> Status {
        for name in scene.cluster.services.keys.sorted() where name.namespace == namespace {
            guard let service = scene.cluster.services[name], !service.selector.isEmpty,
                selector.matches(service.selector.labels)
            else { continue }
            let host = MeshHost(name)
            for rule in rules where scene.host(rule.host, in: rule.head.namespace).isSame(as: host) {
                if isMutual(rule.tlsMode) { return .enabled }
                if rule.tlsMode == "DISABLE" { return .disabled }
            }
        }
        return .notEnabled
    }
}
