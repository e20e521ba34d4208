// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Asks a metrics server, one query after the other and never two at a time, and turns answers and failures into observations.
///
/// A round is one refresh. It ends at the first query that fails, because a server that is overloaded is not helped by another one. What a
/// failing server said is kept by the fold.
struct PrometheusCollector: Collector {
    /// Maximum number of bytes of a query in a URL; a longer one is posted. Common proxies take lines of 8 KiB, and some let nothing be posted.
    static let maximumQueryInURL = 6_000
    /// Maximum number of bytes of an answer about clusters.
    static let maximumMetrics = 32 << 20
    /// Maximum number of bytes of an answer about traffic: 100,000 series with long names are 40 MB.
    static let maximumTelemetry = 128 << 20
    /// For how long the server takes a sample as the present value (Prometheus, `--query.lookback-delta`).
    private static let lookback = Duration.seconds(300)
    /// The server is busy with us at most for this share of the time.
    private static let busyShare = 10
    /// A query may take this many times as long as an answer of a member.
    private static let timeoutFactor = 5

    private enum State {
        /// Not started. → `asking`
        case unstarted
        /// The next refresh comes then. → `asking` (it is due or asked for, or a viewer looks at something that the last one did not bring)
        case idle(until: Timestamp)
        /// A query is on its way. → `asking` (the next one), `idle` (none is left), `failing`
        case asking(Query)
        /// The last round failed; the next one comes then. → `asking` (it is due or asked for)
        case failing(until: Timestamp)
    }

    /// Why a round is made.
    private enum Purpose {
        /// It is the first one, which began then: until it is over, not everything has been asked.
        case first(began: Timestamp)
        /// It is a refresh, which began then.
        case refresh(began: Timestamp)
        /// A viewer looks at something that the last refresh did not bring; the next one comes then.
        case supplement(nextRefresh: Timestamp)
    }

    /// The query that is on its way, and what is left of its round.
    private struct Query {
        let id: RequestID
        let inquiry: MetricsInquiry
        let request: HTTPRequest
        let purpose: Purpose
        let rest: QuerySteps
    }

    private let options: PrometheusOptions
    private let interval: Duration
    private let timeout: Duration
    private let source: SourceID
    private var requests: RequestIDs
    private var state = State.unstarted
    private var metrics: MetricGathering
    private var telemetry: TelemetryGathering
    private var backoff = Backoff()
    /// Why the last query failed, if none has succeeded since: the same failure again is no news.
    private var lastFailure: SourceFailure?
    private var outbox = Outbox()

    /// - Parameters:
    ///   - options: which server is asked for what.
    ///   - context: what every collector is given. A metrics server is asked more rarely than members, and has more time to answer.
    init(_ options: PrometheusOptions, _ context: CollectorContext) {
        self.options = options
        interval = max(PollBudget.metricsInterval, context.interval)
        timeout = context.timeout * Self.timeoutFactor
        source = SourceID(.prometheus, options.endpoint.url)
        requests = context.requests
        let reader = PrometheusReader(maximumBody: Self.maximumMetrics)
        metrics = MetricGathering(rules: options.rules, reader: reader)
        telemetry = TelemetryGathering(options, interval: interval, reader: reader)
    }

    // MARK: - Questions

    var nextWake: Timestamp? {
        switch state {
        case .idle(let until), .failing(let until): until
        case .unstarted, .asking: nil
        }
    }

    /// Whether the first round is over.
    func isSettled(at now: Timestamp) -> Bool {
        switch state {
        case .unstarted: return false
        case .idle, .failing: return true
        case .asking(let query): if case .first = query.purpose { return false } else { return true }
        }
    }

    // MARK: - Inputs

    mutating func start(at now: Timestamp) -> [CollectorAction] {
        outbox.now = now
        outbox.emit(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: source)
        refresh(.first(began: now))
        return outbox.drain()
    }

    mutating func advance(to now: Timestamp, unread: Int) -> [CollectorAction] {
        outbox.now = now
        guard let due = nextWake else { return [] }
        // The wall clock may be set back: then what was planned must not wait until it has caught up.
        guard due <= now || due - now > Backoff.maximumDelay + interval else { return [] }
        refresh(.refresh(began: now))
        return outbox.drain()
    }

    /// Asks now, also if the back-off says otherwise.
    mutating func pollNow(at now: Timestamp) -> [CollectorAction] {
        outbox.now = now
        backoff.expectReturn()
        if nextWake != nil { refresh(.refresh(began: now)) }
        return outbox.drain()
    }

    /// What the last refresh did not bring is asked as soon as nothing else is.
    mutating func look(at interest: TelemetryInterest, at now: Timestamp) -> [CollectorAction] {
        outbox.now = now
        telemetry.interest = interest
        if case .idle(let until) = state { supplement(nextRefresh: until) }
        return outbox.drain()
    }

    mutating func handle(_ event: HTTPEvent, at now: Timestamp) -> [CollectorAction] {
        outbox.now = now
        guard case .asking(let query) = state, query.id == event.id else { return [] }
        switch event {
        case .answered(_, let response): receive(response, to: query)
        case .failed(_, let failure):
            // Nothing hangs on what a server says of itself; if it is down, the next query says so.
            switch query.inquiry {
            case .fact, .scrapes: proceed(query.purpose, query.rest)
            case .metrics, .telemetry, .namespaces, .piece: fail(failure)
            }
        case .opened, .chunk: break
        }
        return outbox.drain()
    }

    // MARK: - Rounds

