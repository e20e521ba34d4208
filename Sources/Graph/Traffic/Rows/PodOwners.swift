import Model

/// Who made a pod, by kube-state-metrics where Prometheus has them, else by the names that Kubernetes gives. A deployment makes replica sets, and
/// these make pods.
struct PodOwners {
    private typealias Maker = (kind: String, name: String)

    private var ofPod: [WorkloadName: Maker] = [:]
    private var ofReplicaSet: [WorkloadName: String] = [:]
    private let knowsPods: Bool

    init(_ telemetry: Telemetry) {
        knowsPods = [.podInfo, .podOwner].contains { (telemetry.vector($0)?.count ?? 0) > 0 }
        Self.visit(telemetry, .podInfo, kind: 3) { ofPod[$0] = ($1, $2) }
        Self.visit(telemetry, .podOwner, kind: 2) { pod, kind, name in
            if ofPod[pod] == nil { ofPod[pod] = (kind, name) }
        }
        Self.visit(telemetry, .replicaSetOwner, kind: 2) { set, kind, name in
            if kind == "Deployment" { ofReplicaSet[set] = name }
        }
    }

    /// Rows begin with a namespace and a name; the kind of the owner stands in a column, and its name behind it.
    private static func visit(
        _ telemetry: Telemetry, _ metric: TelemetryMetric, kind: Int, _ body: (WorkloadName, String, String) -> Void
    ) {
        let width = metric.columns.count
        guard let vector = telemetry.vector(metric), vector.keys.width == width else { return }
        for row in 0..<vector.count where vector.values[row] > 0 {
            let cells = (0..<width).map { telemetry.texts[vector.keys.cells[row * width + $0]] }
            guard !cells[kind + 1].isEmpty, cells[kind + 1] != "<none>" else { continue }
            body(WorkloadName(namespace: cells[0], name: cells[1]), cells[kind], cells[kind + 1])
        }
    }

    /// The workload of a pod; the pod itself where nobody made it.
    func workload(namespace: String, pod: String) -> WorkloadName {
        let name = WorkloadName(namespace: namespace, name: pod)
        guard let maker = ofPod[name] else {
            // A pod that nobody owns is its own workload, but who knows no pods at all goes by names.
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
