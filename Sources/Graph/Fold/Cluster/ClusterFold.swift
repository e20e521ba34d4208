// SPDX-License-Identifier: Apache-2.0
import Model

/// What the fold keeps of one cluster: books, each with its own invariants. This value wires them: only here does a record of one book
/// change another.
struct ClusterFold {
    let id: String
    let system: String
    var membership = MembershipBook()
    var witnesses = WitnessBook()
    var associations = AssociationBook()
    /// Derived from the books by the last evaluation.
    var table = AssociationTable()
    var downing = DowningBook()
    var clocks = ClockTable()
    /// What keeps nodes from joining or working, as their lines say.
    var troubles = TroubleBook()
    var repetitions = RepetitionFilter()
    var health = Health(level: .unknown)
    /// Whether the table was ever derived.
    var hasEvaluated = false

    init(id: String, system: String) {
        self.id = id
        self.system = system
    }

    /// Whether no endpoint is heard, so that logs or metrics are all that is known of the cluster.
    var isFromLogs: Bool { !witnesses.isEmpty }
    /// Whether metrics are.
    var isFromMetrics: Bool { witnesses.isFromMetrics }

    var composer: EventComposer { EventComposer(cluster: id, membership: membership) }

    // MARK: - Views and streams

    /// Records a view of an observer.
    ///
    /// - Returns: The events of what it changed.
    mutating func record(
        _ view: MembershipView, from source: SourceID, reply: Reply, clock: Int64, pollPeriod: Duration,
        waiting: inout WaitingLines, at now: Timestamp
    ) -> [MeshEvent] {
        witnesses.end(in: &membership)
        let recorded = membership.record(
            view, from: source, reply: reply, clock: clock, pollPeriod: pollPeriod, at: now)
        if clocks.readsLines, let previous = recorded.previous {
            clocks.record(
                recorded.differences, from: previous.view, asked: previous.requestedAt, to: view, at: now)
        }
        for node in recorded.replacements { replace(node, waiting: &waiting, at: now) }
        recordRemovals(recorded.differences, by: view.observer, at: now)
        return recorded.differences.map { composer.event($0, of: view.observer, from: source, at: now) }
    }

    /// Records an event of an observer's stream.
    mutating func record(
        _ event: DomainEvent, by observer: Address, from source: SourceID, at now: Timestamp
    ) -> [MeshEvent] {
        var found: ObserverState.Difference?
        membership.changeObserver(observer) { found = $0.record(event, at: now) }
        guard let found else { return [] }
        recordRemovals([found], by: observer, at: now)
        clocks.record(stream: found, of: observer, at: now)
        return [composer.event(found, of: observer, from: source, at: now)]
    }

    /// The replay at the beginning of an observer's stream is complete.
    mutating func finishReplay(of observer: Address, from source: SourceID, at now: Timestamp) -> [MeshEvent] {
        var found: [ObserverState.Difference] = []
        membership.changeObserver(observer) { found = $0.finishReplay() }
        return found.map { composer.event($0, of: observer, from: source, at: now) }
    }

    private mutating func recordRemovals(
        _ differences: [ObserverState.Difference], by observer: Address, at now: Timestamp
    ) {
        for case .status(let node, let previous, .removed) in differences {
            membership.markDropped(node)
            recordQuarantine(of: node, removedFrom: previous, by: observer, at: now)
        }
    }

    /// A member that was downed was removed from an observer's view, so the observer quarantines that incarnation (akka.md §3.5). Where it did
    /// not know the uid, classic remoting quarantines it without a line.
    private mutating func recordQuarantine(
        of node: UniqueAddress, removedFrom status: MemberStatus?, by observer: Address, at now: Timestamp
    ) {
        guard status?.isRemovedByDowning == true, let uid = membership.latestUids[observer],
            associations.bridges[observer]?.node.uid != uid,
            let record = associations.records[observer]?[node.address], record.machine.isClassic,
            record.machine.status(of: node.uid)?.state != .quarantined
        else { return }
        let context = AssociationRecord.InputContext(
            at: associations.clock(of: observer, at: now), now: now, origin: .inferred,
            source: membership.observers[observer]?.source,
            evidence: "removed after it was downed, which quarantines it")
        let quarantine = LifecycleEvent.Kind.quarantined(harmless: false, reason: "Cluster member removed")
        associations.apply(
            .event(quarantine, uid: node.uid), UniqueAddress(observer, uid: uid), node.address, context)
    }

