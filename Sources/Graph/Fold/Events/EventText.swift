// SPDX-License-Identifier: Apache-2.0
import Model

/// Every sentence that the fold prints: the texts of events, in one place.
enum EventText {
    // MARK: - Views and streams

    /// `10.0.0.7:25520 sees 10.0.0.8:25520 go from Joining to Up`.
    static func status(_ node: Address, from: MemberStatus?, to: MemberStatus, seenBy observer: Address) -> String {
        let change = from.map { "go from \($0.name) to \(to.name)" } ?? "as \(to.name)"
        return "\(observer.hostPort) sees \(node == observer ? "itself" : node.hostPort) \(change)"
    }

    /// A node's view lists what others found too, even about itself: that is hearsay, and says so.
    ///
    /// - Parameters:
    ///   - subject: The member.
    ///   - reachability: What the observer has it as.
    ///   - observer: Whose view it is.
    ///   - finders: Who found it, unless the observer did so itself.
    /// - Returns: A sentence.
    static func reachability(
        _ subject: Address, _ reachability: MeshEvent.Reachability, seenBy observer: Address, finders: [Address]
    ) -> String {
        let isSelf = subject == observer
        if reachability == .reachable {
            return "\(observer.hostPort) "
                + (isSelf ? "is reachable again for all others" : "sees \(subject.hostPort) as reachable")
        }
        let names = finders.map(\.hostPort).enumeration(separator: ", ")
        if isSelf {
            return "\(observer.hostPort) hears that \(finders.isEmpty ? "others" : names) cannot reach it"
        }
        return finders.isEmpty
            ? "\(observer.hostPort) sees \(subject.hostPort) as \(reachability.rawValue)"
            : "\(observer.hostPort) hears from \(names) that \(subject.hostPort) is unreachable"
    }

    static func leader(_ leader: Address?, seenBy observer: Address) -> String {
        let text = leader.map { $0 == observer ? "itself as leader" : "\($0.hostPort) as leader" } ?? "no leader"
        return "\(observer.hostPort) sees \(text)"
    }

    static func shutdown(_ observer: Address) -> String { "\(observer.hostPort) says that it is shutting down" }

    // MARK: - Associations and phi

    static func association(_ change: AssociationChange) -> String {
        let (who, peer) = (change.observer.hostPort, change.subject.hostPort)
        switch change.status.state {
        case .idle: return "\(who) has no association to \(peer) in use"
        case .active: return "\(who) has an active association to \(peer)"
        case .gated where change.status.isBackingOff: return "\(who) cannot reach \(peer) and keeps trying"
        case .gated: return "\(who) has gated \(peer)"
        case .quarantined:
            return "\(who) has quarantined \(peer)" + (change.status.isHarmless ? ", harmlessly" : "")
        case .unknown: return "\(who) tells nothing of \(peer)"
        }
    }

    static func phi(_ phi: PhiMeasurement, of peer: Address, measuredBy observer: Address) -> String {
        let value = phi.isInfinite ? "infinite" : phi.value.map { "\(($0 * 100).rounded() / 100)" } ?? "?"
        return "\(observer.hostPort) measures phi \(value) for \(peer.hostPort), "
            + "\(phi.isAvailable ? "below" : "at or above") its threshold \(phi.threshold)"
    }

    // MARK: - Lines

    /// What a line says of its observer.
    ///
    /// - Parameters:
    ///   - line: The line.
    ///   - observer: The node whose log it is.
    /// - Returns: A clause without the observer's name; `nil` for lines that become no event of their own, because the association machines
    ///   announce what they change.
    static func clause(of line: LifecycleEvent, observer: Address) -> String? {
        let peer = line.peer == observer ? "itself" : line.peer?.hostPort ?? "somebody"
        switch line.kind {
        case .unreachable: return "sees \(peer) as unreachable"
        case .reachable: return "sees \(peer) as reachable"
        case .memberStatus(let status): return "sees \(peer) as \(status.name)"
        case .memberRemoved: return "removes \(peer)"
        case .leads(let leads): return leads ? "is the leader" : "is the leader no more"
        case .terminated: return "sees \(peer) as terminated"
        case .downing(let downing): return clause(of: downing, peer)
        case .noDowning: return "downs nobody by itself"
        case .selfDowned: return "was downed and shuts down"
        case .exiting: return "exits"
        case .shutdown(let reason): return "shuts down: \(reason)"
        case .shutdownPhaseTimedOut(let phase): return "waited too long in phase \(phase) of its shutdown"
        case .shutdownTaskFailed(let phase): return "failed in a task of phase \(phase) of its shutdown"
        case .heartbeatDelayed(let actual, _):
            return "sent its heartbeats \(actual.secondsText) s apart: it was stopped or starved"
        case .heartbeatGrowing(let interval): return "got a heartbeat of \(peer) after \(interval.secondsText) s"
        case .deathWatchTriggered: return "watches actors on \(peer) and has it as dead"
        case .convergence(let isReached):
            return isReached ? "can lead again" : "leads and cannot act: no convergence"
        case .quarantinedByPeer: return "was told that \(peer) has quarantined it"
        case .handshakeMisaddressed: return "was addressed wrongly by \(peer)"
        case .started: return "started remoting"
        case .associated, .disassociated, .associationFailed, .gated, .quarantined, .quarantineKept,
            .quarantineIgnored, .quarantineTold, .handshakeCompleted, .handshakeTimedOut, .connectionOpened,
            .connectionClosed, .connectionFailed, .streamRestarted, .streamGaveUp, .idleStopped, .associationRemoved,
            .livenessProbed, .welcomed, .leftCluster, .other:
            return nil
        }
    }

    private static func clause(of downing: LifecycleEvent.DowningLine, _ peer: String) -> String {
        switch downing {
        case .started(let strategy, _): "downs by \(strategy)"
        case .waiting(let count, _, let reset): "waits before downing \(count)" + (reset ? ", once more" : "")
        case .healed: "has nobody to down: all healed"
        case .responsible(let isResponsible): isResponsible ? "decides on downing" : "decides on downing no more"
        case .decided(let decision, let downsSelf): "decided \(decision)" + (downsSelf ? " and downs itself" : "")
        case .downing: "downs \(peer)"
        case .unstable: "downs all members: too unstable"
        case .lease(let what): "lease: \(what)"
        case .dataCenter(let name, let isReachable): "sees data centre \(name) as \(isReachable ? "" : "un")reachable"
        }
    }
}

extension Duration {
    /// Seconds with at most three decimals.
    fileprivate var secondsText: String {
        let text = String((inSeconds * 1000).rounded() / 1000)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
