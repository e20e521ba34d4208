package import Model

/// Everything known of the observed mesh. A value, and `apply` is the only way in which it changes: the same observations give the same
/// snapshots and the same events, whenever they are applied.
package struct Mesh: Sendable {
    package private(set) var now: Timestamp
    package private(set) var options: SessionOptions
    var sources: [SourceID: SourceRecord] = [:]
    var clusters: [String: ClusterState] = [:]
    var health = Health(level: .unknown, reasons: ["nothing has answered yet"])
    var log = EventLog()
    /// When the run began: what happened before is history.
    private var startedAt: Timestamp?
    var dropped = DroppedCounts()
    var traffic = TrafficState()
    var earlyLines: [EarlyLine] = []
    /// How many incarnations were known when it was last looked whose they are.
    var earlyLinesTriedAmong = 0
    var metrics: [SourceID: MetricsState] = [:]
    /// The clusters as the last evaluation left them, taken for the graph, as long as nothing has come since.
    var evaluated: [ClusterSnapshot]?
    private(set) var managementSources = 0
    /// The health endpoints of applications that are asked.
    private(set) var probeSources: Set<SourceID> = []
    private var ownClock = OwnClock()

    /// An empty mesh; the first observation tells the options and the time.
    package init() {
        now = Timestamp(microseconds: 0)
        options = SessionOptions()
    }

    /// The time in which each member is polled once.
    var pollPeriod: Duration {
        PollBudget.period(members: managementSources, interval: options.interval)
    }

    /// Takes in one observation.
    ///
    /// - Parameter observation: The next one. Time never runs backwards: an older stamp counts as now.
    /// - Returns: What it brought about, in order. Derived facts (partitions, health, gates that open) change with `tick` and `refresh` only.
    package mutating func apply(_ observation: Observation) -> [MeshChange] {
        now = max(now, observation.at)
        evaluated = nil
        switch observation.payload {
        case .started(let options):
            self.options = options
            startedAt = startedAt ?? observation.at
        case .tick:
            ownClock.tick(at: now, interval: options.interval)
            return evaluate()
        case .refresh: return evaluate()
        case .ended: break
        default:
            guard let source = observation.source else { return [] }
            return apply(observation.payload, from: source)
        }
        return []
    }

    private mutating func apply(_ payload: Observation.Payload, from source: SourceID) -> [MeshChange] {
        switch payload {
        case .sourceAdded(let origin): add(source, origin)
        case .sourceRemoved: remove(source)
        case .failed(let failure, let retryAt): return fail(source, failure, retryAt: retryAt)
        case .membership(let view, let reply): return take(view, reply, from: source)
        case .membershipUnchanged(let reply): return takeUnchanged(reply, from: source)
        case .readiness(let answer): take(Probes(ready: answer), from: source)
        case .liveness(let answer): take(Probes(alive: answer), from: source)
        case .streamOpened: return openStream(source)
        case .streamEvent(let event, _): return take(event, from: source)
        case .streamReplayed: return finishReplay(source)
        case .streamHeartbeat: return succeed(source)
        case .lifecycle(let event, let late): return take(event, isLate: late, from: source)
        case .logProgress(let progress): return take(progress, from: source)
        case .bridge(let report, let reply): return take(report, reply, from: source)
        case .telemetry(let telemetry, let reply): return take(telemetry, reply, from: source)
        case .metrics(let report, let reply): return take(report, reply, from: source)
        case .metricsUnchanged(let reply): return takeUnchangedMetrics(reply, from: source)
        case .probed(let report, let reply): return take(report, reply, from: source)
        case .started, .tick, .refresh, .ended: break
        }
        return []
    }

    // MARK: - Sources

    private mutating func add(_ id: SourceID, _ origin: SourceOrigin) {
        guard sources[id] == nil else { return }
        sources[id] = SourceRecord(id: id, origin: origin, at: now)
        if id.kind == .management { managementSources += 1 }
        if id.kind == .probe, let subject = origin.subject {
            sources[id]?.probe = ProbeRecord(subject)
            probeSources.insert(id)
        }
        if id.kind == .sse, let member = origin.member, let name = cluster(of: member, origin.cluster) {
            sources[id]?.cluster = name
        }
    }

    private mutating func remove(_ id: SourceID) {
        if id.kind == .sse { updateObserver(of: id) { $0.forgetStream() } }
        if id.kind == .prometheus { forgetMetrics(of: id) }
        probeSources.remove(id)
        for name in clusters.keys { clusters[name]?.remoting.rejected[id] = nil }
        guard let record = sources.removeValue(forKey: id), id.kind == .management else { return }
        managementSources -= 1
        guard let member = record.member, let cluster = record.cluster else { return }
        if clusters[cluster]?.observers[member]?.source == id { clusters[cluster]?.observers[member] = nil }
    }

    mutating func succeed(_ id: SourceID, _ reply: Reply? = nil) -> [MeshChange] {
        let change = sources[id]?.succeed(at: now, reply: reply)
        return change.map { [.source($0)] } ?? []
    }

    private mutating func fail(_ id: SourceID, _ failure: SourceFailure, retryAt: Timestamp) -> [MeshChange] {
        let change = sources[id]?.fail(failure, retryAt: retryAt, at: now)
        updateObserver(of: id) { observer in
            switch id.kind {
            case .management where observer.source == id: observer.stopAnswering()
            case .sse: observer.forgetStream()
            default: break
            }
        }
        return change.map { [.source($0)] } ?? []
    }

    /// Changes the state of the observer that a source belongs to, if it is known.
    private mutating func updateObserver(of id: SourceID, _ change: (inout ObserverState) -> Void) {
        guard let member = sources[id]?.member, let name = sources[id]?.cluster else { return }
        // Taken out and put back, so that what it holds is changed in place instead of copied.
        guard var observer = clusters[name]?.observers[member].take() else { return }
        change(&observer)
        clusters[name]?.observers[member] = observer
    }

    // MARK: - Views

    private mutating func take(_ view: MembershipView, _ reply: Reply, from id: SourceID) -> [MeshChange] {
        guard sources[id] != nil else { return [] }
        let name = sources[id]?.origin.cluster ?? view.observer.system
        sources[id]?.member = view.observer
        sources[id]?.cluster = name
        if clusters[name] == nil { clusters[name] = ClusterState(id: name, system: view.observer.system) }
        let (clock, period) = (ownClock.milliseconds(at: now), pollPeriod)
        let differences =
            clusters[name]?.take(view, from: id, reply: reply, clock: clock, pollPeriod: period, at: now) ?? []
        takeEarlyLines()
        if let early = sources[id]?.early.take() { take(early, from: id) }
        return succeed(id, reply) + report(differences, of: view.observer, in: name, from: id)
    }

    private mutating func takeUnchanged(_ reply: Reply, from id: SourceID) -> [MeshChange] {
        guard let member = sources[id]?.member, let name = sources[id]?.cluster,
            let view = clusters[name]?.observers[member]?.view
        else { return succeed(id, reply) }
        return take(view, reply, from: id)
    }

    /// An answer that comes before it is known whose it is waits for the first view.
    private mutating func take(_ probes: Probes, from id: SourceID) {
        var isTaken = false
        updateObserver(of: id) { observer in
            observer.ready = probes.ready ?? observer.ready
            observer.alive = probes.alive ?? observer.alive
            isTaken = true
        }
        if !isTaken { sources[id]?.early.merge(probes) }
    }

    // MARK: - Streams

    private mutating func openStream(_ id: SourceID) -> [MeshChange] {
        updateObserver(of: id) { $0.forgetStream() }
        return succeed(id)
    }

    private mutating func take(_ event: DomainEvent, from id: SourceID) -> [MeshChange] {
        sources[id]?.events += 1
        let changes = succeed(id)
        guard let member = sources[id]?.member, let name = cluster(of: member, sources[id]?.cluster) else {
            return changes
        }
        sources[id]?.cluster = name
        let at = now
        var difference: ObserverState.Difference?
        updateObserver(of: id) { difference = $0.take(event, at: at) }
        guard let difference else { return changes }
        clusters[name]?.markDropped([difference], by: member, at: now)
        clusters[name]?.noteStream(difference, of: member, at: now)
        return changes + report([difference], of: member, in: name, from: id)
    }

    private mutating func finishReplay(_ id: SourceID) -> [MeshChange] {
        let changes = succeed(id)
        var differences: [ObserverState.Difference] = []
        updateObserver(of: id) { differences = $0.finishReplay() }
        guard let member = sources[id]?.member, let name = sources[id]?.cluster else { return changes }
        return changes + report(differences, of: member, in: name, from: id)
    }

    private func cluster(of member: Address, _ name: String?) -> String? {
        name ?? (clusters[member.system] == nil ? nil : member.system)
    }

    private mutating func report(
        _ differences: [ObserverState.Difference], of observer: Address, in cluster: String, from source: SourceID
    ) -> [MeshChange] {
        guard !differences.isEmpty else { return [] }
        return keep(differences.compactMap { clusters[cluster]?.event($0, of: observer, from: source, at: now) })
    }

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
        let probes = evaluateProbes()
        let moment = ClusterState.Moment(
            now: now, pollPeriod: pollPeriod, sources: sources, allPairs: options.allPairs, probes: probes)
        let clock = ownClock.milliseconds(at: now)
        takeEarlyLinesOfSilentMesh()
        var events = placeWaitingMetrics()
        for name in clusters.keys.sorted() {
            events += clusters[name]?.evaluate(at: moment, interval: options.interval, clock: clock) ?? []
        }
        evaluateTraffic()
        health.become(overallHealth(), at: now)
        defer { orderLog() }
        return keep(events)
    }

    private mutating func orderLog() {
        var changed: Set<String> = []
        for name in clusters.keys where clusters[name]?.clocks.evaluate() == true { changed.insert(name) }
        for place in (evaluated ?? []).indices {
            guard let id = evaluated?[place].id, let skews = clusters[id]?.clocks.skews else { continue }
            evaluated?[place].clocks = skews
        }
        guard changed.isEmpty else {
            let tables = clusters.mapValues(\.clocks)
            return log.correct { entry in
                changed.contains(entry.event.cluster)
                    ? tables[entry.event.cluster]?.correction(of: entry) : nil
            }
        }
        log.settle()
    }

    private func overallHealth() -> Health {
        let probed = probedParts
        guard !clusters.isEmpty else {
            if let known = traffic.whole?.health {
                return probed.isEmpty ? known : .worst(of: [(name: "", health: known)] + probed)
            }
            return probed.isEmpty
                ? Health(level: .unknown, reasons: ["nothing has answered yet"]) : .worst(of: probed)
        }
        let hasSeveral = clusters.count > 1
        let parts =
            clusters.values.sorted { $0.id < $1.id }
            .map { (name: hasSeveral ? "\($0.id):" : "", health: $0.health) }
            + probed.filter { $0.health.level > .healthy }
        // The reasons of each cluster are few already, and the last of them may count others.
        var worst = Health.worst(of: parts, mostReasons: .max)
        // Requests that are answered do not say that a cluster of which nothing is known is well.
        if let traffic = trafficHealthOfMembers, worst.level != .unknown || traffic.level > .healthy {
            worst = Health.worst(of: [("", worst), ("", traffic)], mostReasons: .max)
        }
        guard worst.level == .unknown else { return worst }
        if clusters.values.allSatisfy(\.isFromLines) {
            return Health(level: .unknown, reasons: [MemberHealth.linesOnly])
        }
        return Health(level: .unknown, reasons: ["no member answers: what is shown is what was last known"])
    }
}

extension ObserverState {
    /// The latest poll failed: the view stays with its age, but votes no more.
    fileprivate mutating func stopAnswering() {
        isAnswering = false
        ready = nil
        alive = nil
    }
}
