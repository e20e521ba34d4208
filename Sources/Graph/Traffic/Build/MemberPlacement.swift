// SPDX-License-Identifier: Apache-2.0
import Model

/// Puts members on the nodes they run on; those of no workload that is drawn stand together as a node of their cluster.
struct MemberPlacement {
    /// The note on an edge on which members talk to each other through proxies.
    static let remotingNote = "remoting goes through the sidecar"
    /// The note on an edge on which they may do so.
    static let perhapsRemotingNote = "may be remoting that goes through the sidecar"

    private let clusters: [ClusterSnapshot]
    private let links: MemberLinks

    /// - Parameters:
    ///   - clusters: the members.
    ///   - links: the workload of each member.
    init(_ clusters: [ClusterSnapshot], links: MemberLinks) {
        self.clusters = clusters
        self.links = links
    }

    /// Adds the members to a graph without any.
    func add(to graph: inout ServiceGraph) {
        var places: [WorkloadName: [Int]] = [:]
        for (place, node) in graph.nodes.enumerated() {
            for workload in node.workloads { places[workload, default: []].append(place) }
        }
        var clustersOf: [Int: Set<String>] = [:]
        var placed: [Int: [MemberSnapshot]] = [:]
        var own: [TrafficNode] = []
        for cluster in clusters {
            var others: [MemberSnapshot] = []
            for member in cluster.currentMembers {
                guard let workload = links.workload(of: member), let found = places[workload] else {
                    others.append(member)
                    continue
                }
                for place in found {
                    placed[place, default: []].append(member)
                    clustersOf[place, default: []].insert(cluster.id)
                }
            }
            if !others.isEmpty { own.append(TrafficNode(cluster, others)) }
        }
        for (place, members) in placed { graph.nodes[place].add(members) }
        noteRemoting(clustersOf, in: &graph)
        if !own.isEmpty { graph.insert(own) }
    }

    private func noteRemoting(_ clustersOf: [Int: Set<String>], in graph: inout ServiceGraph) {
        let addresses = Set(clusters.flatMap { $0.currentMembers.map(\.node.address.hostPort) })
        for place in graph.edges.indices where graph.edges[place].protocol == .tcp && graph.edges[place].rates.total > 0
        {
            let edge = graph.edges[place]
            let (source, target) = (clustersOf[edge.source] ?? [], clustersOf[edge.target] ?? [])
            let namesMember = edge.responses.contains { $0.hosts.contains { addresses.contains($0.name) } }
            if namesMember || !source.isDisjoint(with: target) {
                graph.edges[place].notes.append(Self.remotingNote)
            } else if !source.isEmpty, graph.nodes[edge.target].flags.contains(.isEgressCluster) {
                graph.edges[place].notes.append(Self.perhapsRemotingNote)
            }
        }
    }
}

extension TrafficNode {
    /// The members of a cluster that run nowhere in the mesh, as far as is known.
    fileprivate init(_ cluster: ClusterSnapshot, _ members: [MemberSnapshot]) {
        self.init(id: "cluster_\(cluster.id)", kind: .cluster)
        labels.cluster = cluster.id
        add(members)
    }

    fileprivate mutating func add(_ found: [MemberSnapshot]) {
        members = (members + found.map(\.node.address)).sorted()
        let parts = [(name: "", health: health)] + found.map { (name: $0.node.address.hostPort, health: $0.health) }
        health = Health.worst(of: parts)
    }
}
