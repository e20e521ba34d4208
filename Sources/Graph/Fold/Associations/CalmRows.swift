import Model

/// The rows of an observer that finds nothing wrong: all of them are active. They stay the same until its next answer or report, which in a
/// large mesh is nearly everybody at every evaluation.
struct CalmRows {
    /// All that rows are made of, when everything else tells nothing.
    struct Basis: Equatable {
        let observer: UniqueAddress
        /// The version of the expectation that they follow, which also tells who is a member.
        let roster: Int
        let list: MemberList
        let observedAt: Timestamp
        let freshness: Freshness
        let bridgeAt: Timestamp?
        let isCountedOnly: Bool

        static func == (left: Basis, right: Basis) -> Bool {
            left.list === right.list && left.observedAt == right.observedAt && left.roster == right.roster
                && left.freshness == right.freshness && left.bridgeAt == right.bridgeAt
                && left.isCountedOnly == right.isCountedOnly && left.observer == right.observer
        }
    }

    let basis: Basis
    /// Those that are told.
    let rows: [AssociationSnapshot]
    /// How many pairs were counted as active.
    let count: Int
}

extension ClusterState {
    /// The rows of an observer, those of the last evaluation if nothing has changed that they are made of; without those that are plainly
    /// active, if these are only counted.
    mutating func rows(
        of observer: MemberRecord, isCountedOnly: Bool, at moment: Moment, _ counts: inout AssociationCounts
    ) -> [AssociationSnapshot] {
        let address = observer.node.address
        let basis = basis(of: observer.node, isCountedOnly: isCountedOnly, at: moment)
        if let basis, let known = remoting.calm[address], known.basis == basis {
            counts.active += known.count
            counts.unknown -= known.count
            return known.rows
        }
        let before = counts.active
        let all = freshRows(of: observer, isCountedOnly: isCountedOnly, at: moment, &counts)
        let rows = isCountedOnly ? all.filter { !$0.isPlainlyActive } : all
        remoting.calm[address] = basis.flatMap { basis in
            // What departed is shown for a time only.
            guard all.allSatisfy({ $0.status.state == .active && $0.isCurrent }) else { return nil }
            return CalmRows(basis: basis, rows: rows, count: counts.active - before)
        }
        return rows
    }

    /// - Returns: `nil` if anything else may tell of its associations than its view and its bridge, or time alone may change them.
    private func basis(of observer: UniqueAddress, isCountedOnly: Bool, at moment: Moment) -> CalmRows.Basis? {
        let address = observer.address
        guard !isFromLines, remoting.refusing.isEmpty, remoting.metrics[address] == nil,
            remoting.records[address]?.isEmpty ?? true, let view = observers[address]?.view,
            let observedAt = observers[address]?.observedAt, view.unreachable.isEmpty, let own = view.own,
            own.node == observer, own.status != .joining, own.status != .weaklyUp
        else { return nil }
        let freshness = Freshness(observedAt: observedAt, now: moment.now, interval: moment.pollPeriod)
        guard freshness != .lost else { return nil }
        return CalmRows.Basis(
            observer: observer, roster: remoting.expectation.version, list: view.members, observedAt: observedAt,
            freshness: freshness, bridgeAt: remoting.bridges[address]?.receivedAt, isCountedOnly: isCountedOnly)
    }
}
