import Model

/// Above this many members a document lists pairs and equal views in short form, unless all are asked for.
private let mostMembersInFull = 64

extension JSONWriter {
    mutating func cluster(
        _ cluster: ClusterSnapshot, options: SessionOptions, workloads: [UniqueAddress: WorkloadName]
    ) {
        let isInFull = options.allPairs || cluster.currentMembers.count <= mostMembersInFull
        object { writer in
            writer.clusterHead(cluster)
            writer.name("members")
            writer.array(cluster.members) { $0.member($1, workload: workloads[$1.node]) }
            writer.name("views")
            writer.views(cluster.views, isInFull: isInFull)
            writer.name("partitions")
            writer.array(cluster.partitions) { $0.partition($1) }
            writer.name("associations")
            let rows =
                isInFull ? cluster.associationRows() : cluster.associations.filter { !$0.isPlainlyActive }
            writer.array(rows) { $0.association($1) }
        }
    }

    private mutating func clusterHead(_ cluster: ClusterSnapshot) {
        name("id")
        string(cluster.id)
        name("system")
        string(cluster.system)
        name("stack")
        string(cluster.stack.rawValue)
        name("version")
        string(cluster.version)
        name("transport")
        string(cluster.transport.rawValue)
        name("leader")
        string(cluster.leader?.text)
        name("health")
        health(cluster.health)
        name("downing")
        downing(cluster.downing)
        name("associationCounts")
        associationCounts(cluster.associationCounts)
    }

    private mutating func member(_ member: MemberSnapshot, workload: WorkloadName?) {
        object { writer in
            writer.node(member.node)
            writer.name("status")
            writer.status(member.status)
            writer.name("since")
            writer.time(member.since)
            writer.name("roles")
            writer.array(member.roles.names) { $0.string($1) }
            writer.name("dataCenter")
            writer.string(member.roles.dataCenter)
            writer.name("leader")
            writer.bool(member.isLeader)
            writer.name("oldest")
            writer.bool(member.isOldest)
            writer.probes(member)
            writer.memberReachability(member)
            writer.name("estimatedPhi")
            writer.estimatedPhi(member.estimatedPhi)
            writer.name("workload")
            writer.workload(workload)
            writer.name("health")
            writer.health(member.health)
            writer.observed(member.observedAt, member.freshness)
        }
    }

    private mutating func workload(_ workload: WorkloadName?) {
        guard let workload else { return null() }
        object { writer in
            writer.name("namespace")
            writer.string(workload.namespace)
            writer.name("name")
            writer.string(workload.name)
        }
    }

    private mutating func probes(_ member: MemberSnapshot) {
        name("ready")
        bool(member.ready?.verdict)
        name("readyReason")
        string(member.ready?.reason)
        name("alive")
        bool(member.alive?.verdict)
    }

    private mutating func memberReachability(_ member: MemberSnapshot) {
        name("unreachableBy")
        array(member.unreachableBy) { $0.string($1.text) }
        name("unreachableSince")
        time(member.unreachableSince)
        name("removedAt")
        time(member.removedAt)
    }

    private mutating func node(_ node: UniqueAddress) {
        name("address")
        string(node.address.text)
        name("uid")
        string(node.knownUid.map { String($0) })
    }

    /// Of a member that only lines name, nobody may have told the status.
    private mutating func status(_ status: MemberStatus) { string(status == .unreported ? nil : status.name) }

    private mutating func observed(_ at: Timestamp, _ freshness: Freshness) {
        name("observedAt")
        time(at)
        name("freshness")
        string(freshness.rawValue)
    }

    private mutating func partition(_ partition: Partition) {
        object { writer in
            writer.name("members")
            writer.array(partition.members) { $0.string($1.text) }
            writer.name("leader")
            writer.string(partition.leader?.text)
        }
    }

    // MARK: - Views

    private mutating func views(_ views: [ViewSnapshot], isInFull: Bool) {
        var known = KnownLists()
        array(views) { writer, view in
            writer.view(view, sameAs: isInFull ? nil : known.first(with: view.members, or: view.observer))
        }
    }

    private mutating func view(_ view: ViewSnapshot, sameAs: Address?) {
        object { writer in
            writer.name("observer")
            writer.string(view.observer.text)
            writer.name("observerUid")
            writer.string(view.observerUid.map(String.init))
            writer.name("members")
            if sameAs == nil {
                writer.array(view.members.members) { $0.row($1) }
            } else {
                writer.null()
            }
            writer.name("sameAs")
            writer.string(sameAs?.text)
            writer.viewClaims(view)
            writer.name("unreachable")
            writer.array(view.unreachable) { $0.unreachable($1) }
            writer.name("origin")
            writer.string(view.origin.rawValue)
            writer.observed(view.observedAt, view.freshness)
        }
    }

    private mutating func viewClaims(_ view: ViewSnapshot) {
        name("leader")
        string(view.leader?.text)
        name("computedLeader")
        string(view.computedLeader?.text)
        name("oldest")
        string(view.oldest?.text)
    }

    private mutating func row(_ member: Member) {
        object { writer in
            writer.node(member.node)
            writer.name("status")
            writer.status(member.status)
        }
    }

    private mutating func unreachable(_ subject: UnreachableSubject) {
        object { writer in
            writer.name("subject")
            writer.string(subject.subject.text)
            writer.name("subjectUid")
            writer.string(subject.subjectUid.map(String.init))
            writer.name("status")
            writer.string(subject.status.rawValue)
            writer.name("observers")
            writer.array(subject.observers) { $0.string($1.text) }
            writer.name("since")
            writer.time(subject.since)
        }
    }
}

/// Whose list was printed first. Most lists are shared, so that few are compared member by member.
private struct KnownLists {
    private var byIdentity: [ObjectIdentifier: Address] = [:]
    private var byContents: [MemberList: Address] = [:]

    /// - Returns: Who had an equal list before; `nil` for the first one, which is then remembered as the observer's.
    mutating func first(with list: MemberList, or observer: Address) -> Address? {
        if let known = byIdentity[ObjectIdentifier(list)] { return known }
        let known = byContents[list]
        byIdentity[ObjectIdentifier(list)] = known ?? observer
        if known == nil { byContents[list] = observer }
        return known
    }
}

extension ProbeAnswer {
    /// Whether the check passed; `nil` when the endpoint did not say.
    package var verdict: Bool? {
        switch self {
        case .passed: true
        case .notPassed: false
        case .unavailable: nil
        }
    }

    /// Why not, in the endpoint's words or ours.
    package var reason: String? {
        switch self {
        case .passed: nil
        case .notPassed(let text), .unavailable(let text): text.isEmpty ? nil : text
        }
    }
}
