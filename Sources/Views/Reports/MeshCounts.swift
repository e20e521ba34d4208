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

    /// A number; `nil` if it is not known, which makes no comparison true. Only the greatest phi may be infinite.
    package subscript(name: Name) -> Double? { values[name] }

    /// What is not known is `nil`, never 0: without a cluster that is known there is nothing to count but sources.
    private static func value(of name: Name, in snapshot: MeshSnapshot) -> Double? {
        switch name {
        case .failingSources: return Double(snapshot.sources.count { $0.state == .failing })
        case .sources: return Double(snapshot.sources.count)
        default: break
        }
        let clusters = snapshot.clusters
        guard !clusters.isEmpty, clusters.allSatisfy(\.isKnown) else { return nil }
        return switch name {
        case .members: Double(members(clusters) { _ in true })
        case .up: statuses(.up, clusters)
        case .joining: statuses(.joining, clusters)
        case .weaklyUp: statuses(.weaklyUp, clusters)
        case .leaving: statuses(.leaving, clusters)
        case .exiting: statuses(.exiting, clusters)
        case .down: statuses(.down, clusters)
        case .unreachable: Double(members(clusters) { !$0.unreachableBy.isEmpty })
        case .gated: pairs(clusters, \.gated)
        case .quarantined: pairs(clusters, \.quarantined)
        case .greatestPhi: greatestPhi(clusters)
        case .removed: Double(clusters.reduce(0) { $0 + $1.members.count { $0.status == .removed } })
        case .clusters: Double(clusters.count)
        case .partitions: clusters.map(\.partitions.count).max().flatMap { $0 == 0 ? nil : Double($0) }
        case .views: Double(clusters.reduce(0) { $0 + $1.views.count })
        case .failingSources, .sources: nil
        }
    }

    /// Current members for which a condition holds; removed ones are listed for a while but do not count.
    private static func members(_ clusters: [ClusterSnapshot], where holds: (MemberSnapshot) -> Bool) -> Int {
        clusters.reduce(0) { sum, cluster in sum + cluster.members.count { $0.removedAt == nil && holds($0) } }
    }

    /// Members of a status; `nil` where a member has one that nothing has reported, which may be this one.
    private static func statuses(_ status: MemberStatus, _ clusters: [ClusterSnapshot]) -> Double? {
        let isComplete = members(clusters) { $0.status == .unreported } == 0
        return isComplete ? Double(members(clusters) { $0.status == status }) : nil
    }

    /// Pairs in a state; `nil` where there are pairs and nothing is known of any.
    private static func pairs(_ clusters: [ClusterSnapshot], _ count: KeyPath<AssociationCounts, Int>) -> Double? {
        let all = clusters.map(\.associationCounts)
        let known = all.reduce(0) { $0 + $1.idle + $1.active + $1.gated + $1.quarantined }
        guard known > 0 || all.allSatisfy({ $0.unknown == 0 }) else { return nil }
        return Double(all.reduce(0) { $0 + $1[keyPath: count] })
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
