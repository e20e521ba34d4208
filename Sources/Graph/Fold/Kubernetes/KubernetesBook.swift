// SPDX-License-Identifier: Apache-2.0
import Istio
import Model

/// What the Kubernetes API says of pods and what belongs to them, by name. What follows for members is ``KubernetesJoin``'s.
struct KubernetesBook: Sendable {
    /// Names an object of one kind.
    struct Key: Hashable, Sendable, Comparable {
        let resource: KubernetesResource
        let name: ObjectName

        static func < (left: Key, right: Key) -> Bool {
            left.name == right.name ? left.resource < right.resource : left.name < right.name
        }
    }

    private(set) var pods: [ObjectName: Pod] = [:]
    private(set) var workloads: [Key: Workload] = [:]
    private(set) var replicaSets: [ObjectName: ReplicaSet] = [:]
    private(set) var events: [ObjectName: KubernetesEvent] = [:]
    private(set) var nodes: [String: KubernetesNode] = [:]
    private(set) var leases: [Key: KubernetesLease] = [:]
    /// The pods of members as the members' own objects name them.
    private(set) var costs: [Key: [PodCost]] = [:]
    /// Which objects each source has reported.
    private var owned: [SourceID: Set<Key>] = [:]
    /// What has happened and waits until it is known to whose cluster it belongs.
    private var notes: [KubernetesNote] = []
    /// What nodes said of their search for a cluster.
    private(set) var clues = BootstrapClues()
    /// Whether something has changed since the last evaluation.
    private var isChanged = false
    private var joined: KubernetesJoin?
    /// What Istio reads.
    private var istio = IstioWorld()
    /// The collections of which everything was read.
    private var scopes = ReadingScopes()
    /// What follows of Istio's objects; `nil` where there are none.
    private(set) var istioSnapshot: IstioSnapshot?

    /// Whether the API is watched at all.
    var isWatched: Bool { !owned.isEmpty }

    /// The picture of the last evaluation; `nil` where nothing is watched.
    var snapshot: KubernetesSnapshot? { isWatched ? joined?.snapshot : nil }

    /// Whether files stand for the API server.
    var isOfFiles: Bool { scopes.isOfFiles }

    /// How many objects were read.
    var objectCount: Int { owned.values.reduce(0) { $0 + $1.count } }

    /// The namespace of the pods that want to be members.
    var candidateNamespace: String? {
        (joined?.input.candidates.map(\.namespace).min()) ?? pods.keys.map(\.namespace).min()
    }

    /// The member that runs in a pod.
    func member(in pod: ObjectName) -> UniqueAddress? { joined?.member(in: pod) }

    // MARK: - Records

    /// A source of the API is read from now on.
    mutating func addSource(_ id: SourceID) { owned[id, default: []].formUnion([]) }

    /// A source is no longer read; what it has reported goes with it.
    mutating func removeSource(_ id: SourceID) {
        for key in owned.removeValue(forKey: id) ?? [] { forget(key) }
        scopes.remove(id)
        isChanged = true
    }

    mutating func record(_ report: KubernetesReport, from id: SourceID, at now: Timestamp) {
        switch report.change {
        case .unchanged: return
        case .listed(let objects):
            scopes.add(report.resource, of: id)
            let keys = Set(objects.compactMap(\.objectName).map { Key(resource: report.resource, name: $0) })
            let gone = (owned[id] ?? []).subtracting(keys).filter { $0.resource == report.resource }
            for key in gone.sorted() { remove(key, from: id, at: now) }
            for object in objects { record(object, report.resource, from: id, isFirst: true, at: now) }
        case .changed(let objects):
            for object in objects { record(object, report.resource, from: id, isFirst: false, at: now) }
        case .removed(let names):
            for name in names { remove(Key(resource: report.resource, name: name), from: id, at: now) }
        }
        isChanged = true
    }

    /// A node in a pod has written a line that may tell why there is no cluster.
    mutating func recordClue(_ line: LifecycleEvent, of pod: ObjectName, at now: Timestamp) {
        clues.record(line, of: pod, at: now)
    }

