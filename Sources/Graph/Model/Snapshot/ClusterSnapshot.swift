// SPDX-License-Identifier: Apache-2.0
/// Which fork a cluster runs.
package enum Stack: String, Hashable, Sendable {
    case akka
    case pekko
    case mixed
    case unknown
}

/// The members of one actor system, and what each of them says about the others.
package struct ClusterSnapshot: Hashable, Sendable {
    /// The name the user gave, otherwise the system's.
    package var id: String
    /// The name of the actor system.
    package var system: String
    /// The fork that the members run.
    package var stack: Stack
    /// The remoting that the members' addresses name.
    package var transport: RemotingTransport
    /// The claim shared by all voting views.
    package var leader: Address?
    /// The worst of its members; failure when it is torn.
    package var health: Health
    /// Sorted by address ordering, then uid. Removed ones stay for 60 s.
    package var members: [MemberSnapshot]
    /// One per observer, sorted by address; those that do not vote too.
    package var views: [ViewSnapshot]
    /// Groups of observers that cannot reach each other; one entry when the cluster is whole.
    package var partitions: [Partition]
    /// `2.6.21`, where the bridges agree on it.
    package var version: String?
    /// What the split brain resolvers report of themselves; `nil` where none was heard.
    package var downing: DowningSnapshot?
    /// The pairs of which something is known, by observer, then subject; in meshes of more than 200 members without those that are plainly
    /// active. ``associationRows()`` adds the others.
    package var associations: [AssociationSnapshot]
    /// Of all pairs of current members.
    package var associationCounts: AssociationCounts
    /// The observers whose clocks are known, by address.
    package var clocks: [ClockSkew]
    /// How many others each member monitors, as far as versions are known.
    package var monitoredByMembers: Int
    /// Why it has not formed yet; `nil` where it has, or where nothing is known of its pods.
    package var bootstrap: BootstrapSnapshot?
    /// How many members should be Up; `nil` as long as nothing says so.
    package var expected: ExpectedMembers?

    /// Whether lines of logs or metrics are all that is known: no endpoint is asked, or none has ever answered.
    package var isFromLines: Bool { views.first.map { $0.origin == .log || $0.origin == .prometheus } ?? false }

    /// Whether anything that speaks now says who is a member: a view that votes, or evidence of another kind than answers of management,
    /// such as lines of logs. What is shown of a cluster that is not known is only what was last known.
    package var isKnown: Bool { !partitions.isEmpty || views.contains { $0.isVoting || $0.origin != .management } }

    /// Every property as given.
    package init(
        id: String, system: String, stack: Stack, transport: RemotingTransport, leader: Address?, health: Health,
        members: [MemberSnapshot], views: [ViewSnapshot], partitions: [Partition], version: String? = nil,
        downing: DowningSnapshot? = nil, associations: [AssociationSnapshot] = [],
        associationCounts: AssociationCounts? = nil, clocks: [ClockSkew] = [],
        monitoredByMembers: Int = HeartbeatRing.defaultMonitoredByMembers, expected: ExpectedMembers? = nil
    ) {
        self.id = id
        self.system = system
        self.stack = stack
        self.transport = transport
        self.leader = leader
        self.health = health
        self.members = members
        self.views = views
        self.partitions = partitions
        self.version = version
        self.downing = downing
        self.associations = associations
        let count = members.count { $0.removedAt == nil }
        self.associationCounts = associationCounts ?? AssociationCounts(unknown: count * max(0, count - 1))
        self.clocks = clocks
        self.monitoredByMembers = monitoredByMembers
        self.expected = expected
    }
}

