// SPDX-License-Identifier: Apache-2.0
/// One direction of classic remoting, from an observer to an address (akka-remote, `Remoting.scala`, `Endpoint.scala`; Akka to 2.7, Pekko).
///
/// Inputs and what they lead to. A quarantine belongs to an incarnation: it covers the state of that uid whatever the link does, because
/// both ends of a quarantine keep probing each other.
///
/// | input | link before | link after |
/// |---|---|---|
/// | C04 Associated; a handshake that was completed; F04 reachable | any | active |
/// | C04 Disassociated | active, idle, unknown | idle |
/// | C04 Disassociated | gated | gated |
/// | C04 Disassociated once the gate's time has passed | gated | idle |
/// | C05 because of a shutdown or a quarantine | any | gated for the usual time |
/// | C05 otherwise, C14, C18 | any | as before: C06 follows and names the time |
/// | C06, C07, C08, C10 | any | gated until their time |
/// | C07 "has quarantined this system" | any | gated; the quarantine is the other direction's |
/// | C09, C11 | any | as before; that uid is quarantined, harmless or not |
/// | C13 | any | as before; unless an incarnation is quarantined already, the current one is |
/// | unreachable, terminated | any | as before: only silence was seen |
/// | the gate's time passes | gated | as before, until something is reported: whoever sends heartbeats tries at once, and gates it again or not |
/// | heartbeats are answered again | any | active |
/// | a new incarnation of the peer | any | idle; a quarantine of the old one no longer concerns it |
/// | a row of the bridge | any | what it says, a quarantine or its absence included |
/// | an event older than the newest taken | any | rejected, but for quarantines |
/// | an event of Artery | any | rejected |
package struct ClassicAssociation: Hashable, Sendable {
    /// `retry-gate-closed-for`, where no line names it.
    package static let usualGate = Duration.seconds(5)

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
        case .incarnation(let next): return core.become(incarnation: next, at: at)
        case .report(let report): return apply(report, at: at)
        case .works: return core.move(to: .active, uid: nil, at: at)
        case .event(let kind, let uid): return apply(kind, uid, at: at)
        }
    }

    /// A gate of classic remoting has an end, even if the bridge does not say which.
    private mutating func apply(_ report: BridgeReport.Association, at: Timestamp) -> AssociationOutcome {
        var report = report
        report.isBackingOff = false
        if report.state == .gated { report.gatedUntil = report.gatedUntil ?? at + Self.usualGate }
        return core.apply(report, at: at)
    }

    private mutating func apply(_ kind: LifecycleEvent.Kind, _ uid: Int64?, at: Timestamp) -> AssociationOutcome {
        switch kind {
        case .associated, .handshakeCompleted, .reachable: return core.move(to: .active, uid: uid, at: at)
        case .disassociated: return core.link.isGated(at: at) ? .stayed : core.move(to: .idle, uid: uid, at: at)
        case .associationFailed(let failure, _):
            return failure.gatesAtOnce ? gate(for: Self.usualGate, uid, at: at) : .stayed
        case .gated(let time, _): return gate(for: time, uid, at: at)
        case .quarantined(let isHarmless, _): return core.quarantine(uid, isHarmless: isHarmless, at: at)
        case .quarantineKept: return core.keepQuarantine(uid, at: at)
        case .handshakeTimedOut, .quarantinedByPeer, .unreachable, .terminated, .connectionFailed: return .stayed
        case .connectionOpened, .connectionClosed, .streamRestarted, .streamGaveUp, .idleStopped, .associationRemoved,
            .livenessProbed, .quarantineIgnored, .quarantineTold:
            return .rejected(.otherTransport)
        default: return .rejected(.irrelevant)
        }
    }

    private mutating func gate(for time: Duration, _ uid: Int64?, at: Timestamp) -> AssociationOutcome {
        core.move(to: .gated(until: at + max(.zero, time)), uid: uid, at: at)
    }
}

extension AssociationFailure {
    /// Whether the endpoint manager gates the address itself, which it logs at DEBUG only.
    fileprivate var gatesAtOnce: Bool {
        switch self {
        case .shutDown, .quarantinedByPeer, .quarantinedHere: true
        default: false
        }
    }
}
