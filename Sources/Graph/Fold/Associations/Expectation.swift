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
    }

    mutating func receivers(
        of node: UniqueAddress, dataCenter: String, unreachable: Set<UniqueAddress>
    ) -> Set<UniqueAddress> {
        guard let ring = rings[dataCenter] else { return [] }
        guard unreachable.isEmpty else { return ring.receivers(of: node, unreachable: unreachable) }
        if let known = calm[node] { return known }
        let receivers = ring.receivers(of: node)
        calm[node] = receivers
        return receivers
    }
}
