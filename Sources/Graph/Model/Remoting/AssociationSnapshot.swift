// SPDX-License-Identifier: Apache-2.0
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
        case .podLog: self = .log
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
    /// The incarnation whose side it is.
    package var observer: UniqueAddress
    /// The incarnation at the other end.
    package var subject: UniqueAddress
    /// Whether both are members now; a departed subject keeps its row for a while.
    package var isCurrent: Bool
    /// The state on the observer's side.
    package var status: AssociationStatus
    /// The remoting that the state was read from.
    package var transport: RemotingTransport
    /// Whether the observer's failure detector monitors the subject; `nil` where no bridge reports it.
    package var isMonitored: Bool?
    /// Whether the heartbeat ring says that it should; `nil` between data centres, where another rule holds.
    package var isExpected: Bool?
    /// How the state is known; `nil` if nothing is known.
    package var origin: AssociationOrigin?
    /// When the state was last reported, by our clock.
    package var observedAt: Timestamp?
    /// How old the source of the state is.
    package var freshness: Freshness
    /// The lines and events behind the state, the newest last; few.
    package var evidence: [String]
    /// What the observer's failure detector measures of the subject; `nil` where nothing reports it.
    package var phi: PhiMeasurement?

    /// Every property as given.
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
    /// Pairs whose association is not in use.
    package var idle = 0
    /// Pairs that work.
    package var active = 0
    /// Pairs that are gated or backing off.
    package var gated = 0
    /// Pairs that are quarantined, harmless ones included.
    package var quarantined = 0
    /// Pairs of which nothing is known.
    package var unknown = 0

    /// No pairs.
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
    /// The name of the strategy, `keep-majority`; `none` if nothing is ever downed, `unknown` if only a decision was seen.
    package var strategy: String
    /// How long reachability must be stable before a decision; `nil` where nothing reports it.
    package var stableAfter: Duration?
    /// When it decides at the earliest; `nil` when nothing is pending.
    package var decisionNotBefore: Timestamp?
    /// After how much longer than ``stableAfter`` everything is downed while reachability goes on changing: zero if never, `nil` where
    /// nothing reports it.
    package var unstableAfter: Duration?
    /// What resolvers will do; `nil` where nobody is unreachable.
    package var forecast: DowningForecast?

    /// Every property as given.
    package init(
        strategy: String, stableAfter: Duration? = nil, decisionNotBefore: Timestamp? = nil,
        unstableAfter: Duration? = nil, forecast: DowningForecast? = nil
    ) {
        self.strategy = strategy
        self.stableAfter = stableAfter
        self.decisionNotBefore = decisionNotBefore
        self.unstableAfter = unstableAfter
        self.forecast = forecast
    }
}

/// meshtop's own failure detector over its own polls of a member: no observer's opinion, and never an alarm by itself.
package struct EstimatedPhi: Hashable, Sendable {
    /// `nil` if infinite.
    package var value: Double?
    /// Whether the silence is beyond what a double can express.
    package var isInfinite: Bool
    /// When the member last answered.
    package var observedAt: Timestamp

    /// Every property as given.
    package init(value: Double?, isInfinite: Bool, observedAt: Timestamp) {
        self.value = value
        self.isInfinite = isInfinite
        self.observedAt = observedAt
    }
}
