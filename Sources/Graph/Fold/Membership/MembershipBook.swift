// SPDX-License-Identifier: Apache-2.0
import Model

/// Who is a member, and what each observer says about it.
struct MembershipBook {
    /// What each observer says, never merged.
    private(set) var observers: [Address: ObserverState] = [:]
    /// Every incarnation that was ever listed, for as long as it is shown.
    private(set) var members: [UniqueAddress: MemberRecord] = [:]
    /// The newest incarnation that was ever listed at each address.
    private(set) var latestUids: [Address: Int64] = [:]
    /// What the voting views say together, as of the last evaluation.
    private(set) var consensus = Consensus()
    /// The list whose members were registered last: most views share one.
    private var registered: MemberList?

    /// What a view changed.
    struct RecordedView {
        var differences: [ObserverState.Difference]
        /// Incarnations that have replaced others at their addresses, in the order of the list.
        var replacements: [UniqueAddress]
        /// The view before, and when the poll behind it was sent.
        var previous: (view: MembershipView, requestedAt: Timestamp)?
    }

    // MARK: - Questions

    /// The newest incarnation at an address.
    func latest(_ address: Address) -> UniqueAddress? {
        latestUids[address].map { UniqueAddress(address, uid: $0) }
    }

    /// The record of the newest incarnation at an address.
    func latestRecord(_ address: Address) -> MemberRecord? { latest(address).flatMap { members[$0] } }

    /// Whether an incarnation is a member now.
    func isCurrent(_ node: UniqueAddress) -> Bool { members[node].map { $0.removedAt == nil } ?? false }

    /// The incarnation that an observer means by an address: that of its own view, or else the newest one.
    func listed(_ address: Address, by observer: Address) -> UniqueAddress? {
        observers[observer]?.view?.members[address]?.node ?? latest(address)
    }

    /// The uid of an address as the observer's own view has it.
    func ownUid(of address: Address) -> Int64? { observers[address]?.view?.own?.node.uid }

    /// The observer's own view, unless it is of another incarnation or too old to say anything of the present.
    func usableView(of observer: UniqueAddress, at moment: Moment) -> MembershipView? {
        guard let state = observers[observer.address], let view = state.view, view.own?.node == observer,
            Freshness(observedAt: state.observedAt, now: moment.now, interval: moment.pollPeriod) != .lost
        else { return nil }
        return view
    }

    /// All members in the order of addresses, removed ones included.
    var sortedMembers: [MemberRecord] { members.keys.sorted().compactMap { members[$0] } }

    // MARK: - Records

    /// Records a view of an observer.
    mutating func record(
        _ view: MembershipView, from source: SourceID, reply: Reply, clock: Int64, pollPeriod: Duration, at: Timestamp
    ) -> RecordedView {
        // Taken out and put back, so that what it holds is changed in place instead of copied.
        var state =
            observers.removeValue(forKey: view.observer)
            ?? ObserverState(observer: view.observer, source: source, at: at)
        let isRegistered = state.isRegistered && state.view?.members === view.members
        state.isRegistered = true
        state.source = source
        state.isAnswering = true
        state.countHeartbeat(of: view, clock: clock, pollPeriod: pollPeriod, at: at)
        let previous = state.view.map { (view: $0, requestedAt: state.requestedAt) }
        let differences = state.record(view, requestedAt: at - reply.latency, at: at)
        observers[view.observer] = state
        let replacements = isRegistered || registered === view.members ? [] : register(view.members, at: at)
        return RecordedView(differences: differences, replacements: replacements, previous: previous)
    }

    private mutating func register(_ list: MemberList, at: Timestamp) -> [UniqueAddress] {
        registered = list
        var replacements: [UniqueAddress] = []
        for member in list.members where members[member.node] == nil {
            members[member.node] = MemberRecord(node: member.node, member: member, at: at)
            let previous = latestUids.updateValue(member.node.uid, forKey: member.node.address)
            if previous != nil { replacements.append(member.node) }
        }
        return replacements
    }

    /// Marks a member as dropped by an observer that listed it.
    mutating func markDropped(_ node: UniqueAddress) { members[node]?.wasDropped = true }

    /// Changes the state of an observer in place, if it is known.
    mutating func changeObserver(_ address: Address, _ change: (inout ObserverState) -> Void) {
        guard let index = observers.index(forKey: address) else { return }
        change(&observers.values[index])
    }

    /// The source of an observer's views is not read any more.
    mutating func removeObserver(_ address: Address, of source: SourceID) {
        if observers[address]?.source == source { observers[address] = nil }
    }

    // MARK: - Members that logs report

    /// Adds a member that is known by name only.
    mutating func addFromLog(_ address: Address, at: Timestamp) {
        let node = UniqueAddress(address, uid: UniqueAddress.unknownUid)
        members[node] = MemberRecord(fromLog: node, at: at)
        latestUids[address] = node.uid
    }

