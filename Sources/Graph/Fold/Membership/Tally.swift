// SPDX-License-Identifier: Apache-2.0
import Model

/// All voting views counted together, once per evaluation.
///
/// Views are grouped by their list, which equal ones share, so that a mesh of a thousand agreeing observers costs one pass, not a thousand.
struct Tally {
    let voters: [Partitions.Voter]
    let partitions: [Partition]
    let claims: LeadershipClaims
    private let listings: [[UniqueAddress: Listing]]
    private let partitionOf: [UniqueAddress: Int]
    private let unreachable: [UniqueAddress: Set<Address>]
    private let incarnations: [Address: Set<Int64>]

    /// What the views of one partition say about a node.
    private struct Listing {
        var status: MemberStatus
        var roles: Roles
        var observedAt: Timestamp
        var lists = 1
        var isDisputed = false
    }

    /// What the views say about a node, as it concerns its member.
    struct Verdict {
        var status: MemberStatus
        var roles: Roles
        var observedAt: Timestamp
        var isDisputed: Bool
        var unreachableBy: [Address]
    }

    init(voters: [Partitions.Voter]) {
        self.voters = voters
        let components = Partitions.components(of: voters)
        partitions = Tally.withoutDeparting(components, voters).map { component in
            Partition(
                members: component.map { voters[$0].node.address },
                leader: Tally.common(component.map { voters[$0].view.leader }))
        }
        listings = components.map { Tally.listing(of: $0.map { voters[$0] }) }
        var partitionOf: [UniqueAddress: Int] = [:]
        for (index, component) in components.enumerated() {
            for voter in component { partitionOf[voters[voter].node] = index }
        }
        self.partitionOf = partitionOf
        unreachable = Tally.unreachable(voters)
        incarnations = listings.reduce(into: [:]) { result, listing in
            for node in listing.keys { result[node.address, default: []].insert(node.uid) }
        }
        claims = LeadershipClaims(components.map { $0.map { voters[$0] } })
    }

    /// The claim shared by all voting views.
    var sharedLeader: Address? { Tally.common(voters.map(\.view.leader)) }

    /// - Returns: `nil` if no voting view lists the node.
    func verdict(about node: UniqueAddress) -> Verdict? {
        let own = partitionOf[node].flatMap { listings[$0][node] }
        let listing = own ?? listings.compactMap { $0[node] }.max { $0.status.priority < $1.status.priority }
        guard let listing else { return nil }
        return Verdict(
            status: listing.status, roles: listing.roles, observedAt: listing.observedAt,
            isDisputed: listing.isDisputed,
            unreachableBy: (unreachable[node] ?? []).sorted())
    }

    func hasOtherIncarnation(of node: UniqueAddress) -> Bool {
        incarnations[node.address].map { $0 != [node.uid] } ?? false
    }

    /// The number of the partition that a voting node is in.
    func partition(of node: UniqueAddress) -> Int? { partitionOf[node] }

    /// A node that leaves or was downed keeps its last list after the others have removed it, for the second until its process ends. That
    /// is the ordinary end of a member and no partition.
    private static func withoutDeparting(_ components: [[Int]], _ voters: [Partitions.Voter]) -> [[Int]] {
        let staying = components.filter { component in
            component.contains { index in
                let status = voters[index].view.own?.status
                return status != .exiting && status != .down && status != .removed
            }
        }
        return staying.isEmpty ? components : staying
    }

    static func common(_ values: [Address?]) -> Address? {
        guard let first = values.first else { return nil }
        return values.allSatisfy { $0 == first } ? first : nil
    }

    private static func listing(of voters: [Partitions.Voter]) -> [UniqueAddress: Listing] {
        let newest = voters.reduce(into: [ObjectIdentifier: Timestamp]()) { result, voter in
            let list = ObjectIdentifier(voter.view.members)
            result[list] = max(result[list] ?? voter.observedAt, voter.observedAt)
        }
        var result: [UniqueAddress: Listing] = [:]
        var seen: Set<ObjectIdentifier> = []
        for voter in voters where seen.insert(ObjectIdentifier(voter.view.members)).inserted {
            let observedAt = newest[ObjectIdentifier(voter.view.members)] ?? voter.observedAt
            for member in voter.view.members.members { merge(member, observedAt, into: &result) }
        }
        guard seen.count > 1 else { return result }
        for (node, listing) in result where listing.lists < seen.count { result[node]?.isDisputed = true }
        return result
    }

