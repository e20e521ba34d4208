import Model

extension ClusterState {
    /// What one evaluation looks at.
    struct Moment {
        var now: Timestamp
        var pollPeriod: Duration
        var sources: [SourceID: SourceRecord]
        /// Whether every pair is asked for, however large the mesh.
        var allPairs: Bool
        /// What health endpoints say against members.
        var probes = ProbeFindings()

        /// How old what a source tells is. A log is silent when all is well, so that it is read counts.
        func freshness(of source: SourceID?) -> Freshness {
            guard let source, let record = sources[source] else { return .lost }
            return Freshness(
                observedAt: record.lastSuccess, now: now,
                interval: record.expectedInterval(pollPeriod: pollPeriod))
        }
    }

    /// Derives what is known of each pair, and what of it is news.
    mutating func evaluateRemoting(at moment: Moment) -> [MeshEvent] {
        let roster = members.keys.sorted().compactMap { members[$0] }
        let current = roster.filter { $0.removedAt == nil }
        let known = Set(roster.map(\.node.address))
        remoting.forget(observersBut: known)
        clocks.forget(observersBut: known)
        remoting.expectation.update(
            current.map { ($0.node, $0.roles.dataCenter) }, monitored: monitoredByMembers)
        remoting.listsOfAll = [:]
        remoting.refusing = refusing(at: moment)
        let events = advanceAssociations(at: moment)
        let isInFull = moment.allPairs || current.count <= SessionOptions.maximumMembersInFull
        remoting.keepsEveryPair = moment.allPairs
        var rows: [AssociationSnapshot] = []
        var counts = AssociationCounts(unknown: current.count * (current.count - 1))
        (remoting.quarantined, remoting.gated) = ([:], [:])
        for observer in current {
            rows += self.rows(of: observer, isCountedOnly: !isInFull, at: moment, &counts)
        }
        remoting.rows = rows
        remoting.counts = counts
        return events
    }

    /// As the oldest version has it that a bridge tells.
    var monitoredByMembers: Int {
        remoting.bridges.values.lazy.map { HeartbeatRing.monitoredByMembers(stack: $0.stack) }.min()
            ?? HeartbeatRing.defaultMonitoredByMembers
    }

    // MARK: - Time

    /// Opens gates, takes answered heartbeats as a sign that a link works again, and reports what that changes.
    private mutating func advanceAssociations(at moment: Moment) -> [MeshEvent] {
        var events: [MeshEvent] = []
        for (address, associations) in remoting.records {
            let clock = remoting.clock(of: address, at: moment.now)
            for (subject, record) in associations where record.machine.needsTime(until: clock) {
                _ = remoting.records[address]?[subject]?.machine.advance(to: clock)
                let observer = UniqueAddress(address, uid: record.observerUid)
                if works(observer, subject, at: moment) {
                    let told = RemotingState.Told(
                        at: clock, now: moment.now, origin: .inferred, source: observers[address]?.source,
                        evidence: "heartbeats are answered")
                    remoting.feed(.works, observer, subject, told: told)
                }
                events += report(observer, subject, at: moment.now, isSettled: isSettled(address, subject, clock))
            }
        }
        return events.sorted {
            ($0.observer?.text ?? "", $0.subject?.text ?? "") < ($1.observer?.text ?? "", $1.subject?.text ?? "")
        }
    }

    /// Whether a link that opened has stayed so for long enough to be told.
    private func isSettled(_ observer: Address, _ subject: Address, _ clock: Timestamp) -> Bool {
        guard let machine = remoting.records[observer]?[subject]?.machine, machine.link == .idle else { return true }
        return machine.since.map { clock - $0 >= RemotingState.retry } ?? true
    }

    /// Whether the observer, which tells nothing of the link itself, is known to get answers of the subject over it.
    private func works(_ observer: UniqueAddress, _ subject: Address, at moment: Moment) -> Bool {
        guard let record = remoting.records[observer.address]?[subject], let state = observers[observer.address],
            hasNoBridge(observer.address, at: moment), let view = usableView(of: observer, at: moment),
            let node = view.members[subject]?.node, !state.knowsUnreachable(subject),
            isExpected(observer, node)
        else { return false }
        let asked = remoting.clock(of: observer.address, at: state.requestedAt)
        // Who joined when the subject was lost already has not found out yet, while others have.
        guard view.record(about: subject) == nil else { return false }
        switch record.machine.link {
        case .gated(until: nil):
            return record.machine.newest.map { asked - $0 >= RemotingState.detection } ?? false
        case .idle: return record.machine.since.map { asked - $0 >= RemotingState.retry } ?? false
        case .gated, .active, .unknown: return false
        }
    }

