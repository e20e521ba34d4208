// SPDX-License-Identifier: Apache-2.0
import Model

/// What a node knows of the cluster at one moment (akka-cluster, `Gossip.scala`), immutable, so that a thousand nodes that agree share one.
///
/// Nodes are numbers here: positions in the list of all incarnations that ever lived.
final class Gossip: Sendable {
    struct Row: Equatable, Sendable {
        let id: Int
        var status: MemberStatus
        /// The order in which members became Up; Akka's age. `Int.max` until then.
        var upNumber: Int
    }

    /// Identifies the gossip; grows with every one that is made.
    let serial: Int
    let rows: [Row]
    let reachability: Reachability
    let clock: VectorClock
    /// Incarnations that were removed; a merge never brings them back.
    let tombstones: BitSet
    /// Everything that follows from the rows alone, shared while they stay the same.
    let membership: Membership
    /// Subjects that are unreachable or terminated for any observer.
    let cutOff: BitSet
    /// Those of `cutOff` that keep the leader from acting: observed by a node that is not Down, and neither Down nor Exiting themselves.
    let blocking: BitSet
    /// The leader as a node computes it that no observer has cut off; see `leader(for:)`.
    private let commonLeader: Address?

    init(
        serial: Int, rows: [Row], reachability: Reachability, clock: VectorClock, tombstones: BitSet,
        sharing previous: Gossip?, world: World
    ) {
        self.serial = serial
        self.reachability = reachability
        self.clock = clock
        self.tombstones = tombstones
        if let previous, previous.rows == rows {
            (self.rows, membership) = (previous.rows, previous.membership)
        } else {
            self.rows = rows
            membership = Membership(serial: serial, rows: rows, previous: previous?.membership, world: world)
        }
        cutOff = reachability.cutOff()
        let membership = membership
        blocking = BitSet(
            reachability.cutOff { membership.row($0)?.status != .down }.elements.filter {
                guard let status = membership.row($0)?.status else { return false }
                return status != .down && status != .exiting
            })
        commonLeader = Self.leader(membership.list, cutOff: cutOff, observer: nil, world: world)
    }

    func row(_ id: Int) -> Row? { membership.row(id) }

    /// The leader as one node computes it: to itself it is always reachable.
    func leader(for id: Int, world: World) -> Address? {
        guard cutOff.contains(id) else { return commonLeader }
        return Self.leader(membership.list, cutOff: cutOff, observer: id, world: world)
    }

    /// The leader among the members with a role.
    func leader(ofRole role: String, for id: Int, world: World) -> Address? {
        guard let list = membership.listsByRole[role] else { return nil }
        return Self.leader(list, cutOff: cutOff, observer: id, world: world)
    }

    private static func leader(_ list: MemberList, cutOff: BitSet, observer: Int?, world: World) -> Address? {
        let dead = Set(cutOff.elements.lazy.filter { $0 != observer }.map { world.incarnations[$0].node.address })
        let self_ = observer.map { world.incarnations[$0].node.address } ?? world.noAddress
        let view = MembershipView(observer: self_, members: list)
        return Leader.compute(Leader.Question(view: view, terminated: dead))
    }
}

/// What follows from the rows of a gossip.
final class Membership: Sendable {
    /// The serial of the gossip that first had these rows.
    let serial: Int
    let list: MemberList
    /// In the order in which the endpoints print roles: as first met.
    let roleNames: [String]
    let listsByRole: [String: MemberList]
    let ids: BitSet
    /// The members that must have seen the gossip for convergence.
    let witnesses: BitSet
    private let ring: HeartbeatRing
    private let rows: [Int: Gossip.Row]
    private let numbers: [UniqueAddress: Int]

    init(serial: Int, rows: [Gossip.Row], previous: Membership?, world: World) {
        self.serial = serial
        self.rows = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0) })
        ids = BitSet(rows.lazy.map(\.id))
        witnesses = BitSet(rows.lazy.filter { $0.status.isUpForLeadership }.map(\.id))
        let members = rows.map { row in
            let incarnation = world.incarnations[row.id]
            return Member(node: incarnation.node, status: row.status, roles: incarnation.roles)
        }
        list = MemberList(sorted: members)
        var names: [String] = []
        for row in rows {
            for name in world.incarnations[row.id].roleNames where !names.contains(name) { names.append(name) }
        }
        roleNames = names
        listsByRole = Dictionary(
            uniqueKeysWithValues: names.map { name in
                (name, MemberList(sorted: members.filter { $0.roles.names.contains(name) }))
            })
        if let previous, previous.rows.count == rows.count, rows.allSatisfy({ previous.rows[$0.id] != nil }) {
            (ring, numbers) = (previous.ring, previous.numbers)
        } else {
            numbers = Dictionary(uniqueKeysWithValues: rows.map { (world.incarnations[$0.id].node, $0.id) })
            ring = HeartbeatRing(nodes: members.map(\.node), monitored: world.stack.monitoredByMembers)
        }
    }

    func row(_ id: Int) -> Gossip.Row? { rows[id] }

    /// The nodes that a node has to send heartbeats to, in order of their numbers.
    func receivers(of node: UniqueAddress, unreachable: Set<UniqueAddress>) -> [Int] {
        ring.receivers(of: node, unreachable: unreachable).compactMap { numbers[$0] }.sorted()
    }

    /// The nodes that a node sends heartbeats to and gets them from, if all are reachable.
    func neighbours(of id: Int, world: World) -> BitSet {
        let node = world.incarnations[id].node
        var result = BitSet(receivers(of: node, unreachable: []))
        result.formUnion(BitSet(ring.senders(to: node).compactMap { numbers[$0] }))
        return result
    }

    /// The oldest member that is Up, among those with a role or all (akka-cluster, `Member.ageOrdering`).
    func oldest(role: String? = nil, world: World) -> Address? {
        var best: (upNumber: Int, address: Address)?
        for row in rows.values where row.status == .up {
            let incarnation = world.incarnations[row.id]
            if let role, !incarnation.roleNames.contains(role) { continue }
            let candidate = (row.upNumber, incarnation.node.address)
            if let current = best, (current.upNumber, current.address) < candidate { continue }
            best = candidate
        }
        return best?.address
    }
}

/// All incarnations that ever ran in the mesh, and what they run.
struct World: Sendable {
    let stack: SimulatedStack
    var incarnations: [Incarnation] = []
    /// An address that no member has, for what all observers have in common.
    let noAddress: Address

    init(stack: SimulatedStack) {
        self.stack = stack
        noAddress = SimulatedCluster.address("0.0.0.0", stack)
    }
}
