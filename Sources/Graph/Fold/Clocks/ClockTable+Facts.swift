// SPDX-License-Identifier: Apache-2.0
import Model

/// What an observer reports on two ways, its log and its endpoint, ties the clock of its log to ours.
extension ClockTable {
    /// Records what a poll shows that the observer's log reports too.
    ///
    /// What the previous view, requested at `asked`, does not show came about later.
    mutating func record(
        _ differences: [ObserverState.Difference], from previous: MembershipView, asked: Timestamp,
        to view: MembershipView, at now: Timestamp
    ) {
        let earliest = asked - ObserverState.publicationLag
        guard earliest <= now else { return }
        for case .status(let node, _, let status) in differences {
            record(status, of: node, by: view.observer, between: earliest...now)
        }
        guard previous.ownReports != view.ownReports else { return }
        for node in view.ownReports where !previous.ownReports.contains(node) {
            let fact = SharedFact(subject: node.address, value: .unreachable)
            record(fact, observer: view.observer, between: earliest...now)
        }
        for node in previous.ownReports where !view.ownReports.contains(node) && view.members[node] != nil {
            let fact = SharedFact(subject: node.address, value: .reachable)
            record(fact, observer: view.observer, between: earliest...now)
        }
    }

    /// Records what a stream shows that the observer's log reports too. Reachability is not that: a stream passes on what others found.
    mutating func record(stream difference: ObserverState.Difference, of observer: Address, at now: Timestamp) {
        guard readsLines, case .status(let node, _, let status) = difference else { return }
        record(status, of: node, by: observer, between: now - ObserverState.publicationLag...now)
    }

    private mutating func record(
        _ status: MemberStatus, of node: UniqueAddress, by observer: Address, between range: ClosedRange<Timestamp>
    ) {
        let value: SharedFact.Value = status == .removed ? .removed : .status(status)
        record(SharedFact(subject: node.address, value: value), observer: observer, between: range)
    }
}