    func hasNoBridge(_ observer: Address, at moment: Moment) -> Bool {
        guard let bridge = remoting.bridges[observer] else { return true }
        return moment.freshness(of: bridge.source) > .late
    }

    private func isExpected(_ observer: UniqueAddress, _ subject: UniqueAddress) -> Bool {
        remoting.inferred[observer.address]?.contains(subject) ?? false
    }

    /// The observer's own view, unless it is of another incarnation or too old to tell anything.
    private func usableView(of observer: UniqueAddress, at moment: Moment) -> MembershipView? {
        guard let view = observers[observer.address]?.view, view.own?.node == observer,
            let observedAt = observers[observer.address]?.observedAt,
            Freshness(observedAt: observedAt, now: moment.now, interval: moment.pollPeriod) != .lost
        else { return nil }
        return view
    }

    // MARK: - Rows

    /// Makes the rows of all of which anybody tells anything.
    mutating func freshRows(
        of observer: MemberRecord, isCountedOnly: Bool, at moment: Moment, _ counts: inout AssociationCounts
    ) -> [AssociationSnapshot] {
        let address = observer.node.address
        // Nobody tells anything of this side.
        guard
            observers[address] != nil || remoting.records[address] != nil || remoting.bridges[address] != nil
                || remoting.metrics[address] != nil
        else {
            remoting.inferred[address] = nil
            return []
        }
        let receivers = expectedReceivers(of: observer, at: moment)
        let inferred = inferActive(observer, receivers, at: moment)
        remoting.inferred[address] = inferred
        let records = remoting.records[address] ?? [:]
        let bridge = remoting.bridges[address].flatMap { $0.node == observer.node ? $0 : nil }
        let metrics = metrics(of: address, at: moment)
        guard !inferred.isEmpty || !records.isEmpty || bridge != nil || metrics != nil else { return [] }
        if records.isEmpty, bridge == nil, metrics == nil, isCountedOnly, remoting.refusing.isEmpty {
            // In a large mesh this is nearly everybody at every tick.
            for subject in inferred {
                if let member = members[subject], member.removedAt == nil { counts.count(.active) }
            }
            return []
        }
        let isNewcomer = isNewcomer(observer.node, at: moment)
        var rows: [AssociationSnapshot] = []
        for subject in subjects(of: observer.node, inferred, records, bridge, metrics) {
            var row = row(
                observer, subject, records[subject.address], bridge, isInferred: inferred.contains(subject), at: moment)
            if isNewcomer { doubtReach(of: &row) }
            if let metrics { add(metrics, to: &row, at: moment) }
            row.isCurrent = members[subject].map { $0.removedAt == nil } ?? false
            row.isExpected = expected(observer, subject, receivers)
            if row.isCurrent {
                counts.count(row.status.state)
                noteTrouble(row)
            }
            if row.origin != nil { rows.append(row) }
        }
        for other in bridge?.activeOthers ?? [] where records[other] == nil {
            guard let uid = latestUids[other], members[UniqueAddress(other, uid: uid)]?.removedAt == nil else {
                continue
            }
            if !inferred.contains(UniqueAddress(other, uid: uid)) { counts.count(.active) }
        }
        return rows
    }

    /// Everybody of whom something may be known, sorted: current incarnations, and departed ones as long as they are shown.
    private func subjects(
        of observer: UniqueAddress, _ inferred: Set<UniqueAddress>, _ records: [Address: AssociationRecord],
        _ bridge: BridgeRecord?, _ metrics: MetricsRecord?
    ) -> [UniqueAddress] {
        var result = inferred
        for (address, record) in records {
            if let uid = latestUids[address] { result.insert(UniqueAddress(address, uid: uid)) }
            for uid in record.machine.uids where uid != latestUids[address] {
                let node = UniqueAddress(address, uid: uid)
                if members[node] != nil || bridge?.peers[address] == .some(uid) { result.insert(node) }
            }
        }
        for address in (bridge?.phi ?? [:]).keys {
            if let uid = latestUids[address] { result.insert(UniqueAddress(address, uid: uid)) }
        }
        for address in (metrics?.phi ?? [:]).keys {
            if let uid = latestUids[address] { result.insert(UniqueAddress(address, uid: uid)) }
        }
        // What was forgotten 60 s after its removal is shown only as long as the bridge names it.
        let shown = result.filter { members[$0] != nil || bridge?.peers[$0.address] == .some($0.uid) }
        return shown.subtracting([observer]).sorted()
    }

