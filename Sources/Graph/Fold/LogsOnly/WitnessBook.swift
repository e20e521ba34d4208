// SPDX-License-Identifier: Apache-2.0
import Model

/// What logs say of a cluster of which logs alone report: no endpoint is asked, or none answers.
///
/// No view votes, so nothing is derived that the votes decide: partitions, leader, agreement. A member's status is the last that any line
/// gave it; a line about a time before that does not change it. Lines often name no uid: until one does, an address has one incarnation.
struct WitnessBook {
    /// Maximum number of members that lines can create: a log is untrusted input and could name any number.
    static let maximumMembers = 2_000

    private var witnesses: [Address: Witness] = [:]
    /// Members that lines reported as removed.
    private var removed: Set<Address> = []
    /// Derived: by subject, which of the present witnesses have it as unreachable.
    private var losses: [Address: [Loss]] = [:]

    /// What lines list of the records of others; where an observer has a log of its own, that counts.
    private var records = ReportedRecords()
    /// Who gave which status to whom, so that the last words of a node that goes down can be taken back.
    private var claims = StatusClaims()

    /// One witness that has a subject as unreachable.
    private struct Loss {
        var observer: Address
        var since: Timestamp
        var isTerminated: Bool
    }

    /// What a line brought to light of incarnations; the association book has to follow.
    enum IncarnationChange {
        /// The uid of an incarnation has become known.
        case renamed(UniqueAddress, to: Int64)
        /// Another incarnation runs at the address now.
        case replaced(by: UniqueAddress)
    }

    /// When the newest line was written.
    private(set) var newestLine: Timestamp?

    /// Whether an endpoint is heard, so that logs do not make the membership.
    var isEmpty: Bool { witnesses.isEmpty }
    var count: Int { witnesses.count }

    func isRemoved(_ address: Address) -> Bool { removed.contains(address) }

    // MARK: - Records

    /// Starts a log-only view for the observer of a line.
    ///
    /// - Returns: `false` if there are too many members, or if it was removed and the line is of its end.
    mutating func register(
        _ observer: Address, for line: LifecycleEvent, from source: SourceID, in membership: inout MembershipBook,
        at: Timestamp
    ) -> Bool {
        let isUnknown = membership.latestUids[observer] == nil
        if isUnknown, removed.contains(observer), !line.meaning.testimony.isOfAMember { return false }
        guard addMemberIfUnknown(observer, in: &membership, at: at) else { return false }
        if witnesses[observer] == nil { witnesses[observer] = Witness(source: source) }
        return true
    }

    /// An endpoint is heard: what lines alone said of the membership ends, and with it members without a uid.
    mutating func end(in membership: inout MembershipBook) {
        guard !isEmpty else { return }
        self = WitnessBook()
        membership.forgetNameless()
    }

    /// Records what a line says of the membership.
    ///
    /// - Returns: What it brought to light of incarnations.
    mutating func record(
        _ line: LifecycleEvent, by observer: Address, from source: SourceID, system: String,
        in membership: inout MembershipBook, at now: Timestamp
    ) -> [IncarnationChange] {
        let at = min(line.at, now)
        newestLine = max(newestLine ?? at, at)
        guard register(observer, for: line, from: source, in: &membership, at: at) else { return [] }
        changeWitness(observer) { $0.source = source }
        var changes: [IncarnationChange] = []
        if line.namesOwnUid, let uid = line.uid {
            changes += setUid(uid, of: observer, isStart: true, in: &membership, at: at)
        } else if let uid = line.observerUid {
            changes += setUid(uid, of: observer, isStart: true, in: &membership, at: at)
        }
        recordPayload(line, by: observer, system: system, in: &membership, at: at)
        if line.meaning.endsVote { takeBack(observer, in: &membership, at: at) }
        if let peer = line.peer, peer != observer, peer.system == system {
            changes += recordTestimony(line, by: observer, about: peer, in: &membership, at: at)
        } else {
            changes += recordOwn(line, of: observer, in: &membership, at: at)
        }
        return changes
    }

