/// One answer of the bridge, `GET /meshtop/remoting`: what a node knows of its own failure detectors and associations.
///
/// A bridge is somebody else's program: what it says is checked where it is decoded and again where it is used.
package struct BridgeReport: Hashable, Sendable {
    /// Who says it.
    package var node: UniqueAddress
    /// `akka-2.6.21`, `pekko-1.2.1`.
    package var stack: String
    package var transport: RemotingTransport
    /// When it was written, by the node's clock.
    package var at: Timestamp
    /// One per subject that the node monitors.
    package var detectors: [Detector]
    package var associations: [Association]
    /// The reachability records of the gossip, those of other observers too.
    package var reachability: [ReachabilityRecord]
    /// Who has seen the current gossip.
    package var seen: [Address]
    /// By ascending number. Those that an earlier report had may be left out.
    package var events: [Event]

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
        package var peer: Address
        /// `nil` if it is infinite, or the bridge gave no number.
        package var phi: Double?
        package var isInfinite: Bool
        package var threshold: Double
        package var isAvailable: Bool
        /// The time since the last heartbeat.
        package var silence: Duration
        /// What the formula is computed from; `nil` from bridges that do not report it.
        package var history: HeartbeatHistory?

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
        package var samples: Int
        /// Without the acceptable pause.
        package var mean: Double
        /// Without the floor.
        package var deviation: Double
        package var minimalDeviation: Double
        package var acceptablePause: Double

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

    package struct Association: Hashable, Sendable {
        package var peer: Address
        /// `nil` as long as the node does not know it.
        package var uid: Int64?
        package var state: AssociationState
        package var isHarmless: Bool
        /// Artery: the peer cannot be reached, and is tried again indefinitely.
        package var isBackingOff: Bool
        /// Artery: the time since something was last sent.
        package var lastUsed: Duration?
        /// Classic: the writer exists and does not know the uid yet.
        package var isHandshaking: Bool
        /// Classic: when the gate opens.
        package var gatedUntil: Timestamp?

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

    package struct ReachabilityRecord: Hashable, Sendable {
        package enum Status: String, Hashable, Sendable, CaseIterable {
            case reachable = "Reachable"
            case unreachable = "Unreachable"
            case terminated = "Terminated"
        }

        package var observer: Address
        package var subject: Address
        package var status: Status
        package var version: Int64

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
        package var at: Timestamp
        /// The name of the class: `QuarantinedEvent`, `AssociationErrorEvent`.
        package var type: String
        package var peer: Address?
        package var uid: Int64?
        package var isInbound: Bool?
        package var reason: String?

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
