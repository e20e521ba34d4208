// SPDX-License-Identifier: Apache-2.0
/// The roles of a member, shared by all members that have the same ones.
package struct Roles: Hashable, Sendable {
    private final class Contents: Sendable {
        let names: [String]
        let dataCenter: String

        init(_ names: [String]) {
            self.names = names
            let encoded = names.first { $0.hasPrefix("dc-") }
            dataCenter = encoded.map { String($0.dropFirst(3)) } ?? "default"
        }
    }

    private let contents: Contents

    /// All role names, sorted, `dc-…` included.
    package var names: [String] { contents.names }
    /// Akka encodes the data centre as the role `dc-NAME`; a node without one is of an old version and counts as `default`.
    package var dataCenter: String { contents.dataCenter }

    /// - Parameter names: The role names, in any order.
    package init(_ names: [String]) {
        contents = Contents(names.sorted())
    }

    /// Whether both have the same names.
    package static func == (left: Roles, right: Roles) -> Bool {
        left.contents === right.contents || left.names == right.names
    }

    /// Hashes the names.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(contents.names)
    }
}

/// One row of a node's membership list.
package struct Member: Hashable, Sendable {
    /// The address and the incarnation.
    package var node: UniqueAddress
    /// The status as the node has it.
    package var status: MemberStatus
    /// The roles, the data centre included.
    package var roles: Roles

    /// Every property as given.
    package init(node: UniqueAddress, status: MemberStatus, roles: Roles) {
        self.node = node
        self.status = status
        self.roles = roles
    }
}

/// A node's whole membership list, sorted by Akka's address ordering, then uid; shared by all views that are equal.
package final class MemberList: Sendable {
    /// The rows in order, each (address, uid) once.
    package let members: [Member]
    /// Whether all are of one data centre, as in most clusters.
    let isOfOneDataCenter: Bool

    /// A list without members: what a node answers before it has joined.
    package static let empty = MemberList(sorted: [])

    /// - Parameter members: The rows, in any order. Of two rows about one node, which no endpoint sends, the one with the greater priority stays.
    package init(_ members: [Member]) {
        self.members = MemberList.withoutRepetition(members.sorted { $0.node < $1.node })
        isOfOneDataCenter = MemberList.isOfOneDataCenter(members)
    }

    /// - Parameter members: Rows that are in order and without repetition, which is not checked.
    package init(sorted members: [Member]) {
        self.members = members
        isOfOneDataCenter = MemberList.isOfOneDataCenter(members)
    }

    private static func isOfOneDataCenter(_ members: [Member]) -> Bool {
        guard let first = members.first?.roles.dataCenter else { return true }
        return members.allSatisfy { $0.roles.dataCenter == first }
    }

    /// The row about a node, by binary search.
    package subscript(node: UniqueAddress) -> Member? {
        let index = firstIndex(notBefore: node)
        return index < members.count && members[index].node == node ? members[index] : nil
    }

    /// The row about an address; with two incarnations listed, that of the smaller uid.
    package subscript(address: Address) -> Member? {
        let index = firstIndex(notBefore: UniqueAddress(address, uid: .min))
        return index < members.count && members[index].node.address == address ? members[index] : nil
    }

    private func firstIndex(notBefore node: UniqueAddress) -> Int {
        var (low, high) = (0, members.count)
        while low < high {
            let middle = (low + high) / 2
            if members[middle].node < node { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func withoutRepetition(_ sorted: [Member]) -> [Member] {
        var result: [Member] = []
        result.reserveCapacity(sorted.count)
        for member in sorted {
            if let last = result.last, last.node == member.node {
                if member.status.priority > last.status.priority { result[result.count - 1] = member }
            } else {
                result.append(member)
            }
        }
        return result
    }
}

extension MemberList: Hashable {
    /// Whether both list the same; the same object at once.
    package static func == (left: MemberList, right: MemberList) -> Bool {
        left === right || left.members == right.members
    }

    /// Hashes the rows.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(members)
    }
}