    /// Changes the record of the newest incarnation at an address, if there is one.
    mutating func changeLatest(_ address: Address, _ change: (inout MemberRecord) -> Void) {
        guard let node = latest(address), let index = members.index(forKey: node) else { return }
        change(&members.values[index])
    }

    /// The uid of an incarnation has become known.
    mutating func rename(_ node: UniqueAddress, to uid: Int64) {
        guard var record = members.removeValue(forKey: node) else { return }
        record.setUid(uid)
        members[record.node] = record
        latestUids[node.address] = uid
    }

    /// Another incarnation has taken the place of one that only logs report.
    mutating func replaceFromLog(_ node: UniqueAddress, by uid: Int64, at: Timestamp) -> UniqueAddress {
        let next = UniqueAddress(node.address, uid: uid)
        members[node]?.remove(at: at)
        members[next] = MemberRecord(fromLog: next, at: at)
        latestUids[node.address] = uid
        return next
    }

    /// An endpoint answers: members without a uid were known from log lines only.
    mutating func forgetNameless() {
        members = members.filter { $0.key.knownUid != nil }
        latestUids = latestUids.filter { $0.value != UniqueAddress.unknownUid }
    }

    // MARK: - Evaluation

    /// Derives what all views together say of each member.
    ///
    /// - Parameters:
    ///   - witnesses: What logs report, where no endpoint is heard.
    ///   - moment: What is looked at.
    mutating func evaluate(_ witnesses: WitnessBook, at moment: Moment) {
        let tally = Tally(voters: voters(at: moment))
        consensus = Consensus(tally)
        let terminated = terminatedSubjects(tally)
        for index in members.values.indices {
            var record = members.values[index]
            evaluate(&record, tally, terminated, witnesses, at: moment)
            members.values[index] = record
        }
        forgetRemoved(at: moment.now)
    }

    private func voters(at moment: Moment) -> [Partitions.Voter] {
        observers.values.filter { $0.votes(at: moment.now, interval: moment.pollPeriod) }
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
            for node in observers[voter.node.address]?.derived.terminated ?? [] {
                result[node, default: []].append(voter.node.address)
            }
        }
        return result
    }

    private func evaluate(
        _ record: inout MemberRecord, _ tally: Tally, _ terminated: [UniqueAddress: [Address]],
        _ witnesses: WitnessBook, at moment: Moment
    ) {
        let verdict = tally.verdict(about: record.node)
        record.isListed = verdict != nil
        if !witnesses.isEmpty {
            witnesses.apply(to: &record, isLatest: latestUids[record.node.address] == record.node.uid)
        } else if let verdict {
            record.apply(verdict, terminatedFor: terminated[record.node] ?? [], at: moment.now)
        } else {
            record.unlist(isRemoved: isRemoved(record, tally), hasVoters: !tally.voters.isEmpty, at: moment.now)
        }
        record.estimatedPhi = record.removedAt == nil ? estimatedPhi(of: record.node, clock: moment.clock) : nil
    }

    /// An observer that listed it no longer does, or its address has a new incarnation.
    private func isRemoved(_ record: MemberRecord, _ tally: Tally) -> Bool {
        record.removedAt != nil
            || (!tally.voters.isEmpty && (record.wasDropped || tally.hasOtherIncarnation(of: record.node)))
    }

    private func estimatedPhi(of node: UniqueAddress, clock: Int64) -> EstimatedPhi? {
        guard let polls = observers[node.address]?.polls, polls.isOf(node.uid) else { return nil }
        return polls.phi(clock: clock)
    }

    private mutating func forgetRemoved(at now: Timestamp) {
        guard members.values.contains(where: { $0.isForgotten(at: now) }) else { return }
        members = members.filter { !$0.value.isForgotten(at: now) }
        latestUids = latestUids.filter { members[UniqueAddress($0.key, uid: $0.value)] != nil }
        // An observer that still lists one of them, when it votes again, makes it known again.
        registered = nil
        for index in observers.values.indices { observers.values[index].isRegistered = false }
    }

    /// Sets the health of a member.
    mutating func judge(_ node: UniqueAddress, _ health: Health, at now: Timestamp) {
        members.changeExisting(node, "a member that is judged has no record") { $0.health.become(health, at: now) }
    }
}

/// What the voting views say together.
struct Consensus {
    private(set) var partitions: [Partition] = []
    /// The claim that all voting views share.
    private(set) var leader: Address?
    /// Claims of leader and oldest per partition and data centre.
    private(set) var claims = LeadershipClaims()

    init() {}

    init(_ tally: Tally) {
        partitions = tally.partitions
        leader = tally.sharedLeader
        claims = tally.claims
    }
}
