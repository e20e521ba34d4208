// SPDX-License-Identifier: Apache-2.0
import Model

/// Makes the events of one cluster out of what its books found. The sentences are those of `EventText`.
struct EventComposer {
    let cluster: String
    let membership: MembershipBook

    // MARK: - Views and streams

    /// The event of a difference that a poll or a stream showed.
    func event(
        _ difference: ObserverState.Difference, of observer: Address, from source: SourceID, at now: Timestamp
    ) -> MeshEvent {
        var event: MeshEvent
        switch difference {
        case .status(let node, let from, let to):
            event = self.event(
                .member(from: from, to: to), observer, node,
                EventText.status(node.address, from: from, to: to, seenBy: observer), source.kind, at: now)
            event.causality = causality(of: node, to)
        case .reachability(let node, let isReachable):
            event = reachabilityEvent(node, isReachable, observer, source, at: now)
        case .leader(let from, let to):
            let subject = to.flatMap { address in
                membership.ownUid(of: address).map { UniqueAddress(address, uid: $0) }
            }
            event = self.event(
                .leader(from: from, to: to), observer, subject, EventText.leader(to, seenBy: observer), source.kind,
                at: now)
            event.subject = to
        case .shutdown:
            event = self.event(.shutdown, observer, nil, EventText.shutdown(observer), source.kind, at: now)
            event.subject = observer
            event.subjectUid = membership.ownUid(of: observer)
        }
        event.source = source
        return event
    }

    private func reachabilityEvent(
        _ node: UniqueAddress, _ isReachable: Bool, _ observer: Address, _ source: SourceID, at now: Timestamp
    ) -> MeshEvent {
        let (from, to): (MeshEvent.Reachability, MeshEvent.Reachability) =
            isReachable ? (.unreachable, .reachable) : (.reachable, .unreachable)
        let finders = isReachable ? [] : otherFinders(of: node.address, observer: observer)
        var event = event(
            .reachability(from: from, to: to), observer, node,
            EventText.reachability(node.address, to, seenBy: observer, finders: finders), source.kind, at: now)
        event.hearsay = MeshEvent.Hearsay(finders)
        return event
    }

    /// Who found a subject unreachable, unless the observer did so itself.
    private func otherFinders(of subject: Address, observer: Address) -> [Address] {
        let finders = membership.observers[observer]?.view?.record(about: subject)?.observers ?? []
        return finders.contains(observer) ? [] : finders
    }

    private func causality(of node: UniqueAddress, _ to: MemberStatus) -> Causality? {
        switch to {
        case .down: .effect(.downing(of: node.address))
        case .joining: .effect(.start(of: node.address))
        case .weaklyUp, .up, .leaving, .exiting, .removed, .preparingForShutdown, .readyForShutdown, .unknown: nil
        }
    }

    // MARK: - Associations and phi

    func event(_ change: AssociationChange, at now: Timestamp) -> MeshEvent {
        var event = event(
            .association(from: change.from, to: change.status.state), change.observer,
            UniqueAddress(change.subject, uid: change.uid), EventText.association(change), change.origin.source,
            at: now)
        event.source = change.source
        if change.status.isHarmless { event.severity = .notice }
        if change.status.state == .quarantined, !change.status.isHarmless {
            event.causality = .cause(.quarantine(by: change.observer, of: change.subject, uid: change.uid))
        }
        return event
    }

    /// The events of detectors that have crossed their thresholds since an earlier measurement.
    func crossings(
        _ phi: [Address: PhiMeasurement], since previous: [Address: PhiMeasurement], of observer: Address,
        in order: [Address], _ origin: SourceKind, at now: Timestamp
    ) -> [MeshEvent] {
        order.compactMap { peer in
            guard let value = phi[peer], let before = previous[peer], before.isAvailable != value.isAvailable else {
                return nil
            }
            var event = event(
                .phi(isAvailable: value.isAvailable), observer, membership.latest(peer),
                EventText.phi(value, of: peer, measuredBy: observer), origin, at: now)
            event.subject = peer
            return event
        }
    }

    // MARK: - Lines

    /// The event of a line that is not about an association. What the views show anyway is an event of lines only where there is no view.
    func event(_ line: LifecycleEvent, of observer: Address, _ origin: SourceKind) -> MeshEvent? {
        guard origin == .log, let clause = clause(of: line, observer), let change = change(of: line) else { return nil }
        if isShown(by: line.kind), membership.observers[observer]?.view != nil { return nil }
        var event = event(change, observer, nil, "\(observer.hostPort) \(clause)", origin, at: line.at)
        complete(&event, line)
        event.causality = causality(of: line, observer)
        return event
    }

    private func clause(of line: LifecycleEvent, _ observer: Address) -> String? {
        if let clause = EventText.clause(of: line, observer: observer) { return clause }
        // The other direction's row says it, unless the peer is no member.
        guard line.meaning.reportsQuarantineByPeer, let peer = line.peer, membership.latestUids[peer] == nil else {
            return nil
        }
        return EventText.quarantined(by: peer)
    }

