// SPDX-License-Identifier: Apache-2.0
/// Which members send heartbeats to which, predicted (akka-cluster, `HeartbeatNodeRing` in `ClusterHeartbeat.scala`).
///
/// The members of one data centre in the order of their uids' hashes. Each monitors the next ones on the ring; those that are unreachable
/// are monitored too but do not count, so that an unreachable stretch never hides who comes after it.
package struct HeartbeatRing: Sendable {
    /// How many others a node monitors: 9 since Akka 2.6 and in all of Pekko, 5 before.
    package static let defaultMonitoredByMembers = 9

    /// How many others each node of a version monitors by default (`monitored-by-nr-of-members` of its `reference.conf`).
    ///
    /// - Parameter stack: The fork and version as a bridge reports them, `akka-2.5.31`; with any other text the default of today stands.
    /// - Returns: 5 for Akka before 2.6, otherwise 9.
    package static func monitoredByMembers(stack: some StringProtocol) -> Int {
        let parts = stack.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, parts[0] == "akka" else { return defaultMonitoredByMembers }
        let numbers = parts[1].split(separator: ".")
        guard numbers.count >= 2, let major = Int(numbers[0]), let minor = Int(numbers[1]) else {
            return defaultMonitoredByMembers
        }
        return (major, minor) < (2, 6) ? 5 : defaultMonitoredByMembers
    }

    private let ring: [UniqueAddress]
    private let positions: [UniqueAddress: Int]
    private let monitored: Int

    /// - Parameters:
    ///   - nodes: The members of one data centre, of any status until removed.
    ///   - monitored: How many others each monitors (`monitored-by-nr-of-members`).
    package init(nodes: some Sequence<UniqueAddress>, monitored: Int = defaultMonitoredByMembers) {
        ring = Set(nodes).sorted { ($0.ringHash, $0) < ($1.ringHash, $1) }
        positions = Dictionary(uniqueKeysWithValues: ring.enumerated().map { ($1, $0) })
        self.monitored = monitored
    }

    /// The nodes that a node is expected to monitor.
    ///
    /// - Parameters:
    ///   - node: The sender of the heartbeats.
    ///   - unreachable: Those that the sender has as unreachable.
    /// - Returns: The receivers; none if the node is not on the ring. O(n) at worst.
    package func receivers(of node: UniqueAddress, unreachable: Set<UniqueAddress> = []) -> Set<UniqueAddress> {
        guard let start = positions[node] else { return [] }
        if monitored >= ring.count - 1 { return Set(ring).subtracting([node]) }
        var receivers: Set<UniqueAddress> = []
        var left = monitored
        for step in 1..<ring.count where left > 0 {
            let next = ring[(start + step) % ring.count]
            if !unreachable.contains(next) {
                receivers.insert(next)
                left -= 1
            } else if receivers.count < monitored {
                receivers.insert(next)
            }
        }
        return receivers
    }

    /// How many nodes are expected to monitor each node of the ring, if all are reachable.
    package var senderCount: Int { min(monitored, max(0, ring.count - 1)) }

    /// The nodes that are expected to monitor a node, if all are reachable.
    ///
    /// - Parameter node: The receiver of the heartbeats.
    /// - Returns: The senders; none if the node is not on the ring.
    package func senders(to node: UniqueAddress) -> Set<UniqueAddress> {
        guard let start = positions[node] else { return [] }
        let count = min(monitored, ring.count - 1)
        return Set((0..<count).map { ring[(start + ring.count - 1 - $0) % ring.count] })
    }
}

extension UniqueAddress {
    /// Java's `Long.hashCode` of the uid, compared as a signed number.
    fileprivate var ringHash: Int32 {
        Int32(truncatingIfNeeded: uid ^ Int64(bitPattern: UInt64(bitPattern: uid) >> 32))
    }
}
