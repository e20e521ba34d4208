// SPDX-License-Identifier: Apache-2.0
/// What one direction of an association is doing, apart from quarantines, which belong to incarnations.
package enum AssociationLink: Hashable, Sendable {
    /// Nothing reported it.
    case unknown
    case idle
    case active
    /// Classic: until a moment, when it is tried again. Artery's back-off has none, because it tries again indefinitely.
    case gated(until: Timestamp?)
}

/// A quarantine of one incarnation.
package struct Quarantine: Hashable, Sendable {
    /// When it began, by the clock that reported it.
    package var since: Timestamp
    /// Whether it is only the ordinary end of a graceful stop.
    package var isHarmless: Bool

    /// Every property as given.
    package init(since: Timestamp, isHarmless: Bool) {
        self.since = since
        self.isHarmless = isHarmless
    }
}

/// The state of an association towards one incarnation, with what goes with it.
package struct AssociationStatus: Hashable, Sendable {
    /// The state itself.
    package var state: AssociationState
    /// Since when, by the clock that reported it; `nil` where nothing says so.
    package var since: Timestamp?
    /// When the gate opens; only classic gates have such a time.
    package var until: Timestamp?
    /// Whether a quarantine is only the ordinary end of a graceful stop.
    package var isHarmless: Bool
    /// Whether the observer keeps trying, which is Artery's way of being gated.
    package var isBackingOff: Bool

    /// Every property as given.
    package init(
        _ state: AssociationState, since: Timestamp? = nil, until: Timestamp? = nil, isHarmless: Bool = false,
        isBackingOff: Bool = false
    ) {
        self.state = state
        self.since = since
        self.until = until
        self.isHarmless = isHarmless
        self.isBackingOff = isBackingOff
    }
}

/// What enters the state machines: the part of an event that bears on one association.
package enum AssociationInput: Hashable, Sendable {
    case event(LifecycleEvent.Kind, uid: Int64?)
    /// The peer's current incarnation, as the members have it.
    case incarnation(Int64)
    /// A row of the bridge, which reads the state itself.
    case report(BridgeReport.Association)
    /// The observer's heartbeats are answered although no line said that the association works again.
    case works
}

/// What an input did.
package enum AssociationOutcome: Hashable, Sendable {
    case moved(from: AssociationStatus, to: AssociationStatus)
    /// It changed nothing.
    case stayed
    case rejected(AssociationRejection)
}

/// Why an input was rejected; counted by whoever feeds the machine.
package enum AssociationRejection: String, Hashable, Sendable, CaseIterable {
    /// The event is of the other remoting.
    case otherTransport
    /// It does not bear on associations.
    case irrelevant
    /// It is older than the input that set the state.
    case outdated
    /// A quarantine without the uid that it is about.
    case noUid
}

/// How many inputs of a source the machines rejected, by reason.
package struct RejectedInputs: Hashable, Sendable {
    private var counts: [AssociationRejection: Int] = [:]

    /// No rejections yet.
    package init() {}

    /// How many inputs were rejected in all.
    package var total: Int { counts.values.reduce(0, +) }

    /// How many inputs were rejected for one reason.
    package subscript(reason: AssociationRejection) -> Int { counts[reason, default: 0] }

    /// Counts one more.
    package mutating func count(_ reason: AssociationRejection) { counts[reason, default: 0] += 1 }

    /// The counts of both.
    package static func + (left: RejectedInputs, right: RejectedInputs) -> RejectedInputs {
        var sum = left
        sum.counts.merge(right.counts, uniquingKeysWith: +)
        return sum
    }
}

/// The quarantines of the incarnations that have been seen at one address: sticky, and of no concern to any other incarnation.
package struct Quarantines: Hashable, Sendable {
    /// Maximum number of incarnations of one address that are remembered: endless restarts would fill the memory.
    package static let maximum = 16

    private(set) var entries: [Int64: Quarantine] = [:]

    subscript(uid: Int64?) -> Quarantine? { uid.flatMap { entries[$0] } }

    /// Sticky: a repetition changes nothing, neither softens nor hardens it.
    mutating func insert(_ uid: Int64, isHarmless: Bool, at: Timestamp) {
        guard entries[uid] == nil else { return }
        if entries.count >= Self.maximum, let oldest = entries.min(by: { $0.value.since < $1.value.since }) {
            entries[oldest.key] = nil
        }
        entries[uid] = Quarantine(since: at, isHarmless: isHarmless)
    }

    mutating func remove(_ uid: Int64) { entries[uid] = nil }

    mutating func removeAll(until moment: Timestamp) { entries = entries.filter { $0.value.since > moment } }

    /// Takes the observer's own word for it, since when it is known stays.
    mutating func replace(_ uid: Int64, isHarmless: Bool, at: Timestamp) {
        guard let known = entries[uid] else { return insert(uid, isHarmless: isHarmless, at: at) }
        entries[uid] = Quarantine(since: known.since, isHarmless: isHarmless)
    }
}
