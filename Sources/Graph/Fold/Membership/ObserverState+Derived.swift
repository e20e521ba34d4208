import Model

extension ObserverState {
    /// Derives what is shown of the view and the stream. Both change rarely, and snapshots are taken at every tick.
    ///
    /// - Parameter at: When the view was observed: since then a subject is unreachable of which neither the former rows nor the stream
    ///   know better.
    mutating func derive(at: Timestamp) {
        guard let view else { return }
        let gone = terminatedRows(in: view)
        terminated = gone.map { UniqueAddress($0.subject, uid: $0.subjectUid ?? 0) }
        let listed = listedRows(in: view, at: at)
        unreachable = gone.isEmpty ? listed : (listed + gone).sorted { $0.subject < $1.subject }
        computedLeader = Leader.compute(Leader.Question(view: view, terminated: Set(gone.map(\.subject))))
    }

    /// Whether deriving again would give the same: the common case of a poll.
    func isDerived(from former: MembershipView?) -> Bool {
        guard let former, let view, streamUnreachable.isEmpty, terminated.isEmpty, toldTerminated.isEmpty
        else { return false }
        return former.members === view.members && former.unreachable == view.unreachable
    }

    /// Walks the former rows and the records side by side; both are sorted by subject.
    private func listedRows(in view: MembershipView, at: Timestamp) -> [UnreachableSubject] {
        let former = unreachable.filter { $0.status == .unreachable }
        var next = 0
        return zip(view.unreachable, view.unreachableNodes).map { record, node in
            while next < former.count, former[next].subject < record.subject { next += 1 }
            let known = next < former.count && former[next].subject == record.subject ? former[next].since : nil
            let told = known == nil ? node.flatMap { streamUnreachable[$0] } : nil
            return UnreachableSubject(
                subject: record.subject, subjectUid: node?.uid, status: .unreachable, observers: record.observers,
                since: known ?? told ?? at)
        }
    }

    /// Subjects that the stream has as unreachable and the endpoint, asked well after, does not list: dead to the observer for good.
    private func terminatedRows(in view: MembershipView) -> [UnreachableSubject] {
        var rows = streamUnreachable.compactMap { node, since -> UnreachableSubject? in
            guard requestedAt > since + Self.publicationLag, view.members[node] != nil,
                view.record(about: node.address) == nil
            else { return nil }
            return UnreachableSubject(
                subject: node.address, subjectUid: node.uid, status: .terminated, observers: [], since: since)
        }
        for (node, since) in toldTerminated where !rows.contains(where: { $0.subject == node.address }) {
            guard view.members[node] != nil, view.record(about: node.address) == nil else { continue }
            rows.append(
                UnreachableSubject(
                    subject: node.address, subjectUid: node.uid, status: .terminated, observers: [], since: since))
        }
        return rows
    }

    /// A bridge or a log told which subjects are terminated.
    mutating func tell(terminated subjects: [UniqueAddress: Timestamp]) {
        guard subjects != toldTerminated else { return }
        toldTerminated = subjects
        derive(at: observedAt)
    }
}
