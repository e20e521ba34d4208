import Model

/// What the fold keeps of one cluster: its observers with their views, and the members that they list.
struct ClusterState {
    let id: String
    var system: String
    var observers: [Address: ObserverState] = [:]
    var members: [UniqueAddress: MemberRecord] = [:]
    var partitions: [Partition] = []
    var leader: Address?
    var health = Health(level: .unknown)
    var remoting = RemotingState()
    var clocks = ClockTable()
    /// What logs tell of the membership, by teller, as long as no endpoint is heard.
    var witnesses: [Address: Witness] = [:]
    /// Whom lines told to be removed.
    var departed: Set<Address> = []
    /// Derived: whom witnesses have as unreachable.
    var losses: [Address: [Loss]] = [:]
    /// The newest incarnation that was ever listed at each address.
    var latestUids: [Address: Int64] = [:]
    /// Claims of leader and oldest per partition and data centre, as of the last evaluation.
    private(set) var claims = LeadershipClaims()
    /// The list whose members were registered last: most views share one.
    private var registered: MemberList?

    init(id: String, system: String) {
        self.id = id
        self.system = system
    }

    /// Takes a view of an observer into the books.
    mutating func take(
        _ view: MembershipView, from source: SourceID, reply: Reply, clock: Int64, pollPeriod: Duration, at: Timestamp
    ) -> [ObserverState.Difference] {
        forgetWitnesses()
        var state =
            observers[view.observer].take() ?? ObserverState(observer: view.observer, source: source, at: at)
        let isRegistered = state.isRegistered && state.view?.members === view.members
        state.isRegistered = true
        state.source = source
        state.isAnswering = true
        state.heard(view, clock: clock, pollPeriod: pollPeriod, at: at)
        let former = state.view
        let formerRequest = state.requestedAt
        let differences = state.take(view, requestedAt: at - reply.latency, at: at)
        if clocks.hearsLines, let former {
            noteFacts(differences, from: former, asked: formerRequest, to: view, at: at)
        }
        observers[view.observer] = state
        if !isRegistered, registered !== view.members { register(view.members, at: at) }
        markDropped(differences, by: view.observer, at: at)
        return differences
    }

    private mutating func register(_ list: MemberList, at: Timestamp) {
        registered = list
        for member in list.members where members[member.node] == nil {
            members[member.node] = MemberRecord(node: member.node, member: member, at: at)
            let former = latestUids.updateValue(member.node.uid, forKey: member.node.address)
            if former != nil {
                remoting.replace(member.node, at: at)
                takeWaitingLines(of: member.node, at: at)
            }
        }
    }

    mutating func markDropped(_ differences: [ObserverState.Difference], by observer: Address, at now: Timestamp) {
        for case .status(let node, let former, .removed) in differences {
            members[node]?.wasDropped = true
            noteRemoval(of: node, from: former, by: observer, at: now)
        }
    }

    /// The uid of an address as the observer's own view has it, for events.
    func uid(of address: Address) -> Int64? {
        observers[address]?.view?.own?.node.uid
    }

    // MARK: - Evaluation

    /// Derives what all views together say: partitions, statuses, reachability, health. The only place where that happens.
    ///
    /// - Returns: What it brought to light of associations.
    mutating func evaluate(at moment: Moment, interval: Duration, clock: Int64) -> [MeshEvent] {
        let (now, pollPeriod) = (moment.now, moment.pollPeriod)
        let tally = Tally(voters: voters(at: now, pollPeriod: pollPeriod))
        partitions = tally.partitions
        leader = tally.sharedLeader
        claims = tally.claims
        let terminated = terminatedSubjects(tally)
        countLosses()
        for node in Array(members.keys) {
            evaluate(node, tally, terminatedFor: terminated[node] ?? [], clock: clock, at: now)
        }
        if members.values.contains(where: { $0.isForgotten(at: now) }) {
            members = members.filter { !$0.value.isForgotten(at: now) }
            latestUids = latestUids.filter { members[UniqueAddress($0.key, uid: $0.value)] != nil }
            // Whoever still lists one of them, when it votes again, makes it known again.
            registered = nil
            for observer in Array(observers.keys) { observers[observer]?.isRegistered = false }
        }
        settleDowning(at: moment)
        let events = evaluateRemoting(at: moment)
        for node in Array(members.keys) {
            let renewal = pollPeriod - interval
            let count = isFromLines ? witnesses.count : tally.observerCount(for: node)
            judge(node, observers: count, renewal: renewal, at: moment)
        }
        health.become(clusterHealth(), at: now)
        return events
    }

