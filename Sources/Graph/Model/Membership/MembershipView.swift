// SPDX-License-Identifier: Apache-2.0
/// What one node says about the cluster: one answer of `GET /cluster/members`, decoded and sorted, never merged with another's.
package struct MembershipView: Hashable, Sendable {
    /// Who says it: `selfNode`.
    package let observer: Address
    /// The members that the observer lists.
    package let members: MemberList
    /// Subjects with at least one record Unreachable, sorted by address. Terminated ones are left out by the endpoint.
    package let unreachable: [UnreachableRecord]
    /// The leader of the observer's own data centre, as it claims; `nil` when it sees none.
    package let leader: Address?
    /// The oldest Up member of its data centre, as it claims.
    package let oldest: Address?
    /// The observer's own row; `nil` before it has joined, when the list is empty.
    package let own: Member?
    /// The nodes that `unreachable` is about, one for each record; `nil` for a subject that is not listed.
    package let unreachableNodes: [UniqueAddress?]
    /// The nodes that the observer itself reports unreachable.
    package let ownReports: [UniqueAddress]

    /// Every property as given.
    package init(
        observer: Address, members: MemberList, unreachable: [UnreachableRecord] = [], leader: Address? = nil,
        oldest: Address? = nil
    ) {
        self.observer = observer
        self.members = members
        let unreachable = unreachable.sorted { $0.subject < $1.subject }
        let nodes = unreachable.map { members[$0.subject]?.node }
        self.unreachable = unreachable
        unreachableNodes = nodes
        ownReports = zip(unreachable, nodes).compactMap { $0.observers.contains(observer) ? $1 : nil }
        self.leader = leader
        self.oldest = oldest
        own = members[observer]
    }

    /// The observer's record of a subject, if it is unreachable to anybody it knows of.
    package func record(about subject: Address) -> UnreachableRecord? {
        var (low, high) = (0, unreachable.count)
        while low < high {
            let middle = (low + high) / 2
            if unreachable[middle].subject < subject { low = middle + 1 } else { high = middle }
        }
        return low < unreachable.count && unreachable[low].subject == subject ? unreachable[low] : nil
    }

    /// Whether the observer itself, not only another node whose gossip it passes on, reports the subject unreachable.
    package func reportsUnreachable(_ subject: Address) -> Bool {
        record(about: subject)?.observers.contains(observer) ?? false
    }
}

/// A subject that is unreachable, and its observers.
package struct UnreachableRecord: Hashable, Sendable {
    /// The subject's address.
    package var subject: Address
    /// All observers with a record, of other data centres too, sorted.
    package var observers: [Address]

    /// Every property as given.
    package init(subject: Address, observers: [Address]) {
        self.subject = subject
        self.observers = observers
    }
}
