import Model

extension ClusterState {
    /// Takes note of what a line says of its teller's clock.
    mutating func noteClock(_ line: LifecycleEvent, observer: Address, isFollowed: Bool, at now: Timestamp) {
        let (latest, runs) = (latestUids, remoting.runs)
        clocks.tell(
            line: line, observer: observer, uid: { latest[$0] ?? runs[$0]?.uid }, isFollowed: isFollowed, at: now)
    }

    /// Takes note of what a poll tells that the observer's log tells too.
    ///
    /// What the view before, requested at `asked`, does not show came about later.
    mutating func noteFacts(
        _ differences: [ObserverState.Difference], from former: MembershipView, asked: Timestamp,
        to view: MembershipView, at now: Timestamp
    ) {
        let earliest = asked - ObserverState.publicationLag
        guard earliest <= now else { return }
        for case .status(let node, _, let status) in differences {
            note(status, of: node, by: view.observer, between: earliest...now)
        }
        guard former.ownReports != view.ownReports else { return }
        for node in view.ownReports where !former.ownReports.contains(node) {
            let fact = SharedFact(subject: node.address, value: .unreachable)
            clocks.tell(fact, observer: view.observer, between: earliest...now)
        }
        for node in former.ownReports where !view.ownReports.contains(node) && view.members[node] != nil {
            let fact = SharedFact(subject: node.address, value: .reachable)
            clocks.tell(fact, observer: view.observer, between: earliest...now)
        }
    }

    /// Takes note of what a stream tells that the observer's log tells too. Reachability is not that: a stream passes on what others found.
    mutating func noteStream(_ difference: ObserverState.Difference, of observer: Address, at now: Timestamp) {
        guard clocks.hearsLines, case .status(let node, _, let status) = difference else { return }
        note(status, of: node, by: observer, between: now - ObserverState.publicationLag...now)
    }

    private mutating func note(
        _ status: MemberStatus, of node: UniqueAddress, by observer: Address, between range: ClosedRange<Timestamp>
    ) {
        let value: SharedFact.Value = status == .removed ? .removed : .status(status)
        clocks.tell(SharedFact(subject: node.address, value: value), observer: observer, between: range)
    }
}
