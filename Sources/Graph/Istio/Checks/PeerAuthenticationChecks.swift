// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Kiali's checks of PeerAuthentications (business/checkers/peerauthentications).
enum PeerAuthenticationChecks: CheckGroup {
    static let dependencies = Set<KubernetesResource>.visibility.union(Set<KubernetesResource>.workloads).union([
        .peerAuthentications, .destinationRules, .requestAuthentications,
    ])

    static func check(_ scene: IstioScene, _ sink: inout CheckSink) {
        for (namespace, policies) in scene.authentications where scene.isServed(namespace) {
            SelectorChecks.checkCollisions(
                policies.map { ($0.head, $0.selector ?? LabelSelector(labels: [:])) }, "spec/selector", scene, &sink)
            for policy in policies {
                if let selector = policy.selector {
                    SelectorChecks.checkMatches(selector, policy.head, "spec/selector/matchLabels", scene, &sink)
                }
                checkDisabled(policy, scene, &sink)
                checkStrict(policy, scene, &sink)
            }
        }
        for policy in scene.attached where policy.head.reference.kind == "RequestAuthentication" {
            SelectorChecks.checkMatches(policy.selector, policy.head, "spec/selector/matchLabels", scene, &sink)
        }
    }

    /// The rules that the proxies of a namespace see.
    private static func rules(in namespace: String, _ scene: IstioScene) -> [DestinationRule] {
        scene.tlsRules.filter { scene.reach($0).covers(namespace) }
    }

    /// KIA0505, KIA0506: TLS is sent to proxies that do not take it.
    private static func checkDisabled(_ policy: PeerAuthentication, _ scene: IstioScene, _ sink: inout CheckSink) {
        guard policy.wideMode == "DISABLE" else { return }
        func enables(_ mode: String?) -> Bool { mode == "ISTIO_MUTUAL" || mode == "MUTUAL" }
        let namespace = policy.head.namespace
        let rules = rules(in: namespace, scene)
        let mesh = rules.first { enables($0.meshMode) }
        if namespace == scene.root {
            guard let mesh else { return }
            return sink.say(
                "KIA0506", .error, policy.head, "spec/mtls",
                "it takes plain text only in the whole mesh, and \(mesh.head.reference.text) has TLS sent")
        }
        let own = rules.first { $0.mode(of: namespace).map { enables($0) || $0 == "DISABLE" } ?? false }
        guard let rule = own ?? mesh, enables(rule.tlsMode) else { return }
        sink.say(
            "KIA0505", .error, policy.head, "spec/mtls",
            "it takes plain text only in namespace \(namespace), and \(rule.head.reference.text) has TLS sent")
    }

    /// KIA0401, KIA0501: TLS is required and no rule has it sent. Proxies that find out by themselves do not need one.
    private static func checkStrict(_ policy: PeerAuthentication, _ scene: IstioScene, _ sink: inout CheckSink) {
        guard policy.wideMode == "STRICT", !scene.settings.isAutoMutual else { return }
        let namespace = policy.head.namespace
        let rules = rules(in: namespace, scene)
        if rules.contains(where: { $0.meshMode == "ISTIO_MUTUAL" }) { return }
        if namespace == scene.root {
            sink.say("KIA0401", .error, policy.head, "spec/mtls", "no destination rule has mTLS sent in the whole mesh")
        } else if !rules.contains(where: { $0.mode(of: namespace) == "ISTIO_MUTUAL" }) {
            sink.say(
                "KIA0501", .error, policy.head, "spec/mtls",
                "no destination rule has mTLS sent in namespace \(namespace)")
        }
    }
}
