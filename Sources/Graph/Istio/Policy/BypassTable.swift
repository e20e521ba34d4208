// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The ways of members' ports past their proxies: of each running pod, and of each template.
struct BypassTable {
    private let scene: IstioScene
    private let mutual: EffectiveMutualTLS
    private let known: [ObjectName: [MemberPort]]

    init(_ scene: IstioScene, known: [ObjectName: [MemberPort]]) {
        self.scene = scene
        mutual = EffectiveMutualTLS(scene)
        self.known = known
    }

    /// Sorted by namespace, pod, port and direction.
    var rows: [BypassRow] {
        scene.workloads.all.keys.sorted().flatMap { namespace in
            scene.workloads[namespace].flatMap { rows($0, in: namespace) }
        }
    }

    private func rows(_ workload: MeshWorkload, in namespace: String) -> [BypassRow] {
        let pods = workload.pods.sorted { $0.name < $1.name }
        let peers = pods.flatMap(\.addresses)
        var rows = pods.flatMap { pod in
            MemberPorts.ports(pod.shape, known: known[pod.name] ?? []).flatMap { port in
                self.rows(port, pod, workload, namespace, peers)
            }
        }
        if pods.isEmpty, let template = workload.template {
            rows = MemberPorts.ports(template.shape, known: []).flatMap { self.rows($0, nil, workload, namespace, []) }
        }
        return rows
    }

    private func rows(
        _ port: MemberPort, _ pod: MeshPod?, _ workload: MeshWorkload, _ namespace: String, _ peers: [String]
    ) -> [BypassRow] {
        BypassRow.Direction.allCases.map { direction in
            let live = pod.map { self.live($0, port.number, direction, peers) } ?? .unknown
            let template =
                workload.template.map { self.template($0, port.number, direction, namespace, peers) } ?? .unknown
            let (mode, object) = mutual.mode(pod?.shape.labels ?? workload.labels, in: namespace, port: port.number)
            return BypassRow(
                namespace: namespace, pod: pod?.name.name,
                workload: Pod.Owner(kind: workload.reference.kind, name: workload.reference.name.name),
                port: port.number, role: port.role, direction: direction, live: live, template: template,
                sidecar: pod.map(Self.sidecar) ?? .none, mutualTLS: mode, decidedBy: object,
                advice: advice(workload, direction, namespace, isNeeded: live == .captured || template == .captured))
        }
    }

    private static func sidecar(_ pod: MeshPod) -> Pod.Sidecar {
        if pod.shape.hasSidecar { return pod.shape.isNative ? .native : .classic }
        return pod.isAmbient ? .ambient : .none
    }

    // MARK: - What happens

    private func live(_ pod: MeshPod, _ port: Int, _ direction: BypassRow.Direction, _ peers: [String])
        -> BypassRow.Capture
    {
        guard pod.shape.hasSidecar else {
            guard pod.isAmbient else { return .bypassed }
            let bypasses = pod.shape.annotations["ambient.istio.io/bypass-inbound-capture"] == "true"
            return direction == .inbound && bypasses ? .bypassed : .captured
        }
        let rules =
            pod.shape.initArguments.flatMap { Interception(arguments: $0) }
            ?? Interception(annotations: pod.shape.annotations, settings: scene.settings)
        return Self.capture(rules, port, direction, peers.filter { !pod.addresses.contains($0) })
    }

    /// What a pod of the template would do: the injector decides when it is made.
    private func template(
        _ template: MeshTemplate, _ port: Int, _ direction: BypassRow.Direction, _ namespace: String, _ peers: [String]
    ) -> BypassRow.Capture {
        guard let isInjected = isInjected(template.shape, namespace) else { return .unknown }
        guard isInjected else {
            guard isAmbient(template.shape, namespace) else { return .bypassed }
            let bypasses = template.shape.annotations["ambient.istio.io/bypass-inbound-capture"] == "true"
            return direction == .inbound && bypasses ? .bypassed : .captured
        }
        let rules = Interception(annotations: template.shape.annotations, settings: scene.settings)
        return Self.capture(rules, port, direction, peers)
    }

    private static func capture(
        _ rules: Interception, _ port: Int, _ direction: BypassRow.Direction, _ peers: [String]
    ) -> BypassRow.Capture {
        switch direction {
        case .inbound: rules.inbound(port)
        case .outbound: rules.outbound(port, to: peers)
        }
    }

    /// Whether a pod of the template would get a proxy; `nil`: its namespace was not read and the template does not say.
    private func isInjected(_ shape: PodShape, _ namespace: String) -> Bool? {
        if shape.hasSidecar { return true }
        if shape.isOnHostNetwork { return false }
        switch shape.labels[MeshLabel.inject] ?? shape.annotations[MeshLabel.inject] {
        case "true": return true
        case "false": return false
        default: break
        }
        if let place = scene.cluster.namespaces[namespace] { return place.isInjected }
        if scene.coverage.knows(.namespaces) { return false }
        // Who writes these annotations expects a proxy.
        return shape.annotations.keys.contains { $0.hasPrefix("traffic.sidecar.istio.io/") } ? true : nil
    }

    private func isAmbient(_ shape: PodShape, _ namespace: String) -> Bool {
        switch shape.labels[MeshLabel.dataplane] {
        case "ambient": true
        case "none": false
        default: scene.isAmbient(namespace)
        }
    }

    // MARK: - What to do

    /// The line that bypasses all ports of the member in this direction; annotations do nothing where the node's proxy takes the traffic.
    private func advice(
        _ workload: MeshWorkload, _ direction: BypassRow.Direction, _ namespace: String, isNeeded: Bool
    ) -> String? {
        let shapes = workload.pods.map(\.shape) + [workload.template?.shape].compactMap { $0 }
        guard isNeeded, let shape = workload.template?.shape ?? shapes.first else { return nil }
        guard
            workload.pods.isEmpty || workload.pods.contains(where: \.shape.hasSidecar)
                || isInjected(shape, namespace) ?? false,
            !workload.isAmbient
        else { return nil }
        let ports = Set(
            workload.pods.flatMap { MemberPorts.ports($0.shape, known: known[$0.name] ?? []) }
                + MemberPorts.ports(shape, known: [])
        ).map(\.number)
        let rules = Interception(annotations: shape.annotations, settings: scene.settings)
        switch direction {
        case .inbound:
            // A list of ports to include leaves out all others: the ports have to leave that list.
            if case .some(let included) = rules.includeInbound {
                let kept = included.subtracting(ports.map { "\($0)" })
                return Self.line("includeInboundPorts", kept)
            }
            return Self.line("excludeInboundPorts", Self.words(rules.excludeInbound).union(ports.map { "\($0)" }))
        case .outbound:
            return Self.line("excludeOutboundPorts", Self.words(rules.excludeOutbound).union(ports.map { "\($0)" }))
        }
    }

    private static func words(_ listing: Interception.Listing) -> Set<String> {
        if case .some(let words) = listing { words } else { [] }
    }

    private static func line(_ name: String, _ ports: Set<String>) -> String {
        let sorted = ports.sorted { (Int($0) ?? 0, $0) < (Int($1) ?? 0, $1) }
        return "traffic.sidecar.istio.io/\(name): \"\(sorted.joined(separator: ","))\""
    }
}
