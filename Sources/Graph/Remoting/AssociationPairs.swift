/// An ordered pair of current members: the direction from an observer to a subject.
package struct AssociationPair: Hashable, Sendable {
    package var observer: UniqueAddress
    package var subject: UniqueAddress
    /// Told by the observer's address.
    package var transport: RemotingTransport
    /// Whether the heartbeat ring says that the observer should monitor the subject; `nil` between data centres, where another rule holds.
    package var isExpected: Bool?

    package init(observer: UniqueAddress, subject: UniqueAddress, transport: RemotingTransport, isExpected: Bool?) {
        self.observer = observer
        self.subject = subject
        self.transport = transport
        self.isExpected = isExpected
    }
}

extension ClusterSnapshot {
    /// The members that were not removed.
    package var currentMembers: [MemberSnapshot] { members.filter { $0.removedAt == nil } }

    /// How many ordered pairs of current members there are.
    package var pairCount: Int {
        let count = currentMembers.count
        return count * (count - 1)
    }

    /// All ordered pairs of current members, by observer, then subject.
    ///
    /// - Returns: n·(n-1) rows; ask only for as many as will be printed.
    package func associationPairs() -> [AssociationPair] {
        let current = currentMembers
        let rings = Dictionary(grouping: current, by: \.roles.dataCenter)
            .mapValues { HeartbeatRing(nodes: $0.map(\.node)) }
        let lost = Dictionary(views.map { ($0.observer, lostSubjects(of: $0)) }) { first, _ in first }
        return current.flatMap { observer in
            let ring = rings[observer.roles.dataCenter]
            let unreachable = lost[observer.node.address] ?? []
            let receivers = ring?.receivers(of: observer.node, unreachable: unreachable) ?? []
            return current.filter { $0.node != observer.node }.map { subject in
                let isSame = subject.roles.dataCenter == observer.roles.dataCenter
                return AssociationPair(
                    observer: observer.node, subject: subject.node, transport: observer.node.address.transport,
                    isExpected: isSame ? receivers.contains(subject.node) : nil)
            }
        }
    }

    private func lostSubjects(of view: ViewSnapshot) -> Set<UniqueAddress> {
        Set(
            view.unreachable.compactMap { subject in
                subject.subjectUid.map { UniqueAddress(subject.subject, uid: $0) }
            })
    }
}
