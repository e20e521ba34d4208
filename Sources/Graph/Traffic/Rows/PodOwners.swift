// SPDX-License-Identifier: Apache-2.0
import Model

/// The workload that owns a pod: by kube-state-metrics where Prometheus has them, else by the names that Kubernetes gives. A deployment makes
/// replica sets, and these make pods.
struct PodOwners {
    private typealias Maker = (kind: String, name: String)

    private var ofPod: [WorkloadName: Maker] = [:]
    private var ofReplicaSet: [WorkloadName: String] = [:]
    private let knowsPods: Bool

    init(_ telemetry: Telemetry) {
        knowsPods = [.podInfo, .podOwner].contains { (telemetry.vector($0)?.count ?? 0) > 0 }
        Self.visit(telemetry, .podInfo, of: .pod, kind: .createdByKind, maker: .createdByName) { ofPod[$0] = ($1, $2) }
        Self.visit(telemetry, .podOwner, of: .pod, kind: .ownerKind, maker: .ownerName) { pod, kind, name in
            if ofPod[pod] == nil { ofPod[pod] = (kind, name) }
        }
        Self.visit(telemetry, .replicaSetOwner, of: .replicaSet, kind: .ownerKind, maker: .ownerName) {
            set, kind, name in
            if kind == "Deployment" { ofReplicaSet[set] = name }
        }
    }

    /// Calls back for each object of a namespace with the kind and the name of its maker.
    private static func visit(
        _ telemetry: Telemetry, _ metric: TelemetryMetric, of object: TelemetryLabel, kind: TelemetryLabel,
        maker: TelemetryLabel, _ body: (WorkloadName, String, String) -> Void
    ) {
        guard let rows = LabelRows(telemetry, metric) else { return }
        for row in rows.rows where row.value > 0 {
            let name = row[maker]
            guard !name.isEmpty, name != "<none>" else { continue }
            body(WorkloadName(namespace: row[.namespace], name: row[object]), row[kind], name)
        }
    }

    /// The workload of a pod; the pod itself where it has no owner.
    func workload(namespace: String, pod: String) -> WorkloadName {
        let name = WorkloadName(namespace: namespace, name: pod)
        guard let maker = ofPod[name] else {
            // A pod without an owner is its own workload, but without any pod in the metrics names have to do.
            return knowsPods ? name : WorkloadName(namespace: namespace, name: Self.guess(pod))
        }
        guard maker.kind == "ReplicaSet" else { return WorkloadName(namespace: namespace, name: maker.name) }
        let set = WorkloadName(namespace: namespace, name: maker.name)
        return WorkloadName(namespace: namespace, name: ofReplicaSet[set] ?? Self.deployment(of: maker.name))
    }

    /// A deployment's replica sets carry its name and a hash.
    private static func deployment(of replicaSet: String) -> String {
        guard let dash = replicaSet.lastIndex(of: "-"), dash != replicaSet.startIndex else { return replicaSet }
        return String(replicaSet[..<dash])
    }

    /// `cart-v1-6c9f8d7b5-x7k2p` is a pod of `cart-v1`, `db-0` one of `db`.
    static func guess(_ pod: String) -> String {
        let parts = pod.split(separator: "-")
        guard parts.count > 1, let last = parts.last else { return pod }
        if last.utf8.allSatisfy({ (48...57).contains($0) }) { return parts.dropLast().joined(separator: "-") }
        // Kubernetes' random suffixes have five characters and no vowels, hashes of templates at most ten.
        guard last.utf8.count == 5, isHash(last) else { return pod }
        let rest = parts.dropLast()
        guard rest.count > 1, let hash = rest.last, (5...10).contains(hash.utf8.count), isHash(hash) else {
            return rest.joined(separator: "-")
        }
        return rest.dropLast().joined(separator: "-")
    }

    private static func isHash(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { (48...57).contains($0) || ((97...122).contains($0) && !Self.vowels.contains($0)) }
    }

    private static let vowels = Set("aeiou".utf8)
}