    private mutating func record(
        _ object: ObjectValue, _ resource: KubernetesResource, from id: SourceID, isFirst: Bool, at now: Timestamp
    ) {
        guard let name = object.objectName else { return }
        let key = Key(resource: resource, name: name)
        owned[id, default: []].insert(key)
        istio.record(resource, object)
        switch resource {
        case .pods: recordPod(object, from: id, isFirst: isFirst, at: now)
        case .deployments, .statefulSets, .daemonSets: workloads[key] = Workload(resource, object)
        case .replicaSets: replicaSets[name] = ReplicaSet(object)
        case .events: recordEvent(object, from: id)
        case .nodes: nodes[name.name] = KubernetesNode(object)
        case .leases, .akkaLeases, .pekkoLeases: recordLease(KubernetesLease(resource, object), key, from: id, at: now)
        case .akkaPodCosts, .pekkoPodCosts:
            costs[key] = object["spec"]["pods"].items.compactMap { PodCost($0, namespace: name.namespace) }
        default: break
        }
    }

    private mutating func recordPod(_ object: ObjectValue, from id: SourceID, isFirst: Bool, at now: Timestamp) {
        guard let pod = Pod(object) else { return }
        let known = pods.updateValue(pod, forKey: pod.name)
        notes += PodChanges.notes(from: known, to: pod, isFirst: isFirst, source: id, at: now)
    }

    private mutating func recordEvent(_ object: ObjectValue, from id: SourceID) {
        guard let event = KubernetesEvent(object) else { return }
        let known = events.updateValue(event, forKey: event.name)
        // The same event with a higher count is the same thing once more.
        guard known.map({ $0.count < event.count || $0.at < event.at }) ?? true else { return }
        notes.append(KubernetesNote(event, source: id))
    }

    private mutating func recordLease(
        _ lease: KubernetesLease?, _ key: Key, from id: SourceID, at now: Timestamp
    ) {
        let known = leases[key]
        leases[key] = lease
        guard let lease, lease.purpose != .other, known?.owner != lease.owner, known != nil || lease.owner != nil else {
            return
        }
        notes.append(KubernetesNote(lease, before: known?.owner, source: id, at: now))
    }

    private mutating func remove(_ key: Key, from id: SourceID, at now: Timestamp) {
        guard owned[id]?.remove(key) != nil else { return }
        if key.resource == .pods, let pod = pods[key.name] {
            notes.append(PodChanges.deletion(pod, source: id, at: now))
        }
        forget(key)
    }

    private mutating func forget(_ key: Key) {
        istio.forget(key.resource, key.name)
        switch key.resource {
        case .pods: pods[key.name] = nil
        case .deployments, .statefulSets, .daemonSets: workloads[key] = nil
        case .replicaSets: replicaSets[key.name] = nil
        case .events: events[key.name] = nil
        case .nodes: nodes[key.name.name] = nil
        case .leases, .akkaLeases, .pekkoLeases: leases[key] = nil
        case .akkaPodCosts, .pekkoPodCosts: costs[key] = nil
        default: break
        }
    }

    // MARK: - Evaluation

    /// The ports by which the members in pods are known.
    private var memberPorts: [ObjectName: [MemberPort]] {
        (joined?.snapshot.pods ?? []).reduce(into: [:]) { ports, row in
            guard let port = row.member?.address.port else { return }
            ports[row.pod.name] = [MemberPort(number: Int(port), role: .remoting)]
        }
    }

    /// Joins objects with members, and says what has happened.
    ///
    /// - Parameters:
    ///   - clusters: the members.
    ///   - sources: what was found in which pod.
    ///   - now: the time.
    /// - Returns: what has happened, as far as it concerns members.
    mutating func evaluate(_ clusters: [ClusterSnapshot], _ sources: SourceBook, at now: Timestamp) -> [MeshEvent] {
        guard isWatched else { return [] }
        let key = KubernetesJoin.Input(clusters, sources)
        if isChanged || joined?.input != key {
            joined = KubernetesJoin(self, key)
            let coverage = scopes.coverage(owned)
            istioSnapshot = istio.judge(coverage, ports: memberPorts)
        }
        isChanged = false
        joined?.judgeBootstrap(sources, clues, at: now)
        defer { notes = [] }
        guard let joined else { return [] }
        return notes.compactMap { joined.event(of: $0, at: now) }
    }
}

/// What a member says of its pod's worth in an object of its own (kubernetes.md §10.3).
struct PodCost: Hashable, Sendable {
    let pod: ObjectName
    let address: Address?
    let uid: Int64?
    let cost: Int?

    init?(_ object: ObjectValue, namespace: String) {
        guard let name = object["podName"].text else { return nil }
        pod = ObjectName(namespace: namespace, name: name)
        address = object["address"].text.flatMap { try? Address(parsing: $0) }
        uid = object["uid"].integer
        cost = object["cost"].count
    }
}
