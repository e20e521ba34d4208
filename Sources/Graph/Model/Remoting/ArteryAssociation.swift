// SPDX-License-Identifier: Apache-2.0
/// One direction of Artery, from an observer to an address (akka-remote, `artery/Association.scala`, `ArteryTransport.scala`).
///
/// Artery has no gate. While a peer cannot be reached the streams are restarted with back-off, indefinitely: that is the state gated without a
/// time. A quarantine belongs to an incarnation, as in classic remoting.
///
/// | input | link before | link after |
/// |---|---|---|
/// | T03 opened; a handshake that was completed; F04 reachable | any | active |
/// | T02, C18 of a planned stop (quarantined, idle) | any | as before |
/// | T02 otherwise, T04, T05 | any | backing off |
/// | T06 | any | backing off; the actor system terminates |
/// | T12 of the control stream | active, unknown | idle |
/// | T12 of another stream, T03 closed, T13 | any | as before |
/// | T11 | any | idle; all quarantines of that address are forgotten |
/// | T08 | any | as before; that uid is quarantined |
/// | T09 | any | as before; that uid is quarantined, harmless |
/// | T10 with the uid of the present incarnation | any | active: a handshake with that one was completed |
/// | T10 otherwise, T14, T15 | any | as before: ignored, or the other direction's |
/// | unreachable, terminated | any | as before: the link of a silent peer stays until TCP gives up |
/// | heartbeats are answered again | any | active |
/// | a new incarnation of the peer | any | idle; a quarantine of the old one no longer concerns it |
/// | a row of the bridge | any | what it says, a quarantine or its absence included |
/// | an event older than the newest taken | any | rejected, but for quarantines |
/// | C04, C06, C07, C08, C10, C13 | any | rejected |
package struct ArteryAssociation: Hashable, Sendable {
    var core = AssociationCore()

    /// An association of which nothing is known.
    package init() {}

    /// The state towards an incarnation; `nil` if nothing recorded here is about it.
    package func status(of subject: Int64) -> AssociationStatus? { core.status(of: subject) }

    /// Takes in an input.
    ///
    /// - Parameters:
    ///   - input: The input.
    ///   - at: When, by the observer's clock.
    /// - Returns: The transition of the incarnation that it is about.
    package mutating func apply(_ input: AssociationInput, at: Timestamp) -> AssociationOutcome {
        switch input {
        case .incarnation(let next): core.become(incarnation: next, at: at)
        case .report(let report): core.apply(report, at: at)
        case .works: core.move(to: .active, uid: nil, at: at)
        case .event(let kind, let uid): apply(kind, uid, at: at)
        }
    }

    private mutating func apply(_ kind: LifecycleEvent.Kind, _ uid: Int64?, at: Timestamp) -> AssociationOutcome {
        switch kind {
        case .connectionOpened, .handshakeCompleted, .reachable: return core.move(to: .active, uid: uid, at: at)
        case .connectionFailed(_, let failure), .streamRestarted(_, let failure):
            return failure.isPlanned ? .stayed : core.move(to: .gated(until: nil), uid: uid, at: at)
        case .handshakeTimedOut, .streamGaveUp: return core.move(to: .gated(until: nil), uid: uid, at: at)
        case .idleStopped(let stream): return stop(stream, uid, at: at)
        case .associationRemoved: return core.forget(uid, at: at)
        case .quarantined(let isHarmless, _): return core.quarantine(uid, isHarmless: isHarmless, at: at)
        case .quarantineIgnored: return uid == nil ? .stayed : core.move(to: .active, uid: uid, at: at)
        case .connectionClosed, .livenessProbed, .quarantineTold, .quarantinedByPeer, .unreachable, .terminated,
            .handshakeMisaddressed:
            return .stayed
        case .associated, .disassociated, .associationFailed, .gated, .quarantineKept:
            return .rejected(.otherTransport)
        default: return .rejected(.irrelevant)
        }
    }

    /// Only the control stream keeps an association alive.
    private mutating func stop(
        _ stream: LifecycleEvent.OutboundStream?, _ uid: Int64?, at: Timestamp
    ) -> AssociationOutcome {
        stream ?? .control == .control && !core.link.isGated ? core.move(to: .idle, uid: uid, at: at) : .stayed
    }
}

extension AssociationFailure {
    /// Whether it is Artery's own end of a stream that is not needed any more.
    package var isPlanned: Bool { self == .stoppedQuarantined || self == .stoppedIdle }
}
