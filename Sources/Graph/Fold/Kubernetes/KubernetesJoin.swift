// SPDX-License-Identifier: Apache-2.0
import Model

/// What follows of the objects of Kubernetes for members, and of members for objects.
struct KubernetesJoin: Sendable {
    /// What it depends on besides the objects.
    struct Input: Equatable, Sendable {
        /// A member as far as its pod is looked for.
        struct Member: Equatable, Sendable {
            let node: UniqueAddress
            let cluster: String
            let removedAt: Timestamp?
        }

        let members: [Member]
        /// The pods in which endpoints or logs of members were found.
        let candidates: Set<ObjectName>
        /// The pods of members whose endpoints were found in pods.
        let places: [Address: ObjectName]
        let clusters: [String]
        /// Whether an endpoint lists members.
        let hasCluster: Bool

        init(_ clusters: [ClusterSnapshot], _ sources: SourceBook) {
            members = clusters.flatMap { cluster in
                cluster.members.map { Member(node: $0.node, cluster: cluster.id, removedAt: $0.removedAt) }
            }
            self.clusters = clusters.map(\.id)
            hasCluster = clusters.contains { cluster in
                !cluster.isFromLines && cluster.members.contains { $0.removedAt == nil }
            }
            var (candidates, places) = (Set<ObjectName>(), [Address: ObjectName]())
            for id in sources.ids {
                guard let source = sources[id], let place = source.origin.pod else { continue }
                candidates.insert(place.pod)
                if id.kind == .management, let member = source.member { places[member] = place.pod }
            }
            (self.candidates, self.places) = (candidates, places)
        }
    }

    let input: Input
    private(set) var snapshot: KubernetesSnapshot
    /// The place of each pod in the picture.
    private let places: [ObjectName: Int]
    /// The clusters of workloads.
    private let clusterOfWorkload: [WorkloadKey: String]

    /// Names a workload of any kind.
    private struct WorkloadKey: Hashable, Sendable {
        let namespace: String
        let owner: Pod.Owner
    }

    init(_ book: KubernetesBook, _ input: Input) {
        self.input = input
        var rows = book.pods.values.sorted { $0.name < $1.name }.map { pod in
            let owner = Self.workload(of: pod, book)
            return KubernetesSnapshot.PodRow(
                pod: pod, workload: owner, revision: Self.revision(of: pod, book), member: nil, cluster: nil)
        }
        let places = Dictionary(rows.enumerated().map { ($1.pod.name, $0) }) { first, _ in first }
        let podOfMember = Self.tie(input, rows, places, book)
        for member in input.members {
            guard let place = podOfMember[member.node] else { continue }
            // The current incarnation, where one that was removed was in the same pod.
            if rows[place].member == nil || member.removedAt == nil {
                (rows[place].member, rows[place].cluster) = (member.node, member.cluster)
            }
        }
        var clusterOfWorkload: [WorkloadKey: String] = [:]
        var podsOfWorkload: [WorkloadKey: [String]] = [:]
        for row in rows {
            guard let owner = row.workload else { continue }
            let key = WorkloadKey(namespace: row.pod.name.namespace, owner: owner)
            podsOfWorkload[key, default: []].append(row.pod.name.name)
            if let cluster = row.cluster { clusterOfWorkload[key] = cluster }
        }
        let workloads = book.workloads.values.map { workload in
            let owner = Pod.Owner(kind: workload.kind, name: workload.name.name)
            let key = WorkloadKey(namespace: workload.name.namespace, owner: owner)
            return KubernetesSnapshot.WorkloadRow(
                workload: workload, cluster: clusterOfWorkload[key], pods: podsOfWorkload[key] ?? [])
        }
        self.places = places
        self.clusterOfWorkload = clusterOfWorkload
        snapshot = KubernetesSnapshot(
            pods: rows,
            workloads: workloads.sorted { ($0.workload.name, $0.workload.kind) < ($1.workload.name, $1.workload.kind) },
            events: Self.newest(book.events), nodes: book.nodes.values.sorted { $0.name < $1.name },
            leases: book.leases.values.sorted { $0.name < $1.name }, podOfMember: podOfMember)
    }

