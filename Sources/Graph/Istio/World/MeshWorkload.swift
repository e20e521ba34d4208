// SPDX-License-Identifier: Apache-2.0
internal import Model

/// A workload with its pods, as Kiali sees it: its labels are those of its template.
struct MeshWorkload: Sendable {
    let reference: ObjectReference
    /// What the workload's own object says, where there is one.
    let template: MeshTemplate?
    let labels: [String: String]
    var pods: [MeshPod]

    /// Whether a proxy stands beside the application; `nil` without a pod.
    var hasSidecar: Bool? {
        guard let first = pods.first else { return nil }
        return reference.kind == "Deployment" ? first.shape.hasSidecar : pods.allSatisfy(\.shape.hasSidecar)
    }

    /// Whether the node's proxy takes its traffic.
    var isAmbient: Bool {
        guard let first = pods.first else { return false }
        return reference.kind == "Deployment" ? first.isAmbient : pods.contains(where: \.isAmbient)
    }

    /// The accounts that it runs as.
    var accounts: Set<String> {
        pods.isEmpty ? Set([template?.shape.serviceAccount].compactMap { $0 }) : Set(pods.map(\.shape.serviceAccount))
    }
}

/// The workloads of each namespace.
struct MeshWorkloads: Sendable {
    /// Sorted by kind and name.
    private(set) var all: [String: [MeshWorkload]] = [:]

    init(_ cluster: ClusterObjects, _ groups: [ObjectName: WorkloadGroup]) {
        var podsOf: [ObjectReference: [MeshPod]] = [:]
        var bare: [MeshPod] = []
        for name in cluster.pods.keys.sorted() {
            guard let pod = cluster.pods[name], !pod.isOver else { continue }
            if let owner = Self.owner(of: pod, cluster) {
                podsOf[owner, default: []].append(pod)
            } else {
                bare.append(pod)
            }
        }
        var templates: [String: [MeshTemplate]] = [:]
        for (reference, template) in cluster.templates {
            templates[reference.name.namespace, default: []].append(template)
        }
        for pod in bare {
            let fitting = (templates[pod.name.namespace] ?? []).filter {
                !$0.shape.labels.isEmpty && LabelSelector(labels: $0.shape.labels).matches(pod.shape.labels)
            }
            let owner = fitting.map(\.reference).min() ?? ObjectReference(kind: "Pod", pod.name)
            podsOf[owner, default: []].append(pod)
        }
        for (reference, template) in cluster.templates {
            add(
                MeshWorkload(
                    reference: reference, template: template, labels: template.shape.labels,
                    pods: podsOf.removeValue(forKey: reference) ?? []))
        }
        for (reference, pods) in podsOf {
            add(
                MeshWorkload(
                    reference: reference, template: nil, labels: pods.first?.shape.labels ?? [:], pods: pods))
        }
        for group in groups.values {
            add(MeshWorkload(reference: group.head.reference, template: nil, labels: group.labels ?? [:], pods: []))
        }
        for namespace in all.keys { all[namespace]?.sort { $0.reference < $1.reference } }
    }

    private mutating func add(_ workload: MeshWorkload) {
        all[workload.reference.name.namespace, default: []].append(workload)
    }

    /// The workload that made a pod; `nil` for one that nothing controls.
    private static func owner(of pod: MeshPod, _ cluster: ClusterObjects) -> ObjectReference? {
        guard let owner = pod.owner else { return nil }
        let namespace = pod.name.namespace
        func reference(_ owner: Pod.Owner) -> ObjectReference {
            ObjectReference(kind: owner.kind, ObjectName(namespace: namespace, name: owner.name))
        }
        guard owner.kind == "ReplicaSet" else { return reference(owner) }
        if let above = cluster.replicaSets[ObjectName(namespace: namespace, name: owner.name)] {
            return reference(above)
        }
        // Without the right to read ReplicaSets their names tell it.
        guard let hash = pod.shape.labels[PodLabel.templateHash], owner.name.hasSuffix("-\(hash)") else {
            return reference(owner)
        }
        return reference(Pod.Owner(kind: "Deployment", name: String(owner.name.dropLast(hash.count + 1))))
    }

    subscript(namespace: String) -> [MeshWorkload] { all[namespace] ?? [] }

    /// The workloads of a namespace that have the labels.
    func matching(_ selector: LabelSelector, in namespace: String) -> [MeshWorkload] {
        self[namespace].filter { selector.matches($0.labels) }
    }

    /// Whether a workload of a namespace has the labels.
    func has(_ selector: LabelSelector, in namespace: String) -> Bool {
        self[namespace].contains { selector.matches($0.labels) }
    }
}
