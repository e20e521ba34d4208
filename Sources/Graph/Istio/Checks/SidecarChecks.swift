// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Kiali's checks of Sidecars (business/checkers/sidecars).
enum SidecarChecks: CheckGroup {
    static let dependencies = Set<KubernetesResource>.visibility.union(Set<KubernetesResource>.workloads).union([
        .services, .serviceEntries,
    ])

    static func check(_ scene: IstioScene, _ sink: inout CheckSink) {
        for sidecar in scene.sidecars {
            SelectorChecks.checkMatches(sidecar.selector, sidecar.head, "spec/workloadSelector/labels", scene, &sink)
            checkEgress(sidecar, scene, &sink)
            if sidecar.head.namespace == scene.root, !sidecar.selector.isEmpty {
                sink.say(
                    "KIA1006", .warning, sidecar.head, "spec/workloadSelector",
                    "in \(scene.root) it is for the whole mesh, and a selector has no effect")
            }
            if sidecar.outboundMode?.isEmpty ?? false {
                sink.say(
                    "KIA1007", .info, sidecar.head, "spec/outboundTrafficPolicy",
                    "its mode is empty: that may mean either of the two")
            }
        }
        let all = scene.sidecars.filter { !scene.workloads[$0.head.namespace].isEmpty }
        SelectorChecks.checkCollisions(all.map { ($0.head, $0.selector) }, "spec/workloadSelector", scene, &sink)
    }

    private static func checkEgress(_ sidecar: SidecarScope, _ scene: IstioScene, _ sink: inout CheckSink) {
        let namespace = sidecar.head.namespace
        for (listener, hosts) in sidecar.egress.enumerated() {
            for (place, text) in hosts.enumerated() {
                let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
                guard parts.count > 1, parts[1] != "*" else { continue }
                let host = MeshHost(parts[1], in: namespace) { _ in false }
                if host.isWildcard, host.namespace == namespace { continue }
                switch scene.presence(host, named: namespace, reach: .everywhere) {
                case .present: continue
                case .unknown(let missing): sink.skip("KIA1004", sidecar.head, missing: missing)
                case .absent:
                    sink.say(
                        "KIA1004", .warning, sidecar.head, "spec/egress[\(listener)]/hosts[\(place)]",
                        "\(host.text) is no service and no service entry")
                }
            }
        }
    }
}

/// Checks of what objects select.
enum SelectorChecks {
    /// KIA0004: an object that selects nothing.
    static func checkMatches(
        _ selector: LabelSelector, _ head: ObjectHead, _ path: String, _ scene: IstioScene, _ sink: inout CheckSink
    ) {
        guard !selector.isEmpty, !scene.workloads.has(selector, in: head.namespace) else { return }
        guard scene.coverage.knowsWorkloads(in: head.namespace) else {
            return sink.skip("KIA0004", head, missing: "workloads of namespace \(head.namespace)")
        }
        sink.say(
            "KIA0004", .warning, head, path, "no workload of namespace \(head.namespace) has the labels that it selects"
        )
    }

    /// KIA0002 and KIA0003: several objects for the same workloads, of which one applies.
    static func checkCollisions(
        _ objects: [(head: ObjectHead, selector: LabelSelector)], _ path: String, _ scene: IstioScene,
        _ sink: inout CheckSink
    ) {
        for (namespace, group) in Dictionary(grouping: objects, by: \.head.namespace) where group.count > 1 {
            let wide = group.filter { $0.selector.isEmpty }
            if wide.count > 1 {
                for object in wide {
                    sink.say(
                        "KIA0002", .error, object.head, path,
                        "\(wide.count) objects of its kind without a selector are in namespace \(namespace): only the oldest applies"
                    )
                }
            }
            let selecting = group.filter { !$0.selector.isEmpty }
            guard selecting.count > 1 else { continue }
            for workload in scene.workloads[namespace] {
                let fitting = selecting.filter { $0.selector.matches(workload.labels) }
                guard fitting.count > 1 else { continue }
                for object in fitting {
                    sink.say(
                        "KIA0003", .error, object.head, path,
                        "\(fitting.count) objects of its kind select \(workload.reference.kind) \(workload.reference.name.name): only the oldest applies"
                    )
                }
            }
        }
    }
}