    private func row(
        _ observer: MemberRecord, _ subject: UniqueAddress, _ record: AssociationRecord?, _ bridge: BridgeRecord?,
        isInferred: Bool, at moment: Moment
    ) -> AssociationSnapshot {
        var row = AssociationSnapshot(
            observer: observer.node, subject: subject, transport: observer.node.address.transport)
        let skew = remoting.bridges[observer.node.address]?.skew ?? .zero
        if let record, var status = record.machine.status(of: subject.uid) {
            status.since = status.since.map { $0 - skew }
            status.until = status.until.map { $0 - skew }
            row.status = status
            row.origin = record.origin
            row.observedAt = record.toldAt
            row.freshness = moment.freshness(of: record.source)
            row.evidence = record.evidence
        } else if isInferred, let state = observers[observer.node.address] {
            row.status = AssociationStatus(.active)
            row.origin = .inferred
            row.observedAt = state.observedAt
            row.freshness = Freshness(observedAt: state.observedAt, now: moment.now, interval: moment.pollPeriod)
            row.evidence = ["monitored by the heartbeat ring, and reachable"]
        }
        doubt(&row, at: moment)
        doubtBackOff(&row, isMonitored: isInferred, at: moment)
        guard let bridge, subject.uid == latestUids[subject.address] else { return row }
        row.isMonitored = bridge.phi[subject.address] != nil
        row.phi = bridge.phi[subject.address]
        if row.origin == nil, row.phi != nil {
            row.origin = .bridge
            row.observedAt = bridge.receivedAt
            row.freshness = moment.freshness(of: bridge.source)
        }
        return row
    }

    /// What a row means for the health of its ends. A source that is lost has nothing to say about the present.
    private mutating func noteTrouble(_ row: AssociationSnapshot) {
        guard row.freshness != .lost, row.origin != .inferred else { return }
        switch row.status.state {
        case .quarantined where !row.status.isHarmless:
            remoting.quarantined[row.observer, default: []].append(row.subject.address)
            remoting.quarantined[row.subject, default: []].append(row.observer.address)
        case .gated: remoting.gated[row.observer, default: []].append(row.subject.address)
        default: break
        }
    }

    private func expected(
        _ observer: MemberRecord, _ subject: UniqueAddress, _ receivers: Set<UniqueAddress>
    ) -> Bool? {
        guard !isFromLines, let other = members[subject], other.removedAt == nil else { return nil }
        return other.roles.dataCenter == observer.roles.dataCenter ? receivers.contains(subject) : nil
    }

    private mutating func expectedReceivers(of observer: MemberRecord, at moment: Moment) -> Set<UniqueAddress> {
        let view = observers[observer.node.address]?.view
        let unreachable = (view?.unreachable ?? []).compactMap { view?.members[$0.subject]?.node }
        return remoting.expectation.receivers(
            of: observer.node, dataCenter: observer.roles.dataCenter, unreachable: Set(unreachable))
    }

    /// Whether a list names everybody who is a member now. Most views share one list, so few are gone through.
    private mutating func listsAll(_ list: MemberList) -> Bool {
        if let known = remoting.listsOfAll[ObjectIdentifier(list)] { return known }
        let listsAll = members.values.allSatisfy { $0.removedAt != nil || list[$0.node] != nil }
        remoting.listsOfAll[ObjectIdentifier(list)] = listsAll
        return listsAll
    }

    /// The subjects that the observer is meant to monitor and has, or last had, as reachable. Only silence ends a reachability, and silence
    /// does not end an association.
    private mutating func inferActive(
        _ observer: MemberRecord, _ receivers: Set<UniqueAddress>, at moment: Moment
    ) -> Set<UniqueAddress> {
        guard let view = usableView(of: observer.node, at: moment) else { return [] }
        let former = remoting.inferred[observer.node.address] ?? []
        if view.unreachable.isEmpty, listsAll(view.members) { return receivers }
        return receivers.union(former).filter { subject in
            guard view.members[subject] != nil else { return false }
            let isUnreachable = view.reportsUnreachable(subject.address)
            return isUnreachable ? former.contains(subject) : receivers.contains(subject)
        }
    }
}

extension AssociationMachine {
    /// Whether time may change it: a link that is not known to work.
    func needsTime(until clock: Timestamp) -> Bool {
        switch link {
        case .gated(let until?): until <= clock
        case .gated(until: nil), .idle: true
        case .active, .unknown: false
        }
    }
}

extension ObserverState {
    /// Whether the observer itself has the subject as unreachable, as its view or anything newer says.
    func knowsUnreachable(_ subject: Address) -> Bool {
        guard let view else { return true }
        if let node = view.members[subject]?.node, let told = overlay.unreachable[node] { return told.value }
        return view.reportsUnreachable(subject)
    }
}
