import Model

/// A cluster of which logs alone tell: no endpoint is asked, or none answers.
///
/// No view votes, so nothing is derived that the votes decide: partitions, leader, agreement. A member's status is the last that any line
/// told; a line about a time before that does not change it. Lines often name no uid: until one is told, an address has one incarnation.
extension ClusterState {
    /// More members than these are not made from lines: a hostile log could name any number.
    static let mostTold = 2_000

    var isFromLines: Bool { !witnesses.isEmpty }

    /// Makes the teller of a line a witness.
    ///
    /// - Returns: `false` if there are too many members, or if it was removed and the line is of its end.
    mutating func call(_ observer: Address, for line: LifecycleEvent, from source: SourceID, at: Timestamp) -> Bool {
        if latestUids[observer] == nil, departed.contains(observer), !line.testimony.isOfAMember { return false }
        guard meet(observer, at: at) else { return false }
        if witnesses[observer] == nil { witnesses[observer] = Witness(source: source) }
        return true
    }

    /// An endpoint is heard: what lines alone told of the membership ends, and with it members without a uid.
    mutating func forgetWitnesses() {
        guard isFromLines else { return }
        witnesses = [:]
        departed = []
        members = members.filter { $0.key.knownUid != nil }
        latestUids = latestUids.filter { $0.value != UniqueAddress.unknownUid }
    }

    // MARK: - Lines

    /// Takes what a line says of the membership.
    mutating func takeTestimony(
        of line: LifecycleEvent, _ observer: Address, from source: SourceID, at now: Timestamp
    ) {
        let at = min(line.at, now)
        guard call(observer, for: line, from: source, at: at) else { return }
        witnesses[observer]?.source = source
        if line.saysOwnUid, let uid = line.uid { learn(uid, of: observer, isStart: true, at: at) }
        if let peer = line.peer, peer != observer, peer.system == system {
            takeTestimony(line, observer, about: peer, at: at)
        } else {
            takeOwn(line, observer, at: at)
        }
    }

    private mutating func takeTestimony(
        _ line: LifecycleEvent, _ observer: Address, about peer: Address, at: Timestamp
    ) {
        let testimony = line.testimony
        switch testimony {
        case .nothing: return
        // Who was removed is named for long by those who still refuse it.
        case .removed,
            .exists where departed.contains(peer):
            guard latestUids[peer] != nil else { return }
        default: guard meet(peer, at: at) else { return }
        }
        if let uid = line.uid { learn(uid, of: peer, isStart: false, at: at) }
        switch testimony {
        case .status(let status):
            begin(peer, status, at: at)
            tell(status, of: peer, at: at)
            witnesses[observer]?.name(peer, status)
        case .removed:
            tell(.removed, of: peer, at: at)
            for witness in witnesses.keys { witnesses[witness]?.forget(peer) }
            witnesses[peer]?.fallSilent()
        case .unreachable(let status, let isTerminated):
            if let status { tell(status, of: peer, at: at) }
            witnesses[observer]?.name(peer, status)
            witnesses[observer]?.lose(peer, isTerminated: isTerminated, at: at)
        case .reachable(let status):
            if let status { tell(status, of: peer, at: at) }
            witnesses[observer]?.name(peer, status)
            witnesses[observer]?.find(peer)
        case .exists: witnesses[observer]?.name(peer, nil)
        case .own, .leads, .begins, .ends, .nothing: break
        }
    }

    private mutating func takeOwn(_ line: LifecycleEvent, _ observer: Address, at: Timestamp) {
        switch line.testimony {
        case .status(let status):
            begin(observer, status, at: at)
            tell(status, of: observer, at: at)
        case .own(let status):
            tell(status, of: observer, at: at)
            witnesses[observer]?.fallSilent()
        case .leads(let leads): witnesses[observer]?.leads = leads
        case .begins:
            witnesses[observer]?.fallSilent()
            // Artery's line tells the uid; elsewhere a start is another incarnation.
            if line.uid == nil, let former = present(observer), former.knownSince < at {
                succeed(former, UniqueAddress.unknownUid, at: at)
            }
        case .ends: witnesses[observer]?.fallSilent()
        case .removed, .unreachable, .reachable, .exists, .nothing: break
        }
    }

    // MARK: - Members

    /// Makes a record for an address that was never named.
    private mutating func meet(_ address: Address, at: Timestamp) -> Bool {
        guard latestUids[address] == nil else { return true }
        guard members.count < Self.mostTold else { return false }
        departed.remove(address)
        let node = UniqueAddress(address, uid: UniqueAddress.unknownUid)
        members[node] = MemberRecord(told: node, at: at)
        latestUids[address] = node.uid
        return true
    }

    private func present(_ address: Address) -> MemberRecord? {
        latestUids[address].flatMap { members[UniqueAddress(address, uid: $0)] }
    }

    private mutating func tell(_ status: MemberStatus, of address: Address, at: Timestamp) {
        guard var record = present(address), at >= record.observedAt || record.status == .untold else { return }
        record.observedAt = max(at, record.observedAt)
        if record.removedAt == nil {
            if status == .removed {
                record.remove(at: at)
                if departed.count < Self.mostTold { departed.insert(address) }
            } else if status.canFollow(record.status) {
                record.become(status, at: at)
            }
        }
        members[record.node] = record
    }

