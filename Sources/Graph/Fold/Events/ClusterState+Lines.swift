import Model

extension ClusterState {
    /// The event of a line that is not about an association. What the views tell anyway is told by lines only where there is no view.
    func otherEvent(
        _ line: LifecycleEvent, _ observer: Address, _ origin: SourceKind, at now: Timestamp
    ) -> MeshEvent? {
        guard origin == .log else { return nil }
        let hasView = observers[observer]?.view != nil
        let who = observer.hostPort
        func event(
            _ kind: MeshEvent.Kind, _ what: String, from: String? = nil, to: String? = nil,
            _ severity: MeshEvent.Severity? = nil, _ causality: Causality? = nil
        ) -> MeshEvent {
            var event = self.event(
                kind, observer, line.peer, line.uid ?? line.peer.flatMap { latestUids[$0] }, from, to, origin,
                "\(who) \(what)", at: line.at)
            event.severity = severity ?? event.severity
            event.causality = causality
            return event
        }
        let whom = line.peer == observer ? "itself" : line.peer?.hostPort ?? "somebody"
        switch line.kind {
        case .unreachable: return hasView ? nil : event(.reachability, "sees \(whom) as unreachable", to: "unreachable")
        case .reachable: return hasView ? nil : event(.reachability, "sees \(whom) as reachable", to: "reachable")
        case .memberStatus(let status):
            return hasView ? nil : event(.member, "sees \(whom) as \(status.name)", to: status.name)
        case .memberRemoved: return hasView ? nil : event(.member, "removes \(whom)", to: MemberStatus.removed.name)
        case .leads(let leads):
            return hasView ? nil : event(.leader, leads ? "is the leader" : "is the leader no more")
        case .terminated:
            return event(.reachability, "sees \(whom) as terminated", from: nil, to: "terminated", .failure)
        case .downing(let downing):
            return event(
                .sbr, downing.text(whom), downing.severity,
                downing == .downing ? line.peer.map { .cause(.downing(of: $0)) } : nil)
        case .noDowning: return event(.sbr, "downs nobody by itself", .warning)
        case .selfDowned:
            return event(.shutdown, "was downed and shuts down", .failure, .effect(.downing(of: observer)))
        case .exiting: return event(.shutdown, "exits")
        case .shutdown(let reason): return event(.shutdown, "shuts down: \(reason)")
        case .shutdownPhaseTimedOut(let phase):
            return event(.shutdown, "waited too long in phase \(phase) of its shutdown", .warning)
        case .shutdownTaskFailed(let phase):
            return event(.shutdown, "failed in a task of phase \(phase) of its shutdown", .warning)
        case .heartbeatDelayed(let actual, _):
            let pause = actual.secondsInShort
            return event(.other, "sent its heartbeats \(pause) s apart: it was stopped or starved", .warning)
        case .heartbeatGrowing(let interval):
            return event(.other, "got a heartbeat of \(whom) after \(interval.secondsInShort) s", .warning)
        case .deathWatchTriggered: return event(.other, "watches actors on \(whom) and has it as dead", .warning)
        case .convergence(let isReached):
            return isReached
                ? event(.other, "can lead again") : event(.other, "leads and cannot act: no convergence", .warning)
        case .quarantinedByPeer:
            let link = line.peer.map { Causality.Link.quarantine(by: $0, of: observer, uid: latestUids[observer]) }
            return event(.other, "was told that \(whom) has quarantined it", .failure, link.map { .effect($0) })
        case .handshakeMisaddressed: return event(.other, "was addressed wrongly by \(whom)", .warning)
        case .started: return event(.other, "started remoting", nil, .cause(.start(of: observer)))
        default: return nil
        }
    }
}

extension LifecycleEvent.DowningLine {
    fileprivate var severity: MeshEvent.Severity {
        switch self {
        case .started, .healed, .responsible, .lease, .dataCenter(_, isReachable: true): .notice
        case .waiting, .dataCenter(_, isReachable: false): .warning
        case .decided, .downing, .unstable: .failure
        }
    }

    fileprivate func text(_ whom: String) -> String {
        switch self {
        case .started(let strategy, _): "downs by \(strategy)"
        case .waiting(let count, _, let reset): "waits before downing \(count)" + (reset ? ", once more" : "")
        case .healed: "has nobody to down: all healed"
        case .responsible(let isResponsible): isResponsible ? "decides on downing" : "decides on downing no more"
        case .decided(let decision, let downsSelf): "decided \(decision)" + (downsSelf ? " and downs itself" : "")
        case .downing: "downs \(whom)"
        case .unstable: "downs all members: too unstable"
        case .lease(let what): "lease: \(what)"
        case .dataCenter(let name, let isReachable): "sees data centre \(name) as \(isReachable ? "" : "un")reachable"
        }
    }
}

extension Duration {
    /// Seconds with at most three decimals.
    fileprivate var secondsInShort: String {
        let text = String((inSeconds * 1000).rounded() / 1000)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
