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

    static func shutdown(_ observer: Address) -> String { "\(observer.hostPort) is shutting down" }

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
        case .unknown: return "\(who) has no known association to \(peer)"
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
    static func clause(of line: LifecycleEvent, observer: Address?) -> String? {
        let peer = peer(of: line, observer)
        switch line.kind {
        case .unreachable: return "sees \(peer) as unreachable"
        case .reachable: return "sees \(peer) as reachable"
        case .memberStatus(let status): return "sees \(peer) as \(status.name)"
        case .memberRemoved: return "removes \(peer)"
        case .leads(let leads): return leads ? "is the leader" : "is no longer the leader"
        case .terminated: return "sees \(peer) as terminated"
        case .downing(let downing): return clause(of: downing, peer, line.payload)
        case .noDowning: return "has no downing provider: members must be downed manually"
        case .selfDowned: return "was downed and shuts down"
        case .exiting: return "exits"
        case .shutdown(let reason): return "shuts down: \(reason)"
        case .shutdownPhaseTimedOut(let phase): return "waited too long in phase \(phase) of its shutdown"
        case .shutdownTaskFailed(let phase): return "failed in a task of phase \(phase) of its shutdown"
        case .heartbeatDelayed(let actual, _):
            return "sent its heartbeats \(actual.secondsText) s apart: it was stopped or starved"
        case .heartbeatGrowing(let interval):
            return "received a heartbeat of \(peer) after \(interval.secondsText) s"
        case .deathWatchTriggered: return "watches actors on \(peer) and considers it dead"
        case .convergence(let isReached):
            return isReached ? "can perform its duties as leader again" : blocked(line.payload)
        case .quarantinedByPeer: return line.peer.map(quarantined) ?? "has been quarantined"
        case .handshakeMisaddressed: return "was contacted by \(peer) at an address that is not its own"
        case .started: return "started remoting"
        case .welcomed: return "was welcomed to the cluster by \(peer)"
        case .quarantineIgnored: return "ignored a quarantine of \(peer)"
        case .other: return LineNote.of(line.pattern)?.text(of: line, peer: peer)
        case .associated, .disassociated, .associationFailed, .gated, .quarantined, .quarantineKept, .quarantineTold,
            .handshakeCompleted, .handshakeTimedOut, .connectionOpened, .connectionClosed, .connectionFailed,
            .streamRestarted, .streamGaveUp, .idleStopped, .associationRemoved, .livenessProbed, .leftCluster:
            return nil
        }
    }

    static func quarantined(by peer: Address) -> String { "has been quarantined by \(peer.hostPort)" }

    private static func peer(of line: LifecycleEvent, _ observer: Address?) -> String {
        guard let peer = line.peer else { return "another node" }
        return peer == observer ? "itself" : peer.hostPort
    }

    /// Who keeps a leader from acting, if the line lists it: members that are unreachable, or have not seen the gossip.
    private static func blocked(_ payload: LinePayload?) -> String {
        let text = "leads and cannot act: no convergence"
        guard let payload else { return text }
        let lost = Set(payload.records.filter { $0.status != .reachable }.map(\.subject)).sorted()
        if !lost.isEmpty { return text + ", \(lost.enumeration) unreachable" }
        let unseen = payload.members.filter { $0.hasSeen == false }.map(\.address).sorted()
        return unseen.isEmpty ? text : text + ", not seen by \(unseen.enumeration)"
    }

    /// What a line says of the association to its peer, where nothing is known of its observer that could have changed.
    ///
    /// - Returns: The state that it reports and a clause; `nil` for lines that report none.
    static func link(of line: LifecycleEvent, observer: Address?) -> (state: AssociationState, clause: String)? {
        guard line.peer != nil else { return nil }
        let peer = peer(of: line, observer)
        switch line.kind {
        case .associated, .handshakeCompleted, .connectionOpened:
            return (.active, "has an active association to \(peer)")
        case .gated, .associationFailed: return (.gated, "has gated \(peer)")
        case .connectionFailed(_, let failure), .streamRestarted(_, let failure):
            return failure.isPlanned ? nil : (.gated, "cannot reach \(peer) and keeps trying")
        case .handshakeTimedOut, .streamGaveUp: return (.gated, "cannot reach \(peer) and keeps trying")
        case .quarantined(let isHarmless, _):
            return (.quarantined, "has quarantined \(peer)" + (isHarmless ? ", harmlessly" : ""))
        case .quarantineKept: return (.quarantined, "still refuses \(peer), which it has quarantined")
        default: return nil
        }
    }

    /// The name of the node whose line it is.
    static func name(of observer: Address?) -> String { observer?.hostPort ?? "an unnamed node" }

    private static func clause(
        of downing: LifecycleEvent.DowningLine, _ peer: String, _ payload: LinePayload?
    ) -> String {
        switch downing {
        case .started(let strategy, _): "resolves split brains by \(strategy)"
        case .waiting(let count, _, let reset):
            (reset ? "waits again" : "waits") + " before it decides on downing: \(count) unreachable"
        case .healed: "has no downing decision to take: all members are reachable again"
        case .responsible(let isResponsible):
            isResponsible
                ? "is responsible for downing decisions" : "is no longer responsible for downing decisions"
        case .decided(let decision, let downsSelf): "decided \(decision)" + downed(payload, downsSelf: downsSelf)
        case .downing: "downs \(peer)"
        case .unstable: "downs all members: reachability is too unstable"
        case .lease(let what): "lease: \(what)"
        case .dataCenter(let name, let isReachable): "sees data centre \(name) as \(isReachable ? "" : "un")reachable"
        }
    }

    private static func downed(_ payload: LinePayload?, downsSelf: Bool) -> String {
        guard let payload else { return downsSelf ? " and downs itself" : "" }
        guard !payload.downed.isEmpty else { return downsSelf ? " and downs itself" : " and downs no member" }
        return " and downs \(payload.downed.enumeration)" + (downsSelf ? ", itself included" : "")
    }
}

extension Duration {
    /// Seconds with at most three decimals.
    fileprivate var secondsText: String {
        let text = String((inSeconds * 1000).rounded() / 1000)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
