// SPDX-License-Identifier: Apache-2.0
/// One answer of the bridge, `GET /meshtop/remoting`: what a node knows of its own failure detectors and associations.
///
/// A bridge is somebody else's program: what it says is checked where it is decoded and again where it is used.
package struct BridgeReport: Hashable, Sendable {
    /// Who says it.
    package var node: UniqueAddress
    /// `akka-2.6.21`, `pekko-1.2.1`.
    package var stack: String
    /// The remoting of the node.
    package var transport: RemotingTransport
    /// When it was written, by the node's clock.
    package var at: Timestamp
    /// One per subject that the node monitors.
    package var detectors: [Detector]
    /// One per peer that the node's remoting knows.
    package var associations: [Association]
    /// The reachability records of the gossip, those of other observers too.
    package var reachability: [ReachabilityRecord]
    /// Who has seen the current gossip.
    package var seen: [Address]
    /// By ascending number. Those that an earlier report had may be left out.
    package var events: [Event]

    /// Every property as given.
    package init(
        node: UniqueAddress, stack: String, transport: RemotingTransport, at: Timestamp, detectors: [Detector] = [],
        associations: [Association] = [], reachability: [ReachabilityRecord] = [], seen: [Address] = [],
        events: [Event] = []
    ) {
        self.node = node
        self.stack = stack
        self.transport = transport
        self.at = at
        self.detectors = detectors
        self.associations = associations
        self.reachability = reachability
        self.seen = seen
        self.events = events
    }

    /// A failure detector as it was at the time of the report.
    package struct Detector: Hashable, Sendable {
        /// The subject that is monitored.
        package var peer: Address
        /// `nil` if it is infinite, or the bridge gave no number.
        package var phi: Double?
        /// Whether phi is infinite.
        package var isInfinite: Bool
        /// The phi at which the subject counts as unavailable.
        package var threshold: Double
        /// Whether the detector has the subject as available.
        package var isAvailable: Bool
        /// The time since the last heartbeat.
        package var silence: Duration
        /// What the formula is computed from; `nil` from bridges that do not report it.
        package var history: HeartbeatHistory?

        /// Every property as given.
        package init(
            peer: Address, phi: Double?, isInfinite: Bool, threshold: Double, isAvailable: Bool, silence: Duration,
            history: HeartbeatHistory? = nil
        ) {
            self.peer = peer
            self.phi = phi
            self.isInfinite = isInfinite
            self.threshold = threshold
            self.isAvailable = isAvailable
            self.silence = silence
            self.history = history
        }
    }

    /// The intervals between heartbeats, summed up, and the settings that go with them. In milliseconds, as the detector counts.
    package struct HeartbeatHistory: Hashable, Sendable {
        /// Number of intervals in the history.
        package var samples: Int
        /// Without the acceptable pause.
        package var mean: Double
        /// Without the floor.
        package var deviation: Double
        /// The least deviation that the formula uses, in milliseconds.
        package var minimalDeviation: Double
        /// The pause that is added to the mean, in milliseconds.
        package var acceptablePause: Double

        /// Every property as given.
        package init(
            samples: Int, mean: Double, deviation: Double, minimalDeviation: Double, acceptablePause: Double
        ) {
            self.samples = samples
            self.mean = mean
            self.deviation = deviation
            self.minimalDeviation = minimalDeviation
            self.acceptablePause = acceptablePause
        }
    }

    /// A row of the node's registry of associations.
    package struct Association: Hashable, Sendable {
        /// The address at the other end.
        package var peer: Address
        /// `nil` as long as the node does not know it.
        package var uid: Int64?
        /// The state as the registry has it.
        package var state: AssociationState
        /// Whether a quarantine is only the ordinary end of a graceful stop.
        package var isHarmless: Bool
        /// Artery: the peer cannot be reached, and is tried again indefinitely.
        package var isBackingOff: Bool
        /// Artery: the time since something was last sent.
        package var lastUsed: Duration?
        /// Classic: the writer exists and does not know the uid yet.
        package var isHandshaking: Bool
        /// Classic: when the gate opens.
        package var gatedUntil: Timestamp?

        /// Every property as given.
        package init(
            peer: Address, uid: Int64?, state: AssociationState, isHarmless: Bool = false, isBackingOff: Bool = false,
            lastUsed: Duration? = nil, isHandshaking: Bool = false, gatedUntil: Timestamp? = nil
        ) {
            self.peer = peer
            self.uid = uid
            self.state = state
            self.isHarmless = isHarmless
            self.isBackingOff = isBackingOff
            self.lastUsed = lastUsed
            self.isHandshaking = isHandshaking
            self.gatedUntil = gatedUntil
        }
    }

    /// A record of the gossip: how one observer has one subject.
    package struct ReachabilityRecord: Hashable, Sendable {
        /// What the observer has the subject as.
        package enum Status: String, Hashable, Sendable, CaseIterable {
            case reachable = "Reachable"
            case unreachable = "Unreachable"
            case terminated = "Terminated"
        }

        /// The member that observes.
        package var observer: Address
        /// The member that is observed.
        package var subject: Address
        /// What the observer has it as.
        package var status: Status
        /// Grows with each change of the observer's records.
        package var version: Int64

        /// Every property as given.
        package init(observer: Address, subject: Address, status: Status, version: Int64) {
            self.observer = observer
            self.subject = subject
            self.status = status
            self.version = version
        }
    }

    /// A remoting event of the node's event stream.
    package struct Event: Hashable, Sendable {
        /// Grows by one with each event of the process.
        package var sequence: Int64
        /// When it happened, by the node's clock.
        package var at: Timestamp
        /// The name of the class: `QuarantinedEvent`, `AssociationErrorEvent`.
        package var type: String
        /// The other end, where the event has one.
        package var peer: Address?
        /// The incarnation that the event names.
        package var uid: Int64?
        /// Whether the peer connected; `nil` where the event does not say.
        package var isInbound: Bool?
        /// Why, in the words of the event.
        package var reason: String?

        /// Every property as given.
        package init(
            sequence: Int64, at: Timestamp, type: String, peer: Address? = nil, uid: Int64? = nil,
            isInbound: Bool? = nil, reason: String? = nil
        ) {
            self.sequence = sequence
            self.at = at
            self.type = type
            self.peer = peer
            self.uid = uid
            self.isInbound = isInbound
            self.reason = reason
        }
    }
}

/// The state of an association, on the observer's side; the words of the documents.
package enum AssociationState: String, Hashable, Sendable, CaseIterable {
    case idle
    case active
    case gated
    case quarantined
    /// Nothing reports it.
    case unknown
}