    /// Who joins after it was anything else than a newcomer is another incarnation; its uid is told later, if at all.
    private mutating func begin(_ address: Address, _ status: MemberStatus, at: Timestamp) {
        guard status == .joining, let former = present(address), former.status != .untold, former.status != .joining,
            at > former.observedAt
        else { return }
        succeed(former, UniqueAddress.unknownUid, at: at)
    }

    /// Takes note of the uid of an address. `isStart`: the node itself said so when it started; otherwise a peer did, maybe of a former incarnation.
    private mutating func learn(_ uid: Int64, of address: Address, isStart: Bool, at: Timestamp) {
        guard let former = present(address), former.node.uid != uid else { return }
        if former.node.knownUid == nil, former.removedAt == nil {
            rename(former, uid)
        } else if isStart, at >= former.observedAt {
            succeed(former, uid, at: at)
        }
    }

    private mutating func rename(_ former: MemberRecord, _ uid: Int64) {
        var record = former
        record.learn(uid: uid)
        members[former.node] = nil
        members[record.node] = record
        latestUids[former.node.address] = uid
        remoting.rename(former.node, uid)
    }

    private mutating func succeed(_ former: MemberRecord, _ uid: Int64, at: Timestamp) {
        let address = former.node.address
        let node = UniqueAddress(address, uid: uid)
        members[former.node]?.remove(at: at)
        members[node] = MemberRecord(told: node, at: at)
        latestUids[address] = uid
        for witness in witnesses.keys { witnesses[witness]?.forget(address) }
        witnesses[address]?.fallSilent()
        remoting.runs[address] = Run(uid: node.knownUid, isNext: false)
        remoting.replace(node, at: at)
    }

    // MARK: - Picture

    /// Who has it as unreachable, as far as lines tell.
    func applyWitnesses(to record: inout MemberRecord) {
        guard record.removedAt == nil, latestUids[record.node.address] == record.node.uid else { return }
        let losses = losses[record.node.address] ?? []
        record.unreachableBy = losses.map(\.observer).sorted()
        record.unreachableSince = losses.map(\.since).min()
        record.terminatedFor = losses.filter(\.isTerminated).map(\.observer).sorted()
    }

    /// By subject: who of the present witnesses has it as unreachable.
    mutating func countLosses() {
        losses = [:]
        for (observer, witness) in witnesses where !witness.lost.isEmpty && present(observer)?.removedAt == nil {
            for (subject, lost) in witness.lost {
                losses[subject, default: []].append(
                    Loss(observer: observer, since: lost.since, isTerminated: lost.isTerminated))
            }
        }
    }

    /// One witness that has a subject as unreachable.
    struct Loss {
        var observer: Address
        var since: Timestamp
        var isTerminated: Bool
    }

    /// When each member was last heard of, as of a log that is silent when nothing happens: when one that tells of it was last read.
    func readTimes(_ sources: [SourceID: SourceRecord]) -> [Address: Timestamp] {
        var result: [Address: Timestamp] = [:]
        for (observer, witness) in witnesses {
            guard let at = sources[witness.source]?.lastSuccess else { continue }
            result[observer] = at
            for address in witness.named.keys { result[address] = max(result[address] ?? at, at) }
        }
        return result
    }

    /// What each log tells, as views that do not vote and list only those who were named.
    func witnessViews(
        at now: Timestamp, _ pollPeriod: Duration, _ sources: [SourceID: SourceRecord]
    ) -> [ViewSnapshot] {
        witnesses.keys.sorted().compactMap { observer in
            guard let witness = witnesses[observer], let own = present(observer), own.removedAt == nil else {
                return nil
            }
            let observedAt = sources[witness.source]?.lastSuccess ?? own.observedAt
            let others = witness.named.compactMap { address, status in
                present(address).flatMap {
                    $0.removedAt == nil ? Member(node: $0.node, status: status, roles: $0.roles) : nil
                }
            }
            let row = Member(node: own.node, status: own.status, roles: own.roles)
            return ViewSnapshot(
                observer: observer, observerUid: own.node.knownUid,
                members: MemberList(sorted: (others + [row]).sorted { $0.node < $1.node }),
                leader: witness.leads ? observer : nil, computedLeader: nil, oldest: nil,
                unreachable: unreachable(of: witness, observer), isVoting: false, observedAt: observedAt,
                freshness: Freshness(observedAt: observedAt, now: now, interval: pollPeriod), origin: .log)
        }
    }

    private func unreachable(of witness: Witness, _ observer: Address) -> [UnreachableSubject] {
        witness.lost.sorted { $0.key < $1.key }.map { address, lost in
            UnreachableSubject(
                subject: address, subjectUid: present(address)?.node.knownUid,
                status: lost.isTerminated ? .terminated : .unreachable, observers: [observer], since: lost.since)
        }
    }
}

extension LifecycleEvent {
    /// Whether the uid is the teller's own: of its start, and of its split brain resolver's.
    fileprivate var saysOwnUid: Bool {
        switch kind {
        case .started, .downing(.started): true
        default: false
        }
    }
}

extension RemotingState {
    /// The uid of an incarnation has become known, which changes nothing of what it does.
    mutating func rename(_ node: UniqueAddress, _ uid: Int64) {
        for subject in (records[node.address] ?? [:]).keys
        where records[node.address]?[subject]?.observerUid == node.uid {
            records[node.address]?[subject]?.observerUid = uid
        }
        for observer in records.keys {
            guard let since = records[observer]?[node.address]?.machine.since else { continue }
            _ = records[observer]?[node.address]?.machine.take(.incarnation(uid), at: since)
            records[observer]?[node.address]?.rename(node.uid, uid)
        }
    }
}