/// One member, as the voting views of its own partition have it.
package struct MemberSnapshot: Hashable, Sendable {
    /// The address and the incarnation.
    package var node: UniqueAddress
    /// The status with the highest priority among the voting views of its partition.
    package var status: MemberStatus
    /// Since when it is in this status, as far as meshtop saw it.
    package var since: Timestamp
    /// Its roles, the data centre included.
    package var roles: Roles
    /// `nil` where the voting views of its partition differ, or none votes.
    package var isLeader: Bool?
    /// Whether the voting views name it as the oldest; `nil` where they differ or none votes.
    package var isOldest: Bool?
    /// What `/ready` answered last.
    package var ready: ProbeAnswer?
    /// What `/alive` answered last.
    package var alive: ProbeAnswer?
    /// What `/startup` answered last; `nil` of a node that is ready, or has no such route.
    package var startup: ProbeAnswer?
    /// Who observes it as unreachable, sorted.
    package var unreachableBy: [Address]
    /// Since when any observer has it as unreachable.
    package var unreachableSince: Timestamp?
    /// When it was removed or replaced; `nil` for a current member.
    package var removedAt: Timestamp?
    /// By the rules of the contract, "Health of a member".
    package var health: Health
    /// When a voting view that lists it was last observed; before that, when any view was.
    package var observedAt: Timestamp
    /// How old the newest view that lists it is.
    package var freshness: Freshness
    /// The management source of this member, when one is read.
    package var source: SourceID?
    /// Our own detector over our own polls of it; `nil` if it is not polled.
    package var estimatedPhi: EstimatedPhi?
    /// How many members monitor it; `nil` where the heartbeat ring is not known, as from lines of logs alone.
    package var monitors: Int?

    /// Every property as given.
    package init(
        node: UniqueAddress, status: MemberStatus, since: Timestamp, roles: Roles, isLeader: Bool?, isOldest: Bool?,
        ready: ProbeAnswer?, alive: ProbeAnswer?, unreachableBy: [Address], unreachableSince: Timestamp?,
        removedAt: Timestamp?, health: Health, observedAt: Timestamp, freshness: Freshness, source: SourceID?,
        estimatedPhi: EstimatedPhi? = nil, monitors: Int? = nil
    ) {
        self.node = node
        self.status = status
        self.since = since
        self.roles = roles
        self.isLeader = isLeader
        self.isOldest = isOldest
        self.ready = ready
        self.alive = alive
        self.unreachableBy = unreachableBy
        self.unreachableSince = unreachableSince
        self.removedAt = removedAt
        self.health = health
        self.observedAt = observedAt
        self.freshness = freshness
        self.source = source
        self.estimatedPhi = estimatedPhi
        self.monitors = monitors
    }
}

/// What one observer says.
package struct ViewSnapshot: Hashable, Sendable {
    /// The member whose view it is.
    package var observer: Address
    /// `nil` as long as it does not list itself.
    package var observerUid: Int64?
    /// The members that it lists.
    package var members: MemberList
    /// The member that it names as leader.
    package var leader: Address?
    /// The leader by Akka's rule, computed from this view.
    package var computedLeader: Address?
    /// The member that it names as the oldest.
    package var oldest: Address?
    /// The subjects that it has as unreachable or terminated, by address.
    package var unreachable: [UnreachableSubject]
    /// Its latest poll succeeded and it lists itself.
    package var isVoting: Bool
    /// When the view came.
    package var observedAt: Timestamp
    /// How old the view is.
    package var freshness: Freshness
    /// What reports it: its endpoint, or lines of its log, which name some members and not all.
    package var origin: SourceKind

    /// Every property as given.
    package init(
        observer: Address, observerUid: Int64?, members: MemberList, leader: Address?, computedLeader: Address?,
        oldest: Address?, unreachable: [UnreachableSubject], isVoting: Bool, observedAt: Timestamp,
        freshness: Freshness,
        origin: SourceKind = .management
    ) {
        self.observer = observer
        self.observerUid = observerUid
        self.members = members
        self.leader = leader
        self.computedLeader = computedLeader
        self.oldest = oldest
        self.unreachable = unreachable
        self.isVoting = isVoting
        self.observedAt = observedAt
        self.freshness = freshness
        self.origin = origin
    }
}

/// A subject that one view has as unreachable or terminated.
package struct UnreachableSubject: Hashable, Sendable {
    /// What a view has a subject as.
    package enum Status: String, Hashable, Sendable {
        case unreachable
        /// Known dead to the observer: no heartbeat brings it back, only its removal ends it.
        case terminated
    }

    /// The subject's address.
    package var subject: Address
    /// The subject's incarnation, where the view lists it.
    package var subjectUid: Int64?
    /// Whether it may come back.
    package var status: Status
    /// Who observes it, as this view says; empty when the endpoint does not say.
    package var observers: [Address]
    /// Since when the view has it so.
    package var since: Timestamp

    /// Every property as given.
    package init(subject: Address, subjectUid: Int64?, status: Status, observers: [Address], since: Timestamp) {
        self.subject = subject
        self.subjectUid = subjectUid
        self.status = status
        self.observers = observers
        self.since = since
    }
}

/// Observers that are joined with each other, directly or through others.
package struct Partition: Hashable, Sendable {
    /// Sorted by address ordering.
    package var members: [Address]
    /// The leader that all of them claim.
    package var leader: Address?

    /// Every property as given.
    package init(members: [Address], leader: Address?) {
        self.members = members
        self.leader = leader
    }
}
