// SPDX-License-Identifier: Apache-2.0
package import Model

/// The objects that Istio reads, as they are now. A value: what follows of them is ``judge(_:)``'s.
package struct IstioWorld: Sendable {
    private(set) var virtualServices: [ObjectName: VirtualService] = [:]
    private(set) var destinationRules: [ObjectName: DestinationRule] = [:]
    private(set) var gateways: [ObjectName: MeshGateway] = [:]
    private(set) var entries: [ObjectName: ServiceEntry] = [:]
    private(set) var sidecars: [ObjectName: SidecarScope] = [:]
    private(set) var groups: [ObjectName: WorkloadGroup] = [:]
    private(set) var authentications: [ObjectName: PeerAuthentication] = [:]
    private(set) var authorizations: [ObjectName: AuthorizationPolicy] = [:]
    /// RequestAuthentications, Telemetries and WasmPlugins.
    private(set) var attached: [ObjectReference: AttachedPolicy] = [:]
    private(set) var cluster = ClusterObjects()
    /// Objects of Istio as they were read.
    private(set) var values: [ObjectReference: ObjectValue] = [:]
    /// The kinds of objects that have changed since the last judgement.
    private var changed: Set<KubernetesResource> = []
    private var cache = JudgementCache()
    private var judged: IstioSnapshot?
    /// The workloads of the last judgement.
    private var workloads: MeshWorkloads?
    private var coverage = Coverage()
    private var ports: [ObjectName: [MemberPort]] = [:]

    /// Nothing is known.
    package init() {}

    /// Whether there is anything of Istio.
    package var hasIstio: Bool { !values.isEmpty || cluster.hasMesh }

    /// An object has come, or has changed.
    package mutating func record(_ resource: KubernetesResource, _ object: ObjectValue) {
        guard let name = object.objectName else { return }
        if resource.isIstio {
            let reference = ObjectReference(kind: resource.kind, name)
            guard values.updateValue(object, forKey: reference) != object else { return }
            set(resource, name, object)
            changed.insert(resource)
        } else if cluster.set(resource, name, object) {
            changed.insert(resource)
        }
    }

    /// An object is gone.
    package mutating func forget(_ resource: KubernetesResource, _ name: ObjectName) {
        if resource.isIstio {
            guard values.removeValue(forKey: ObjectReference(kind: resource.kind, name)) != nil else { return }
            set(resource, name, .null)
            changed.insert(resource)
        } else if cluster.set(resource, name, .null) {
            changed.insert(resource)
        }
    }

    private mutating func set(_ resource: KubernetesResource, _ name: ObjectName, _ object: ObjectValue) {
        switch resource {
        case .virtualServices: virtualServices[name] = VirtualService(object)
        case .destinationRules: destinationRules[name] = DestinationRule(object)
        case .gateways: gateways[name] = MeshGateway(object)
        case .serviceEntries: entries[name] = ServiceEntry(object)
        case .sidecars: sidecars[name] = SidecarScope(object)
        case .workloadGroups: groups[name] = WorkloadGroup(object)
        case .peerAuthentications: authentications[name] = PeerAuthentication(object)
        case .authorizationPolicies: authorizations[name] = AuthorizationPolicy(object)
        case .requestAuthentications, .telemetries, .wasmPlugins:
            attached[ObjectReference(kind: resource.kind, name)] = AttachedPolicy(resource, object)
        default: break
        }
    }

    /// What follows of the objects.
    ///
    /// - Parameters:
    ///   - coverage: what was read.
    ///   - ports: the ports of members, by pod.
    /// - Returns: the picture; `nil` where there is nothing of Istio.
    package mutating func judge(_ coverage: Coverage, ports: [ObjectName: [MemberPort]]) -> IstioSnapshot? {
        guard hasIstio else { return nil }
        if coverage != self.coverage {
            changed = Set(KubernetesResource.allCases)
            self.coverage = coverage
        }
        let isNew = ports != self.ports
        self.ports = ports
        guard judged == nil || !changed.isEmpty || isNew else { return judged }
        if workloads == nil || !changed.isDisjoint(with: Set<KubernetesResource>.workloads) {
            workloads = MeshWorkloads(cluster, groups)
        }
        let scene = IstioScene(self, coverage, workloads: workloads ?? MeshWorkloads(cluster, groups))
        let found = cache.checks(scene, changed: judged == nil ? Set(KubernetesResource.allCases) : changed)
        changed = []
        judged = IstioPicture(scene, values, found, ports).snapshot
        return judged
    }
}

/// A port of a member, by what is known of the member itself.
package struct MemberPort: Hashable, Sendable {
    /// The number.
    package let number: Int
    /// What it is for.
    package let role: BypassRow.Role

    /// A number and what it is for.
    package init(number: Int, role: BypassRow.Role) {
        self.number = number
        self.role = role
    }
}

/// The objects of Kubernetes itself that Istio reads.
struct ClusterObjects: Sendable {
    private(set) var namespaces: [String: MeshNamespace] = [:]
    private(set) var services: [ObjectName: MeshService] = [:]
    private(set) var accounts: Set<ObjectName> = []
    private(set) var settings: [ObjectName: MeshSettings] = [:]
    private(set) var pods: [ObjectName: MeshPod] = [:]
    private(set) var templates: [ObjectReference: MeshTemplate] = [:]
    /// The owners of ReplicaSets.
    private(set) var replicaSets: [ObjectName: Pod.Owner] = [:]

    /// Whether a pod or the mesh's settings say that there is a mesh.
    var hasMesh: Bool { !settings.isEmpty || pods.values.contains { $0.shape.hasSidecar || $0.isAmbient } }

    /// Keeps an object, or forgets it where there is none.
    ///
    /// - Returns: whether it has changed.
    mutating func set(_ resource: KubernetesResource, _ name: ObjectName, _ object: ObjectValue) -> Bool {
        switch resource {
        case .namespaces: return namespaces.put(MeshNamespace(object), name.name)
        case .services: return services.put(MeshService(object), name)
        case .configMaps: return settings.put(MeshSettings(object), name)
        case .pods: return pods.put(MeshPod(object), name)
        case .deployments, .statefulSets, .daemonSets:
            return templates.put(MeshTemplate(resource, object), ObjectReference(kind: resource.kind, name))
        case .replicaSets: return replicaSets.put(ReplicaSet(object)?.owner, name)
        case .serviceAccounts:
            return object.isNull ? accounts.remove(name) != nil : accounts.insert(name).inserted
        default: return false
        }
    }
}

extension Dictionary where Value: Equatable {
    /// Sets a value, and says whether it is another one than before.
    fileprivate mutating func put(_ value: Value?, _ key: Key) -> Bool {
        let before = self[key]
        guard before != value else { return false }
        self[key] = value
        return true
    }
}