    /// The event of a line whose observer is not named, or is no member: of everything that it reports, as nothing else will.
    func foreignEvent(_ line: LifecycleEvent, of observer: Address?) -> MeshEvent? {
        let name = EventText.name(of: observer)
        var event: MeshEvent
        if let link = EventText.link(of: line, observer: observer) {
            event = self.event(
                .association(from: nil, to: link.state), observer, nil, "\(name) \(link.clause)", .log, at: line.at)
        } else if let clause = EventText.clause(of: line, observer: observer), let change = change(of: line) {
            event = self.event(change, observer, nil, "\(name) \(clause)", .log, at: line.at)
        } else {
            return nil
        }
        complete(&event, line)
        return event
    }

    private func complete(_ event: inout MeshEvent, _ line: LifecycleEvent) {
        event.subject = line.peer
        event.subjectUid = known(line.uid ?? line.peer.flatMap { membership.latestUids[$0] })
        let note = line.kind == .other ? LineNote.of(line.pattern)?.severity : nil
        if let severity = note ?? severity(of: line.kind) { event.severity = severity }
    }

    /// An event as its line reports it: by the observer's clock, with the line itself.
    func stamped(
        _ event: MeshEvent, by line: LifecycleEvent, observer: Address?, late: Bool, from source: SourceID,
        at now: Timestamp
    ) -> MeshEvent {
        var event = event
        event.at = line.at
        if let observer { event.clock = .node(observer) }
        event.receivedAt = now
        event.source = source
        event.evidence = MeshEvent.Evidence(
            text: line.evidence.text, pattern: line.pattern, line: line.evidence.line)
        event.isLate = late
        return event
    }

    /// Whether polls of the observer show what the line reports.
    private func isShown(by kind: LifecycleEvent.Kind) -> Bool {
        switch kind {
        case .unreachable, .reachable, .memberStatus, .memberRemoved, .leads: true
        default: false
        }
    }

    private func change(of line: LifecycleEvent) -> MeshEvent.Change? {
        switch line.kind {
        case .unreachable: .reachability(from: nil, to: .unreachable)
        case .reachable: .reachability(from: nil, to: .reachable)
        case .terminated: .reachability(from: nil, to: .terminated)
        case .memberStatus(let status): .member(from: nil, to: status)
        case .memberRemoved: .member(from: nil, to: .removed)
        case .leads: .leader(from: nil, to: nil)
        case .downing, .noDowning: .sbr
        case .other where LineNote.of(line.pattern)?.isOfDowning == true: .sbr
        case .selfDowned, .exiting, .shutdown, .shutdownPhaseTimedOut, .shutdownTaskFailed: .shutdown
        default: .other
        }
    }

    /// How bad it is, where the change alone does not say so.
    private func severity(of kind: LifecycleEvent.Kind) -> MeshEvent.Severity? {
        switch kind {
        case .terminated, .selfDowned, .quarantinedByPeer: .failure
        case .downing(let downing): severity(of: downing)
        case .noDowning, .shutdownPhaseTimedOut, .shutdownTaskFailed, .heartbeatDelayed, .heartbeatGrowing,
            .deathWatchTriggered, .convergence(false), .handshakeMisaddressed:
            .warning
        default: nil
        }
    }

    private func severity(of downing: LifecycleEvent.DowningLine) -> MeshEvent.Severity {
        switch downing {
        case .started, .healed, .responsible, .lease, .dataCenter(_, isReachable: true): .notice
        case .waiting, .dataCenter(_, isReachable: false): .warning
        case .decided, .downing, .unstable: .failure
        }
    }

    private func causality(of line: LifecycleEvent, _ observer: Address) -> Causality? {
        switch line.kind {
        case .downing(.downing): line.peer.map { .cause(.downing(of: $0)) }
        case .selfDowned: .effect(.downing(of: observer))
        case .started: .cause(.start(of: observer))
        case .quarantinedByPeer:
            line.peer.map { peer in
                .effect(.quarantine(by: peer, of: observer, uid: membership.latestUids[observer]))
            }
        default: nil
        }
    }

    // MARK: - Common

    private func event(
        _ change: MeshEvent.Change, _ observer: Address?, _ subject: UniqueAddress?, _ text: String,
        _ origin: SourceKind, at: Timestamp
    ) -> MeshEvent {
        MeshEvent(
            at: at, cluster: cluster, observer: observer, subject: subject?.address,
            subjectUid: known(subject?.uid), change: change, origin: origin, text: text)
    }

    /// A uid that stands for "not known" is not printed.
    private func known(_ uid: Int64?) -> Int64? { uid == UniqueAddress.unknownUid ? nil : uid }
}
