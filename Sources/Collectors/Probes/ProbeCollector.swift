// SPDX-License-Identifier: Apache-2.0
internal import Model

extension CollectorFactory {
    /// Collects from the health endpoints of applications.
    ///
    /// - Parameter targets: what is asked.
    /// - Returns: the factory.
    package static func probes(_ targets: [ProbeTarget]) -> CollectorFactory {
        CollectorFactory { ProbeCollector(targets, $0) }
    }
}

/// Asks the health endpoints of applications, and turns answers and failures into observations.
///
/// The rules are those of ``ManagementCollector``: one tick for all, a bounded number in flight, never two for one endpoint, back-off. Only
/// GET; no redirect is followed.
struct ProbeCollector: Collector {
    /// Maximum number of requests that run at once.
    static let maximumRequests = 16
    /// Maximum number of endpoints that are asked.
    static let maximumEndpoints = 2_000
    /// A tick that is due so soon is done at once: the wake-up is there already, for another collector.
    private static let slack = Duration.milliseconds(50)

    /// One endpoint.
    private struct Probe {
        /// What it answers.
        struct Answer {
            let report: ProbeReport
            let digest: BodyDigest
        }

        let request: HTTPRequest
        /// Which of the targets it comes of, to let go of guesses.
        let target: Int
        /// The host that was found, if it was.
        let host: String?
        var state = PollState<Answer>.unanswered
    }

    private let targets: [ProbeTarget]
    private let context: CollectorContext
    private var probes: [SourceID: Probe] = [:]
    /// In the order in which they were added.
    private var order: [SourceID] = []
    private var ledger: RequestLedger<SourceID>
    private var ticker: Ticker
    private var plan = PollPlan()
    private var unsettled: Set<SourceID> = []
    private var outbox = Outbox()
    private var membership = ProbedMembers()

    /// - Parameters:
    ///   - targets: what is asked.
    ///   - context: what every collector is given.
    init(_ targets: [ProbeTarget], _ context: CollectorContext) {
        self.targets = targets
        self.context = context
        ledger = RequestLedger(context.requests, maximum: Self.maximumRequests)
        ticker = Ticker(interval: context.interval)
    }

    // MARK: - Questions

    var nextWake: Timestamp? { ticker.next }
    var connectionsWanted: Int { order.count }

    func isSettled(at now: Timestamp) -> Bool { unsettled.isEmpty }

    // MARK: - Inputs

    /// Adds what was given and asks it.
    mutating func start(at now: Timestamp) -> [CollectorAction] {
        outbox.now = now
        for (number, target) in targets.enumerated() {
            if case .one(let subject) = target.subject { add(number, target.endpoint, subject, host: nil) }
        }
        ticker.start(at: now)
        return finish()
    }

    mutating func advance(to now: Timestamp, unread: Int) -> [CollectorAction] {
        outbox.now = now
        ticker.check(at: now)
        guard let due = ticker.due(at: now, slack: Self.slack) else { return [] }
        tick(due)
        return finish()
    }

    mutating func pollNow(at now: Timestamp) -> [CollectorAction] {
        outbox.now = now
        for id in order { probes[id]?.state.expectReturn() }
        tick(now)
        return finish()
    }

    mutating func handle(_ event: HTTPEvent, at now: Timestamp) -> [CollectorAction] {
        outbox.now = now
        guard let id = ledger.errand(of: event.id) else { return [] }
        switch event {
        case .answered(let request, let response):
            end(request, id)
            receive(response, from: id)
        case .failed(let request, let failure):
            end(request, id)
            fail(id, failure)
        case .opened, .chunk: break
        }
        return finish()
    }

    /// Learns from what others observe which members there are.
    mutating func follow(_ observations: [Observation], at now: Timestamp) -> [CollectorAction] {
        guard targets.contains(where: \.needsMembers) else { return [] }
        outbox.now = now
        for observation in observations { membership.follow(observation) }
        if membership.updateHosts() { update(membership.hosts) }
        return finish()
    }

    // MARK: - Endpoints

