/// How the state of a pair is known; the words of the documents.
package enum AssociationOrigin: String, Hashable, Sendable {
    case log
    case sse
    case bridge
    case metric
    /// Nothing reported it; the observer is expected to monitor the subject and has it as reachable.
    case inferred

    /// The origin that a kind of source gives; `nil` for kinds that report nothing about associations.
    package init?(_ kind: SourceKind) {
        switch kind {
        case .log: self = .log
        case .sse: self = .sse
        case .bridge: self = .bridge
        case .prometheus: self = .metric
        case .management, .kubernetes, .journal, .probe: return nil
        }
    }

    /// The kind of source that an event names.
    package var source: SourceKind {
        switch self {
        case .log: .log
        case .sse: .sse
        case .bridge: .bridge
        case .metric: .prometheus
        case .inferred: .management
        }
    }
}

/// One ordered pair: what the observer's side of the association to this incarnation of the subject is.
package struct AssociationSnapshot: Hashable, Sendable {
    package var observer: UniqueAddress
    package var subject: UniqueAddress
    /// Whether both are members now; a departed subject keeps its row for a while.
    package var isCurrent: Bool
    package var status: AssociationStatus
    package var transport: RemotingTransport
    /// Whether the observer's failure detector monitors the subject; `nil` where no bridge reports it.
    package var isMonitored: Bool?
    /// Whether the heartbeat ring says that it should; `nil` between data centres, where another rule holds.
    package var isExpected: Bool?
    package var origin: AssociationOrigin?
    package var observedAt: Timestamp?
    package var freshness: Freshness
    /// The lines and events behind the state, the newest last; few.
    package var evidence: [String]
    package var phi: PhiMeasurement?

    package init(
        observer: UniqueAddress, subject: UniqueAddress, isCurrent: Bool = true,
        status: AssociationStatus = AssociationStatus(.unknown), transport: RemotingTransport,
        isMonitored: Bool? = nil, isExpected: Bool? = nil, origin: AssociationOrigin? = nil,
        observedAt: Timestamp? = nil, freshness: Freshness = .lost, evidence: [String] = [],
        phi: PhiMeasurement? = nil
    ) {
        self.observer = observer
        self.subject = subject
        self.isCurrent = isCurrent
        self.status = status
        self.transport = transport
        self.isMonitored = isMonitored
        self.isExpected = isExpected
        self.origin = origin
        self.observedAt = observedAt
        self.freshness = freshness
        self.evidence = evidence
        self.phi = phi
    }

    /// Whether nothing is worth listing but that it works.
    package var isPlainlyActive: Bool {
        status.state == .active && isCurrent && (phi.map { ($0.magnitude ?? 0) < 1 && $0.isAvailable } ?? true)
    }
}

/// How many pairs of current members are in which state; always of all pairs.
package struct AssociationCounts: Hashable, Sendable {
    package var idle = 0
    package var active = 0
    package var gated = 0
    package var quarantined = 0
    package var unknown = 0

    package init() {}

    /// - Parameter unknown: The number of pairs, of which nothing is known.
    package init(unknown: Int) { self.unknown = unknown }

    /// Takes one pair out of the unknown ones.
    package mutating func count(_ state: AssociationState) {
        switch state {
        case .idle: idle += 1
        case .active: active += 1
        case .gated: gated += 1
        case .quarantined: quarantined += 1
        case .unknown: return
        }
        unknown -= 1
    }
}

/// What a split brain resolver reported of itself.
package struct DowningSnapshot: Hashable, Sendable {
    package var strategy: String
    package var stableAfter: Duration?
    /// When it decides at the earliest; `nil` when nothing is pending.
    package var decisionNotBefore: Timestamp?

    package init(strategy: String, stableAfter: Duration? = nil, decisionNotBefore: Timestamp? = nil) {
        self.strategy = strategy
        self.stableAfter = stableAfter
        self.decisionNotBefore = decisionNotBefore
    }
}

/// meshtop's own failure detector over its own polls of a member: no observer's opinion, and never an alarm by itself.
package struct EstimatedPhi: Hashable, Sendable {
    /// `nil` if infinite.
    package var value: Double?
    package var isInfinite: Bool
    /// When the member last answered.
    package var observedAt: Timestamp

    package init(value: Double?, isInfinite: Bool, observedAt: Timestamp) {
        self.value = value
        self.isInfinite = isInfinite
        self.observedAt = observedAt
    }
}