    /// Members, statuses, data centres and records that a line lists.
    private mutating func recordPayload(
        _ line: LifecycleEvent, by observer: Address, system: String, in membership: inout MembershipBook,
        at: Timestamp
    ) {
        records.record(line, at: at)
        guard let payload = line.payload else { return }
        for member in payload.members where member.address.system == system {
            guard !removed.contains(member.address), addMemberIfUnknown(member.address, in: &membership, at: at) else {
                continue
            }
            let roles = member.roles + (member.dataCenter.map { ["dc-\($0)"] } ?? [])
            if !roles.isEmpty { membership.changeLatest(member.address) { $0.learn(roles) } }
            guard let status = member.status, member.address != line.peer else { continue }
            setStatus(status, of: member.address, by: observer, in: &membership, at: at)
            if member.address != observer { changeWitness(observer) { $0.name(member.address, status, at: at) } }
        }
        for record in payload.records {
            if record.observer == observer, record.status != .reachable, record.subject.system == system {
                changeWitness(observer) {
                    $0.name(record.subject, nil, at: at)
                    $0.markUnreachable(record.subject, isTerminated: record.status == .terminated, at: at)
                }
            }
            for address in [record.observer, record.subject]
            where address.system == system && !removed.contains(address) {
                _ = addMemberIfUnknown(address, in: &membership, at: at)
            }
        }
    }

    /// A node that goes down has no vote on others: whom it downed at its end is not down for that.
    private mutating func takeBack(_ observer: Address, in membership: inout MembershipBook, at: Timestamp) {
        for (subject, status) in claims.takeBack(of: observer) {
            membership.changeLatest(subject) { record in
                guard record.status == .down, record.removedAt == nil else { return }
                record.become(status ?? .unreported, at: at)
            }
        }
        changeWitness(observer) { $0.clearObservations() }
    }

    private mutating func recordTestimony(
        _ line: LifecycleEvent, by observer: Address, about peer: Address, in membership: inout MembershipBook,
        at: Timestamp
    ) -> [IncarnationChange] {
        let testimony = line.meaning.testimony
        switch testimony {
        case .nothing: return []
        // A removed member is named for long by those that still refuse it.
        case .removed,
            .exists where removed.contains(peer):
            guard membership.latestUids[peer] != nil else { return [] }
        default: guard addMemberIfUnknown(peer, in: &membership, at: at) else { return [] }
        }
        var changes: [IncarnationChange] = []
        if let uid = line.uid { changes += setUid(uid, of: peer, isStart: false, in: &membership, at: at) }
        switch testimony {
        case .status(let status):
            changes += startIncarnation(peer, status, in: &membership, at: at)
            setStatus(status, of: peer, by: observer, in: &membership, at: at)
            changeWitness(observer) { $0.name(peer, status, at: at) }
        case .removed:
            setStatus(.removed, of: peer, by: observer, in: &membership, at: at)
            forget(peer)
        case .unreachable(let isTerminated):
            let status = line.namedStatus
            if let status { setStatus(status, of: peer, by: observer, in: &membership, at: at) }
            changeWitness(observer) {
                $0.name(peer, status, at: at)
                $0.markUnreachable(peer, isTerminated: isTerminated, at: at)
            }
        case .reachable:
            let status = line.namedStatus
            if let status { setStatus(status, of: peer, by: observer, in: &membership, at: at) }
            changeWitness(observer) {
                $0.name(peer, status, at: at)
                $0.markReachable(peer)
            }
        case .exists: changeWitness(observer) { $0.name(peer, nil, at: at) }
        case .own, .leads, .begins, .ends, .nothing: break
        }
        return changes
    }

