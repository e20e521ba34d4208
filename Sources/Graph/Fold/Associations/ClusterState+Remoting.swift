import Model

extension ClusterState {
    // MARK: - Bridge

    /// Takes a report of the bridge: what the node itself reads in its registries stands above all that was inferred.
    mutating func take(_ report: BridgeReport, from source: SourceID, reply: Reply, at now: Timestamp) -> [MeshEvent] {
        let observer = report.node
        guard latestUids[observer.address] ?? observer.uid == observer.uid else { return [] }
        let former = remoting.bridges[observer.address].flatMap { $0.node == observer ? $0 : nil }
        var bridge = BridgeRecord(
            node: observer, source: source, stack: report.stack, receivedAt: now,
            skew: BridgeRecord.skew(of: report, at: now, latency: reply.latency, former: former?.skew), phi: [:],
            peers: [:], lastSequence: former?.lastSequence ?? .min)
        for detector in report.detectors {
            bridge.phi[detector.peer] = PhiMeasurement(detector, observedAt: now)
        }
        remoting.bridges[observer.address] = bridge
        remoting.calm[observer.address] = nil
        clocks.tell(bridge: report, at: now, latency: reply.latency)
        var events = takeEvents(of: report, isFirst: former == nil, from: source, at: now)
        events += takeAssociations(of: report, isFirst: former == nil, from: source, at: now)
        events += phiEvents(report, former, at: now)
        takeTerminated(report, at: now)
        return events
    }

    private mutating func takeEvents(
        of report: BridgeReport, isFirst: Bool, from source: SourceID, at now: Timestamp
    ) -> [MeshEvent] {
        let last = remoting.bridges[report.node.address]?.lastSequence ?? .min
        var events: [MeshEvent] = []
        for event in report.events where event.sequence > last {
            let line = event.lifecycle(observer: report.node.address, transport: report.transport)
            switch line.kind {
            case .quarantined, .quarantinedByPeer:
                let told = take(line, observer: report.node.address, late: false, from: source, at: now)
                if !isFirst { events += told }
            default: remoting.records[report.node.address]?[event.peer ?? report.node.address]?.add(line.evidence.text)
            }
        }
        remoting.bridges[report.node.address]?.lastSequence = report.events.last.map { max(last, $0.sequence) } ?? last
        return events
    }

    private mutating func takeAssociations(
        of report: BridgeReport, isFirst: Bool, from source: SourceID, at now: Timestamp
    ) -> [MeshEvent] {
        let isInFull = remoting.keepsEveryPair || members.count <= SessionOptions.maximumMembersInFull
        var events: [MeshEvent] = []
        for var association in report.associations where association.peer != report.node.address {
            association.uid = association.uid ?? latestUids[association.peer]
            remoting.bridges[report.node.address]?.peers[association.peer] = .some(association.uid)
            let isKnown = remoting.records[report.node.address]?[association.peer] != nil
            guard isInFull || isKnown || association.state != .active else {
                remoting.bridges[report.node.address]?.activeOthers.insert(association.peer)
                continue
            }
            let told = RemotingState.Told(
                at: report.at, now: now, origin: .bridge, source: source, transport: report.transport,
                evidence: isKnown ? nil : "bridge: \(association.state.rawValue)")
            remoting.feed(.report(association), report.node, association.peer, told: told)
            events += self.report(report.node, association.peer, at: now, isFirst: isFirst)
        }
        return events
    }

    private mutating func takeTerminated(_ report: BridgeReport, at now: Timestamp) {
        let address = report.node.address
        guard let former = observers[address]?.toldTerminated else { return }
        var next: [UniqueAddress: Timestamp] = [:]
        for record in report.reachability where record.observer == address && record.status == .terminated {
            guard let node = listed(record.subject, by: address) else { continue }
            next[node] = former[node] ?? now
        }
        observers[address]?.tell(terminated: next)
    }