    private static func merge(
        _ member: Member, _ observedAt: Timestamp, into result: inout [UniqueAddress: Listing]
    ) {
        guard var listing = result[member.node] else {
            result[member.node] = Listing(status: member.status, roles: member.roles, observedAt: observedAt)
            return
        }
        listing.lists += 1
        listing.observedAt = max(listing.observedAt, observedAt)
        if member.status != listing.status { listing.isDisputed = true }
        if member.status.priority > listing.status.priority { listing.status = member.status }
        result[member.node] = listing
    }

    /// What a voting observer says of itself is believed over what others have gossiped of it.
    private static func unreachable(_ voters: [Partitions.Voter]) -> [UniqueAddress: Set<Address>] {
        let speaking = Set(voters.map(\.node.address))
        var result: [UniqueAddress: Set<Address>] = [:]
        var previous: MembershipView?
        for voter in voters where !voter.view.unreachable.isEmpty {
            for subject in voter.view.ownReports { result[subject, default: []].insert(voter.node.address) }
            // In a torn mesh neighbours gossip the same thousands of records.
            if let previous, previous.members === voter.view.members, previous.unreachable == voter.view.unreachable {
                continue
            }
            previous = voter.view
            for (record, subject) in zip(voter.view.unreachable, voter.view.unreachableNodes) {
                guard let subject else { continue }
                let silent = record.observers.filter { !speaking.contains($0) }
                if !silent.isEmpty { result[subject, default: []].formUnion(silent) }
            }
        }
        return result
    }
}

/// Who is claimed to lead and to be the oldest, per partition and data centre.
struct LeadershipClaims {
    private struct Scope: Hashable {
        var partition: Int
        var dataCenter: String
    }

    private struct Claim {
        var leaders: Set<Address?> = []
        var oldest: Set<Address?> = []
    }

    private var claims: [Scope: Claim] = [:]
    private var partitionOf: [Address: Int] = [:]

    init() {}

    init(_ partitions: [[Partitions.Voter]]) {
        for (index, partition) in partitions.enumerated() {
            for voter in partition { add(voter, index) }
        }
    }

    private mutating func add(_ voter: Partitions.Voter, _ partition: Int) {
        partitionOf[voter.node.address] = partition
        let scope = Scope(partition: partition, dataCenter: voter.view.own?.roles.dataCenter ?? "default")
        claims[scope, default: Claim()].leaders.insert(voter.view.leader)
        claims[scope, default: Claim()].oldest.insert(voter.view.oldest)
    }

    /// Whether the voting views name this address leader; `nil` where they differ or none votes.
    func isLeader(_ address: Address, dataCenter: String) -> Bool? {
        named(address, in: all(address, dataCenter).map(\.leaders))
    }

    /// Whether the voting views name this address oldest; `nil` where they differ or none votes.
    func isOldest(_ address: Address, dataCenter: String) -> Bool? {
        named(address, in: all(address, dataCenter).map(\.oldest))
    }

    /// The claims of its own partition; of all partitions for a member that does not vote.
    private func all(_ address: Address, _ dataCenter: String) -> [Claim] {
        let scopes = claims.filter { scope, _ in
            scope.dataCenter == dataCenter && scope.partition == partitionOf[address] ?? scope.partition
        }
        return scopes.map(\.value)
    }

    private func named(_ address: Address, in sets: [Set<Address?>]) -> Bool? {
        let union = sets.reduce(into: Set<Address?>()) { $0.formUnion($1) }
        guard union.contains(address) else { return union.isEmpty ? nil : false }
        return union.count == 1 ? true : nil
    }
}
