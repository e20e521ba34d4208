// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What the answers about traffic have brought, and which queries bring the rest.
struct TelemetryGathering {
    /// Maximum number of namespaces for which a metric is asked that the server refuses in one piece.
    static let maximumNamespaces = 500
    /// Maximum number of services whose percentiles are asked for.
    static let maximumPercentiles = 50

    /// What is ready to be passed on.
    struct Delivery {
        let telemetry: Telemetry
        let reply: Reply
        /// Whether nothing was passed on before.
        let isFirst: Bool
    }

    /// What belongs to one refresh.
    private struct Refresh {
        /// The moment of its first answer, for which the others are asked too.
        var at: Timestamp?
        var notes: [TelemetryNote] = []
        var latency = Duration.zero
        var server: String?
        /// What a metric that is asked by namespace has brought so far.
        var partial: TelemetryVector?
        /// Whether anything has come since the last delivery.
        var hasNews = false
    }

    private let options: PrometheusOptions
    private let interval: Duration
    private let reader: PrometheusReader
    private let decoder = TelemetryDecoder()
    /// What the viewer looks at.
    var interest = TelemetryInterest()
    private var refresh = Refresh()
    private var vectors: [TelemetryMetric: TelemetryVector] = [:]
    private var plan = TelemetryPlan()
    /// Metrics that are asked by namespace.
    private var split: Set<TelemetryMetric> = []
    /// What the server says of itself.
    private var facts = MetricsServer()
    /// The services whose percentiles were asked for last.
    private var askedServices: [String] = []
    private var hasDelivered = false
    /// What is known of jobs and proxies while that is asked in two steps.
    private var scrapes = ScrapeWays()
    /// What is left out so that a proxy that is scraped twice counts once.
    private(set) var ways = ScrapeWays.Verdict()

    /// - Parameters:
    ///   - options: what is asked for.
    ///   - interval: the time between two refreshes.
    ///   - reader: reads answers that are no telemetry.
    init(_ options: PrometheusOptions, interval: Duration, reader: PrometheusReader) {
        self.options = options
        self.interval = interval
        self.reader = reader
    }

    /// The moment for which the queries of this refresh are asked; `nil` before its first answer, which sets it.
    var moment: Timestamp? { options.at ?? refresh.at }

    // MARK: - Queries

    /// Begins a refresh: what the graph is made of is asked first, and passed on as soon as it is there.
    mutating func beginRefresh() -> [QuerySteps.Step] {
        let known = decoder.currentTexts.count
        decoder.renew()
        // Numbers mean other texts now: what was kept of earlier refreshes is asked again.
        if decoder.currentTexts.count < known { (vectors, plan) = ([:], TelemetryPlan()) }
        refresh = Refresh(server: refresh.server)
        let wanted = Set(queries.map(\.metric))
        // What the viewer no longer wants must not grow old in the graph.
        for metric in TelemetryMetric.allCases where metric.isExtra && !wanted.contains(metric) {
            vectors[metric] = nil
        }
        return steps(queries.filter { $0.metric.isTraffic }) + [.deliver]
    }

    /// What is added to the graph, and whose pods are whose.
    mutating func additions(at now: Timestamp) -> [QuerySteps.Step] {
        let known = vectors
        let facts = plan.facts(window: options.window, isPast: options.at != nil, at: now)
        let others = queries.filter { !$0.metric.isTraffic }
        let due = plan.due(others, at: now) { (known[$0]?.count ?? 0) > 0 }
        let scrapes: [QuerySteps.Step] = plan.areScrapesDue(at: now) ? [.ask(.scrapes(byEdge: false))] : []
        let steps = facts.map { .ask(.fact($0)) } + steps(due) + scrapes
        return steps.isEmpty ? [] : steps + [.deliver]
    }

    /// What the viewer looks at and the last refresh did not bring, for the moment of that refresh.
    mutating func supplement() -> QuerySteps {
        guard hasDelivered, let requests = vectors[.requests] else { return QuerySteps([]) }
        var rest = queries.filter { $0.metric.isExtra && vectors[$0.metric] == nil }
        // A service without requests is asked for once too.
        let asked = Set(askedServices)
        let looked = interest.services.prefix(Self.maximumPercentiles)
        if !looked.allSatisfy(asked.contains) {
            askedServices = services(requests)
            rest += [graph.percentiles(of: askedServices)].compactMap { $0 }
        }
        // What failed once is asked again with the next refresh only.
        rest.removeAll { query in refresh.notes.contains { $0.metric == query.metric } }
        return QuerySteps(rest.isEmpty ? [] : rest.map { .ask(.telemetry($0, isNeeded: false)) } + [.deliver])
    }