    private func phiEvents(_ report: BridgeReport, _ former: BridgeRecord?, at now: Timestamp) -> [MeshEvent] {
        guard let former else { return [] }
        return report.detectors.compactMap { detector in
            guard let before = former.phi[detector.peer], before.isAvailable != detector.isAvailable else { return nil }
            let value = detector.isInfinite ? "infinite" : detector.phi.map { "\(($0 * 100).rounded() / 100)" } ?? "?"
            let (from, to) = detector.isAvailable ? ("unavailable", "available") : ("available", "unavailable")
            let text =
                "\(report.node.address.hostPort) measures phi \(value) for \(detector.peer.hostPort), "
                + "\(detector.isAvailable ? "below" : "at or above") its threshold \(detector.threshold)"
            return event(
                .phi, report.node.address, detector.peer, latestUids[detector.peer], from, to, .bridge, text, at: now)
        }
    }

    // MARK: - Lines

    /// Takes an event of a log, or of the bridge, that an observer told.
    mutating func take(
        _ line: LifecycleEvent, observer: Address, late: Bool, from source: SourceID, at now: Timestamp
    ) -> [MeshEvent] {
        guard remoting.recent.insert(line, observer: observer) else { return [] }
        if isFromLines { takeTestimony(of: line, observer, from: source, at: now) }
        if case .started = line.kind { begin(line, observer) }
        var events: [MeshEvent] = []
        if remoting.runs[observer]?.isNext == true {
            remoting.runs[observer]?.keep(line, from: source)
        } else if let uid = latestUids[observer], remoting.runs[observer]?.uid ?? uid == uid {
            events += takeLink(line, UniqueAddress(observer, uid: uid), from: source, at: now)
        }
        takeDowning(line, at: now)
        takeTermination(line, observer, at: now)
        if remoting.isNews(line, observer: observer), let other = otherEvent(line, observer, source.kind, at: now) {
            events.append(other)
        }
        return events.map { stamped($0, by: line, observer: observer, late: late, from: source, at: now) }
    }

    /// A process has begun: nothing that its log told before is about it.
    private mutating func begin(_ line: LifecycleEvent, _ observer: Address) {
        let known = latestUids[observer].flatMap { members[UniqueAddress(observer, uid: $0)] }
        let isNext = known.map { $0.knownSince < line.at && line.uid != $0.node.uid } ?? false
        remoting.runs[observer] = Run(uid: line.uid, isNext: isNext)
        // Artery's line says which incarnation it is; elsewhere it can only be told from the order of the lines.
        if line.uid == nil, !isNext { remoting.records[observer] = nil }
    }

    /// An incarnation is a member now: what its log told before is taken in. It is history, so nothing is reported anew.
    mutating func takeWaitingLines(of node: UniqueAddress, at now: Timestamp) {
        guard let run = remoting.runs[node.address], run.isNext else { return }
        remoting.runs[node.address] = Run(uid: run.uid, isNext: false)
        for (line, source) in run.waiting { _ = takeLink(line, node, from: source, at: now) }
    }

    /// A member that was downed was removed from an observer's view, so the observer quarantines that incarnation (akka.md §3.5). Where it did
    /// not know the uid, classic remoting takes note of it without a line.
    mutating func noteRemoval(
        of node: UniqueAddress, from status: MemberStatus?, by observer: Address, at now: Timestamp
    ) {
        guard status?.isRemovedByDowning == true, let uid = latestUids[observer],
            remoting.bridges[observer]?.node.uid != uid,
            let record = remoting.records[observer]?[node.address], record.machine.isClassic,
            record.machine.status(of: node.uid)?.state != .quarantined
        else { return }
        let told = RemotingState.Told(
            at: remoting.clock(of: observer, at: now), now: now, origin: .inferred, source: observers[observer]?.source,
            evidence: "removed after it was downed, which quarantines it")
        let quarantine = LifecycleEvent.Kind.quarantined(harmless: false, reason: "Cluster member removed")
        remoting.feed(.event(quarantine, uid: node.uid), UniqueAddress(observer, uid: uid), node.address, told: told)
    }

