// SPDX-License-Identifier: Apache-2.0
import Model

/// A member with the cluster it is in: a place in its list, because a thousand members are sorted for every frame.
struct MemberRow {
    let cluster: ClusterPicture
    let index: Int

    var member: MemberSnapshot { cluster.snapshot.members[index] }
    var subject: Subject { .member(cluster: cluster.snapshot.id, cluster.snapshot.members[index].node) }
    var isRemoved: Bool { cluster.snapshot.members[index].removedAt != nil }

    /// All members, sorted as the list says; clusters stay together.
    static func sorted(_ list: ListModel, _ context: ScreenContext) -> [MemberRow] {
        let orders = MemberOrder.allCases
        let order = orders[min(list.sortColumn, orders.count - 1)]
        let accused = order == .health ? context.snapshot.accused : []
        let places = Dictionary(accused.enumerated().map { ($1, $0) }) { first, _ in first }
        return context.picture.clusters.flatMap { cluster in
            let members = cluster.snapshot.members
            let sorted = order.sorted(members, ranks: cluster.naturalRanks)
            // Whom an incident is about stands above those who only suffer from it.
            func isAccused(_ index: Int) -> Bool {
                members[index].removedAt == nil && places[members[index].node.address.text] != nil
            }
            let first =
                places.isEmpty
                ? []
                : sorted.filter(isAccused).sorted { left, right in
                    let (a, b) = (
                        places[members[left].node.address.text] ?? 0, places[members[right].node.address.text] ?? 0
                    )
                    return a < b
                }
            let rest = places.isEmpty ? sorted : sorted.filter { !isAccused($0) }
            let rows = (first + rest).map { MemberRow(cluster: cluster, index: $0) }
            return list.isInverted ? rows.reversed() : rows
        }
    }
}

/// What the members can be sorted by; the first is how they stand at the start: the worst on top.
enum MemberOrder: CaseIterable {
    case health
    case address
    case status
    case age
    case ready
    case seen
    case roles
    case dataCenter

    var name: String {
        switch self {
        case .health: "health"
        case .address: "member"
        case .status: "status"
        case .age: "age"
        case .ready: "ready"
        case .seen: "seen by"
        case .roles: "roles"
        case .dataCenter: "data centre"
        }
    }

    /// The members' indices in this order; those that are equal in it stay in the order of addresses that people expect.
    func sorted(_ members: [MemberSnapshot], ranks: [Int]) -> [Int] {
        members.indices.sorted { left, right in
            if self == .address { return ranks[left] < ranks[right] }
            if isLess(members[left], members[right]) { return true }
            return !isLess(members[right], members[left]) && ranks[left] < ranks[right]
        }
    }

    private func isLess(_ left: MemberSnapshot, _ right: MemberSnapshot) -> Bool {
        switch self {
        case .health:
            return (left.removedAt == nil ? 0 : 1, right.health.level) < (
                right.removedAt == nil ? 0 : 1, left.health.level
            )
        case .address: return left.node < right.node
        case .status: return left.status.priority > right.status.priority
        case .age: return left.observedAt < right.observedAt
        case .ready: return left.readyRank < right.readyRank
        case .seen: return left.unreachableBy.count > right.unreachableBy.count
        case .roles: return left.roles.names.lexicographicallyPrecedes(right.roles.names)
        case .dataCenter: return left.roles.dataCenter < right.roles.dataCenter
        }
    }
}

extension MemberSnapshot {
    fileprivate var readyRank: Int {
        switch ready {
        case .notPassed: 0
        case .unavailable: 1
        case nil: 2
        case .passed: 3
        }
    }
}
