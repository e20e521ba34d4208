/// What is not taken for granted of associations that nobody has told the end of.
///
/// A process that is killed closes its connections in good order, and Artery says nothing of that: its next line may come eight seconds
/// later, or never. The process's management port tells at once, by refusing connections; a node that is only paused or cut off does not
/// refuse. It is no proof, because management may end before the actor system does.
extension ClusterState {
    /// The members of whom all management sources refuse connections, and since when.
    func refusing(at moment: Moment) -> [Address: Timestamp] {
        var refusing: [Address: Timestamp] = [:]
        var others: Set<Address> = []
        for source in moment.sources.values where source.id.kind == .management && source.cluster == id {
            guard let member = source.member else { continue }
            if source.state == .failing, source.failure?.code == .refused {
                refusing[member] = max(refusing[member] ?? source.stateSince, source.stateSince)
            } else {
                others.insert(member)
            }
        }
        return others.isEmpty ? refusing : refusing.filter { !others.contains($0.key) }
    }

    /// Takes back an active state that nobody has told since the subject's process began to refuse connections. Once the observer has it as
    /// unreachable too, Artery is trying to reach it again; classic remoting gates it in turns, which cannot be told from here.
    func doubt(_ row: inout AssociationSnapshot, at moment: Moment) {
        let (observer, subject) = (row.observer.address, row.subject.address)
        guard row.status.state == .active, row.origin != .bridge, let since = remoting.refusing[subject],
            row.subject.uid == latestUids[subject],
            row.origin == .inferred || row.observedAt.map({ $0 < since }) ?? true,
            let state = observers[observer], let member = state.view?.members[subject],
            !member.status.isLeavingOrGone
        else { return }
        let isLost = state.knowsUnreachable(subject)
        if isLost, row.transport == .artery {
            row.status = AssociationStatus(.gated, since: since, isBackingOff: true)
            row.origin = .inferred
            row.evidence = ["unreachable, and its management port refuses connections since \(since)"]
        } else if isLost || state.requestedAt - since < RemotingState.detection {
            row.status = AssociationStatus(.unknown)
            row.origin = nil
            row.evidence = []
        }
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