    /// An event as its line tells it: by the teller's clock, with the line itself.
    private func stamped(
        _ event: MeshEvent, by line: LifecycleEvent, observer: Address, late: Bool, from source: SourceID,
        at now: Timestamp
    ) -> MeshEvent {
        var event = event
        event.at = line.at
        event.clock = .node(observer)
        event.toldAt = now
        event.source = source
        event.evidence = MeshEvent.Evidence(
            text: line.evidence.text, pattern: line.pattern, line: line.evidence.line)
        event.isLate = late
        return event
    }

    private mutating func takeLink(
        _ line: LifecycleEvent, _ observer: UniqueAddress, from source: SourceID, at now: Timestamp
    ) -> [MeshEvent] {
        guard let peer = line.peer, peer != observer.address, line.kind.bearsOnAssociations else { return [] }
        let origin = AssociationOrigin(source.kind) ?? .log
        var told = RemotingState.Told(
            at: line.at, now: now, origin: origin, source: source,
            transport: line.transport == .unknown ? nil : line.transport, evidence: evidence(line))
        var events: [MeshEvent] = []
        if line.kind.tellsOfQuarantineByPeer, let uid = latestUids[peer] {
            // The line tells the state of the other direction.
            let other = UniqueAddress(peer, uid: uid)
            let quarantine = LifecycleEvent.Kind.quarantined(harmless: false, reason: "told by the quarantined node")
            // By another clock than the other direction's, where it must not lie in the future.
            var heard = told
            heard.at = min(told.at, remoting.clock(of: peer, at: now))
            if remoting.feed(.event(quarantine, uid: observer.uid), other, observer.address, told: heard) {
                events += report(other, observer.address, at: now)
            }
        }
        if line.kind == .reachable, remoting.records[observer.address]?[peer] == nil { return events }
        if case .bridge = origin { told.transport = nil }
        let input = AssociationInput.event(line.kind, uid: line.uid ?? latestUids[peer])
        if remoting.feed(input, observer, peer, told: told) { events += report(observer, peer, at: now) }
        return events
    }

    private func evidence(_ line: LifecycleEvent) -> String {
        let place = line.evidence.line.map { ":\($0)" } ?? ""
        return "\(line.at) \(line.pattern)\(place) \(line.evidence.text)"
    }

    private mutating func takeDowning(_ line: LifecycleEvent, at now: Timestamp) {
        switch line.kind {
        case .downing(.started(let strategy, let stableAfter)):
            remoting.downing = DowningSnapshot(strategy: strategy, stableAfter: stableAfter)
        case .downing(.waiting(_, let notBefore, _)):
            remoting.downing = remoting.downing ?? DowningSnapshot(strategy: "unknown")
            remoting.downing?.decisionNotBefore = notBefore
            remoting.decisionToldAt = now
        case .downing(.healed), .downing(.decided), .downing(.unstable): remoting.downing?.decisionNotBefore = nil
        case .noDowning: remoting.downing = DowningSnapshot(strategy: "none")
        default: break
        }
    }

    /// Takes back the announcement of a decision that nothing waits for any more. The resolver announces one anew when it has taken one, and
    /// says nothing when the members that it downed are removed.
    mutating func settleDowning(at moment: Moment) {
        guard let notBefore = remoting.downing?.decisionNotBefore, let toldAt = remoting.decisionToldAt else { return }
        let isPending = members.values.contains {
            $0.removedAt == nil && $0.status != .down && !($0.unreachableBy.isEmpty && $0.terminatedFor.isEmpty)
        }
        // What the line tells the next views tell too.
        let isSettled = moment.now - toldAt > moment.pollPeriod + RemotingState.settling
        if isSettled && !isPending || moment.now - notBefore > RemotingState.overdue {
            remoting.downing?.decisionNotBefore = nil
        }
    }

    private mutating func takeTermination(_ line: LifecycleEvent, _ observer: Address, at now: Timestamp) {
        guard let peer = line.peer, line.kind == .terminated, var told = observers[observer]?.toldTerminated,
            let node = listed(peer, by: observer), isQuarantined(node, by: observer)
        else { return }
        told[node] = told[node] ?? now
        observers[observer]?.tell(terminated: told)
    }

