import Model

/// What the fold keeps of one observer's association to one address.
struct AssociationRecord {
    /// So many pieces of evidence are kept, the newest ones.
    static let keptEvidence = 4

    /// The incarnation of the observer; another one has associations of its own.
    var observerUid: Int64
    var machine: AssociationMachine
    var origin = AssociationOrigin.inferred
    /// Who told it last.
    var source: SourceID?
    /// When it was last told, by our clock.
    var toldAt: Timestamp
    private(set) var evidence: [String] = []
    /// What was last reported as an event about each incarnation.
    private var reported: [Int64: AssociationState] = [:]

    init(observerUid: Int64, transport: RemotingTransport, at: Timestamp) {
        self.observerUid = observerUid
        machine = AssociationMachine(transport)
        toldAt = at
    }

    mutating func add(_ text: String) {
        guard evidence.last != text else { return }
        evidence.append(text)
        if evidence.count > Self.keptEvidence { evidence.removeFirst() }
    }

    /// What was reported of an incarnation whose uid was not known was about this one.
    mutating func rename(_ former: Int64, _ uid: Int64) {
        guard let state = reported.removeValue(forKey: former) else { return }
        reported[uid] = reported[uid] ?? state
    }

    /// The change since the last event about an incarnation, if there is one to report.
    mutating func unreported(_ uid: Int64) -> (from: AssociationState?, to: AssociationState)? {
        let state = machine.status(of: uid)?.state ?? .unknown
        let former = reported[uid]
        guard state != former, state != .unknown else { return nil }
        reported[uid] = state
        if reported.count > Quarantines.most { reported = reported.filter { $0.key == uid } }
        // That it works when it is first heard of is a state and no change.
        return former == nil && (state == .active || state == .idle) ? nil : (former, state)
    }
}

/// What the fold keeps of one observer's bridge.
struct BridgeRecord {
    var node: UniqueAddress
    var source: SourceID
    var stack: String
    var receivedAt: Timestamp
    /// How far the observer's clock is ahead of ours; kept as it is as long as new estimates are near, so that times stand still.
    var skew: Duration
    /// The detectors' subjects, with what they measured.
    var phi: [Address: PhiMeasurement]
    /// The peers that it reported, with their uids.
    var peers: [Address: Int64?]
    var lastSequence: Int64
    /// Plainly active pairs of a mesh that is too large to keep each.
    var activeOthers: Set<Address> = []

    static func skew(of report: BridgeReport, at now: Timestamp, latency: Duration, former: Duration?) -> Duration {
        let estimate = report.at - (now - latency / 2)
        guard let former, (estimate - former).magnitude < .milliseconds(500) else {
            return estimate.magnitude < .milliseconds(500) ? .zero : estimate
        }
        return former
    }
}
