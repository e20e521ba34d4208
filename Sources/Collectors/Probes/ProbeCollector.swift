internal import Model

/// Asks the health endpoints of applications, and turns answers and failures into observations.
///
/// A state machine as ``ManagementCollector``: one tick for all, so many in flight at most, never two for one endpoint, back-off. Only GET;
/// no redirect is followed.
struct ProbeCollector {
    /// Requests are numbered apart from those of the other collectors.
    private static let firstRequest: UInt64 = 1 << 60
    /// So many requests run at once.
    private static let requestLimit = 16
    /// A tick that is due so soon is done at once: the wake-up is there already, for another collector.
    private static let slack = Duration.milliseconds(50)
    /// More endpoints than this are not asked.
    static let limit = 2_000

    /// One endpoint.
    fileprivate struct Probe {
        let request: HTTPRequest
        /// Which of the targets it comes of, to let go of guesses.
        let target: Int
        /// The host that was found, if it was.
        let host: String?
        var backoff = Backoff()
        var hasAnswered = false
        var report: ProbeReport?
        var digest: BodyDigest?
        var failure: SourceFailure?
    }

    private let targets: [ProbeTarget]
    private let interval: Duration
    private let timeout: Duration
    private var probes: [SourceID: Probe] = [:]
    /// In the order in which they were added.
    private var order: [SourceID] = []
    private var running: [HTTPRequestID: SourceID] = [:]
    private var gate = RequestGate<SourceID>(limit: Self.requestLimit)
    private var plan = PollPlan()
    private var unsettled: Set<SourceID> = []
    private var nextTick: Timestamp?
    private var nextRequest = Self.firstRequest
    private var now = Timestamp(microseconds: 0)
    private var actions: [ManagementCollector.Action] = []
    private var membership = ProbedMembers()

    /// - Parameters:
    ///   - targets: whom to ask.
    ///   - interval: the time between two polls.
    ///   - timeout: how long an answer may take.
    init(_ targets: [ProbeTarget], interval: Duration, timeout: Duration) {
        self.targets = targets
        self.interval = interval
        self.timeout = timeout
    }

    /// Whether an event is of a request of this collector.
    static func owns(_ id: HTTPRequestID) -> Bool { id.number >= firstRequest && id.number < firstRequest << 1 }

    /// When `advance` is to be called at the latest.
    var nextWake: Timestamp? { nextTick }

    /// Whether every endpoint known by now has answered or failed to.
    var isSettled: Bool { unsettled.isEmpty }

    /// Whether it wants to know what others observe.
    var followsMembers: Bool { targets.contains(where: \.needsMembers) }

    /// How many connections are worth keeping.
    var connectionsWanted: Int { order.count }

    // MARK: - Inputs

    /// Adds what was given and asks it.
    mutating func start(at now: Timestamp) -> [ManagementCollector.Action] {
        self.now = now
        for (number, target) in targets.enumerated() {
            if case .one(let subject) = target.subject { add(number, target.endpoint, subject, host: nil) }
        }
        nextTick = targets.isEmpty ? nil : now + interval
        return finish()
    }

    /// Does what is due.
    mutating func advance(to now: Timestamp) -> [ManagementCollector.Action] {
        self.now = now
        // The wall clock may be set back: then what was planned must not wait until it has caught up.
        if let due = nextTick, due - now > interval { nextTick = now + interval }
        if let due = nextTick, due <= now + Self.slack { tick(due) }
        return finish()
    }

    /// Asks now, also those whose back-off says otherwise.
    mutating func pollNow(at now: Timestamp) -> [ManagementCollector.Action] {
        self.now = now
        for id in order { probes[id]?.backoff.expectReturn() }
        if nextTick != nil { tick(now) }
        return finish()
    }

    /// Takes what became of a request.
    mutating func handle(_ event: HTTPEvent, at now: Timestamp) -> [ManagementCollector.Action] {
        self.now = now
        guard let id = running[event.id] else { return [] }
        switch event {
        case .answered(_, let response):
            forget(event.id, id)
            take(response, from: id)
        case .failed(_, let failure):
            forget(event.id, id)
            fail(id, failure)
        case .opened, .chunk: break
        }
        return finish()
    }

    /// Learns from what others observe which members there are.
    mutating func follow(_ observations: [Observation], at now: Timestamp) -> [ManagementCollector.Action] {
        self.now = now
        for observation in observations { membership.take(observation) }
        if membership.takeChange() { meet(membership.hosts) }
        return finish()
    }

    // MARK: - Endpoints

    private mutating func add(_ target: Int, _ endpoint: Endpoint, _ subject: ProbeSubject, host: String?) {
        for path in targets[target].paths {
            let request = HTTPRequest(
                endpoint, path: path, accept: "application/json, text/plain;q=0.9, */*;q=0.5",
                mode: .beginning(timeout: timeout, limit: HealthAnswerReader.bodyLimit))
            let id = SourceID(.probe, request.url)
            guard probes[id] == nil, order.count < Self.limit else { continue }
            probes[id] = Probe(request: request, target: target, host: host)
            order.append(id)
            unsettled.insert(id)
            emit(
                .sourceAdded(
                    SourceOrigin(cluster: nil, isConfigured: host == nil, member: nil, subject: subject)), from: id)
            gate.add(id)
        }
    }

