// SPDX-License-Identifier: Apache-2.0
import Model

extension AssociationBook {
    /// Takes answered heartbeats as a sign that a link works again, and collects what that changes.
    ///
    /// - Parameters:
    ///   - table: The table of the evaluation before: which pairs were monitored and reachable.
    ///   - membership: The views.
    ///   - moment: The sources and the time.
    /// - Returns: The changes to announce, in no order.
    mutating func advance(
        _ table: AssociationTable, _ membership: MembershipBook, at moment: Moment
    ) -> [AssociationChange] {
        var changes: [AssociationChange] = []
        // In any order: pairs do not touch each other, and the caller sorts what changed.
        for (address, associations) in records {
            let clock = clock(of: address, at: moment.now)
            for (subject, record) in associations where record.machine.needsTime(until: clock) {
                let observer = UniqueAddress(address, uid: record.observerUid)
                if works(observer, subject, table, membership, at: moment) {
                    let context = AssociationRecord.InputContext(
                        at: clock, now: moment.now, origin: .inferred, source: membership.observers[address]?.source,
                        evidence: "heartbeats are answered")
                    apply(.works, observer, subject, context)
                }
                if isSettled(address, subject, clock) { changes += takeChanges(observer, subject) }
            }
        }
        return changes
    }

    /// Whether a link that opened has stayed so for long enough to be announced.
    private func isSettled(_ observer: Address, _ subject: Address, _ clock: Timestamp) -> Bool {
        guard let machine = records[observer]?[subject]?.machine, machine.link == .idle else { return true }
        return machine.since.map { clock - $0 >= Self.retry } ?? true
    }

    /// Whether the observer, which reports nothing of the link itself, is known to get answers of the subject over it.
    private func works(
        _ observer: UniqueAddress, _ subject: Address, _ table: AssociationTable, _ membership: MembershipBook,
        at moment: Moment
    ) -> Bool {
        guard let record = records[observer.address]?[subject], let state = membership.observers[observer.address],
            hasNoBridge(observer.address, at: moment), let view = membership.usableView(of: observer, at: moment),
            let node = view.members[subject]?.node, !state.knowsUnreachable(subject),
            table.infers(observer.address, node)
        else { return false }
        let asked = clock(of: observer.address, at: state.requestedAt)
        // An observer that joined when the subject was lost already has not found out yet, while others have.
        guard view.record(about: subject) == nil else { return false }
        switch record.machine.link {
        case .gated(until: nil):
            return record.machine.newest.map { asked - $0 >= AssociationDowngrades.detection } ?? false
        case .gated(let until?): return asked - until >= Self.retry
        case .idle: return record.machine.since.map { asked - $0 >= Self.retry } ?? false
        case .active, .unknown: return false
        }
    }
}

extension AssociationMachine {
    /// Whether time may show that it works: a link that is not known to.
    fileprivate func needsTime(until clock: Timestamp) -> Bool {
        switch link {
        case .gated(let until?): until <= clock
        case .gated(until: nil), .idle: true
        case .active, .unknown: false
        }
    }
}
