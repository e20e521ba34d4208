// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Kiali's checks of workloads between sidecars and the node's proxy (ambient_workload_checker.go), and of groups of machines.
enum WorkloadChecks: CheckGroup {
    static let dependencies = Set<KubernetesResource>.workloads.union([
        .namespaces, .services, .authorizationPolicies, .configMaps, .serviceAccounts,
    ])

    static func check(_ scene: IstioScene, _ sink: inout CheckSink) {
        for workloads in scene.workloads.all.values {
            for workload in workloads { check(workload, scene, &sink) }
        }
        checkGroups(scene, &sink)
    }

    private static func check(_ workload: MeshWorkload, _ scene: IstioScene, _ sink: inout CheckSink) {
        guard let namespace = scene.cluster.namespaces[workload.reference.name.namespace] else { return }
        let state = State(workload, namespace)
        func say(_ code: String, _ severity: IstioCheck.Severity, _ text: String) {
            guard workload.template?.head.allows(code) ?? true else { return }
            sink.say(code, severity, workload.reference, "workload", text, workload.template?.head.place)
        }
        if state.wantsAmbient, state.wantsSidecar {
            say("KIA1311", .error, "labels ask for a sidecar and for ambient at once")
        }
        if !workload.pods.isEmpty, state.wantsWaypoint {
            if !workload.isAmbient, !MeshLabel.isWaypoint(workload.labels) {
                say("KIA1312", .warning, "labels name a waypoint, and the workload is not in ambient")
            }
            checkWaypoint(workload, namespace, scene, say)
        }
        if state.wantsSidecar, workload.pods.contains(where: \.isAmbient) {
            say("KIA1314", .error, "labels ask for a sidecar, and the node's proxy takes the traffic of its pods")
        }
        if state.wantsAmbient, workload.pods.contains(where: \.shape.hasSidecar) {
            say("KIA1315", .error, "labels ask for ambient, and a pod has a sidecar: the sidecar wins")
        }
        if !workload.pods.isEmpty, workload.hasSidecar ?? false, namespace.isAmbient {
            say("KIA1316", .warning, "it has a sidecar in the ambient namespace \(namespace.name)")
        }
    }

    /// What labels ask for.
    private struct State {
        let wantsAmbient: Bool
        let wantsSidecar: Bool
        let wantsWaypoint: Bool

        init(_ workload: MeshWorkload, _ namespace: MeshNamespace) {
            let (labels, outer) = (workload.labels, namespace.labels)
            let mode = labels[MeshLabel.dataplane]
            wantsAmbient = mode == "ambient" || namespace.isAmbient && mode != "none"
            let isAsked =
                outer[MeshLabel.injection] == "enabled" || !(outer[MeshLabel.revision] ?? "").isEmpty
                || labels[MeshLabel.inject] == "enabled"
            wantsSidecar = isAsked && outer[MeshLabel.injection] != "disabled" && labels[MeshLabel.inject] != "none"
            wantsWaypoint = mode != "none" && MeshLabel.isEnrolled(labels, outer)
        }
    }

    /// KIA1313.
    private static func checkWaypoint(
        _ workload: MeshWorkload, _ namespace: MeshNamespace, _ scene: IstioScene,
        _ say: (String, IstioCheck.Severity, String) -> Void
    ) {
        guard let (name, place) = waypoint(of: workload, namespace, scene) else {
            return say("KIA1313", .error, "no waypoint serves it although labels name one")
        }
        if workload.isAmbient {
            let found = scene.workloads[place].first {
                $0.reference.name.name == name && MeshLabel.isWaypoint($0.labels)
            }
            if let found, found.labels[MeshLabel.waypointFor] != "none" { return }
            // In a namespace that was not read there may be one.
            guard scene.coverage.knowsWorkloads(in: place) else { return }
        }
        say(
            "KIA1313", .error,
            "the waypoint \(name) that labels name in namespace \(place) does not exist, or serves nobody")
    }

    /// The waypoint that is named nearest: by the workload, its service, or its namespace.
    private static func waypoint(
        of workload: MeshWorkload, _ namespace: MeshNamespace, _ scene: IstioScene
    ) -> (name: String, namespace: String)? {
        let own = workload.labels[MeshLabel.useWaypoint] == nil ? workload.pods.map(\.shape.labels) : []
        let services = scene.cluster.services.values.filter {
            $0.name.namespace == namespace.name && !$0.selector.isEmpty && $0.selector.matches(workload.labels)
        }
        let service = services.count == 1 ? services.map(\.labels) : []
        for labels in [workload.labels] + own + service + [namespace.labels] {
            guard let name = labels[MeshLabel.useWaypoint] else { continue }
            return name == "none" ? nil : (name, labels[MeshLabel.useWaypointNamespace] ?? namespace.name)
        }
        return nil
    }

    // MARK: - Groups of machines

    /// KIA1701, KIA1702.
    private static func checkGroups(_ scene: IstioScene, _ sink: inout CheckSink) {
        let accounts = Accounts(scene)
        let domain = scene.settings.trustDomains.first ?? "cluster.local"
        for group in scene.groups {
            let namespace = group.head.namespace
            if !group.serviceAccount.isEmpty, scene.coverage.knowsWorkloads(in: namespace),
                !accounts.has("\(domain)/ns/\(namespace)/sa/\(group.serviceAccount)")
            {
                sink.say(
                    "KIA1701", .warning, group.head, "spec/template/serviceAccount",
                    "no workload of the namespace runs as \(group.serviceAccount)")
            }
            let isTwice = scene.groups.contains {
                $0.head.namespace == namespace && $0.head.name != group.head.name && $0.labels != nil
                    && $0.labels == group.labels
            }
            if isTwice {
                sink.say(
                    "KIA1702", .warning, group.head, "spec/metadata/labels",
                    "another workload group has the same labels")
            }
        }
    }
}
