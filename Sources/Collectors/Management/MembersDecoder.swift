// SPDX-License-Identifier: Apache-2.0
package import Model

/// Reads answers of `/cluster/members` (akka-management, `ClusterHttpManagementProtocol.scala`) into membership views.
///
/// The answers of a mesh are nearly alike, so the decoder remembers the last one: a row that is byte for byte the row at the same position
/// is taken over without being read, and views with equal rows share one `MemberList`. Confined to one thread.
package final class MembersDecoder {
    /// Maximum number of members of a list: nothing larger is a cluster.
    package static let maximumMembers = 10_000
    /// Maximum number of different lists that are remembered for sharing. In a partitioned mesh each side has its own.
    static let maximumLists = 8

    private let parser: JSONParser
    private let vocabulary: MemberVocabulary
    /// The last document's rows: as memory, and as values in the document's order. The two always agree, also after an error half-way.
    private var memo = JSONMemo()
    private var rows: [Member] = []
    /// The list that the rows are; `nil` when they have changed since.
    private var list: MemberList?
    /// The rows' positions in the order of a list; `nil` when their nodes have changed since.
    private var order: [Int]?
    private var recentLists: [MemberList] = []

    /// - Parameters:
    ///   - maximumBody: Maximum number of bytes of a document.
    ///   - vocabulary: where addresses, roles and statuses are looked up.
    package init(maximumBody: Int = 16 << 20, vocabulary: MemberVocabulary = MemberVocabulary()) {
        parser = JSONParser(maximumBytes: maximumBody)
        self.vocabulary = vocabulary
    }

    /// Decodes one answer.
    ///
    /// - Parameter body: the JSON document.
    /// - Returns: the view, its members and unreachable records sorted.
    /// - Throws: `JSONError` with the path of what is missing or of the wrong type.
    package func decode(_ body: PaddedBytes) throws(JSONError) -> MembershipView {
        try parser.parse(body) { (document) throws(JSONError) in try view(&document) }
    }

    private func view(_ document: inout JSONReader) throws(JSONError) -> MembershipView {
        var observer: Address?
        var members: MemberList?
        var unreachable: [UnreachableRecord] = []
        var leader: Address?
        var oldest: Address?
        try document.object { (value, name) throws(JSONError) in
            if name.equals("selfNode") {
                observer = try vocabulary.address(value)
            } else if name.equals("members") {
                members = try self.members(&value)
            } else if name.equals("unreachable") {
                unreachable = try records(&value)
            } else if name.equals("leader") {
                leader = try vocabulary.optionalAddress(value)
            } else if name.equals("oldest") {
                oldest = try vocabulary.optionalAddress(value)
            }
        }
        guard let observer else { throw JSONError(path: "selfNode", expected: "an address", found: "no such field") }
        guard let members else { throw JSONError(path: "members", expected: "an array", found: "no such field") }
        return MembershipView(
            observer: observer, members: members, unreachable: unreachable, leader: leader, oldest: oldest)
    }

    // MARK: - Members

    /// Takes known rows over and reads the others.
    private func members(_ array: inout JSONReader) throws(JSONError) -> MemberList {
        var count = 0
        try array.lookingAhead { (array) throws(JSONError) in
            try array.array { (row, position) throws(JSONError) in
                count = position + 1
                if !memo.matches(row, at: position) { try replaceRow(&row, at: position) }
            }
        }
        if count < rows.count { removeRows(from: count) }
        if memo.isWasteful {
            memo.removeAll()
            try array.array { (row, position) in memo.keep(row, at: position) }
        }
        return currentList()
    }

    private func replaceRow(_ row: inout JSONReader, at position: Int) throws(JSONError) {
        guard position < Self.maximumMembers else {
            throw JSONError(expected: "at most \(Self.maximumMembers) members", found: "more")
        }
        let member = try row.lookingAhead { (ahead) throws(JSONError) in try self.member(&ahead) }
        memo.keep(row, at: position)
        list = nil
        if position == rows.count {
            rows.append(member)
            order = nil
        } else {
            if rows[position].node != member.node { order = nil }
            rows[position] = member
        }
    }

    private func removeRows(from position: Int) {
        rows.removeSubrange(position...)
        memo.removeAll(from: position)
        list = nil
        order = nil
    }

    private func currentList() -> MemberList {
        if let list { return list }
        let sorted = order ?? sortedOrder()
        order = sorted
        let made = shared(sorted.count == rows.count ? MemberList(sorted: sorted.map { rows[$0] }) : MemberList(rows))
        list = made
        return made
    }

    /// The rows' positions in the order of their nodes; one of each node, so fewer than rows if a node repeats.
    private func sortedOrder() -> [Int] {
        var order = Array(rows.indices)
        if !Self.isSorted(rows) { order.sort { rows[$0].node < rows[$1].node } }
        var distinct: [Int] = []
        distinct.reserveCapacity(order.count)
        for position in order {
            if let last = distinct.last, rows[last].node == rows[position].node { continue }
            distinct.append(position)
        }
        return distinct
    }

    private func member(_ row: inout JSONReader) throws(JSONError) -> Member {
        var address: Address?
        var uid: Int64?
        var status: MemberStatus?
        var roles: Roles?
        try row.object { (value, name) throws(JSONError) in
            // The four names differ in length, which decides without comparing each.
            switch name.count {
            case 4 where name.equals("node"): address = try vocabulary.address(value)
            case 7 where name.equals("nodeUid"): uid = try value.int64()
            case 6 where name.equals("status"): status = try vocabulary.status(value)
            case 5 where name.equals("roles"): roles = try vocabulary.roles(&value)
            default: break
            }
        }
        guard let address else { throw JSONError(path: "node", expected: "an address", found: "no such field") }
        guard let uid else { throw JSONError(path: "nodeUid", expected: "a 64-bit integer", found: "no such field") }
        guard let status else { throw JSONError(path: "status", expected: "a string", found: "no such field") }
        return Member(node: UniqueAddress(address, uid: uid), status: status, roles: roles ?? Roles([]))
    }

    private func shared(_ list: MemberList) -> MemberList {
        if let known = recentLists.firstIndex(of: list) {
            let list = recentLists.remove(at: known)
            recentLists.append(list)
            return list
        }
        if recentLists.count == Self.maximumLists { recentLists.removeFirst() }
        recentLists.append(list)
        return list
    }

    private static func isSorted(_ rows: [Member]) -> Bool {
        for (row, next) in zip(rows, rows.dropFirst()) where !(row.node < next.node) { return false }
        return true
    }

    // MARK: - Unreachable

    private func records(_ array: inout JSONReader) throws(JSONError) -> [UnreachableRecord] {
        var records: [UnreachableRecord] = []
        try array.array { (value, position) throws(JSONError) in
            guard position < Self.maximumMembers else {
                throw JSONError(expected: "at most \(Self.maximumMembers) records", found: "more")
            }
            records.append(try record(&value))
        }
        return records.sorted { $0.subject < $1.subject }
    }

    private func record(_ value: inout JSONReader) throws(JSONError) -> UnreachableRecord {
        var subject: Address?
        var observers: [Address] = []
        try value.object { (value, name) throws(JSONError) in
            if name.equals("node") {
                subject = try vocabulary.address(value)
            } else if name.equals("observedBy") {
                try value.array { (value, _) throws(JSONError) in observers.append(try vocabulary.address(value)) }
            }
        }
        guard let subject else { throw JSONError(path: "node", expected: "an address", found: "no such field") }
        return UnreachableRecord(subject: subject, observers: observers.sorted())
    }
}
