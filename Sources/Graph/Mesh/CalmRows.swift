/// The rows of an observer of whom nothing is told but a view in which nobody is unreachable. They stay the same until its next answer; in a
/// large mesh that is nearly everybody at every evaluation.
struct CalmRows {
    let observer: UniqueAddress
    /// The version of the expectation that they follow.
    let roster: Int
    let list: MemberList
    let observedAt: Timestamp
    let freshness: Freshness
    let rows: [AssociationSnapshot]
}

extension ClusterState {
    /// Whether anything but its view may tell of an observer's associations, or give rise to doubts about them.
    func isTold(of address: Address) -> Bool {
        isFromLines || !remoting.refusing.isEmpty || !(remoting.records[address]?.isEmpty ?? true)
            || remoting.bridges[address] != nil || remoting.metrics[address] != nil
    }

    /// The rows of the last evaluation, if nothing has changed that they are made of.
    func calmRows(of observer: UniqueAddress, at moment: Moment) -> [AssociationSnapshot]? {
        guard let known = remoting.calm[observer.address], known.observer == observer,
            known.roster == remoting.expectation.version,
            let calm = calmView(of: observer, at: moment), known.list === calm.list,
            known.observedAt == calm.observedAt, known.freshness == calm.freshness
        else { return nil }
        return known.rows
    }

    /// Keeps rows for the next evaluation, if they follow from the observer's view alone.
    mutating func keepCalm(_ rows: [AssociationSnapshot], of observer: UniqueAddress, at moment: Moment) {
        guard let calm = calmView(of: observer, at: moment),
            rows.allSatisfy({ $0.status.state == .active && $0.origin == .inferred && $0.isCurrent })
        else {
            remoting.calm[observer.address] = nil
            return
        }
        remoting.calm[observer.address] = CalmRows(
            observer: observer, roster: remoting.expectation.version, list: calm.list, observedAt: calm.observedAt,
            freshness: calm.freshness, rows: rows)
    }

    /// What a view is that leaves nothing open: by a member that is no newcomer, and with nobody unreachable.
    private func calmView(
        of observer: UniqueAddress, at moment: Moment
    ) -> (list: MemberList, observedAt: Timestamp, freshness: Freshness)? {
        guard let view = observers[observer.address]?.view, let at = observers[observer.address]?.observedAt,
            view.unreachable.isEmpty, let own = view.own, own.node == observer, own.status != .joining,
            own.status != .weaklyUp
        else { return nil }
        let freshness = Freshness(observedAt: at, now: moment.now, interval: moment.pollPeriod)
        return freshness == .lost ? nil : (view.members, at, freshness)
    }
}