    private func steps(_ queries: [TelemetryQuery]) -> [QuerySteps.Step] {
        queries.map { query in
            .ask(
                split.contains(query.metric)
                    ? .namespaces(query) : .telemetry(query, isNeeded: query.metric.isTraffic))
        }
    }

    /// What is asked from the start, and what the viewer looks at.
    private var queries: [TelemetryQuery] { graph.queries }

    private var graph: GraphOptions {
        var graph = options.graph
        graph.edgeValues.formUnion(interest.values)
        return graph
    }

    // MARK: - Answers

    /// Takes an answer about a metric.
    ///
    /// - Parameters:
    ///   - response: the answer, of any status.
    ///   - query: what was asked.
    ///   - isNeeded: whether there is no graph without it.
    ///   - request: how it was asked.
    ///   - steps: what is left to do; grows if the metric must be asked by namespace, or by what follows from it.
    /// - Throws: why it says nothing, if it is needed.
    mutating func receive(
        _ response: HTTPResponse, to query: TelemetryQuery, isNeeded: Bool, _ request: HTTPRequest,
        _ steps: inout QuerySteps
    ) throws(SourceFailure) {
        do throws(SourceFailure) {
            keep(try decode(response, query.metric, after: nil, request), &steps)
        } catch {
            if isTooMuch(response), !split.contains(query.metric) {
                // The server will not load everything at once: from now on it is asked by namespace.
                split.insert(query.metric)
                steps.insert([.namespaces(query)])
            } else if isNeeded {
                throw error
            } else {
                refresh.notes.append(TelemetryNote(query.metric, error.message))
            }
        }
    }

    /// Takes the namespaces of a metric, which are asked one by one.
    mutating func receiveNamespaces(
        _ response: HTTPResponse, of query: TelemetryQuery, _ request: HTTPRequest, _ steps: inout QuerySteps
    ) throws(SourceFailure) {
        var names = NamespaceSink()
        _ = try PrometheusFailures.read(response, reader, into: &names, request: request)
        let taken = names.values.sorted().prefix(Self.maximumNamespaces)
        if taken.count < names.values.count {
            let text = "asked by namespace, and \(names.values.count - taken.count) namespaces are left out"
            refresh.notes.append(TelemetryNote(query.metric, text))
        }
        refresh.partial = nil
        steps.insert(taken.map { .piece(query.narrowed(.destinationNamespace, to: $0)) })
    }

    /// Takes one namespace; one that is too much even alone is left out and named.
    mutating func receivePiece(
        _ response: HTTPResponse, of query: TelemetryQuery, _ request: HTTPRequest, _ steps: inout QuerySteps
    ) throws(SourceFailure) {
        let former = refresh.partial?.metric == query.metric ? refresh.partial : nil
        do throws(SourceFailure) {
            let vector = try decode(response, query.metric, after: former, request)
            refresh.partial = vector
            keep(vector, &steps)
        } catch {
            guard isTooMuch(response) else { throw error }
            let name = query.matchers.last?.values.first ?? ""
            refresh.notes.append(TelemetryNote(query.metric, "namespace \(name) is left out: \(error.message)"))
        }
    }

    /// Takes what a server says of itself; many that speak like Prometheus say nothing.
    mutating func receive(_ response: HTTPResponse, to fact: ServerFact) {
        guard response.status == 200, let value = fact.read(response.body) else { return }
        switch fact {
        case .scrapeInterval where facts.scrapeInterval != value: facts.scrapeInterval = value
        case .retention where facts.retention != value: facts.retention = value
        case .scrapeInterval, .retention: return
        }
        refresh.hasNews = true
    }

    /// Takes which jobs scrape which proxies. If some are scraped twice, what was asked without knowing that is asked again.
    mutating func receiveScrapes(
        _ response: HTTPResponse, byEdge: Bool, _ request: HTTPRequest, _ steps: inout QuerySteps
    ) {
        var found = byEdge ? scrapes : ScrapeWays()
        guard (vectors[.requests]?.count ?? 0) > 0, response.status == 200,
            (try? PrometheusFailures.read(response, reader, into: &found, request: request)) != nil
        else { return }
        scrapes = found
        if found.needsEdges, !byEdge { return steps.insert([.scrapes(byEdge: true)]) }
        let verdict = found.verdict
        guard verdict != ways else { return }
        let isOther = verdict.conditions != ways.conditions
        ways = verdict
        refresh.hasNews = true
        guard isOther else { return }
        steps.insert(
            queries.filter { $0.metric.isTraffic || vectors[$0.metric] != nil }.flatMap { query in
                self.steps([query]).compactMap { step in
                    if case .ask(let inquiry) = step { inquiry } else { nil }
                }
            })
    }

