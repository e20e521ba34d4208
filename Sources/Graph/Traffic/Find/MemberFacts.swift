// SPDX-License-Identifier: Apache-2.0
import Model

/// The facts about the members on one node that expressions ask for.
struct MemberFacts {
    var addresses: [String] = []
    var clusters: [String] = []
    var statuses: [String] = []
    var roles: [String] = []
    /// States of associations from or to them.
    var associations: [String] = []
    var isUnreachable = false
    /// The greatest phi that any observer has measured of one of them.
    var phi: Double?
    /// When the member was observed that was observed longest ago.
    var observedAt: Timestamp?

    /// - Returns: Facts by the places of the nodes that have members.
    static func all(of graph: ServiceGraph, _ clusters: [ClusterSnapshot]) -> [Int: MemberFacts] {
        var places: [Address: [Int]] = [:]
        for (place, node) in graph.nodes.enumerated() {
            for member in node.members { places[member, default: []].append(place) }
        }
        guard !places.isEmpty else { return [:] }
        var facts: [Int: MemberFacts] = [:]
        for cluster in clusters {
            for member in cluster.currentMembers {
                for place in places[member.node.address] ?? [] {
                    facts[place, default: MemberFacts()].add(member, of: cluster.id)
                }
            }
            for row in cluster.associations where row.isCurrent {
                let ends = (places[row.observer.address] ?? []) + (places[row.subject.address] ?? [])
                for place in Set(ends) { facts[place]?.add(row.status.state) }
                for place in places[row.subject.address] ?? [] { facts[place]?.add(row.phi) }
            }
        }
        return facts
    }

    private mutating func add(_ member: MemberSnapshot, of cluster: String) {
        addresses += [member.node.address.hostPort, member.node.address.text]
        if !clusters.contains(cluster) { clusters.append(cluster) }
        if !statuses.contains(member.status.name) { statuses.append(member.status.name) }
        for role in member.roles.names where !roles.contains(role) { roles.append(role) }
        isUnreachable = isUnreachable || !member.unreachableBy.isEmpty
        observedAt = min(observedAt ?? member.observedAt, member.observedAt)
    }

    private mutating func add(_ state: AssociationState) {
        if !associations.contains(state.rawValue) { associations.append(state.rawValue) }
    }

    private mutating func add(_ measurement: PhiMeasurement?) {
        guard let magnitude = measurement?.magnitude else { return }
        phi = max(phi ?? 0, magnitude)
    }
}
