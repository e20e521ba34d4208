import Model

/// What is not taken for granted of associations that nobody has told the end of.
///
/// A process that is killed closes its connections in good order, and Artery says nothing of that: its next line may come eight seconds
/// later, or never. The process's management port tells at once, by refusing connections; a node that is only paused or cut off does not
/// refuse. It is no proof, because management may end before the actor system does, and none at all if a proxy refuses.
extension ClusterState {
    /// The members of whom all management sources refuse connections.
    func refusing(at moment: Moment) -> [Address: Refusal] {
        var refusing: [Address: Refusal] = [:]
        var others: Set<Address> = []
        for source in moment.sources.values where source.id.kind == .management && source.cluster == id {
            guard let member = source.member else { continue }
            if source.state == .failing, source.failure?.code == .refused {
                let known = refusing[member]
                refusing[member] = Refusal(
                    since: max(known?.since ?? source.stateSince, source.stateSince),
                    isDirect: (known?.isDirect ?? true) && source.id.host == member.host,
                    hasAnswered: (known?.hasAnswered ?? false) || source.lastSuccess != nil)
            } else {
                others.insert(member)
            }
        }
        return others.isEmpty ? refusing : refusing.filter { !others.contains($0.key) }
    }

    /// Takes back an active state that nobody has told since the subject's process began to refuse connections. Artery is trying to reach it
    /// again if the observer has lost it too, or if it is the subject's own machine that refuses, until the observer had the time to lose
    /// it and did not. Classic remoting gates it in turns, which cannot be told from here.
    func doubt(_ row: inout AssociationSnapshot, at moment: Moment) {
        let (observer, subject) = (row.observer.address, row.subject.address)
        guard row.status.state == .active, row.origin != .bridge, let refusal = remoting.refusing[subject],
            row.subject.uid == latestUids[subject],
            row.origin == .inferred || row.observedAt.map({ $0 < refusal.since }) ?? true,
            let state = observers[observer], let member = state.view?.members[subject],
            !member.status.isLeavingOrGone
        else { return }
        let isLost = state.knowsUnreachable(subject)
        // A newcomer has had no more time than it is known.
        let start = max(refusal.since, members[row.observer]?.knownSince ?? refusal.since)
        let hadNoTime = refusal.hasAnswered && state.requestedAt - start < RemotingState.detection
        guard isLost || hadNoTime else { return }
        if row.transport == .artery, isLost || refusal.isDirect && isOlder(row.subject, than: refusal) {
            row.status = AssociationStatus(.gated, since: refusal.since, isBackingOff: true)
            row.origin = .inferred
            let text = "its management port refuses connections since \(refusal.since)"
            row.evidence = [isLost ? "unreachable, and \(text)" : text]
        } else {
            row.status = AssociationStatus(.unknown)
            row.origin = nil
            row.evidence = []
        }
    }

    /// Whether a node joined so lately that it may not have found out yet whom it cannot reach.
    func isNewcomer(_ observer: UniqueAddress, at moment: Moment) -> Bool {
        guard let state = observers[observer.address], let status = state.view?.own?.status,
            status == .joining || status == .weaklyUp, let known = members[observer]?.knownSince
        else { return false }
        return state.requestedAt - known < RemotingState.detection && hasNoBridge(observer.address, at: moment)
    }

    /// Takes back what is taken for granted of a newcomer, if others have the subject as unreachable.
    func doubtReach(of row: inout AssociationSnapshot) {
        guard row.status.state == .active, row.origin == .inferred, let state = observers[row.observer.address],
            state.view?.record(about: row.subject.address) != nil, !state.knowsUnreachable(row.subject.address)
        else { return }
        row.status = AssociationStatus(.unknown)
        row.origin = nil
        row.evidence = []
    }

    /// Takes back a back-off that nobody has told of for long, of a pair that sends no heartbeats, so that nothing will ever tell its end: a
    /// peer that is still tried and not reached ends a handshake every twenty seconds (akka.md §6.2).
    func doubtBackOff(_ row: inout AssociationSnapshot, isMonitored: Bool, at moment: Moment) {
        guard row.status.isBackingOff, row.origin == .log, !isMonitored, let told = row.observedAt,
            moment.now - told > RemotingState.unansweredBackOff,
            observers[row.observer.address]?.view?.record(about: row.subject.address) == nil
        else { return }
        row.status = AssociationStatus(.unknown)
        row.origin = nil
        row.evidence = []
    }

    /// A process that has just begun may open its management port last.
    private func isOlder(_ node: UniqueAddress, than refusal: Refusal) -> Bool {
        members[node].map { $0.knownSince < refusal.since } ?? false
    }
}

/// That a member's management port refuses connections: its process has gone, or is about to.
struct Refusal: Hashable {
    var since: Timestamp
    /// Whether the member's own machine is who refuses, and no proxy or forwarded port.
    var isDirect: Bool
    /// Whether it ever answered: a port that never was open tells nothing by being closed.
    var hasAnswered: Bool
}

extension SourceID {
    /// The host of a target that is a URL, without brackets.
    fileprivate var host: String? {
        guard let start = target.utf8.firstRange(of: "://".utf8)?.upperBound else { return nil }
        let authority = target[start...].prefix { $0 != "/" }
        if authority.first == "[" { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }
}

extension MemberStatus {
    /// Whether the member ends in good order, so that its management may end before its associations do.
    fileprivate var isLeavingOrGone: Bool {
        switch self {
        case .leaving, .exiting, .removed: true
        default: false
        }
    }
}
