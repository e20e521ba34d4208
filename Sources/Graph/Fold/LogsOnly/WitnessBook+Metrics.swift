// SPDX-License-Identifier: Apache-2.0
import Model

extension WitnessBook {
    /// Records what exporters say of the membership, where no endpoint is heard. Unlike lines they name everybody each time: who is named
    /// no more by anyone was removed.
    ///
    /// - Parameters:
    ///   - testimonies: What each exporter says, in the order of observers.
    ///   - source: The metrics server.
    ///   - membership: Who is a member.
    ///   - now: The time.
    /// - Returns: What has changed since exporters said something for the first time, by observer.
    mutating func record(
        _ testimonies: [MetricTestimony], from source: SourceID, in membership: inout MembershipBook, at now: Timestamp
    ) -> [(observer: Address, difference: ObserverState.Difference)] {
        let isFirst = isEmpty
        var changes: [(Address, ObserverState.Difference)] = []
        for testimony in testimonies {
            guard addMemberIfUnknown(testimony.observer, in: &membership, at: testimony.at) else { break }
            restoreIfRemoved(testimony.observer)
            changes += record(testimony, from: source, in: &membership)
        }
        changes += removeUnnamed(by: testimonies, from: source, in: &membership)
        return isFirst ? [] : changes
    }

    private mutating func record(
        _ testimony: MetricTestimony, from source: SourceID, in membership: inout MembershipBook
    ) -> [(Address, ObserverState.Difference)] {
        let (observer, at) = (testimony.observer, testimony.at)
        var changes: [(Address, ObserverState.Difference)] = []
        beginWitness(of: observer, source)
        if let status = testimony.ownStatus {
            changes += record(status, of: observer, by: observer, in: &membership, at: at)
        }
        for row in testimony.rows {
            guard row.status != .removed, addMemberIfUnknown(row.subject, in: &membership, at: at) else { continue }
            if let status = row.status {
                changes += record(status, of: row.subject, by: observer, in: &membership, at: at)
            }
            guard let node = membership.latest(row.subject) else { continue }
            let wasLost = witness(of: observer)?.lost[row.subject] != nil
            changeWitness(observer) { witness in
                witness.name(row.subject, row.status, at: at)
                switch row.isUnreachable {
                case true?: witness.markUnreachable(row.subject, at: at)
                case false?: witness.markReachable(row.subject)
                case nil: break
                }
            }
            let isLost = witness(of: observer)?.lost[row.subject] != nil
            if wasLost != isLost { changes.append((observer, .reachability(node, isReachable: !isLost))) }
        }
        let named = Set(testimony.rows.map(\.subject))
        let dropped = witness(of: observer)?.named.keys.filter { !named.contains($0) } ?? []
        for subject in dropped.sorted() where witness(of: observer)?.source == source {
            changeWitness(observer) { $0.forget(subject) }
        }
        return changes
    }

    private mutating func record(
        _ status: MemberStatus, of subject: Address, by observer: Address, in membership: inout MembershipBook,
        at: Timestamp
    ) -> [(Address, ObserverState.Difference)] {
        let before = membership.latestRecord(subject)?.status
        setStatus(status, of: subject, by: observer, in: &membership, at: at)
        guard let after = membership.latestRecord(subject), after.status != before, before != .unreported else {
            return []
        }
        return [(observer, .status(after.node, from: before, to: after.status))]
    }

    /// A member whose own exporter is silent, and which no other names, is no member any more.
    private mutating func removeUnnamed(
        by testimonies: [MetricTestimony], from source: SourceID, in membership: inout MembershipBook
    ) -> [(Address, ObserverState.Difference)] {
        guard let speaker = testimonies.max(by: { $0.at < $1.at }) else { return [] }
        let named = Set(testimonies.flatMap { [$0.observer] + $0.rows.map(\.subject) })
        var changes: [(Address, ObserverState.Difference)] = []
        for record in membership.sortedMembers where record.removedAt == nil {
            let address = record.node.address
            // What a log reports as well is not taken away because metrics leave it out.
            guard !named.contains(address), witness(of: address)?.source.kind ?? .prometheus == .prometheus else {
                continue
            }
            setStatus(.removed, of: address, by: speaker.observer, in: &membership, at: speaker.at)
            forget(address)
            endWitness(of: address)
            if membership.latestRecord(address)?.removedAt != nil {
                changes.append((speaker.observer, .status(record.node, from: record.status, to: .removed)))
            }
        }
        return changes
    }
}