    /// Whether a line about a quarantined address can mean this incarnation: it does not if others of the address were quarantined.
    private func isQuarantined(_ node: UniqueAddress, by observer: Address) -> Bool {
        guard let machine = remoting.records[observer]?[node.address]?.machine else { return true }
        let quarantined = machine.uids.filter { machine.status(of: $0)?.state == .quarantined }
        return quarantined.isEmpty || quarantined.contains(node.uid)
    }

    /// The incarnation that an observer means by an address: that of its own view, or else the newest one.
    private func listed(_ address: Address, by observer: Address) -> UniqueAddress? {
        observers[observer]?.view?.members[address]?.node
            ?? latestUids[address].map { UniqueAddress(address, uid: $0) }
    }

    // MARK: - Events

    /// The change of an association since its last event, if there is one.
    mutating func report(
        _ observer: UniqueAddress, _ subject: Address, at now: Timestamp, isFirst: Bool = false, isSettled: Bool = true
    ) -> [MeshEvent] {
        guard isSettled, var record = remoting.records[observer.address]?[subject] else { return [] }
        var events: [MeshEvent] = []
        for uid in record.machine.uids.sorted() {
            guard let change = record.unreported(uid), let status = record.machine.status(of: uid) else { continue }
            if isFirst, status.state == .active || status.state == .idle { continue }
            let text = associationText(observer.address, subject, status)
            var told = event(
                .association, observer.address, subject, uid, change.from?.rawValue, change.to.rawValue,
                record.origin.source, text, at: now)
            told.source = record.source
            if status.isHarmless { told.severity = .notice }
            if status.state == .quarantined, !status.isHarmless {
                told.causality = .cause(.quarantine(by: observer.address, of: subject, uid: uid))
            }
            events.append(told)
        }
        remoting.records[observer.address]?[subject] = record
        return events
    }

    private func associationText(_ observer: Address, _ subject: Address, _ status: AssociationStatus) -> String {
        let (who, whom) = (observer.hostPort, subject.hostPort)
        switch status.state {
        case .idle: return "\(who) has no association to \(whom) in use"
        case .active: return "\(who) has an active association to \(whom)"
        case .gated where status.isBackingOff: return "\(who) cannot reach \(whom) and keeps trying"
        case .gated: return "\(who) has gated \(whom)"
        case .quarantined: return "\(who) has quarantined \(whom)" + (status.isHarmless ? ", harmlessly" : "")
        case .unknown: return "\(who) tells nothing of \(whom)"
        }
    }

    func event(
        _ kind: MeshEvent.Kind, _ observer: Address, _ subject: Address?, _ uid: Int64?, _ from: String?,
        _ to: String?, _ origin: SourceKind, _ text: String, at: Timestamp
    ) -> MeshEvent {
        MeshEvent(
            at: at, cluster: id, observer: observer, subject: subject,
            subjectUid: uid == UniqueAddress.unknownUid ? nil : uid, kind: kind, from: from,
            to: to, origin: origin, text: text)
    }
}

extension MemberStatus {
    /// Whether a member that was last seen so was downed if it is removed next: those that leave do so over other statuses.
    fileprivate var isRemovedByDowning: Bool {
        switch self {
        case .joining, .weaklyUp, .up, .down: true
        default: false
        }
    }
}

extension LifecycleEvent.Kind {
    /// Whether the state machines have to hear of it.
    var bearsOnAssociations: Bool {
        switch self {
        case .associated, .disassociated, .associationFailed, .gated, .quarantined, .quarantineKept,
            .quarantineIgnored, .quarantinedByPeer, .quarantineTold, .handshakeCompleted, .handshakeTimedOut,
            .connectionOpened, .connectionClosed, .connectionFailed, .streamRestarted, .streamGaveUp, .idleStopped,
            .associationRemoved, .livenessProbed, .reachable:
            true
        default: false
        }
    }

    var tellsOfQuarantineByPeer: Bool {
        switch self {
        case .quarantinedByPeer, .gated(_, .quarantinedByPeer), .associationFailed(.quarantinedByPeer, _): true
        default: false
        }
    }
}
