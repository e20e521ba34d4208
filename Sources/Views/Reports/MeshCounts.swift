// SPDX-License-Identifier: Apache-2.0
package import Model

/// The numbers of a snapshot by the names that scripts use. `check` prints them and `wait` compares them, so both count here.
package struct MeshCounts: Hashable, Sendable {
    /// A number that scripts can ask for.
    package enum Name: String, Hashable, Sendable, CaseIterable {
        /// Current members, over all clusters.
        case members
        /// Members with status Up.
        case up
        /// Members that at least one observer reports as unreachable.
        case unreachable
        /// Associations between current members that are gated or back off.
        case gated
        /// Associations between current members that are quarantined.
        case quarantined
        /// The greatest phi that the cluster measured for any pair of current members.
        case greatestPhi = "phi_max"
        /// Sources whose latest attempt failed.
        case failingSources = "sources_failing"
        /// All sources that are read.
        case sources
        /// Members with status Joining.
        case joining
        /// Members with status WeaklyUp.
        case weaklyUp
        /// Members with status Leaving.
        case leaving
        /// Members with status Exiting.
        case exiting
        /// Members with status Down.
        case down
        /// Members that were removed within the last minute.
        case removed
        /// Clusters.
        case clusters
        /// Partitions of the most divided cluster.
        case partitions
        /// Views of all observers.
        case views

        /// What `check` prints as performance data, in its order.
        package static let performanceData: [Name] = [
            .members, .up, .unreachable, .gated, .quarantined, .greatestPhi, .failingSources,
        ]
    }

    private var values: [Name: Double] = [:]

    /// Counts.
    ///
    /// - Parameter snapshot: The picture to count in.
    package init(_ snapshot: MeshSnapshot) {
        for name in Name.allCases { values[name] = Self.value(of: name, in: snapshot) }
    }

    /// A number; `nil` if it is not known. Only the greatest phi may be infinite.
    package subscript(name: Name) -> Double? { values[name] }

    private static func value(of name: Name, in snapshot: MeshSnapshot) -> Double? {
        let clusters = snapshot.clusters
        return switch name {
        case .members: Double(members(snapshot) { _ in true })
        case .up: Double(members(snapshot) { $0.status == .up })
        case .unreachable: Double(members(snapshot) { !$0.unreachableBy.isEmpty })
        case .gated: Double(clusters.reduce(0) { $0 + $1.associationCounts.gated })
        case .quarantined: Double(clusters.reduce(0) { $0 + $1.associationCounts.quarantined })
        case .greatestPhi: greatestPhi(clusters)
        case .failingSources: Double(snapshot.sources.count { $0.state == .failing })
        case .sources: Double(snapshot.sources.count)
        case .joining: Double(members(snapshot) { $0.status == .joining })
        case .weaklyUp: Double(members(snapshot) { $0.status == .weaklyUp })
        case .leaving: Double(members(snapshot) { $0.status == .leaving })
        case .exiting: Double(members(snapshot) { $0.status == .exiting })
        case .down: Double(members(snapshot) { $0.status == .down })
        case .removed: Double(clusters.reduce(0) { $0 + $1.members.count { $0.status == .removed } })
        case .clusters: Double(clusters.count)
        case .partitions: Double(clusters.map(\.partitions.count).max() ?? 0)
        case .views: Double(clusters.reduce(0) { $0 + $1.views.count })
        }
    }

    /// Current members for which a condition holds; removed ones are listed for a while but do not count.
    private static func members(_ snapshot: MeshSnapshot, where holds: (MemberSnapshot) -> Bool) -> Int {
        snapshot.clusters.reduce(0) { sum, cluster in sum + cluster.members.count { $0.removedAt == nil && holds($0) } }
    }

    private static func greatestPhi(_ clusters: [ClusterSnapshot]) -> Double? {
        var greatest: Double?
        for cluster in clusters {
            for pair in cluster.associations where pair.isCurrent {
                if let phi = pair.phi?.magnitude { greatest = max(greatest ?? phi, phi) }
            }
        }
        return greatest
    }
}