    private mutating func recordOwn(
        _ line: LifecycleEvent, of observer: Address, in membership: inout MembershipBook, at: Timestamp
    ) -> [IncarnationChange] {
        switch line.meaning.testimony {
        case .status(let status):
            let changes = startIncarnation(observer, status, in: &membership, at: at)
            setStatus(status, of: observer, by: observer, in: &membership, at: at)
            claims.restore(observer)
            return changes
        case .own(let status):
            setStatus(status, of: observer, by: observer, in: &membership, at: at)
            changeWitness(observer) { $0.clearObservations() }
        case .leads(let leads): changeWitness(observer) { $0.leads = leads }
        case .begins:
            claims.restore(observer)
            changeWitness(observer) { $0.clearObservations() }
            // Artery's line names the uid; elsewhere a start is another incarnation.
            if line.uid == nil, let known = membership.latestRecord(observer), known.knownSince < at {
                return replace(known.node, by: UniqueAddress.unknownUid, in: &membership, at: at)
            }
        case .ends: changeWitness(observer) { $0.clearObservations() }
        case .removed, .unreachable, .reachable, .exists, .nothing: break
        }
        return []
    }

    mutating func changeWitness(_ observer: Address, _ change: (inout Witness) -> Void) {
        witnesses.changeExisting(observer, "the witness of a line was registered before", change)
    }

    /// Whether metrics are all that is known of the cluster.
    var isFromMetrics: Bool { !isEmpty && witnesses.values.allSatisfy { $0.source.kind == .prometheus } }

    /// What is kept of an observer's testimony.
    func witness(of observer: Address) -> Witness? { witnesses[observer] }

    /// Metrics speak for an observer, unless its own log does.
    mutating func beginWitness(of observer: Address, _ source: SourceID) {
        if witnesses[observer] == nil { witnesses[observer] = Witness(source: source) }
    }

    mutating func endWitness(of observer: Address) { witnesses[observer] = nil }

    /// A removed node speaks again: it has come back.
    mutating func restoreIfRemoved(_ observer: Address) { removed.remove(observer) }

    // MARK: - Members

    /// - Returns: `false` if there are too many members.
    mutating func addMemberIfUnknown(
        _ address: Address, in membership: inout MembershipBook, at: Timestamp
    ) -> Bool {
        guard membership.latestUids[address] == nil else { return true }
        guard membership.members.count < Self.maximumMembers else { return false }
        removed.remove(address)
        membership.addFromLog(address, at: at)
        return true
    }

    mutating func setStatus(
        _ status: MemberStatus, of address: Address, by observer: Address, in membership: inout MembershipBook,
        at: Timestamp
    ) {
        guard claims.record(status, of: address, by: observer) else { return }
        var isRemoved = false
        membership.changeLatest(address) { record in
            guard at >= record.observedAt || record.status == .unreported else { return }
            record.observedAt = max(at, record.observedAt)
            guard record.removedAt == nil else { return }
            if status == .removed {
                record.remove(at: at)
                isRemoved = true
            } else if status.canFollow(record.status) {
                record.become(status, at: at)
            }
        }
        if isRemoved, removed.count < Self.maximumMembers { removed.insert(address) }
    }

    /// A member that joins after it was anything else than a newcomer is another incarnation; its uid is named later, if at all.
    private mutating func startIncarnation(
        _ address: Address, _ status: MemberStatus, in membership: inout MembershipBook, at: Timestamp
    ) -> [IncarnationChange] {
        guard status == .joining, let known = membership.latestRecord(address), known.status != .unreported,
            known.status != .joining, at > known.observedAt
        else { return [] }
        return replace(known.node, by: UniqueAddress.unknownUid, in: &membership, at: at)
    }

    /// Records the uid of an address. `isStart`: the node itself said so when it started; otherwise a peer did, maybe of an earlier
    /// incarnation.
    private mutating func setUid(
        _ uid: Int64, of address: Address, isStart: Bool, in membership: inout MembershipBook, at: Timestamp
    ) -> [IncarnationChange] {
        guard let known = membership.latestRecord(address), known.node.uid != uid else { return [] }
        if known.node.knownUid == nil, known.removedAt == nil {
            membership.rename(known.node, to: uid)
            return [.renamed(known.node, to: uid)]
        }
        guard isStart, at >= known.observedAt else { return [] }
        return replace(known.node, by: uid, in: &membership, at: at)
    }

    private mutating func replace(
        _ node: UniqueAddress, by uid: Int64, in membership: inout MembershipBook, at: Timestamp
    ) -> [IncarnationChange] {
        let next = membership.replaceFromLog(node, by: uid, at: at)
        forget(node.address)
        return [.replaced(by: next)]
    }