    /// An incarnation has replaced another at its address: what its log said before it was a member is recorded now. That is history, so
    /// nothing of it is announced.
    private mutating func replace(_ node: UniqueAddress, waiting: inout WaitingLines, at now: Timestamp) {
        if associations.runs[node.address]?.uid ?? node.uid != node.uid {
            waiting.discard(of: node.address, cluster: id)
        }
        associations.replace(node, at: now)
        table.forget(node.address)
        guard associations.join(node) else { return }
        for waited in waiting.take(of: node.address, cluster: id) {
            _ = recordLink(waited.line, node, from: waited.source, at: now)
        }
    }

    // MARK: - Bridge

    /// Records a report of the bridge: what the node itself reads in its registries stands above all that was inferred.
    mutating func record(
        _ report: BridgeReport, from source: SourceID, reply: Reply, waiting: inout WaitingLines, at now: Timestamp
    ) -> [MeshEvent] {
        let observer = report.node
        guard membership.latestUids[observer.address] ?? observer.uid == observer.uid else { return [] }
        let previous = associations.bridges[observer.address].flatMap { $0.node == observer ? $0 : nil }
        let bridge = BridgeRecord(report, from: source, previous: previous, latency: reply.latency, at: now)
        associations.setBridge(bridge)
        table.forgetCache(of: observer.address)
        clocks.record(bridge: report, at: now, latency: reply.latency)
        var events = recordEvents(of: report, isFirst: previous == nil, from: source, waiting: &waiting, at: now)
        events += recordAssociations(of: report, after: previous, from: source, at: now)
        if let previous {
            events += composer.crossings(
                bridge.phi, since: previous.phi, of: observer.address, in: report.detectors.map(\.peer), .bridge,
                at: now)
        }
        recordTerminated(report, at: now)
        return events
    }

    private mutating func recordEvents(
        of report: BridgeReport, isFirst: Bool, from source: SourceID, waiting: inout WaitingLines, at now: Timestamp
    ) -> [MeshEvent] {
        let observer = report.node.address
        let last = associations.bridges[observer]?.lastSequence ?? .min
        var events: [MeshEvent] = []
        for event in report.events where event.sequence > last {
            let line = event.lifecycle(observer: observer, transport: report.transport)
            switch line.kind {
            case .quarantined, .quarantinedByPeer:
                let found = record(line, by: observer, late: false, from: source, waiting: &waiting, at: now)
                if !isFirst { events += found }
            default:
                associations.changeRecord(observer, event.peer ?? observer) { $0.add(evidence: line.evidence.text) }
            }
        }
        if let newest = report.events.last?.sequence {
            associations.changeBridge(observer) { $0.lastSequence = max(last, newest) }
        }
        return events
    }

