// SPDX-License-Identifier: Apache-2.0
import Model

extension ObserverState {
    /// Derives what is shown of the view and the stream. Both change rarely, and snapshots are taken at every tick.
    ///
    /// - Parameter at: When the view was observed: since then a subject is unreachable of which neither the previous rows nor the stream
    ///   know better.
    mutating func derive(at: Timestamp) {
        guard let view else { return }
        let terminated = terminatedRows(in: view)
        derived.terminated = terminated.map { UniqueAddress($0.subject, uid: $0.subjectUid ?? 0) }
        let listed = listedRows(in: view, at: at)
        derived.unreachable = terminated.isEmpty ? listed : (listed + terminated).sorted { $0.subject < $1.subject }
        derived.leader = Leader.compute(Leader.Question(view: view, terminated: Set(terminated.map(\.subject))))
    }

    /// Whether deriving again would give the same: the common case of a poll.
    func isDerived(from previous: MembershipView?) -> Bool {
        guard let previous, let view, stream.unreachable.isEmpty, derived.terminated.isEmpty,
            reportedTerminated.isEmpty
        else { return false }
        return previous.members === view.members && previous.unreachable == view.unreachable
    }

    /// Walks the previous rows and the records side by side; both are sorted by subject.
    private func listedRows(in view: MembershipView, at: Timestamp) -> [UnreachableSubject] {
        let previous = derived.unreachable.filter { $0.status == .unreachable }
        var next = 0
        return zip(view.unreachable, view.unreachableNodes).map { record, node in
            while next < previous.count, previous[next].subject < record.subject { next += 1 }
            let known = next < previous.count && previous[next].subject == record.subject ? previous[next].since : nil
            let streamed = known == nil ? node.flatMap { stream.unreachable[$0] } : nil
            return UnreachableSubject(
                subject: record.subject, subjectUid: node?.uid, status: .unreachable, observers: record.observers,
                since: known ?? streamed ?? at)
        }
    }

    /// Whether the bridge, where one has answered since, still has a subject as terminated: the records of an observer that is removed end
    /// without an event.
    private func isGossiped(_ node: UniqueAddress, since: Timestamp) -> Bool {
        guard let gossiped, gossiped.at > since + Self.publicationLag else { return true }
        return gossiped.value.contains(node)
    }

    /// Subjects that the stream has as unreachable and the endpoint, asked well after, does not list: dead to the observer for good.
    private func terminatedRows(in view: MembershipView) -> [UnreachableSubject] {
        var rows = stream.unreachable.compactMap { node, since -> UnreachableSubject? in
            guard requestedAt > since + Self.publicationLag, view.members[node] != nil,
                view.record(about: node.address) == nil, isGossiped(node, since: since)
            else { return nil }
            return UnreachableSubject(
                subject: node.address, subjectUid: node.uid, status: .terminated, observers: [], since: since)
        }
        for (node, since) in reportedTerminated where !rows.contains(where: { $0.subject == node.address }) {
            guard view.members[node] != nil, view.record(about: node.address) == nil else { continue }
            rows.append(
                UnreachableSubject(
                    subject: node.address, subjectUid: node.uid, status: .terminated, observers: [], since: since))
        }
        return rows
    }
}
