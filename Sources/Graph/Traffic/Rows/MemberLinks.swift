import Model

/// Which workload each member belongs to: through the pods that Prometheus knows, else by the user's rules.
struct MemberLinks {
    private var byHost: [String: WorkloadName] = [:]
    private let rules: [MemberRule]

    /// - Parameters:
    ///   - telemetry: With kube-state-metrics' rows of pods, if the mesh has them.
    ///   - rules: The user's.
    init(_ telemetry: Telemetry?, rules: [MemberRule]) {
        self.rules = rules
        guard let telemetry, let pods = telemetry.vector(.podInfo), pods.keys.width == 5 else { return }
        let owners = PodOwners(telemetry)
        for row in 0..<pods.count where pods.values[row] > 0 {
            let cells = (0..<5).map { telemetry.texts[pods.keys.cells[row * 5 + $0]] }
            let owner = owners.workload(namespace: cells[0], pod: cells[1])
            if !cells[2].isEmpty { byHost[cells[2]] = owner }
            if !cells[1].isEmpty { byHost[cells[1]] = owner }
        }
    }

    /// The workload of a member; `nil` if nobody tells.
    func workload(of member: MemberSnapshot) -> WorkloadName? {
        guard let host = member.node.address.host else { return nil }
        if let known = byHost[host] { return known }
        // A stateful set names its pods in DNS: `shop-0.shop.default.svc.cluster.local`.
        if let first = host.split(separator: ".").first, first.count < host.count, let known = byHost[String(first)] {
            return known
        }
        return rules.first { $0.holds(host: host, roles: member.roles) }?.workload
    }
}

extension ServiceGraph {
    /// What is said of an edge on which members talk to each other through proxies.
    static let remotingNote = "remoting goes through the sidecar"
    static let perhapsRemotingNote = "may be remoting that goes through the sidecar"

    /// Puts members on the nodes they run on; those of no workload that is drawn stand together as a node of their cluster.
    mutating func attach(_ clusters: [ClusterSnapshot], links: MemberLinks) {
        var places: [WorkloadName: [Int]] = [:]
        for (place, node) in nodes.enumerated() {
            for workload in node.workloads { places[workload, default: []].append(place) }
        }
        var clustersOf: [Int: Set<String>] = [:]
        var taken: [Int: [MemberSnapshot]] = [:]
        var own: [TrafficNode] = []
        for cluster in clusters {
            var others: [MemberSnapshot] = []
            for member in cluster.currentMembers {
                guard let workload = links.workload(of: member), let found = places[workload] else {
                    others.append(member)
                    continue
                }
                for place in found {
                    taken[place, default: []].append(member)
                    clustersOf[place, default: []].insert(cluster.id)
                }
            }
            if !others.isEmpty { own.append(TrafficNode(cluster, others)) }
        }
        for (place, members) in taken { nodes[place].take(members) }
        noteRemoting(clusters, clustersOf)
        insert(own)
    }

    /// Adds nodes that no edge leads to, in the order of ids.
    private mutating func insert(_ added: [TrafficNode]) {
        guard !added.isEmpty else { return }
        let order = (nodes + added).enumerated().sorted { $0.element.id < $1.element.id }
        var places = [Int](repeating: 0, count: order.count)
        for (place, old) in order.enumerated() { places[old.offset] = place }
        nodes = order.map(\.element)
        for edge in edges.indices {
            edges[edge].source = places[edges[edge].source]
            edges[edge].target = places[edges[edge].target]
        }
    }

    private mutating func noteRemoting(_ clusters: [ClusterSnapshot], _ clustersOf: [Int: Set<String>]) {
        let addresses = Set(clusters.flatMap { $0.currentMembers.map(\.node.address.hostPort) })
        for place in edges.indices where edges[place].protocol == .tcp && edges[place].rates.total > 0 {
            let edge = edges[place]
            let (source, target) = (clustersOf[edge.source] ?? [], clustersOf[edge.target] ?? [])
            let namesMember = edge.responses.contains { $0.hosts.contains { addresses.contains($0.name) } }
            if namesMember || !source.isDisjoint(with: target) {
                edges[place].notes.append(Self.remotingNote)
            } else if !source.isEmpty, nodes[edge.target].flags.contains(.isEgressCluster) {
                edges[place].notes.append(Self.perhapsRemotingNote)
            }
        }
    }
}

extension TrafficNode {
    /// The members of a cluster that run nowhere in the mesh, as far as is known.
    fileprivate init(_ cluster: ClusterSnapshot, _ members: [MemberSnapshot]) {
        self.init(id: "cluster_\(cluster.id)", kind: .cluster)
        self.cluster = cluster.id
        take(members)
    }

    fileprivate mutating func take(_ found: [MemberSnapshot]) {
        members = (members + found.map(\.node.address)).sorted()
        let parts = [(name: "", health: health)] + found.map { (name: $0.node.address.hostPort, health: $0.health) }
        health = Health.worst(of: parts)
    }
}