    private mutating func add(_ target: Int, _ endpoint: Endpoint, _ subject: ProbeSubject, host: String?) {
        for path in targets[target].paths {
            let request = HTTPRequest(
                endpoint, path: path, accept: "application/json, text/plain;q=0.9, */*;q=0.5",
                mode: .beginning(timeout: context.timeout, maximum: HealthAnswerReader.maximumBody))
            let id = SourceID(.probe, request.url)
            guard probes[id] == nil, order.count < Self.maximumEndpoints else { continue }
            probes[id] = Probe(request: request, target: target, host: host)
            order.append(id)
            unsettled.insert(id)
            let origin = SourceOrigin(cluster: nil, isConfigured: host == nil, member: nil, subject: subject)
            outbox.emit(.sourceAdded(origin), from: id)
            ledger.add(id)
        }
    }

    private mutating func remove(_ id: SourceID) {
        guard probes.removeValue(forKey: id) != nil else { return }
        order.removeAll { $0 == id }
        unsettled.remove(id)
        if let request = ledger.cancel(id) { outbox.append(.cancel(request)) }
        outbox.emit(.sourceRemoved, from: id)
    }

    /// Asks members that have come, and no longer those that have gone.
    private mutating func update(_ hosts: [String: Set<String>]) {
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
        ticker.advance(from: due, at: outbox.now)
        let (order, probes, now, interval) = (order, probes, outbox.now, context.interval)
        let chosen = plan.choose(
            count: order.count, maximum: PollBudget.membersPerTick,
            isEligible: { place in
                guard let probe = probes[order[place]] else { return false }
                // One that has answered is likely to come back.
                return probe.state.isDue(at: now, interval: interval, isLikelyToReturn: probe.state.answer != nil)
            }, isUrgent: { probes[order[$0]]?.state.answer?.report.verdict != .passing })
        for place in chosen { ledger.add(order[place]) }
    }

    private mutating func finish() -> [CollectorAction] {
        while let (request, id) = ledger.next() {
            guard let probe = probes[id] else {
                ledger.end(request)
                continue
            }
            outbox.append(.start(request, probe.request))
        }
        return outbox.drain()
    }

    private mutating func end(_ request: RequestID, _ id: SourceID) {
        ledger.end(request)
        unsettled.remove(id)
    }

    // MARK: - Answers

    private mutating func receive(_ response: HTTPResponse, from id: SourceID) {
        guard let probe = probes[id] else { return }
        let isUnknownPath = [404, 405].contains(response.status)
        if targets[probe.target].isGuess, isUnknownPath, hasSibling(id) { return remove(id) }
        let report: ProbeReport
        let digest = BodyDigest(response.body.bytes)
        if let known = probe.state.answer, known.report.status == response.status, known.digest == digest {
            report = known.report
        } else {
            do throws(SourceFailure) {
                report = try HealthAnswerReader.report(
                    status: response.status, body: response.body.bytes, request: probe.request)
            } catch {
                return fail(id, error)
            }
        }
        let isNews = probe.state.current?.report.verdict != report.verdict
        probes[id]?.state.succeed(Probe.Answer(report: report, digest: digest))
        outbox.emit(
            .probed(report, Reply(latency: response.latency, server: response.server)), from: id, isNews: isNews)
    }

    private mutating func fail(_ id: SourceID, _ failure: SourceFailure) {
        guard let probe = probes[id] else { return }
        let isNews = probes[id]?.state.fail(failure, at: outbox.now) ?? false
        let retryAt = probes[id]?.state.retryAt(
            interval: context.interval, isLikelyToReturn: probe.state.answer != nil)
        let due = retryAt ?? outbox.now
        outbox.emit(.failed(failure, retryAt: max(due, ticker.next ?? due)), from: id, isNews: isNews)
    }

    /// Whether another path of the same server is left to try.
    private func hasSibling(_ id: SourceID) -> Bool {
        guard let probe = probes[id] else { return false }
        return order.contains { $0 != id && probes[$0]?.target == probe.target && probes[$0]?.host == probe.host }
    }
}

extension ProbeTarget {
    /// Whether a member with these roles is asked.
    fileprivate func isAbout(_ roles: Set<String>) -> Bool {
        guard case .everyMember(let role) = subject else { return false }
        return role.map { roles.contains($0) } ?? true
    }
}
