// SPDX-License-Identifier: Apache-2.0
import Model

/// A cluster with what is counted in it. What only some screens show is worked out when one asks for it, once.
final class ClusterPicture {
    let snapshot: ClusterSnapshot
    let names: AddressNames
    /// How many voting views say the same, the largest group first.
    let agreement: [Int]
    /// Those that are not removed, in address order.
    let present: [MemberSnapshot]
    let counts: MemberCounts
    private let viewOf: [Address: Int]
    let voters: Int
    /// The greatest phi of each present member, and of all.
    let hottest: HottestPhi
    /// The pairs of the present members, for the matrix and what names pairs.
    private(set) lazy var pairs = PairTable(snapshot, present: present, options: options, at: now, period: period)
    /// The place of each member in natural order, removed ones included.
    private(set) lazy var naturalRanks = NaturalOrder.ranks(snapshot.members.map(\.node.address))
    private let options: SessionOptions
    private let now: Timestamp
    private let period: Duration

    /// - Parameters:
    ///   - cluster: What is to be shown.
    ///   - options: Whether every pair was asked for.
    ///   - now: When the snapshot was taken.
    ///   - period: What freshness is judged by.
    init(_ cluster: ClusterSnapshot, options: SessionOptions, at now: Timestamp, period: Duration) {
        snapshot = cluster
        names = AddressNames(cluster.members.map(\.node.address))
        present = cluster.members.filter { $0.removedAt == nil }
        counts = MemberCounts(present)
        (self.options, self.now, self.period) = (options, now, period)
        hottest = HottestPhi(cluster.associations)
        viewOf = Dictionary(
            cluster.views.enumerated().map { ($1.observer, $0) }, uniquingKeysWith: { first, _ in first })
        voters = cluster.views.count { $0.isVoting }
        agreement = Self.groups(of: cluster.views.filter(\.isVoting))
    }

    /// The node at an address: the incarnation that was named, otherwise the present one.
    func node(at address: Address, uid: Int64?) -> UniqueAddress? {
        let found = snapshot.members.filter { $0.node.address == address }
        return found.first { $0.node.uid == uid }?.node ?? found.first { $0.removedAt == nil }?.node ?? found.last?.node
    }

    /// Whether two present members, by their places, are in one data centre.
    func sameDataCenter(_ left: Int, _ right: Int) -> Bool {
        present[left].roles.dataCenter == present[right].roles.dataCenter
    }

    func view(of observer: Address) -> ViewSnapshot? {
        viewOf[observer].map { snapshot.views[$0] }
    }

    /// The greatest phi that anybody measures of a member.
    func phi(of node: UniqueAddress) -> PhiMeasurement? {
        hottest.row(of: node).flatMap { snapshot.associations[$0].phi }
    }

    /// Whether a member's trouble is nothing but the cut: only observers of other partitions have lost it.
    func isOnlyCutOff(_ member: MemberSnapshot) -> Bool {
        let groups = snapshot.partitions
        guard groups.count > 1, member.isUnreachable, member.health.reasons.count <= 1,
            let own = groups.first(where: { $0.members.contains(member.node.address) })
        else { return false }
        return !member.unreachableBy.contains { own.members.contains($0) }
    }

    /// How many others monitor a member, and how many of them reach it.
    func seen(_ member: MemberSnapshot) -> (reaching: Int, all: Int) {
        let own = viewOf[member.node.address].map { snapshot.views[$0].isVoting } ?? false
        let all = max(member.monitors ?? (voters - (own ? 1 : 0)), member.unreachableBy.count)
        return (all - member.unreachableBy.count, all)
    }

    /// Views are alike when they list the same members with the same statuses, claim the same leader, and miss the same subjects.
    private static func groups(of views: [ViewSnapshot]) -> [Int] {
        var groups: [(first: ViewSnapshot, count: Int)] = []
        for view in views {
            if let index = groups.firstIndex(where: { alike($0.first, view) }) {
                groups[index].count += 1
            } else {
                groups.append((view, 1))
            }
        }
        return groups.map(\.count).sorted(by: >)
    }

    private static func alike(_ left: ViewSnapshot, _ right: ViewSnapshot) -> Bool {
        left.members == right.members && left.leader == right.leader
            && left.unreachable.map(\.subject) == right.unreachable.map(\.subject)
    }
}

/// What is counted in a list of members.
struct MemberCounts: Sendable {
    var all = 0
    var byStatus: [MemberStatus: Int] = [:]
    var unreachable = 0
    var upAndReachable = 0
    var ready = 0
    var notReady = 0
    /// When the member that was heard of longest ago was.
    var oldest: Timestamp?

    init(_ members: [MemberSnapshot]) {
        all = members.count
        oldest = members.lazy.map(\.observedAt).min()
        for member in members {
            byStatus[member.status, default: 0] += 1
            if member.isUnreachable { unreachable += 1 } else if member.status == .up { upAndReachable += 1 }
            switch member.ready {
            case .passed: ready += 1
            case .notPassed: notReady += 1
            case .unavailable, nil: break
            }
        }
    }
}
