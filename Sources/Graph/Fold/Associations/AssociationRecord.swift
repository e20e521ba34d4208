// SPDX-License-Identifier: Apache-2.0
import Model

/// What the fold keeps of one observer's association to one address.
struct AssociationRecord {
    /// Maximum number of pieces of evidence that are kept, the newest ones.
    static let maximumEvidence = 4

    /// The incarnation of the observer; another one has associations of its own.
    var observerUid: Int64
    private(set) var machine: AssociationMachine
    private(set) var origin = AssociationOrigin.inferred
    /// The source that reported it last.
    private(set) var source: SourceID?
    /// When it was last reported, by our clock.
    private(set) var reportedAt: Timestamp
    private(set) var evidence: [String] = []
    /// The answers to heartbeats that a log at DEBUG names.
    private(set) var heartbeats = HeartbeatTrail()
    /// Whether the peer was no member, and not known to have been one, when it was last reported.
    private(set) var isOfStranger = false
    /// The state of each incarnation in its last event.
    private var announced: [Int64: AssociationState] = [:]

    /// Where an input comes from: when, from which source, and in which words.
    struct InputContext {
        /// By the observer's clock.
        var at: Timestamp
        /// By our clock.
        var now: Timestamp
        var origin: AssociationOrigin
        var source: SourceID?
        var transport: RemotingTransport?
        var evidence: String?
        /// Whether the peer is no member, and not known to have been one.
        var isOfStranger = false
    }

    init(observerUid: Int64, transport: RemotingTransport, at: Timestamp) {
        self.observerUid = observerUid
        machine = AssociationMachine(transport)
        reportedAt = at
    }

    /// Whether it is of this incarnation of the observer, as far as both are known.
    func isOf(_ observer: UniqueAddress) -> Bool {
        observerUid == observer.uid || observerUid == UniqueAddress.unknownUid || observer.knownUid == nil
    }

    /// Whether all that lines said of it is older than a moment, by the observer's clock, and nothing else has reported it.
    func isOlder(than moment: Timestamp) -> Bool {
        guard origin == .log else { return false }
        return [machine.newest, machine.lastQuarantine].compactMap { $0 }.allSatisfy { $0 < moment }
    }

    /// Forgets what lines said of the link before the peer's process began.
    mutating func forgetLink(before moment: Timestamp) {
        guard origin == .log, let newest = machine.newest, newest < moment else { return }
        machine.forgetLink()
    }

    /// Feeds the machine.
    ///
    /// - Returns: Why the machine rejected the input; `nil` if it did not.
    mutating func apply(_ input: AssociationInput, _ context: InputContext) -> AssociationRejection? {
        if case .rejected(let reason) = machine.apply(input, at: context.at) { return reason }
        origin = context.origin
        source = context.source
        isOfStranger = context.isOfStranger
        reportedAt = context.now
        if let text = context.evidence { add(evidence: text) }
        return nil
    }

    /// Tells the machine which incarnation of the peer is the present one.
    mutating func setIncarnation(_ uid: Int64, at: Timestamp) { _ = machine.apply(.incarnation(uid), at: at) }

    /// Records that a log names an answer to a heartbeat: one piece of evidence for all of them.
    mutating func noteHeartbeat(at time: Timestamp) {
        heartbeats.record(at: time)
        evidence.removeAll { $0.hasPrefix(HeartbeatTrail.prefix) }
        add(evidence: heartbeats.text)
    }

    mutating func add(evidence text: String) {
        guard evidence.last != text else { return }
        evidence.append(text)
        if evidence.count > Self.maximumEvidence { evidence.removeFirst() }
    }

    /// What was announced of an incarnation whose uid was not known was about this one.
    mutating func rename(_ unknown: Int64, to uid: Int64) {
        guard let state = announced.removeValue(forKey: unknown) else { return }
        announced[uid] = announced[uid] ?? state
    }

    /// The incarnation that lines have named, if they have named one only.
    var onlyNamedUid: Int64? {
        let named = machine.uids.subtracting([UniqueAddress.unknownUid])
        return named.count == 1 ? named.first : nil
    }

    /// The stranger has become a member, of this incarnation.
    mutating func recognise(_ uid: Int64, at: Timestamp) {
        guard isOfStranger else { return }
        isOfStranger = false
        setIncarnation(uid, at: at)
        rename(UniqueAddress.unknownUid, to: uid)
    }

    /// The change since the last event about an incarnation, if there is one to announce.
    mutating func takeUnannounced(_ uid: Int64) -> (from: AssociationState?, to: AssociationState)? {
        let state = machine.status(of: uid)?.state ?? .unknown
        let known = announced[uid]
        guard state != known, state != .unknown else { return nil }
        announced[uid] = state
        if announced.count > Quarantines.maximum { announced = announced.filter { $0.key == uid } }
        // That it works when it is first heard of is a state and no change.
        return known == nil && (state == .active || state == .idle) ? nil : (known, state)
    }
}

/// A change of an association that is to be announced.
struct AssociationChange {
    var observer: Address
    var subject: Address
    var uid: Int64
    var from: AssociationState?
    var status: AssociationStatus
    var origin: AssociationOrigin
    var source: SourceID?
}
