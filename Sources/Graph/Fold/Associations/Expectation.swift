// SPDX-License-Identifier: Apache-2.0
import Model

/// Which members are expected to monitor which, by the heartbeat ring. Kept from one evaluation to the next, because in a calm mesh it stays
/// the same.
struct Expectation {
    /// Another number whenever anything is expected otherwise.
    private(set) var version = 0
    private var nodes: [UniqueAddress] = []
    private var dataCenters: [String] = []
    private var monitored = HeartbeatRing.defaultMonitoredByMembers
    private var rings: [String: HeartbeatRing] = [:]
    /// The members of each data centre, if all of them monitor all members of the others; empty where that cannot be known.
    private var monitoredAcross: [String: Set<UniqueAddress>] = [:]
    /// The receivers of observers that have nobody as unreachable.
    private var calm: [UniqueAddress: Set<UniqueAddress>] = [:]

    mutating func update(_ members: [(node: UniqueAddress, dataCenter: String)], monitored: Int) {
        let (next, centers) = (members.map(\.node), members.map(\.dataCenter))
        guard next != nodes || centers != dataCenters || monitored != self.monitored else { return }
        (nodes, dataCenters, self.monitored) = (next, centers, monitored)
        version += 1
        rings = Dictionary(grouping: members, by: \.dataCenter).mapValues { members in
            HeartbeatRing(nodes: members.map(\.node), monitored: monitored)
        }
        calm = [:]
        // With more, only the oldest of each data centre look across, and who is older than whom is not reported.
        let groups = Dictionary(grouping: members, by: \.dataCenter).mapValues { Set($0.map(\.node)) }
        let isKnown = groups.count > 1 && groups.values.allSatisfy { $0.count <= Self.crossConnections }
        monitoredAcross = isKnown ? groups : [:]
    }

    /// How many members of a data centre monitor those of others (akka-cluster, `cross-data-center-connections`).
    private static let crossConnections = 5

    /// Whether it is known which members of other data centres a member monitors.
    var looksAcross: Bool { !monitoredAcross.isEmpty }

    /// How many members monitor each member of a data centre while all are reachable.
    func senderCount(dataCenter: String) -> Int {
        let across = looksAcross ? monitoredAcross.reduce(0) { $0 + ($1.key == dataCenter ? 0 : $1.value.count) } : 0
        return (rings[dataCenter]?.senderCount ?? 0) + across
    }

    private func receivers(outside dataCenter: String) -> Set<UniqueAddress> {
        monitoredAcross.reduce(into: []) { result, center in
            if center.key != dataCenter { result.formUnion(center.value) }
        }
    }

    /// The members that are expected to monitor a member, if all are reachable.
    func senders(to node: UniqueAddress, dataCenter: String) -> Set<UniqueAddress> {
        (rings[dataCenter]?.senders(to: node) ?? []).union(receivers(outside: dataCenter))
    }

    mutating func receivers(
        of node: UniqueAddress, dataCenter: String, unreachable: Set<UniqueAddress>
    ) -> Set<UniqueAddress> {
        guard let ring = rings[dataCenter] else { return [] }
        let across = receivers(outside: dataCenter)
        guard unreachable.isEmpty else {
            return ring.receivers(of: node, unreachable: unreachable).union(across)
        }
        if let known = calm[node] { return known }
        let receivers = ring.receivers(of: node).union(across)
        calm[node] = receivers
        return receivers
    }
}