    private static func newest(_ events: [ObjectName: KubernetesEvent]) -> [KubernetesEvent] {
        let sorted = events.values.sorted { $0.at == $1.at ? $0.name < $1.name : $0.at < $1.at }
        return Array(sorted.suffix(KubernetesSnapshot.maximumEvents))
    }

    /// The member that runs in a pod.
    func member(in pod: ObjectName) -> UniqueAddress? { places[pod].flatMap { snapshot.pods[$0].member } }

    // MARK: - Workloads

    /// The workload behind a pod's ReplicaSet. Without the right to read those their names tell it (kubernetes.md §4.3).
    private static func workload(of pod: Pod, _ book: KubernetesBook) -> Pod.Owner? {
        guard let owner = pod.owner, owner.kind == "ReplicaSet" else { return pod.owner }
        let set = book.replicaSets[ObjectName(namespace: pod.name.namespace, name: owner.name)]
        if let set { return set.owner ?? owner }
        guard let hash = pod.labels[PodLabel.templateHash], owner.name.hasSuffix("-\(hash)") else { return owner }
        return Pod.Owner(kind: "Deployment", name: String(owner.name.dropLast(hash.count + 1)))
    }

    private static func revision(of pod: Pod, _ book: KubernetesBook) -> String? {
        guard let owner = pod.owner else { return nil }
        if owner.kind == "ReplicaSet" {
            return book.replicaSets[ObjectName(namespace: pod.name.namespace, name: owner.name)]?.revision
        }
        return pod.labels[PodLabel.revisionHash].map {
            // A StatefulSet writes the whole name of the revision.
            $0.hasPrefix(owner.name + "-") ? String($0.dropFirst(owner.name.count + 1)) : $0
        }
    }

    // MARK: - Members

    /// The pod of each member (kubernetes.md §4.4): as its own objects or its endpoint say, else by its address.
    private static func tie(
        _ input: Input, _ rows: [KubernetesSnapshot.PodRow], _ places: [ObjectName: Int], _ book: KubernetesBook
    ) -> [UniqueAddress: Int] {
        var byCost: [UniqueAddress: ObjectName] = [:]
        for key in book.costs.keys.sorted() {
            for cost in book.costs[key] ?? [] {
                if let address = cost.address, let uid = cost.uid {
                    byCost[UniqueAddress(address, uid: uid)] = cost.pod
                }
            }
        }
        let index = PodIndex(rows.map(\.pod))
        var found: [UniqueAddress: Int] = [:]
        for member in input.members {
            let address = member.node.address
            let named = byCost[member.node] ?? (member.removedAt == nil ? input.places[address] : nil)
            guard let place = named.flatMap({ places[$0] }) ?? index.place(of: address) else { continue }
            // Addresses are used again: a pod that was made after the member had gone is another one's.
            if let removedAt = member.removedAt, let createdAt = rows[place].pod.createdAt, createdAt > removedAt {
                continue
            }
            found[member.node] = place
        }
        return found
    }

    // MARK: - Events

    /// What has happened as an event of the cluster that it concerns; `nil` if it concerns none.
    func event(of note: KubernetesNote, at now: Timestamp) -> MeshEvent? {
        let concern: (cluster: String, member: UniqueAddress?)?
        switch note.subject {
        case .pod(let name): concern = self.concern(of: name)
        case .object(let kind, let name): concern = self.concern(of: kind, name)
        case .lease(let lease): concern = self.concern(of: lease)
        }
        guard let concern else { return nil }
        return MeshEvent(
            at: min(note.at, now), cluster: concern.cluster, observer: nil, subject: concern.member?.address,
            subjectUid: concern.member.flatMap { $0.uid == 0 ? nil : $0.uid }, change: note.change, origin: .kubernetes,
            text: note.text, receivedAt: now, source: note.source, severity: note.severity)
    }

    private func concern(of pod: ObjectName) -> (cluster: String, member: UniqueAddress?)? {
        guard let place = places[pod] else {
            return input.candidates.contains(pod) ? (cluster(nil, pod.namespace), nil) : nil
        }
        let row = snapshot.pods[place]
        if let member = row.member, let cluster = row.cluster { return (cluster, member) }
        let sibling = row.workload.flatMap {
            clusterOfWorkload[WorkloadKey(namespace: pod.namespace, owner: $0)]
        }
        guard sibling != nil || input.candidates.contains(pod) else { return nil }
        return (cluster(sibling, pod.namespace), nil)
    }

