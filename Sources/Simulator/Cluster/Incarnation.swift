// SPDX-License-Identifier: Apache-2.0
import Model

/// One incarnation of a node: an address, the uid drawn at its start, and what never changes until its end.
struct Incarnation: Sendable {
    /// The place in the mesh: one address for all incarnations that run there.
    let slot: Int
    let node: UniqueAddress
    /// In the order in which the node's own configuration gives them, as the endpoints print them.
    let roleNames: [String]
    let roles: Roles

    init(slot: Int, node: UniqueAddress, roleNames: [String]) {
        self.slot = slot
        self.node = node
        self.roleNames = roleNames
        roles = Roles(roleNames)
    }

    /// The order of members in a gossip: Akka's address ordering, the older incarnation first.
    static func precedes(_ left: Incarnation, _ right: Incarnation) -> Bool { left.node < right.node }
}
