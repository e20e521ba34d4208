// SPDX-License-Identifier: Apache-2.0
import Model

/// Downgrades associations whose end no log or bridge reports: an active state, a back-off, or what was inferred, where other evidence
/// speaks against it.
struct AssociationDowngrades {
    /// How long a link that failed is still believed to fail while the observer has the peer as reachable: longer than a failure detector
    /// with default settings takes to find out (akka.md §4.1).
    static let detection = Duration.seconds(8)
    /// How long a back-off is believed whose end nothing can report: three times the time of a handshake.
    static let unansweredBackOff = Duration.seconds(60)

    private let book: AssociationBook
    private let membership: MembershipBook
    private let refusing: [Address: Refusal]
    private let moment: Moment

    /// - Parameters:
    ///   - book: What was reported of associations.
    ///   - membership: The views.
    ///   - refusing: The members whose management port refuses connections.
    ///   - moment: The time, and the freshness of sources.
    init(_ book: AssociationBook, _ membership: MembershipBook, refusing: [Address: Refusal], at moment: Moment) {
        self.book = book
        self.membership = membership
        self.refusing = refusing
        self.moment = moment
    }

    /// Whether nothing refuses, so that calm rows stay calm.
    var isCalm: Bool { refusing.isEmpty }

    /// Takes back an active state that nothing has reported since the subject's process began to refuse connections. Artery is trying to
    /// reach it again if the observer has lost it too; until it had the time to lose it and did not, the state is not known. Classic
    /// remoting gates it in turns, which cannot be seen from here.
    func afterRefusal(_ row: AssociationSnapshot) -> AssociationSnapshot {
        guard row.status.state == .active, row.origin != .bridge, let refusal = refusing[row.subject.address],
            row.subject.uid == membership.latestUids[row.subject.address],
            row.origin == .inferred || row.observedAt.map({ $0 < refusal.since }) ?? true,
            let state = membership.observers[row.observer.address],
            let member = state.view?.members[row.subject.address], !member.status.isLeavingOrGone
        else { return row }
        // A newcomer has had no more time than it is known.
        let start = max(refusal.since, membership.members[row.observer]?.knownSince ?? refusal.since)
        let hadNoTime = refusal.hasAnswered && state.requestedAt - start < Self.detection
        // Its own machine refuses, and others have lost it: that is no end of a port alone.
        let isLostByOthers = refusal.isDirect && state.view?.record(about: row.subject.address) != nil
        let isLost = state.knowsUnreachable(row.subject.address) || hadNoTime && isLostByOthers
        guard isLost || hadNoTime else { return row }
        // A management port may end alone, of a member that is well: until its observers have had the time to lose it, nothing is claimed.
        guard row.transport == .artery, isLost else { return row.withoutState }
        var row = row
        row.status = AssociationStatus(.gated, since: refusal.since, isBackingOff: true)
        row.origin = .inferred
        row.evidence = ["unreachable, and its management port refuses connections since \(refusal.since)"]
        return row
    }

    /// Judges a gate whose time has passed and of which nothing has been reported since. Whoever sends heartbeats tries at once and is
    /// refused again, or works and is soon known to; to a departed subject nobody sends anything; elsewhere nothing says what it is.
    func afterGate(_ row: AssociationSnapshot, isMonitored: Bool) -> AssociationSnapshot {
        guard row.status.state == .gated, let until = row.status.until, until <= moment.now else { return row }
        var row = row
        row.status.until = nil
        guard membership.isCurrent(row.subject) else {
            row.status = AssociationStatus(.idle, since: until)
            return row
        }
        if isMonitored || isLost(row) || refusing[row.subject.address] != nil
            || !book.hasNoBridge(row.observer.address, at: moment)
        {
            return row
        }
        return row.withoutState
    }

    /// Whether the observer has the subject as unreachable, by its view or its log.
    private func isLost(_ row: AssociationSnapshot) -> Bool {
        membership.members[row.subject]?.unreachableBy.contains(row.observer.address) ?? false
    }

    /// Takes back a back-off that nothing has reported for long, of a pair that sends no heartbeats, so that nothing will ever report its
    /// end: a peer that is still tried and not reached ends a handshake every twenty seconds (akka.md §6.2).
    func afterSilence(_ row: AssociationSnapshot, isMonitored: Bool) -> AssociationSnapshot {
        guard row.status.isBackingOff, row.origin == .log, !isMonitored, let reportedAt = row.observedAt,
            moment.now - reportedAt > Self.unansweredBackOff,
            membership.observers[row.observer.address]?.view?.record(about: row.subject.address) == nil
        else { return row }
        return row.withoutState
    }

    /// Whether a node joined so lately that it may not have found out yet which members it cannot reach.
    func isNewcomer(_ observer: UniqueAddress) -> Bool {
        guard let state = membership.observers[observer.address], let status = state.view?.own?.status,
            status == .joining || status == .weaklyUp, let known = membership.members[observer]?.knownSince
        else { return false }
        return state.requestedAt - known < Self.detection && book.hasNoBridge(observer.address, at: moment)
    }

    /// Takes back what lines alone do not say. At INFO they never say that a link works: not after a new incarnation, and not after a
    /// back-off, which is over if the observer does not lose the subject in the time that its detector needs.
    func ofLogs(_ row: AssociationSnapshot, _ record: AssociationRecord) -> AssociationSnapshot {
        switch row.status.state {
        case .idle where record.machine.isAssumed: return row.withoutState
        case .gated where row.status.isBackingOff && !isLost(row):
            let silence = record.machine.newest.map { moment.now - $0 } ?? .zero
            return silence > Self.detection ? row.withoutState : row
        case .unknown, .idle, .active, .gated, .quarantined: return row
        }
    }

    /// Takes back what is inferred of a newcomer, if others have the subject as unreachable.
    func ofNewcomer(_ row: AssociationSnapshot) -> AssociationSnapshot {
        guard row.status.state == .active, row.origin == .inferred,
            let state = membership.observers[row.observer.address],
            state.view?.record(about: row.subject.address) != nil, !state.knowsUnreachable(row.subject.address)
        else { return row }
        return row.withoutState
    }

}

extension AssociationSnapshot {
    /// The same pair with an unknown state.
    fileprivate var withoutState: AssociationSnapshot {
        var row = self
        row.status = AssociationStatus(.unknown)
        row.origin = nil
        row.evidence = []
        return row
    }
}

extension MemberStatus {
    /// Whether the member ends in good order, so that its management may end before its associations do.
    fileprivate var isLeavingOrGone: Bool {
        switch self {
        case .leaving, .exiting, .removed: true
        case .joining, .weaklyUp, .up, .down, .preparingForShutdown, .readyForShutdown, .unknown: false
        }
    }
}
