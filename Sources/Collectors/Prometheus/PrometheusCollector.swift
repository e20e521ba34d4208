package import Model

/// What the collector of a metrics server is told at its start.
package struct PrometheusOptions: Sendable {
    /// The server; its query API lies below it.
    package var endpoint: Endpoint
    /// Which metrics tell of clusters.
    package var rules: [MetricRule]
    /// What the service graph shows, which decides what is asked for it.
    package var graph: GraphOptions
    /// Over which time rates are taken.
    package var window: Duration
    /// For which moment traffic is asked; `nil`: the present.
    package var at: Timestamp?
    /// So many services' percentiles are asked for, the worst first, whether or not somebody looks at them.
    package var worstServices = 50

    /// - Parameters:
    ///   - endpoint: the server.
    ///   - rules: the user's rules; the standard ones stand in for roles without one.
    ///   - graph: what the service graph shows.
    ///   - window: over which time rates are taken.
    ///   - at: for which moment traffic is asked; `nil`: the present.
    package init(
        endpoint: Endpoint, rules: [MetricRule] = [], graph: GraphOptions = GraphOptions(),
        window: Duration = .seconds(60), at: Timestamp? = nil
    ) {
        self.endpoint = endpoint
        self.rules = MetricRule.complete(rules)
        self.graph = graph
        self.window = window
        self.at = at
    }

    /// The same for somebody who tells what is looked at: besides that, percentiles are asked of the few worst services, unless the user has named values.
    package var forReader: PrometheusOptions {
        var options = self
        if graph.edgeValues.isEmpty { options.worstServices = 8 }
        options.graph.edgeValues.formUnion(EdgeValue.allCases.filter(\.isPercentile))
        return options
    }
}

/// Asks a metrics server, one query after the other and never two at a time, and turns answers and failures into observations.
///
/// A state machine like ``ManagementCollector``: it gets events and the time, and says what to do. A round is one refresh; it ends at the
/// first query that fails, because a server that is overloaded is not helped by another one. What a failing server said is kept by the fold.
struct PrometheusCollector {
    /// Requests are numbered apart from those of the other collectors.
    private static let firstRequest: UInt64 = 1 << 61
    /// A query that makes a longer URL is posted.
    private static let urlLimit = 2_000
    /// The most bytes of an answer about clusters.
    static let metricsLimit = 32 << 20
    /// The most bytes of an answer about traffic: 100,000 series with long names are 40 MB.
    static let telemetryLimit = 128 << 20
    /// The server is busy with us at most for this share of the time.
    private static let busyShare = 10

    /// One query of a round.
    enum Inquiry: Hashable, Sendable {
        /// What metrics tell of clusters.
        case metrics
        /// A metric of the service graph; `isNeeded`: without it there is no graph.
        case telemetry(TelemetryQuery, isNeeded: Bool)
        /// The namespaces of a metric that the server refuses to answer in one piece.
        case namespaces(TelemetryQuery)
        /// One namespace of it.
        case piece(TelemetryQuery)
        /// Something that the server tells of itself.
        case fact(ServerFact)
        /// Nothing is asked: what has come is passed on.
        case deliver
    }

    let options: PrometheusOptions
    let interval: Duration
    private let timeout: Duration
    let metricsReader = PrometheusReader(limit: Self.metricsLimit)
    private var query: MetricQuery
    var telemetry = TelemetryGathering()
    private var report: MetricReport?
    private var backoff = Backoff()
    private var lastFailure: SourceFailure?
    /// What is left of the round.
    var round: [Inquiry] = []
    private var running: (id: HTTPRequestID, inquiry: Inquiry, request: HTTPRequest)?
    private var roundBegan: Timestamp?
    private var nextRound: Timestamp?
    private var nextRequest = Self.firstRequest
    private(set) var now = Timestamp(microseconds: 0)
    private var actions: [ManagementCollector.Action] = []
    /// Whether the first round is over.
    private(set) var isSettled = false