    private func concern(of kind: String, _ name: ObjectName) -> (cluster: String, member: UniqueAddress?)? {
        let isConcerned: (KubernetesSnapshot.PodRow) -> Bool
        switch kind {
        case "Node": isConcerned = { $0.pod.node == name.name }
        case "ReplicaSet": isConcerned = { $0.pod.owner == Pod.Owner(kind: kind, name: name.name) }
        default: isConcerned = { $0.workload == Pod.Owner(kind: kind, name: name.name) }
        }
        let rows = snapshot.pods.filter { row in
            (row.member != nil || input.candidates.contains(row.pod.name)) && isConcerned(row)
                && (kind == "Node" || row.pod.name.namespace == name.namespace)
        }
        if let row = rows.first { return (cluster(rows.lazy.compactMap(\.cluster).first, row.pod.name.namespace), nil) }
        // A ReplicaSet that has no pods any more is still one of its Deployment.
        let known = clusterOfWorkload.filter {
            $0.key.namespace == name.namespace && name.name.hasPrefix($0.key.owner.name + "-") && kind == "ReplicaSet"
        }
        return known.values.min().map { ($0, nil) }
    }

    private func concern(of lease: KubernetesLease) -> (cluster: String, member: UniqueAddress?)? {
        let holder = input.members.first { $0.node.address.hostPort == lease.owner && $0.removedAt == nil }
        if let holder { return (holder.cluster, holder.node) }
        let named = input.clusters.first { lease.name.name.hasPrefix($0.lowercased()) }
        return named.map { ($0, nil) }
    }

    /// The name of the cluster of which nothing but its pods is known.
    private func cluster(_ known: String?, _ namespace: String) -> String {
        known ?? (input.clusters.count == 1 ? input.clusters[0] : namespace)
    }

    // MARK: - Bootstrap

    mutating func judgeBootstrap(_ sources: SourceBook, _ clues: BootstrapClues, at now: Timestamp) {
        snapshot.bootstrap =
            input.hasCluster ? nil : BootstrapJudge(snapshot, input.candidates, sources, clues, at: now).verdict
    }
}

/// Finds pods by what a member's address may name.
struct PodIndex {
    private var byAddress: [String: [Int]] = [:]
    private var byName: [String: [Int]] = [:]
    private let pods: [Pod]

    init(_ pods: [Pod]) {
        self.pods = pods
        for (place, pod) in pods.enumerated() where !pod.phase.isOver {
            for address in pod.addresses { byAddress[address, default: []].append(place) }
            byName[pod.name.name, default: []].append(place)
        }
    }

    /// The place of the pod that an address leads to; `nil` if none or several do.
    func place(of address: Address) -> Int? {
        guard let host = address.host else { return nil }
        if let place = one(byAddress[host], port: address.port) { return place }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        // `10-1-2-3.shop.pod.cluster.local`
        if labels.count >= 3, labels[2] == "pod" {
            let address4 = labels[0].replacing("-", with: ".")
            let address6 = labels[0].replacing("-", with: ":")
            return one(byAddress[address4] ?? byAddress[address6], namespace: labels[1], port: address.port)
        }
        // `ledger-0.ledger.shop.svc.cluster.local`, or the pod's name alone.
        let namespace = labels.count >= 4 && labels[3] == "svc" ? labels[2] : nil
        return one(byName[labels[0]], namespace: namespace, port: nil)
    }

    private func one(_ places: [Int]?, namespace: String? = nil, port: UInt16?) -> Int? {
        let inNamespace = (places ?? []).filter { namespace == nil || pods[$0].name.namespace == namespace }
        if inNamespace.count <= 1 { return inNamespace.first }
        // Pods on their node's network share its address; their ports tell them apart.
        let withPort = inNamespace.filter { place in
            pods[place].containers.contains { $0.ports.contains { $0.number == port.map(Int.init) } }
        }
        return withPort.count == 1 ? withPort.first : nil
    }
}

extension SourceRecord {
    /// Why the latest poll failed; `nil` if it did not.
    var failure: SourceFailure? { state == .failing ? failures.last : nil }
}
