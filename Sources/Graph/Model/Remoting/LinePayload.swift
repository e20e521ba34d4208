// SPDX-License-Identifier: Apache-2.0
/// What a line lists beside what it says: members, records of reachability, nodes that are downed.
package struct LinePayload: Hashable, Sendable {
    /// A member as a line names it.
    package struct Member: Hashable, Sendable {
        /// Its address.
        package var address: Address
        /// `nil` if the line does not say it.
        package var status: MemberStatus?
        /// Whether it has seen the gossip that the line is about; `nil` if the line does not say it.
        package var hasSeen: Bool?
        /// `nil` if the line does not say it.
        package var dataCenter: String?
        /// Its roles; empty if the line does not name them.
        package var roles: [String]

        /// Every property as given.
        package init(
            address: Address, status: MemberStatus? = nil, hasSeen: Bool? = nil, dataCenter: String? = nil,
            roles: [String] = []
        ) {
            self.address = address
            self.status = status
            self.hasSeen = hasSeen
            self.dataCenter = dataCenter
            self.roles = roles
        }
    }

    /// What one member's failure detector says of another (akka-cluster, `Reachability.scala`).
    package struct Record: Hashable, Sendable {
        /// The words of such a record.
        package typealias Status = BridgeReport.ReachabilityRecord.Status

        /// The member whose detector it is.
        package var observer: Address
        /// The member that is monitored.
        package var subject: Address
        /// What it says.
        package var status: Status

        /// Every property as given.
        package init(observer: Address, subject: Address, status: Status) {
            self.observer = observer
            self.subject = subject
            self.status = status
        }
    }

    /// The members that it lists.
    package var members: [Member]
    /// All records of reachability, if it lists them.
    package var records: [Record]
    /// Who is downed.
    package var downed: [Address]

    /// Every property as given.
    package init(members: [Member] = [], records: [Record] = [], downed: [Address] = []) {
        self.members = members
        self.records = records
        self.downed = downed
    }

    /// Whether it lists nothing.
    package var isEmpty: Bool { members.isEmpty && records.isEmpty && downed.isEmpty }

    /// What it says of one of its members; `nil` if it says nothing.
    package func about(_ address: Address?) -> LinePayload? {
        let found = members.filter { $0.address == address }
        return found.isEmpty ? nil : LinePayload(members: found)
    }
}
