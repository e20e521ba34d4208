// SPDX-License-Identifier: Apache-2.0
/// What both remotings' machines keep: the link, the incarnation that it is to, and the quarantines.
struct AssociationCore: Hashable, Sendable {
    private(set) var link = AssociationLink.unknown
    private(set) var since: Timestamp?
    /// Whether the link is taken for idle because another incarnation runs there, which nothing has reported.
    private(set) var isAssumed = false
    private(set) var uid: Int64?
    private(set) var quarantines = Quarantines()
    /// The newest time of an input that set the link's state; whatever is older is outdated.
    private(set) var newest: Timestamp?

    /// The state towards an incarnation; `nil` if nothing recorded here is about it.
    func status(of subject: Int64) -> AssociationStatus? {
        if let quarantine = quarantines[subject] {
            return AssociationStatus(.quarantined, since: quarantine.since, isHarmless: quarantine.isHarmless)
        }
        return uid == nil || uid == subject ? linkStatus : nil
    }

    private var linkStatus: AssociationStatus? {
        switch link {
        case .unknown: nil
        case .idle: AssociationStatus(.idle, since: since)
        case .active: AssociationStatus(.active, since: since)
        case .gated(let until):
            AssociationStatus(.gated, since: since, until: until, isBackingOff: until == nil)
        }
    }

    mutating func become(incarnation next: Int64, at: Timestamp) -> AssociationOutcome {
        guard uid != next else { return .stayed }
        defer { self.uid = next }
        // To learn the uid of the present incarnation ends nothing.
        guard let uid, uid != UniqueAddress.unknownUid, link != .unknown else { return .stayed }
        (link, since, newest, isAssumed) = (.idle, at, at, true)
        return .stayed
    }

    /// What was reported of the link was about an earlier incarnation, whichever it named. Quarantines name theirs.
    mutating func forgetLink() { (link, since, newest, isAssumed) = (.unknown, nil, nil, false) }

    mutating func move(to next: AssociationLink, uid named: Int64?, at: Timestamp) -> AssociationOutcome {
        if let newest, at < newest { return .rejected(.outdated) }
        newest = at
        return change(of: named ?? uid) { core in
            core.adopt(named)
            core.set(next, at: at)
        }
    }

    mutating func quarantine(_ uid: Int64?, isHarmless: Bool, at: Timestamp) -> AssociationOutcome {
        guard let uid else { return .rejected(.noUid) }
        return change(of: uid) { $0.quarantines.insert(uid, isHarmless: isHarmless, at: at) }
    }

    /// The observer repeats that what it has quarantined at this address stays so. Which incarnation that is, it does not say: the one that is
    /// known to be quarantined, or else the present one.
    mutating func keepQuarantine(_ uid: Int64?, at: Timestamp) -> AssociationOutcome {
        quarantines.entries.isEmpty ? quarantine(uid ?? self.uid, isHarmless: false, at: at) : .stayed
    }

    /// Forgets the quarantines of an address that the observer has removed as a whole.
    mutating func forget(_ uid: Int64?, at: Timestamp) -> AssociationOutcome {
        if let newest, at < newest { return .rejected(.outdated) }
        newest = at
        return change(of: uid ?? self.uid) { core in
            core.quarantines.removeAll(until: at)
            core.set(.idle, at: at)
        }
    }

    /// Takes what the bridge read from the registry itself: nothing that was inferred before stands against it.
    mutating func apply(_ report: BridgeReport.Association, at: Timestamp) -> AssociationOutcome {
        if let newest, at < newest { return .rejected(.outdated) }
        newest = at
        return change(of: report.uid ?? uid) { core in
            let subject = report.uid ?? core.uid
            core.adopt(subject)
            if let subject, report.state == .quarantined {
                core.quarantines.replace(subject, isHarmless: report.isHarmless, at: at)
            } else if let subject, let quarantine = core.quarantines[subject], quarantine.since <= at {
                // A line may be heard of before a report that is older.
                core.quarantines.remove(subject)
            }
            if let next = report.link { core.set(next, at: at) }
        }
    }

    /// Takes an incarnation for the link's; the link to another one was another link.
    private mutating func adopt(_ next: Int64?) {
        guard let next, next != uid else { return }
        if uid != nil { (link, since, isAssumed) = (.unknown, nil, false) }
        uid = next
    }

    private mutating func set(_ next: AssociationLink, at: Timestamp) {
        // A gate that is prolonged is the same gate.
        if next != link, !(next.isGated && link.isGated) { since = at }
        (link, isAssumed) = (next, false)
    }

    private mutating func change(of subject: Int64?, _ change: (inout AssociationCore) -> Void) -> AssociationOutcome {
        let before = subject.flatMap(status) ?? AssociationStatus(.unknown)
        change(&self)
        let after = (subject ?? uid).flatMap(status) ?? linkStatus ?? AssociationStatus(.unknown)
        return before == after ? .stayed : .moved(from: before, to: after)
    }
}

extension AssociationLink {
    var isGated: Bool {
        if case .gated = self { true } else { false }
    }

    /// Whether it is a gate whose time has not come yet.
    func isGated(at now: Timestamp) -> Bool {
        if case .gated(let until) = self { until.map { $0 > now } ?? true } else { false }
    }
}

extension BridgeReport.Association {
    /// The link that a row reports; `nil` for a quarantine, which says nothing about it.
    fileprivate var link: AssociationLink? {
        switch state {
        case .quarantined: nil
        case .idle: .idle
        case .active: .active
        case .gated: .gated(until: isBackingOff ? nil : gatedUntil)
        case .unknown: .unknown
        }
    }
}
