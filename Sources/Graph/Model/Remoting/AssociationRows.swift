// SPDX-License-Identifier: Apache-2.0
extension ClusterSnapshot {
    /// The members that were not removed.
    package var currentMembers: [MemberSnapshot] { members.filter { $0.removedAt == nil } }

    /// How many ordered pairs of current members there are.
    package var pairCount: Int {
        let count = currentMembers.count
        return count * (count - 1)
    }

    /// All ordered pairs of current members, and the departed subjects that are still reported, by observer, then subject.
    ///
    /// - Returns: n·(n-1) rows at least; ask only for as many as will be printed.
    package func associationRows() -> [AssociationSnapshot] {
        let current = currentMembers
        let expected = ExpectedMonitoring(self)
        let known = Dictionary(grouping: associations, by: \.observer)
        return current.flatMap { observer in
            rows(
                of: observer, current, known: known[observer.node] ?? [],
                expected.receivers(of: observer.node, dataCenter: observer.roles.dataCenter))
        }
    }

    private func rows(
        of observer: MemberSnapshot, _ current: [MemberSnapshot], known: [AssociationSnapshot],
        _ receivers: Set<UniqueAddress>
    ) -> [AssociationSnapshot] {
        var reported = Dictionary(known.map { ($0.subject, $0) }) { first, _ in first }
        var rows = current.filter { $0.node != observer.node }.map { subject in
            if let row = reported.removeValue(forKey: subject.node) { return row }
            let isSame = subject.roles.dataCenter == observer.roles.dataCenter
            return AssociationSnapshot(
                observer: observer.node, subject: subject.node, transport: observer.node.address.transport,
                isExpected: isSame && !isFromLines ? receivers.contains(subject.node) : nil)
        }
        guard !reported.isEmpty else { return rows }
        rows += reported.values
        return rows.sorted { $0.subject < $1.subject }
    }

    /// Whether every pair of which something is known has a row; otherwise those that are plainly active are only counted.
    package func listsEveryKnownPair(_ options: SessionOptions) -> Bool {
        options.allPairs || members.count { $0.removedAt == nil } <= SessionOptions.maximumMembersInFull
    }
}

/// The members that each member is expected to monitor, by the heartbeat ring of its data centre and what it has as unreachable.
package struct ExpectedMonitoring {
    private let rings: [String: HeartbeatRing]
    private let lost: [Address: Set<UniqueAddress>]

    /// - Parameter cluster: Its current members make the rings.
    package init(_ cluster: ClusterSnapshot) {
        guard !cluster.isFromLines else {
            // Lines name some members, and a ring of some is another ring.
            (rings, lost) = ([:], [:])
            return
        }
        rings = Dictionary(grouping: cluster.currentMembers, by: \.roles.dataCenter)
            .mapValues { HeartbeatRing(nodes: $0.map(\.node), monitored: cluster.monitoredByMembers) }
        let reporting = cluster.views.filter { !$0.unreachable.isEmpty }
        lost = Dictionary(reporting.map { ($0.observer, Self.lostSubjects(of: $0)) }) { first, _ in first }
    }

    /// - Parameters:
    ///   - observer: The sender of heartbeats.
    ///   - dataCenter: The data centre it is in; another rule holds between data centres.
    /// - Returns: Who should get them; none if the observer is no current member.
    package func receivers(of observer: UniqueAddress, dataCenter: String) -> Set<UniqueAddress> {
        rings[dataCenter]?.receivers(of: observer, unreachable: lost[observer.address] ?? []) ?? []
    }

    private static func lostSubjects(of view: ViewSnapshot) -> Set<UniqueAddress> {
        Set(
            view.unreachable.compactMap { subject in
                subject.subjectUid.map { UniqueAddress(subject.subject, uid: $0) }
            })
    }
}
