import Model

/// What the fold remembers of one incarnation of a member across its views.
struct MemberRecord {
    /// Removed members, and incarnations that were replaced, are shown for this long.
    static let keptAfterRemoval = Duration.seconds(60)

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

    /// Known from a line of a log, which tells no roles and often no uid.
    init(told node: UniqueAddress, at: Timestamp) {
        self.init(node: node, member: Member(node: node, status: .untold, roles: Roles([])), at: at)
    }

    /// The uid has become known.
    mutating func learn(uid: Int64) { node.uid = uid }

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

    /// Whether nothing will be said of it any more.
    func isForgotten(at now: Timestamp) -> Bool {
        guard let end = removedAt ?? unlistedSince else { return false }
        return now - end > Self.keptAfterRemoval
    }
}