    /// - Parameters:
    ///   - options: whom to ask for what.
    ///   - interval: the time between two polls of a member; a metrics server is asked more rarely.
    ///   - timeout: how long a member's answer may take; a query may take five times as long.
    init(_ options: PrometheusOptions, interval: Duration, timeout: Duration) {
        self.options = options
        self.interval = max(PollBudget.metricsInterval, interval)
        self.timeout = timeout * 5
        query = MetricQuery(rules: options.rules)
    }

    /// Whether an event is of a request of this collector.
    static func owns(_ id: HTTPRequestID) -> Bool { id.number >= firstRequest && id.number < firstRequest << 1 }

    var id: SourceID { SourceID(.prometheus, options.endpoint.url) }

    /// Whether it was a reader who wanted the round that runs, between two refreshes.
    private var isSupplement = false

    /// When `advance` is to be called at the latest.
    var nextWake: Timestamp? { running == nil ? nextRound : nil }

    // MARK: - Inputs

    mutating func start(at now: Timestamp) -> [ManagementCollector.Action] {
        self.now = now
        emit(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)))
        beginRound()
        return finish()
    }

    /// Does what is due.
    mutating func advance(to now: Timestamp) -> [ManagementCollector.Action] {
        self.now = now
        // The wall clock may be set back: then what was planned must not wait until it has caught up.
        if let due = nextRound, due - now > Backoff.longest + interval { nextRound = now }
        if running == nil, let due = nextRound, due <= now { beginRound() }
        return finish()
    }

    /// Asks now, also if the back-off says otherwise.
    mutating func pollNow(at now: Timestamp) -> [ManagementCollector.Action] {
        self.now = now
        backoff.expectReturn()
        if running == nil { beginRound() }
        return finish()
    }

    /// Learns what is looked at now. What the last refresh did not bring of it is asked as soon as nothing else is.
    mutating func look(at interest: TelemetryInterest, at now: Timestamp) -> [ManagementCollector.Action] {
        self.now = now
        telemetry.interest = interest
        if running == nil { beginSupplement() }
        return finish()
    }

    /// Takes what became of a request.
    mutating func handle(_ event: HTTPEvent, at now: Timestamp) -> [ManagementCollector.Action] {
        self.now = now
        guard let running, running.id == event.id else { return [] }
        switch event {
        case .answered(_, let response):
            self.running = nil
            take(response, to: running.inquiry, running.request)
        case .failed(_, let failure):
            self.running = nil
            // Nothing hangs on what a server tells of itself; if it is down, the next query says so.
            if case .fact = running.inquiry { askNext() } else { fail(failure) }
        case .opened, .chunk: break
        }
        return finish()
    }

    // MARK: - Rounds

    private mutating func beginRound() {
        // What happened in the past tells nothing of clusters that are asked now.
        let clusters: [Inquiry] = options.at == nil ? [.metrics] : []
        round = beginTelemetry() + clusters + restOfTelemetry()
        roundBegan = now
        askNext()
    }

    private mutating func beginSupplement() {
        guard isSettled, lastFailure == nil else { return }
        round = supplement()
        guard !round.isEmpty else { return }
        isSupplement = true
        askNext()
    }

    private mutating func askNext() {
        while round.first == .deliver {
            round.removeFirst()
            deliver()
        }
        guard let inquiry = round.first else { return endRound() }
        round.removeFirst()
        guard let request = request(inquiry) else { return askNext() }
        nextRequest += 1
        running = (HTTPRequestID(number: nextRequest), inquiry, request)
        actions.append(.start(HTTPRequestID(number: nextRequest), request))
    }

    /// The next one comes after the interval, later if this one took long.
    private mutating func endRound() {
        isSettled = true
        if isSupplement {
            isSupplement = false
        } else {
            let began = roundBegan ?? now
            nextRound = max(began + max(interval, (now - began) * Self.busyShare), now)
        }
        beginSupplement()
    }

    private mutating func fail(_ failure: SourceFailure) {
        round = []
        isSupplement = false
        backoff.fail(at: now)
        // The first retry waits an interval like all others: a query is dearer than a look at a member.
        let due = max(now + interval, backoff.dueAt(interval: interval, isListed: false) ?? now)
        emit(.failed(failure, retryAt: due), isNews: failure != lastFailure)
        lastFailure = failure
        isSettled = true
        nextRound = due
    }

    private func request(_ inquiry: Inquiry) -> HTTPRequest? {
        if case .fact(let fact) = inquiry {
            let mode = HTTPRequest.Mode.whole(timeout: timeout, limit: ServerFact.limit)
            return HTTPRequest(options.endpoint, path: fact.path, accept: "application/json", mode: mode)
        }
        guard let text = text(of: inquiry) else { return nil }
        var fields = [("query", text), ("timeout", PromQL.duration(timeout))]
        if inquiry != .metrics, let at = options.at ?? telemetry.at { fields.append(("time", PromQL.time(at))) }
        let form = PromQL.form(fields)
        let limit = inquiry == .metrics ? Self.metricsLimit : Self.telemetryLimit
        let mode = HTTPRequest.Mode.whole(timeout: timeout, limit: limit)
        guard form.utf8.count <= Self.urlLimit else { return .query(options.endpoint, form: form, mode: mode) }
        let path = "\(HTTPRequest.queryPath)?\(form)"
        return HTTPRequest(options.endpoint, path: path, accept: "application/json", mode: mode)
    }

    private func text(of inquiry: Inquiry) -> String? {
        switch inquiry {
        case .metrics: query.text
        case .telemetry(let query, _), .piece(let query): query.promQL(window: options.window)
        case .namespaces(let query): query.values(of: .destinationNamespace)
        case .deliver, .fact: nil
        }
    }

    // MARK: - Answers

    private mutating func take(_ response: HTTPResponse, to inquiry: Inquiry, _ request: HTTPRequest) {
        let reply = Reply(latency: response.latency, server: response.server)
        do throws(SourceFailure) {
            switch inquiry {
            case .metrics: try takeMetrics(response, reply, request)
            case .telemetry(let query, let isNeeded):
                try take(response, reply, to: query, isNeeded: isNeeded, request)
            case .namespaces(let query): try takeNamespaces(response, of: query, request)
            case .piece(let query): try takePiece(response, reply, of: query, request)
            case .fact(let fact): take(response, to: fact)
            case .deliver: break
            }
        } catch {
            return fail(error)
        }
        askNext()
    }

    private mutating func takeMetrics(
        _ response: HTTPResponse, _ reply: Reply, _ request: HTTPRequest
    ) throws(SourceFailure) {
        var decoder = MetricDecoder(rules: query.rules)
        let envelope = try read(response, metricsReader, into: &decoder, request)
        let aged = decoder.agedMetrics
        // Ages are asked for by exact names, which the first answer has told.
        if !Set(aged).isSubset(of: query.agedMetrics) {
            query.agedMetrics = aged
            round.insert(.metrics, at: 0)
            return
        }
        let report = decoder.report(warnings: envelope.warnings)
        succeed()
        if let known = self.report, report.tellsTheSame(as: known) {
            return emit(.metricsUnchanged(reply), isNews: false)
        }
        emit(.metrics(report, reply), isNews: self.report == nil)
        self.report = report
    }

    /// Reads an answer of any status.
    func read<Sink: SeriesSink>(
        _ response: HTTPResponse, _ reader: PrometheusReader, into sink: inout Sink, _ request: HTTPRequest
    ) throws(SourceFailure) -> PrometheusEnvelope {
        let envelope: PrometheusEnvelope
        do throws(JSONError) {
            envelope = try reader.read(response.body, into: &sink)
        } catch {
            throw PrometheusFailures.unreadable(response, error, request: request)
        }
        return try PrometheusFailures.checked(envelope, response, request: request)
    }

    mutating func succeed() {
        backoff.succeed()
        lastFailure = nil
    }

    // MARK: -

    mutating func emit(_ payload: Observation.Payload, isNews: Bool = true) {
        actions.append(.emit(Observation(at: now, source: id, payload), isNews: isNews))
    }

    private mutating func finish() -> [ManagementCollector.Action] {
        defer { actions = [] }
        return actions
    }
}
