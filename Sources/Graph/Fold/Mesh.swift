// SPDX-License-Identifier: Apache-2.0
internal import Findings
package import Model

/// Everything known of the observed mesh. A value, and `apply` is the only way in which it changes: the same observations give the same
/// snapshots and the same events, whenever they are applied.
package struct Mesh: Sendable {
    package private(set) var now = Timestamp(microseconds: 0)
    package private(set) var options = SessionOptions()
    var sources = SourceBook()
    /// By name.
    var clusters: [String: ClusterFold] = [:]
    private(set) var health = Health(level: .unknown, reasons: ["nothing has answered yet"])
    private(set) var log = EventLog()
    /// When the run began: what happened before is history.
    private var startedAt: Timestamp?
    var dropped = DroppedCounts()
    private(set) var traffic = TrafficBook()
    var waiting = WaitingLines()
    var foreign = ForeignLines()
    var metrics = MetricsBook()
    var kubernetes = KubernetesBook()
    /// The clusters as the last evaluation left them, made for the graph, for as long as nothing has come since.
    private(set) var evaluated: [ClusterSnapshot]?
    private var ownClock = OwnClock()
    /// How many observations were folded: the number of the newest.
    package private(set) var observationCount = 0
    var findings = FindingsEngine()

    /// An empty mesh; the first observation brings the options and the time.
    package init() {}

    /// The time in which each member is polled once.
    var pollPeriod: Duration { sources.pollPeriod(interval: options.interval) }

    /// Records one observation.
    ///
    /// - Parameter observation: The next one. Time never runs backwards: an older stamp counts as now.
    /// - Returns: What it brought about, in order. Derived facts (partitions, health, gates that open) change with `tick` and `refresh` only.
    package mutating func apply(_ observation: Observation) -> [MeshChange] {
        now = max(now, observation.at)
        evaluated = nil
        observationCount += 1
        let changes = fold(observation)
        if observation.source != nil {
            findings.record(
                observation, number: observationCount, observer: observer(of: observation), at: now)
        }
        return changes
    }

    private mutating func fold(_ observation: Observation) -> [MeshChange] {
        switch observation.payload {
        case .started(let options):
            // A run that was appended to a journal saw nothing of the runs before it.
            if startedAt != nil { self = Mesh() }
            now = max(now, observation.at)
            self.options = options
            startedAt = observation.at
        case .tick:
            ownClock.tick(at: now, interval: options.interval)
            return evaluate()
        case .refresh: return evaluate()
        case .ended: break
        case .acknowledged(let incident):
            findings.acknowledge(incident, at: now)
            return []
        default:
            guard let source = observation.source else { return [] }
            return record(observation.payload, from: source)
        }
        return []
    }

    private mutating func record(_ payload: Observation.Payload, from source: SourceID) -> [MeshChange] {
        switch payload {
        case .sourceAdded(let origin): addSource(source, origin)
        case .sourceRemoved: removeSource(source)
        case .failed(let failure, let retryAt): return recordFailure(failure, of: source, retryAt: retryAt)
        case .membership(let view, let reply): return record(view, reply, from: source)
        case .membershipUnchanged(let reply): return recordUnchangedView(reply, from: source)
        case .readiness(let answer): record(HealthChecks(ready: answer), from: source)
        case .liveness(let answer): record(HealthChecks(alive: answer), from: source)
        case .startup(let answer): record(HealthChecks(startup: answer), from: source)
        case .streamOpened: return openStream(source)
        case .streamEvent(let event, _): return record(event, from: source)
        case .streamReplayed: return finishReplay(source)
        case .streamHeartbeat: return recordSuccess(of: source)
        case .lifecycle(let line, let late): return record(line, isLate: late, from: source)
        case .logProgress(let progress): return record(progress, from: source)
        case .bridge(let report, let reply): return record(report, reply, from: source)
        case .telemetry(let telemetry, let reply): return record(telemetry, reply, from: source)
        case .metrics(let report, let reply): return record(report, reply, from: source)
        case .metricsUnchanged(let reply): return recordSuccess(of: source, reply)
        case .probed(let report, let reply): return record(report, reply, from: source)
        case .kubernetes(let report): return record(report, from: source)
        case .contactPoint(let answer, let seeds):
            let at = now
            sources.change(source) { $0.recordContact(answer, seeds, at: at) }
        case .started, .tick, .refresh, .ended, .acknowledged: break
        }
        return []
    }

    // MARK: - Sources

    private mutating func addSource(_ id: SourceID, _ origin: SourceOrigin) {
        guard sources[id] == nil else { return }
        sources.add(id, origin, at: now)
        if id.kind == .kubernetes { kubernetes.addSource(id) }
        if id.kind == .sse, let member = origin.member, let name = cluster(of: member, origin.cluster) {
            sources.change(id) { $0.cluster = name }
        }
    }

    private mutating func removeSource(_ id: SourceID) {
        if id.kind == .sse { changeObserver(of: id) { $0.resetStream() } }
        if id.kind == .prometheus { metrics.forget(id, in: &clusters) }
        if id.kind == .kubernetes { kubernetes.removeSource(id) }
        for index in clusters.values.indices { clusters.values[index].forgetRejected(of: id) }
        guard let record = sources.remove(id), id.kind == .management, let member = record.member,
            let name = record.cluster
        else { return }
        changeCluster(name) { $0.membership.removeObserver(member, of: id) }
    }

    mutating func recordSuccess(of id: SourceID, _ reply: Reply? = nil) -> [MeshChange] {
        let at = now
        let change = sources.change(id) { $0.recordSuccess(at: at, reply: reply) }
        return change.flatMap { $0.map { [.source($0)] } } ?? []
    }

    private mutating func recordFailure(
        _ failure: SourceFailure, of id: SourceID, retryAt: Timestamp
    ) -> [MeshChange] {
        let at = now
        let change = sources.change(id) { $0.recordFailure(failure, retryAt: retryAt, at: at) }
        changeObserver(of: id) { observer in
            switch id.kind {
            case .management where observer.source == id: observer.stopAnswering()
            case .sse: observer.resetStream()
            case .bridge: observer.record(gossiped: nil)
            default: break
            }
        }
        return change.flatMap { $0.map { [.source($0)] } } ?? []
    }

    /// Changes a cluster in place, if it is known.
    ///
    /// - Returns: What `change` returned; `nil` if there is no such cluster.
    @discardableResult
    private mutating func changeCluster<Result>(
        _ name: String, _ change: (inout ClusterFold) -> Result
    ) -> Result? {
        guard let index = clusters.index(forKey: name) else { return nil }
        return change(&clusters.values[index])
    }

    /// Changes the state of the observer that a source belongs to, if it is known.
    private mutating func changeObserver(of id: SourceID, _ change: (inout ObserverState) -> Void) {
        guard let member = sources[id]?.member, let name = sources[id]?.cluster else { return }
        changeCluster(name) { $0.membership.changeObserver(member, change) }
    }

    /// Remembers which member and cluster a source belongs to, and makes the cluster if it is new.
    private mutating func assign(_ id: SourceID, to member: Address, in name: String) {
        sources.change(id) { record in
            record.member = member
            record.cluster = name
        }
        if clusters[name] == nil { clusters[name] = ClusterFold(id: name, system: member.system) }
    }

    // MARK: - Views

    private mutating func record(_ view: MembershipView, _ reply: Reply, from id: SourceID) -> [MeshChange] {
        guard let source = sources[id] else { return [] }
        let name = source.origin.cluster ?? view.observer.system
        assign(id, to: view.observer, in: name)
        let (clock, period) = (ownClock.milliseconds(at: now), pollPeriod)
        let events = clusters[name]?.record(
            view, from: id, reply: reply, clock: clock, pollPeriod: period, waiting: &waiting, at: now)
        guard let events = events.expected("the cluster of a view was just made") else { return [] }
        recordWaitingLines()
        let early = source.earlyChecks
        if !early.isEmpty {
            sources.change(id) { $0.earlyChecks = HealthChecks() }
            record(early, from: id)
        }
        return recordSuccess(of: id, reply) + keep(events)
    }

    private mutating func recordUnchangedView(_ reply: Reply, from id: SourceID) -> [MeshChange] {
        guard let member = sources[id]?.member, let name = sources[id]?.cluster,
            let view = clusters[name]?.membership.observers[member]?.view
        else { return recordSuccess(of: id, reply) }
        return record(view, reply, from: id)
    }

    /// Readiness answers that arrive before the first view are kept until the member is known.
    private mutating func record(_ checks: HealthChecks, from id: SourceID) {
        var isRecorded = false
        changeObserver(of: id) { observer in
            observer.checks.merge(checks)
            isRecorded = true
        }
        if !isRecorded { sources.change(id) { $0.earlyChecks.merge(checks) } }
    }

    private func cluster(of member: Address, _ name: String?) -> String? {
        name ?? (clusters[member.system] == nil ? nil : member.system)
    }

    // MARK: - Streams

    private mutating func openStream(_ id: SourceID) -> [MeshChange] {
        changeObserver(of: id) { $0.resetStream() }
        return recordSuccess(of: id)
    }

    private mutating func record(_ event: DomainEvent, from id: SourceID) -> [MeshChange] {
        sources.change(id) { $0.countEvent() }
        let changes = recordSuccess(of: id)
        guard let member = sources[id]?.member, let name = cluster(of: member, sources[id]?.cluster) else {
            return changes
        }
        sources.change(id) { $0.cluster = name }
        let at = now
        return changes + keep(changeCluster(name) { $0.record(event, by: member, from: id, at: at) } ?? [])
    }

    private mutating func finishReplay(_ id: SourceID) -> [MeshChange] {
        let changes = recordSuccess(of: id)
        guard let member = sources[id]?.member, let name = sources[id]?.cluster else { return changes }
        let at = now
        return changes + keep(changeCluster(name) { $0.finishReplay(of: member, from: id, at: at) } ?? [])
    }

    // MARK: - Other answers

    private mutating func record(_ report: BridgeReport, _ reply: Reply, from id: SourceID) -> [MeshChange] {
        guard let source = sources[id] else { return [] }
        let address = report.node.address
        let name = source.origin.cluster ?? clusterName(listing: address) ?? address.system
        assign(id, to: address, in: name)
        let found = clusters[name]?.record(report, from: id, reply: reply, waiting: &waiting, at: now)
        guard let events = found.expected("the cluster of a report was just made") else { return [] }
        return recordSuccess(of: id, reply) + keep(events)
    }

    private mutating func record(_ report: MetricReport, _ reply: Reply, from id: SourceID) -> [MeshChange] {
        guard sources[id] != nil else { return [] }
        let events = metrics.record(report, from: id, latency: reply.latency, in: &clusters, at: now)
        let notes = metrics.notes(on: id)
        sources.change(id) { $0.notes = notes }
        return recordSuccess(of: id, reply) + keep(events)
    }

    private mutating func record(_ telemetry: Telemetry, _ reply: Reply, from id: SourceID) -> [MeshChange] {
        guard sources[id] != nil else { return [] }
        traffic.record(telemetry, at: now)
        dropped.samples = telemetry.vectors.reduce(0) { $0 + max(0, min($1.omitted, 1 << 32)) }
        return recordSuccess(of: id, reply)
    }

    private mutating func record(_ report: ProbeReport, _ reply: Reply, from id: SourceID) -> [MeshChange] {
        guard sources[id]?.probe != nil else { return [] }
        let at = now
        sources.change(id) { $0.probe?.record(report, at: at) }
        return recordSuccess(of: id, reply)
    }

    private mutating func record(_ report: KubernetesReport, from id: SourceID) -> [MeshChange] {
        guard sources[id] != nil else { return [] }
        kubernetes.record(report, from: id, at: now)
        return recordSuccess(of: id)
    }

    // MARK: - Events

    /// Keeps events for the screens, each in its place.
    mutating func keep(_ events: [MeshEvent]) -> [MeshChange] {
        for event in events {
            var correction = Duration.zero
            if case .node(let node) = event.clock {
                correction = clusters[event.cluster]?.clocks.correction(of: node) ?? .zero
            }
            log.insert(event, correction: correction, liveSince: startedAt)
        }
        return events.map { .event($0) }
    }

    // MARK: - Evaluation

    private mutating func evaluate() -> [MeshChange] {
        let probes = sources.evaluateProbes(at: now)
        let moment = Moment(
            now: now, startedAt: startedAt ?? now, interval: options.interval, pollPeriod: pollPeriod,
            clock: ownClock.milliseconds(at: now),
            sources: sources, allPairs: options.allPairs, probes: probes)
        recordLinesOfSilentMesh()
        var events = recordMetricsOfSilentMesh() + placeWaitingMetrics() + showLinesOfOutsiders()
        for name in clusters.keys.sorted() {
            events += changeCluster(name) { $0.evaluate(at: moment) } ?? []
            clusters[name]?.discardLines(in: &waiting)
        }
        evaluateTraffic()
        if kubernetes.isWatched { events += kubernetes.evaluate(evaluated ?? clusterSnapshots, sources, at: now) }
        let kept = keep(events)
        orderLog()
        let changes = evaluateFindings()
        health.become(overallHealth, at: now)
        return kept + changes
    }

    private mutating func evaluateFindings() -> [MeshChange] {
        let found = evaluated ?? clusterSnapshots
        let sources = sources.ids.compactMap(sourceSnapshot)
        var input = FindingInput(
            now: now, pollPeriod: pollPeriod, startedAt: startedAt ?? now, clusters: found, sources: sources,
            expected: options.expectedMembers, graph: traffic.graph(at: now)?.graph)
        (input.kubernetes, input.istio) = (kubernetes.snapshot, kubernetes.istioSnapshot)
        let changes = findings.evaluate(input)
        evaluated = found.map { cluster in
            var cluster = cluster
            cluster.expected = findings.expected(cluster.id)
            cluster.foresee(findings.forecast(cluster.id))
            return cluster
        }
        return changes.map { .finding($0) }
    }

    private mutating func placeWaitingMetrics() -> [MeshEvent] {
        let placed = metrics.placeWaiting(in: &clusters, at: now)
        for id in placed.sources {
            let notes = metrics.notes(on: id)
            sources.change(id) { $0.notes = notes }
        }
        return placed.events
    }

    private mutating func evaluateTraffic() {
        guard traffic.hasAnswers else { return }
        let found = clusterSnapshots
        evaluated = found
        traffic.evaluate(
            found, sources.probeSnapshots(found, interval: options.interval, at: now), options: options.graph, at: now)
        for id in sources.ids where id.kind == .prometheus {
            let notes = metrics.notes(on: id) + traffic.notes
            sources.change(id) { $0.notes = notes }
        }
    }

    private mutating func orderLog() {
        var changed: Set<String> = []
        for name in Array(clusters.keys) {
            if changeCluster(name, { $0.clocks.evaluate() }) == true { changed.insert(name) }
        }
        for place in (evaluated ?? []).indices {
            guard let id = evaluated?[place].id, let skews = clusters[id]?.clocks.skews else { continue }
            evaluated?[place].clocks = skews
        }
        guard !changed.isEmpty else { return log.settle() }
        let tables = clusters.mapValues(\.clocks)
        log.correct { entry in
            changed.contains(entry.event.cluster) ? tables[entry.event.cluster]?.correction(of: entry) : nil
        }
    }
}