    /// No witness knows an address any more, and its own log begins again.
    mutating func forget(_ address: Address) {
        for index in witnesses.values.indices { witnesses.values[index].forget(address) }
        records.forget(address)
        claims.forget(address)
        witnesses[address]?.clearObservations()
    }

    // MARK: - Evaluation

    /// Counts by subject which of the present witnesses have it as unreachable.
    mutating func countLosses(in membership: MembershipBook) {
        losses = [:]
        for (observer, witness) in witnesses where !witness.lost.isEmpty {
            guard let own = membership.latestRecord(observer), own.removedAt == nil, own.status != .down else {
                continue
            }
            for (subject, lost) in witness.lost {
                losses[subject, default: []].append(
                    Loss(observer: observer, since: lost.since, isTerminated: lost.isTerminated))
            }
        }
        for (subject, observer, lost) in records.losses {
            guard witnesses[observer] == nil, let own = membership.latestRecord(observer), own.removedAt == nil,
                own.status != .down
            else { continue }
            losses[subject, default: []].append(
                Loss(observer: observer, since: lost.since, isTerminated: lost.isTerminated))
        }
    }

    /// Sets what lines say of a member's reachability.
    func apply(to record: inout MemberRecord, isLatest: Bool) {
        guard record.removedAt == nil, isLatest else { return }
        let losses = losses[record.node.address] ?? []
        record.unreachableBy = losses.map(\.observer).sorted()
        record.unreachableSince = losses.map(\.since).min()
        record.terminatedFor = losses.filter(\.isTerminated).map(\.observer).sorted()
    }

    // MARK: - Picture

    /// When each member was last reported. A log is silent when nothing happens, so that it was read counts.
    func readTimes(_ sources: SourceBook) -> [Address: Timestamp] {
        var result: [Address: Timestamp] = [:]
        for (observer, witness) in witnesses {
            guard let at = sources[witness.source]?.lastSuccess else { continue }
            result[observer] = max(result[observer] ?? at, at)
            for address in witness.named.keys { result[address] = max(result[address] ?? at, at) }
        }
        return result
    }

    /// What each log says, as views that do not vote and list only those that were named.
    func views(in membership: MembershipBook, at moment: Timestamp, pollPeriod: Duration, _ sources: SourceBook)
        -> [ViewSnapshot]
    {
        witnesses.keys.sorted().compactMap { observer in
            guard let witness = witnesses[observer], let own = membership.latestRecord(observer), own.removedAt == nil
            else { return nil }
            let observedAt = sources[witness.source]?.lastSuccess ?? own.observedAt
            let others = witness.named.compactMap { address, status -> Member? in
                guard let record = membership.latestRecord(address), record.removedAt == nil else { return nil }
                // What another log has said since is newer: gossip has come here too, without a line.
                let isOutdated = witness.namedAt[address].map { $0 < record.observedAt } ?? true
                return Member(node: record.node, status: isOutdated ? record.status : status, roles: record.roles)
            }
            let row = Member(node: own.node, status: own.status, roles: own.roles)
            return ViewSnapshot(
                observer: observer, observerUid: own.node.knownUid,
                members: MemberList(sorted: (others + [row]).sorted { $0.node < $1.node }),
                leader: witness.leads ? observer : nil, computedLeader: nil, oldest: nil,
                unreachable: unreachable(of: witness, observer, in: membership), isVoting: false,
                observedAt: observedAt,
                freshness: Freshness(
                    observedAt: observedAt, now: moment, interval: witness.interval(pollPeriod: pollPeriod)),
                origin: witness.source.kind == .prometheus ? .prometheus : .log)
        }
    }

    private func unreachable(
        of witness: Witness, _ observer: Address, in membership: MembershipBook
    ) -> [UnreachableSubject] {
        witness.lost.sorted { $0.key < $1.key }.map { address, lost in
            UnreachableSubject(
                subject: address, subjectUid: membership.latestRecord(address)?.node.knownUid,
                status: lost.isTerminated ? .terminated : .unreachable, observers: [observer], since: lost.since)
        }
    }
}
