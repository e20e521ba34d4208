// SPDX-License-Identifier: Apache-2.0
/// Who leads, by Akka's rule (`MembershipState.leaderOf`): there is no election, each node computes it from its own list.
package enum Leader {
    /// What the rule looks at.
    package struct Question: Sendable {
        let members: MemberList
        let dataCenter: String
        /// Subjects that do not count because they are unreachable within the data centre, or terminated.
        let cutOff: Set<Address>

        /// - Parameters:
        ///   - view: The observer's view; the observer counts as reachable to itself.
        ///   - terminated: Subjects that the view leaves out of its unreachable ones although they are dead to the observer.
        package init(view: MembershipView, terminated: Set<Address> = []) {
            members = view.members
            dataCenter = view.own?.roles.dataCenter ?? "default"
            var cutOff = unreachableWithin(dataCenter, in: view).union(terminated)
            cutOff.remove(view.observer)
            self.cutOff = cutOff
        }
    }

    /// The leader of a data centre, computed from one observer's list.
    ///
    /// - Parameter question: Whose view, and who is cut off in it.
    /// - Returns: The address, or `nil` if no member is eligible. O(members) at worst.
    package static func compute(_ question: Question) -> Address? {
        let eligible = question.members.members.lazy.filter { member in
            member.roles.dataCenter == question.dataCenter && member.status != .down && member.status != .removed
                && !question.cutOff.contains(member.node.address)
        }
        if let leader = eligible.first(where: \.status.isUpForLeadership) { return leader.node.address }
        return eligible.min { ($0.status.leaderPreference, $0.node) < ($1.status.leaderPreference, $1.node) }?
            .node.address
    }

    /// Subjects with a record of an observer of the same data centre; others do not count.
    private static func unreachableWithin(_ dataCenter: String, in view: MembershipView) -> Set<Address> {
        if view.members.isOfOneDataCenter { return Set(view.unreachable.map(\.subject)) }
        let subjects = view.unreachable.filter { record in
            record.observers.contains { view.members[$0]?.roles.dataCenter ?? dataCenter == dataCenter }
        }
        return Set(subjects.map(\.subject))
    }
}

extension MemberStatus {
    /// `leaderStatusOrdering` of `Member.scala`: the smaller is preferred when no member is Up.
    fileprivate var leaderPreference: Int {
        switch self {
        case .down: 4
        case .exiting: 3
        case .joining: 2
        case .weaklyUp: 1
        default: 0
        }
    }
}