    private mutating func recordAssociations(
        of report: BridgeReport, after previous: BridgeRecord?, from source: SourceID, at now: Timestamp
    ) -> [MeshEvent] {
        let observer = report.node.address
        let isInFull =
            associations.keepsEveryPair || membership.members.count <= SessionOptions.maximumMembersInFull
        var changes: [AssociationChange] = []
        for var association in report.associations where association.peer != observer {
            let peer = association.peer
            association.uid = association.uid ?? membership.latestUids[peer]
            let heartbeat = report.heartbeat(denying: association)
            // The first report may know only the heartbeat that a detector begins with, which nobody has answered.
            if heartbeat != nil, previous == nil { continue }
            let isContradicted = heartbeat.map { previous?.isOlder(than: $0, of: peer) ?? false } ?? false
            if isContradicted { (association.state, association.isBackingOff) = (.active, false) }
            let isKnown = associations.records[observer]?[peer] != nil
            let isKept = isInFull || isKnown || association.state != .active
            associations.changeBridge(observer) { bridge in
                bridge.peers[peer] = .some(association.uid)
                if !isKept { bridge.activeOthers.insert(peer) }
            }
            guard isKept else { continue }
            let context = AssociationRecord.InputContext(
                at: report.at, now: now, origin: .bridge, source: source, transport: report.transport,
                evidence: isContradicted
                    ? "bridge: gated, but a heartbeat was answered since its connections were read"
                    : isKnown ? nil : "bridge: \(association.state.rawValue)")
            associations.apply(.report(association), report.node, peer, context)
            changes += associations.takeChanges(report.node, peer, isFirst: previous == nil)
        }
        return changes.map { composer.event($0, at: now) }
    }

    private mutating func recordTerminated(_ report: BridgeReport, at now: Timestamp) {
        let address = report.node.address
        guard let known = membership.observers[address]?.reportedTerminated else { return }
        var next: [UniqueAddress: Timestamp] = [:]
        var all: Set<UniqueAddress> = []
        for record in report.reachability where record.status == .terminated {
            guard let node = membership.listed(record.subject, by: address) else { continue }
            all.insert(node)
            if record.observer == address { next[node] = known[node] ?? now }
        }
        membership.changeObserver(address) { observer in
            observer.record(terminated: next)
            observer.record(gossiped: Timestamped(value: all, at: now))
        }
    }

    // MARK: - Metrics

    /// Records what a metrics server reports of this cluster's members, in place of what it reported before.
    ///
    /// - Returns: Events of detectors that have crossed their thresholds since, where no bridge shows that sooner.
    mutating func record(
        _ records: [Address: MetricsRecord], from source: SourceID, at now: Timestamp
    ) -> [MeshEvent] {
        let previous = associations.metrics
        associations.setMetrics(records, from: source)
        return records.keys.sorted().filter { associations.bridges[$0] == nil }.flatMap { observer in
            let phi = records[observer]?.phi ?? [:]
            return composer.crossings(
                phi, since: previous[observer]?.phi ?? [:], of: observer, in: phi.keys.sorted(), .prometheus, at: now)
        }
    }

    /// Records what exporters say of the membership, where no endpoint is heard.
    ///
    /// - Returns: The events of what has changed.
    mutating func record(
        _ testimonies: [MetricTestimony], from source: SourceID, at now: Timestamp
    ) -> [MeshEvent] {
        witnesses.record(testimonies, from: source, in: &membership, at: now).map { change in
            composer.event(change.difference, of: change.observer, from: source, at: now)
        }
    }

    mutating func forgetMetrics(of source: SourceID) { associations.forgetMetrics(of: source) }

    mutating func forgetRejected(of source: SourceID) { associations.forgetRejected(of: source) }
}

extension BridgeReport {
    /// Heartbeats are sent every second by default: one that is younger came over a connection that there is.
    private static let recentHeartbeat = Duration.milliseconds(1_200)

    /// The heartbeat with which the report denies a row of its own: no connection, which is read from the kernel now and then, and yet one
    /// that came just now.
    fileprivate func heartbeat(denying association: Association) -> Timestamp? {
        guard association.state == .gated, association.isBackingOff else { return nil }
        return detectors.first {
            $0.peer == association.peer && $0.isAvailable && $0.silence < Self.recentHeartbeat
        }.map { at - $0.silence }
    }
}

extension MemberStatus {
    /// Whether a member that was last seen so was downed if it is removed next: those that leave do so over other statuses.
    fileprivate var isRemovedByDowning: Bool {
        switch self {
        case .joining, .weaklyUp, .up, .down: true
        case .leaving, .exiting, .removed, .preparingForShutdown, .readyForShutdown, .unknown: false
        }
    }
}
