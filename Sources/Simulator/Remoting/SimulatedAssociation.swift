// SPDX-License-Identifier: Apache-2.0
/// One direction of remoting, from a process to the node at another place, where it is not what it is to every member by default:
/// active, with the uid known. Times are steps of the simulation.
struct SimulatedAssociation: Sendable {
    /// What can be sent. Every state can become ``quarantined(isHarmless:)``, and a new incarnation of the peer begins with
    /// ``connecting`` or ``active``.
    enum State: Equatable, Sendable {
        /// Under way for the first time. Artery backs off until it succeeds, classic remoting is active without knowing the uid.
        /// Becomes ``active``; classic also ``gated(until:)``.
        case connecting
        /// Becomes ``lost`` (Artery) or ``gated(until:)`` (classic) when the connection ends.
        case active
        /// Artery: the connection was lost, and is tried again indefinitely. Becomes ``active``.
        case lost
        /// Classic: nothing is sent until the gate opens. Becomes ``active``, or ``gated(until:)`` again.
        case gated(until: Int)
        /// Nothing is sent to this incarnation any longer; final.
        case quarantined(isHarmless: Bool)
    }

    /// The incarnation that it is about.
    var incarnation: Int
    var isUIDKnown = true
    var state: State
    /// When it came into this state.
    var since: Int

    var isQuarantined: Bool {
        if case .quarantined = state { return true }
        return false
    }
}

/// A remoting event as the bridge reports it.
struct RemotingEvent: Sendable {
    enum Kind: String, Sendable {
        case associated = "AssociatedEvent"
        case disassociated = "DisassociatedEvent"
        case associationError = "AssociationErrorEvent"
        case quarantined = "QuarantinedEvent"
        case gracefulShutdownQuarantined = "GracefulShutdownQuarantinedEvent"
        case thisActorSystemQuarantined = "ThisActorSystemQuarantinedEvent"
    }

    /// Counted since the start of the process, from 1.
    var sequence = 0
    /// Milliseconds of the simulation.
    let at: Int64
    let kind: Kind
    /// The incarnation that it is about.
    let incarnation: Int
    var tellsUID = false
    var isInbound: Bool?
    var reason: String?
}

/// The newest remoting events of a process.
struct RemotingEvents: Sendable {
    private static let limit = 200
    private var count = 0
    private(set) var newest: [RemotingEvent] = []

    mutating func append(_ event: RemotingEvent) {
        count += 1
        if newest.count >= Self.limit { newest.removeFirst() }
        newest.append(event)
        newest[newest.count - 1].sequence = count
    }
}
