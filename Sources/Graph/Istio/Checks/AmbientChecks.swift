// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Kiali's checks of objects that only a waypoint carries out, in namespaces whose traffic the node's proxy takes (ambient_policy_checker.go).
enum AmbientChecks: CheckGroup {
    static let dependencies = Set<KubernetesResource>.workloads.union([
        .namespaces, .configMaps, .services, .authorizationPolicies, .requestAuthentications, .telemetries,
        .wasmPlugins, .virtualServices, .destinationRules,
    ])

    /// The codes of a policy: not attached by name, and no waypoint.
    private struct Codes {
        let targets: String
        let waypoint: String
    }

    private static let codes: [String: Codes] = [
        "AuthorizationPolicy": Codes(targets: "KIA0110", waypoint: "KIA0109"),
        "RequestAuthentication": Codes(targets: "KIA1115", waypoint: "KIA1110"),
        "WasmPlugin": Codes(targets: "KIA1116", waypoint: "KIA1111"),
        "Telemetry": Codes(targets: "KIA1117", waypoint: "KIA1112"),
    ]

    static func check(_ scene: IstioScene, _ sink: inout CheckSink) {
        guard scene.cluster.namespaces.values.contains(where: \.isAmbient) else { return }
        for namespace in scene.authorizations.keys.sorted() where scene.isAmbient(namespace) {
            for policy in scene.authorizations[namespace] ?? [] where policy.isHTTP {
                check(policy.head, policy.selector, policy.targets, scene, &sink)
            }
        }
        for policy in scene.attached where policy.isHTTP && scene.isAmbient(policy.head.namespace) {
            check(policy.head, policy.selector, policy.targets, scene, &sink)
        }
        for service in scene.virtualServices
        where service.isForMesh && service.routes.contains(where: { $0.list != "tcp" }) {
            let codes = HostCodes(captured: "KIA1113", namespace: "KIA1114", waypoint: "KIA1109")
            checkHosts(service.hosts, service.head, codes, path: { "spec/hosts[\($0)]" }, scene, &sink)
        }
        for rule in scene.destinationRules where rule.isHTTP {
            let codes = HostCodes(captured: "KIA0211", namespace: "KIA0212", waypoint: "KIA0210")
            checkHosts([rule.host], rule.head, codes, path: { _ in "spec/host" }, scene, &sink)
        }
    }

    // MARK: - Policies

    private static func check(
        _ head: ObjectHead, _ selector: LabelSelector, _ targets: PolicyTargets, _ scene: IstioScene,
        _ sink: inout CheckSink
    ) {
        guard let codes = codes[head.reference.kind] else { return }
        if targets.isEmpty {
            sink.say(
                codes.targets, .warning, head, "",
                "it asks for what only a waypoint can do, and waypoints take policies with targetRefs only: nobody enforces it"
            )
        }
        if lacksWaypoint(head, selector, targets, scene) {
            sink.say(
                codes.waypoint, .warning, head, "",
                "it asks for what only a waypoint can do, and the traffic goes through none (istio.io/use-waypoint): nobody enforces it"
            )
        }
    }

    private static func lacksWaypoint(
        _ head: ObjectHead, _ selector: LabelSelector, _ targets: PolicyTargets, _ scene: IstioScene
    ) -> Bool {
        let namespace = scene.cluster.namespaces[head.namespace]?.labels ?? [:]
        let services = targets.services.compactMap {
            scene.cluster.services[ObjectName(namespace: head.namespace, name: $0)]
        }
        if !services.isEmpty { return services.contains { !MeshLabel.isEnrolled($0.labels, namespace) } }
        let isOpen = !MeshLabel.isEnrolled([:], namespace)
        guard !selector.isEmpty else { return isOpen }
        let fitting = scene.workloads.matching(selector, in: head.namespace).filter { !MeshLabel.isWaypoint($0.labels) }
        let inside = fitting.filter { $0.labels[MeshLabel.dataplane] != "none" }
        if inside.isEmpty { return fitting.isEmpty && isOpen }
        return inside.contains { !MeshLabel.isEnrolled($0.labels, namespace) }
    }

    // MARK: - Hosts

    private struct HostCodes {
        let captured: String
        let namespace: String
        let waypoint: String
    }

    private static func checkHosts(
        _ hosts: [String], _ head: ObjectHead, _ codes: HostCodes, path: (Int) -> String, _ scene: IstioScene,
        _ sink: inout CheckSink
    ) {
        var seen: Set<ObjectName> = []
        for (place, text) in hosts.enumerated() where !text.isEmpty && text != "*" {
            let host = scene.host(text, in: head.namespace)
            guard host.isComplete, scene.isAmbient(host.namespace),
                let service = scene.cluster.services[ObjectName(namespace: host.namespace, name: host.service)],
                seen.insert(service.name).inserted
            else { continue }
            if head.namespace != host.namespace {
                sink.say(
                    codes.namespace, .warning, head, path(place),
                    "a waypoint carries out what lies beside the service, in namespace \(host.namespace)")
            }
            if !MeshLabel.isEnrolled(service.labels, scene.cluster.namespaces[host.namespace]?.labels ?? [:]) {
                sink.say(
                    codes.captured, .warning, head, path(place),
                    "the traffic to \(host.text) goes through no waypoint (istio.io/use-waypoint): nobody carries it out"
                )
            }
        }
        guard seen.isEmpty, scene.isAmbient(head.namespace),
            !MeshLabel.isEnrolled([:], scene.cluster.namespaces[head.namespace]?.labels ?? [:])
        else { return }
        sink.say(
            codes.waypoint, .warning, head, path(0),
            "namespace \(head.namespace) uses no waypoint (istio.io/use-waypoint): nobody carries it out")
    }
}
