// SPDX-License-Identifier: Apache-2.0
import Model

/// What the fold remembers of one incarnation of a member across its views.
struct MemberRecord {
    /// How long removed members, and incarnations that were replaced, are shown.
    static let retention = Duration.seconds(60)

    private(set) var node: UniqueAddress
    /// When it was first listed by anybody.
    let knownSince: Timestamp
    var status: MemberStatus
    var since: Timestamp
    var roles: Roles
    var observedAt: Timestamp
    var unreachableBy: [Address] = []
    var unreachableSince: Timestamp?
    var terminatedFor: [Address] = []
    /// Since when the voting views of its partition differ about it.
    var differsSince: Timestamp?
    var removedAt: Timestamp?
    /// Since when no voting view lists it, although there are some.
    var unlistedSince: Timestamp?
    var isListed = false
    /// Whether an observer that listed it has ceased to: the sign of a removal, as opposed to observers that are lost. It stays, because
    /// an incarnation that was removed never comes back; as long as another part of a torn cluster lists it, that part is believed.
    var wasDropped = false
    var health: Health
    var estimatedPhi: EstimatedPhi?

    init(node: UniqueAddress, member: Member, at: Timestamp) {
        self.node = node
        knownSince = at
        status = member.status
        since = at
        roles = member.roles
        observedAt = at
        health = Health(level: .unknown, reasons: ["not evaluated yet"], since: at)
    }

    /// Known from a line of a log, which names no roles and often no uid.
    init(fromLog node: UniqueAddress, at: Timestamp) {
        self.init(node: node, member: Member(node: node, status: .unreported, roles: Roles([])), at: at)
    }

    /// The uid has become known.
    mutating func setUid(_ uid: Int64) { node.uid = uid }

    /// A line has named roles of it, or its data centre.
    mutating func learn(_ names: [String]) {
        let all = Set(roles.names).union(names)
        if all.count > roles.names.count { roles = Roles(Array(all)) }
    }

    mutating func become(_ next: MemberStatus, at now: Timestamp) {
        guard next != status else { return }
        status = next
        since = now
    }

    mutating func remove(at now: Timestamp) {
        become(.removed, at: now)
        if removedAt == nil { removedAt = now }
        unreachableBy = []
        unreachableSince = nil
        terminatedFor = []
        differsSince = nil
    }

    /// Whether it has been gone for so long that it is no longer shown.
    func isForgotten(at now: Timestamp) -> Bool {
        guard let end = removedAt ?? unlistedSince else { return false }
        return now - end > Self.retention
    }
}

extension MemberRecord {
    mutating func apply(_ verdict: Tally.Verdict, terminatedFor: [Address], at now: Timestamp) {
        become(verdict.status, at: now)
        roles = verdict.roles
        observedAt = verdict.observedAt
        removedAt = nil
        unlistedSince = nil
        unreachableBy = verdict.unreachableBy
        unreachableSince = unreachableBy.isEmpty ? nil : unreachableSince ?? now
        self.terminatedFor = terminatedFor.sorted()
        differsSince = verdict.isDisputed ? differsSince ?? now : nil
    }

    /// No voting view lists it. Without any vote nothing new is known, and what was last known stays.
    mutating func unlist(isRemoved: Bool, hasVoters: Bool, at now: Timestamp) {
        guard hasVoters || removedAt != nil else {
            unlistedSince = nil
            return
        }
        if isRemoved {
            remove(at: now)
        } else {
            unlistedSince = unlistedSince ?? now
        }
    }
}