    private mutating func keep(_ vector: TelemetryVector, _ steps: inout QuerySteps) {
        // What most meshes do not have, and what is missing again, is no news.
        let wasThere = (vectors[vector.metric]?.count ?? 0) > 0
        guard vector.count > 0 || wasThere || vector.metric.isTraffic else { return }
        vectors[vector.metric] = vector
        refresh.hasNews = true
        if vector.metric == .requests { askPercentiles(after: vector, &steps) }
    }

    private mutating func decode(
        _ response: HTTPResponse, _ metric: TelemetryMetric, after former: TelemetryVector?, _ request: HTTPRequest
    ) throws(SourceFailure) -> TelemetryVector {
        let answer: (vector: TelemetryVector, envelope: PrometheusEnvelope, evaluatedAt: Double)
        do throws(JSONError) {
            answer = try decoder.read(response.body, of: metric, after: former)
        } catch {
            throw PrometheusFailures.unreadable(response, error, request: request)
        }
        let envelope = try PrometheusFailures.checked(answer.envelope, response, request: request)
        refresh.latency += response.latency
        refresh.server = response.server
        for warning in envelope.warnings { refresh.notes.append(TelemetryNote(metric, warning)) }
        if refresh.at == nil, answer.evaluatedAt > 0, answer.evaluatedAt < 9e12 {
            refresh.at = Timestamp(microseconds: Int64((answer.evaluatedAt * 1000).rounded()) * 1000)
        }
        return answer.vector
    }

    /// Whether the server refused because of its bound on samples.
    private func isTooMuch(_ response: HTTPResponse) -> Bool {
        guard response.status != 200 else { return false }
        var nothing = NamespaceSink()
        let envelope = try? reader.read(response.body, into: &nothing)
        return envelope?.exceedsSamples ?? false
    }

    // MARK: - Percentiles

    /// Percentiles are asked only of the services that are looked at, then of those that fail most, then of those that are asked most.
    private mutating func askPercentiles(after vector: TelemetryVector, _ steps: inout QuerySteps) {
        askedServices = services(vector)
        guard let query = graph.percentiles(of: askedServices) else {
            vectors[.durationBuckets] = nil
            return
        }
        steps.insertBehindDelivery(query)
    }

    private func services(_ vector: TelemetryVector) -> [String] {
        let worst = TelemetryRanking.services(vector, decoder.currentTexts).prefix(options.worstServices)
        var known: Set<String> = []
        let wanted = (interest.services + worst).filter { known.insert($0).inserted }
        return Array(wanted.prefix(Self.maximumPercentiles))
    }

    // MARK: - Delivery

    /// What has come since the last delivery, with all that is known.
    ///
    /// - Parameter now: the time.
    /// - Returns: `nil` if nothing has come.
    mutating func delivery(at now: Timestamp) -> Delivery? {
        guard refresh.hasNews else { return nil }
        refresh.hasNews = false
        defer { hasDelivered = true }
        let telemetry = Telemetry(
            at: moment ?? now, window: options.window, interval: interval, texts: decoder.currentTexts,
            vectors: TelemetryMetric.allCases.compactMap { vectors[$0] },
            notes: ways.notes.map { TelemetryNote(.requests, $0) } + refresh.notes, server: facts)
        return Delivery(
            telemetry: telemetry, reply: Reply(latency: refresh.latency, server: refresh.server),
            isFirst: !hasDelivered)
    }
}

extension TelemetryMetric {
    /// Whether it is asked only if its values are wanted.
    fileprivate var isExtra: Bool {
        switch self {
        case .durationSum, .durationCount, .responseBytes, .principals, .bytePrincipals: true
        default: false
        }
    }

    /// Whether the graph is made of it.
    fileprivate var isTraffic: Bool {
        switch self {
        case .requests, .requestMessages, .responseMessages, .tcpReceived, .tcpSent: true
        default: false
        }
    }
}

/// Gathers the values of the one label that was asked for.
private struct NamespaceSink: SeriesSink {
    var values: Set<String> = []
    private var current = ""

    mutating func label(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(JSONError) {
        current = SafeText.line(of: value, maximum: TelemetryDecoder.maximumText)
    }

    mutating func finish(value: Double, at: Double) throws(JSONError) {
        values.insert(current)
        current = ""
    }
}
