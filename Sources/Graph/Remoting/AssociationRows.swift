extension ClusterSnapshot {
    /// The members that were not removed.
    package var currentMembers: [MemberSnapshot] { members.filter { $0.removedAt == nil } }

    /// How many ordered pairs of current members there are.
    package var pairCount: Int {
        let count = currentMembers.count
        return count * (count - 1)
    }

    /// All ordered pairs of current members, and the departed subjects that are still told of, by observer, then subject.
    ///
    /// - Returns: n·(n-1) rows at least; ask only for as many as will be printed.
    package func associationRows() -> [AssociationSnapshot] {
        let current = currentMembers
        let rings = Dictionary(grouping: current, by: \.roles.dataCenter)
            .mapValues { HeartbeatRing(nodes: $0.map(\.node)) }
        let lost = Dictionary(views.map { ($0.observer, lostSubjects(of: $0)) }) { first, _ in first }
        let known = Dictionary(grouping: associations, by: \.observer)
        return current.flatMap { observer in
            let receivers = rings[observer.roles.dataCenter]?
                .receivers(of: observer.node, unreachable: lost[observer.node.address] ?? [])
            return rows(of: observer, current, known: known[observer.node] ?? [], receivers ?? [])
        }
    }

    private func rows(
        of observer: MemberSnapshot, _ current: [MemberSnapshot], known: [AssociationSnapshot],
        _ receivers: Set<UniqueAddress>
    ) -> [AssociationSnapshot] {
        var told = Dictionary(known.map { ($0.subject, $0) }) { first, _ in first }
        var rows = current.filter { $0.node != observer.node }.map { subject in
            if let row = told.removeValue(forKey: subject.node) { return row }
            let isSame = subject.roles.dataCenter == observer.roles.dataCenter
            return AssociationSnapshot(
                observer: observer.node, subject: subject.node, transport: observer.node.address.transport,
                isExpected: isSame ? receivers.contains(subject.node) : nil)
        }
        guard !told.isEmpty else { return rows }
        rows += told.values
        return rows.sorted { $0.subject < $1.subject }
    }

    private func lostSubjects(of view: ViewSnapshot) -> Set<UniqueAddress> {
        Set(
            view.unreachable.compactMap { subject in
                subject.subjectUid.map { UniqueAddress(subject.subject, uid: $0) }
            })
    }
}