    private mutating func remove(_ id: SourceID) {
        guard probes.removeValue(forKey: id) != nil else { return }
        order.removeAll { $0 == id }
        unsettled.remove(id)
        gate.remove(id)
        for (request, source) in running where source == id {
            running[request] = nil
            actions.append(.cancel(request))
        }
        emit(.sourceRemoved, from: id)
    }

    /// Asks members that have come, and no more those that are gone.
    private mutating func meet(_ hosts: [String: Set<String>]) {
        for id in order {
            guard let probe = probes[id], let host = probe.host else { continue }
            if hosts[host].map({ !targets[probe.target].isAbout($0) }) ?? true { remove(id) }
        }
        for (number, target) in targets.enumerated() where target.needsMembers {
            for (host, roles) in hosts.sorted(by: { $0.key < $1.key }) where target.isAbout(roles) {
                var endpoint = target.endpoint
                endpoint.host = host
                add(number, endpoint, .member(host: host, port: nil), host: host)
            }
        }
    }

    // MARK: - Polls

    private mutating func tick(_ due: Timestamp) {
        let next = due + interval
        nextTick = next > now ? next : now + interval
        let (order, probes, now, interval) = (order, probes, now, interval)
        let chosen = plan.choose(
            count: order.count, budget: PollBudget.membersPerTick,
            isEligible: { place in
                guard let probe = probes[order[place]] else { return false }
                // One that has answered is likely to come back.
                guard let due = probe.backoff.dueAt(interval: interval, isListed: probe.hasAnswered) else {
                    return true
                }
                return due <= now + interval / 4
            }, isUrgent: { probes[order[$0]]?.report?.verdict != .passing })
        for place in chosen { gate.add(order[place]) }
    }

    private mutating func finish() -> [ManagementCollector.Action] {
        while let id = gate.next() {
            guard let probe = probes[id] else {
                gate.remove(id)
                continue
            }
            nextRequest += 1
            let request = HTTPRequestID(number: nextRequest)
            running[request] = id
            actions.append(.start(request, probe.request))
        }
        defer { actions = [] }
        return actions
    }

    private mutating func forget(_ request: HTTPRequestID, _ id: SourceID) {
        running[request] = nil
        gate.remove(id)
        unsettled.remove(id)
    }

    // MARK: - Answers

    private mutating func take(_ response: HTTPResponse, from id: SourceID) {
        guard let probe = probes[id] else { return }
        if probe.isGuess(targets), [404, 405].contains(response.status), hasSibling(id) { return remove(id) }
        let report: ProbeReport
        let digest = BodyDigest(response.body.bytes)
        if let known = probe.report, known.status == response.status, probe.digest == digest {
            report = known
        } else {
            do throws(SourceFailure) {
                report = try HealthAnswerReader.report(
                    status: response.status, body: response.body.bytes, request: probe.request)
            } catch {
                return fail(id, error)
            }
        }
        let isNews = probe.report?.verdict != report.verdict || probe.failure != nil
        probes[id]?.succeed(report, digest)
        emit(
            .probed(report, Reply(latency: response.latency, server: response.server)), from: id, isNews: isNews)
    }

    private mutating func fail(_ id: SourceID, _ failure: SourceFailure) {
        guard let probe = probes[id] else { return }
        probes[id]?.backoff.fail(at: now)
        probes[id]?.failure = failure
        let due = probes[id]?.backoff.dueAt(interval: interval, isListed: probe.hasAnswered) ?? now
        emit(.failed(failure, retryAt: max(due, nextTick ?? due)), from: id, isNews: failure != probe.failure)
    }

    /// Whether another path of the same server is left to try.
    private func hasSibling(_ id: SourceID) -> Bool {
        guard let probe = probes[id] else { return false }
        return order.contains { $0 != id && probes[$0]?.target == probe.target && probes[$0]?.host == probe.host }
    }

    private mutating func emit(_ payload: Observation.Payload, from id: SourceID, isNews: Bool = true) {
        actions.append(.emit(Observation(at: now, source: id, payload), isNews: isNews))
    }
}

extension ProbeCollector.Probe {
    fileprivate func isGuess(_ targets: [ProbeTarget]) -> Bool { targets[target].isGuess }

    fileprivate mutating func succeed(_ report: ProbeReport, _ digest: BodyDigest) {
        backoff.succeed()
        hasAnswered = true
        failure = nil
        self.report = report
        self.digest = digest
    }
}

extension ProbeTarget {
    /// Whether a member with these roles is asked.
    fileprivate func isAbout(_ roles: Set<String>) -> Bool {
        guard case .everyMember(let role) = subject else { return false }
        return role.map { roles.contains($0) } ?? true
    }
}
