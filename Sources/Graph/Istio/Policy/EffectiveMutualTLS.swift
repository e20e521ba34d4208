// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What the proxy of a workload asks of its callers, and which object says so (kubernetes.md §8.2, "Effective mode").
struct EffectiveMutualTLS {
    private let scene: IstioScene

    init(_ scene: IstioScene) { self.scene = scene }

    /// What is asked of callers.
    ///
    /// - Parameters:
    ///   - labels: those of the workload.
    ///   - namespace: its namespace.
    ///   - port: the port of its container; `nil`: any that no policy names.
    /// - Returns: the mode, and the object that decides it.
    func mode(
        _ labels: [String: String], in namespace: String, port: Int?
    ) -> (mode: BypassRow.MutualTLS, object: ObjectReference?) {
        var decided: (mode: String, object: ObjectReference)?
        for place in [scene.root, namespace] {
            let wide = (scene.authentications[place] ?? []).filter { $0.selector?.isEmpty ?? true }
            guard let policy = oldest(wide), let mode = policy.mode, mode != "UNSET" else { continue }
            decided = (mode, policy.head.reference)
        }
        let own = (scene.authentications[namespace] ?? []).filter {
            !($0.selector?.isEmpty ?? true) && $0.selector?.matches(labels) ?? false
        }
        if let policy = oldest(own) {
            if let mode = policy.mode, mode != "UNSET" { decided = (mode, policy.head.reference) }
            if let port, let mode = policy.ports[port], mode != "UNSET" { decided = (mode, policy.head.reference) }
        }
        if let decided { return (Self.mode(decided.mode), decided.object) }
        let isKnown = [scene.root, namespace].allSatisfy { scene.coverage.knows(.peerAuthentications, in: $0) }
        return (isKnown || scene.coverage.isOfFiles && scene.authentications[namespace] != nil ? .unset : .unknown, nil)
    }

    private func oldest(_ policies: [PeerAuthentication]) -> PeerAuthentication? {
        policies.min { $0.head.isOlder(than: $1.head) }
    }

    private static func mode(_ word: String) -> BypassRow.MutualTLS {
        switch word {
        case "STRICT": .strict
        case "PERMISSIVE": .permissive
        case "DISABLE": .disabled
        default: .unknown
        }
    }
}