    private mutating func judge(_ node: UniqueAddress, observers count: Int, renewal: Duration, at moment: Moment) {
        guard let record = members[node] else { return }
        var facts = facts(record, observers: count, renewal: renewal)
        facts.probes = moment.probes.about(node.address)
        members[node]?.health.become(MemberHealth.evaluate(facts, at: moment.now), at: moment.now)
    }

    private func voters(at now: Timestamp, pollPeriod: Duration) -> [Partitions.Voter] {
        observers.values.filter { $0.votes(at: now, interval: pollPeriod) }
            .compactMap { state in
                guard let view = state.view, let own = view.own else { return nil }
                return Partitions.Voter(
                    node: own.node, view: view, observedAt: state.observedAt,
                    knownSince: members[own.node]?.knownSince)
            }
            .sorted { $0.node < $1.node }
    }

    private func terminatedSubjects(_ tally: Tally) -> [UniqueAddress: [Address]] {
        var result: [UniqueAddress: [Address]] = [:]
        for voter in tally.voters {
            for node in observers[voter.node.address]?.terminated ?? [] {
                result[node, default: []].append(voter.node.address)
            }
        }
        return result
    }

    private mutating func evaluate(
        _ node: UniqueAddress, _ tally: Tally, terminatedFor: [Address], clock: Int64, at now: Timestamp
    ) {
        guard var record = members[node] else { return }
        let verdict = tally.verdict(about: node)
        record.isListed = verdict != nil
        if isFromLines {
            applyWitnesses(to: &record)
        } else if let verdict {
            record.apply(verdict, terminatedFor: terminatedFor, at: now)
        } else {
            record.unlist(isRemoved: isRemoved(record, tally), hasVoters: !tally.voters.isEmpty, at: now)
        }
        record.estimatedPhi = record.removedAt == nil ? estimatedPhi(of: node, clock: clock) : nil
        members[node] = record
    }

    /// Somebody who listed it lists it no more, or its address has a new incarnation.
    private func isRemoved(_ record: MemberRecord, _ tally: Tally) -> Bool {
        record.removedAt != nil
            || (!tally.voters.isEmpty && (record.wasDropped || tally.hasOtherIncarnation(of: record.node)))
    }

    private func facts(
        _ record: MemberRecord, observers count: Int, renewal: Duration
    ) -> MemberHealth.Facts {
        let own = observers[record.node.address]
        return MemberHealth.Facts(
            status: record.status, isListed: record.isListed, unreachableBy: record.unreachableBy,
            unreachableSince: record.unreachableSince, terminatedFor: record.terminatedFor,
            differsSince: record.differsSince, ready: own?.view?.own?.node == record.node ? own?.ready : nil,
            observers: count, renewal: renewal,
            quarantinedWith: remoting.quarantined[record.node] ?? [], gatedTo: remoting.gated[record.node] ?? [],
            isFromLines: isFromLines)
    }

    private func estimatedPhi(of node: UniqueAddress, clock: Int64) -> EstimatedPhi? {
        guard let polls = observers[node.address]?.polls, polls.isOf(node.uid) else { return nil }
        return polls.phi(clock: clock)
    }

    private func clusterHealth() -> Health {
        let parts = members.values.filter { $0.removedAt == nil && $0.health.level != .healthy }.sorted {
            $0.node < $1.node
        }
        .map { (name: $0.node.address.hostPort, health: $0.health) }
        let rest = Health(level: parts.count < members.values.count { $0.removedAt == nil } ? .healthy : .unknown)
        guard partitions.count > 1 else { return .worst(of: parts + [(name: "", health: rest)]) }
        let groups = partitions.map { $0.members.enumeration }.enumeration(separator: " | ")
        let torn = Health(level: .failure, reasons: ["\(partitions.count) partitions: \(groups)"])
        return .worst(of: [(name: "", health: torn)] + parts)
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

    /// Nobody who votes lists it. Without any vote nothing is known anew, and what was last known stays.
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