    private mutating func refresh(_ purpose: Purpose) {
        // What happened in the past says nothing of clusters that are asked now.
        let clusters: [QuerySteps.Step] = isPresent ? [.ask(.metrics)] : []
        let traffic = telemetry.beginRefresh()
        proceed(purpose, QuerySteps(traffic + clusters + telemetry.additions(at: outbox.now)))
    }

    private mutating func supplement(nextRefresh: Timestamp) {
        state = .idle(until: nextRefresh)
        guard lastFailure == nil else { return }
        let steps = telemetry.supplement()
        if !steps.isEmpty { proceed(.supplement(nextRefresh: nextRefresh), steps) }
    }

    /// Does what is left of a round, up to the next query.
    private mutating func proceed(_ purpose: Purpose, _ steps: QuerySteps) {
        var rest = steps
        while let step = rest.next() {
            switch step {
            case .deliver: deliver()
            case .ask(let inquiry):
                let (id, request) = (requests.next(), request(inquiry))
                state = .asking(Query(id: id, inquiry: inquiry, request: request, purpose: purpose, rest: rest))
                return outbox.append(.start(id, request))
            }
        }
        end(purpose)
    }

    /// The next refresh comes after the interval, later if this one took long.
    private mutating func end(_ purpose: Purpose) {
        switch purpose {
        case .first(let began), .refresh(let began):
            let now = outbox.now
            supplement(nextRefresh: max(began + max(interval, (now - began) * Self.busyShare), now))
        case .supplement(let nextRefresh): supplement(nextRefresh: nextRefresh)
        }
    }

    private mutating func fail(_ failure: SourceFailure) {
        let now = outbox.now
        backoff.fail(at: now)
        // The first retry waits an interval like all others: a query costs more than a look at a member.
        let due = max(now + interval, backoff.dueAt(interval: interval, isLikelyToReturn: false) ?? now)
        outbox.emit(.failed(failure, retryAt: due), from: source, isNews: failure != lastFailure)
        outbox.append(.flush)
        lastFailure = failure
        state = .failing(until: due)
    }

    private mutating func succeed() {
        backoff.succeed()
        lastFailure = nil
    }

    // MARK: - Requests

    private func request(_ inquiry: MetricsInquiry) -> HTTPRequest {
        switch inquiry {
        case .metrics: query(metrics.text, at: nil, maximum: Self.maximumMetrics)
        case .telemetry(let asked, _), .piece(let asked):
            query(
                asked.promQL(window: options.window, telemetry.ways.conditions), at: telemetry.moment,
                maximum: Self.maximumTelemetry)
        case .namespaces(let asked):
            query(asked.values(of: .destinationNamespace), at: telemetry.moment, maximum: Self.maximumTelemetry)
        case .scrapes(let byEdge):
            query(
                byEdge ? ScrapeWays.queryByEdge : ScrapeWays.query, at: telemetry.moment, maximum: Self.maximumTelemetry
            )
        case .fact(let fact):
            HTTPRequest(
                options.endpoint, path: fact.path, accept: "application/json",
                mode: .whole(timeout: timeout, maximum: ServerFact.maximumBody))
        }
    }

    /// Whether the moment that is asked for is the present, as far as samples tell: members are only shown as they are now.
    private var isPresent: Bool { options.at.map { (outbox.now - $0).magnitude < Self.lookback } ?? true }

    private func query(_ text: String, at moment: Timestamp?, maximum: Int) -> HTTPRequest {
        var fields = [("query", text), ("timeout", PromQL.duration(timeout))]
        if let moment { fields.append(("time", PromQL.time(moment))) }
        let form = PromQL.form(fields)
        let mode = HTTPRequest.Mode.whole(timeout: timeout, maximum: maximum)
        guard form.utf8.count <= Self.maximumQueryInURL else {
            return .query(options.endpoint, form: form, mode: mode)
        }
        let path = "\(HTTPRequest.queryPath)?\(form)"
        return HTTPRequest(options.endpoint, path: path, accept: "application/json", mode: mode)
    }

    // MARK: - Answers

    private mutating func receive(_ response: HTTPResponse, to query: Query) {
        var rest = query.rest
        do throws(SourceFailure) {
            switch query.inquiry {
            case .metrics: try receiveMetrics(response, query.request, &rest)
            case .telemetry(let asked, let isNeeded):
                try telemetry.receive(response, to: asked, isNeeded: isNeeded, query.request, &rest)
            case .namespaces(let asked): try telemetry.receiveNamespaces(response, of: asked, query.request, &rest)
            case .piece(let asked): try telemetry.receivePiece(response, of: asked, query.request, &rest)
            case .fact(let fact): telemetry.receive(response, to: fact)
            case .scrapes(let byEdge): telemetry.receiveScrapes(response, byEdge: byEdge, query.request, &rest)
            }
        } catch {
            return fail(error)
        }
        proceed(query.purpose, rest)
    }

    private mutating func receiveMetrics(
        _ response: HTTPResponse, _ request: HTTPRequest, _ rest: inout QuerySteps
    ) throws(SourceFailure) {
        let reply = Reply(latency: response.latency, server: response.server)
        switch try metrics.receive(response, request) {
        case .askAgain: rest.insert([.metrics])
        case .unchanged:
            succeed()
            outbox.emit(.metricsUnchanged(reply), from: source, isNews: false)
        case .report(let report, let isFirst):
            succeed()
            outbox.emit(.metrics(report, reply), from: source, isNews: isFirst)
            outbox.append(.flush)
        }
    }

    private mutating func deliver() {
        guard let delivery = telemetry.delivery(at: outbox.now) else { return }
        succeed()
        outbox.emit(.telemetry(delivery.telemetry, delivery.reply), from: source, isNews: delivery.isFirst)
        // Nobody should wait for a graph until the next query is on its way.
        outbox.append(.flush)
    }
}
