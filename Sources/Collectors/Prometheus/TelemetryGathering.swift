internal import Model

/// What the answers of one refresh have told of traffic so far.
struct TelemetryGathering {
    /// A metric that the server refuses in one piece is asked for so many namespaces.
    static let namespaceLimit = 500
    /// So many services' percentiles are asked for.
    static let percentileLimit = 50

    let decoder = TelemetryDecoder()
    /// The moment of the round's first answer, for which the others are asked too.
    var at: Timestamp?
    var vectors: [TelemetryMetric: TelemetryVector] = [:]
    var notes: [TelemetryNote] = []
    var latency = Duration.zero
    var server: String?
    /// Metrics that are asked by namespace.
    var split: Set<TelemetryMetric> = []
    /// What a metric that is asked by namespace has told so far.
    var partial: TelemetryVector?
    var plan = TelemetryPlan()
    /// What the server tells of itself.
    var facts = MetricsServer()
    /// Whether anything was ever passed on.
    var hasDelivered = false
    /// Whether anything has come since the last delivery.
    var hasNews = false
    /// What is looked at.
    var interest = TelemetryInterest()
    /// The services whose percentiles were asked for last.
    var askedServices: [String] = []

    /// Forgets what belongs to one round; pods stay.
    mutating func begin() {
        let known = decoder.currentTexts.count
        decoder.renew()
        if decoder.currentTexts.count < known {
            // Numbers mean other texts now: what was kept of earlier rounds is asked again.
            (vectors, plan) = ([:], TelemetryPlan())
        }
        at = nil
        notes = []
        latency = .zero
        hasNews = false
        partial = nil
    }
}

extension PrometheusCollector {
    /// What the graph is made of: asked first, and passed on as soon as it is there.
    mutating func beginTelemetry() -> [Inquiry] {
        telemetry.begin()
        let wanted = Set(queries.map(\.metric))
        // What nobody wants to see any more must not grow old in the graph.
        for metric in TelemetryMetric.allCases where Self.isExtra(metric) && !wanted.contains(metric) {
            telemetry.vectors[metric] = nil
        }
        return inquiries(queries.filter { Self.isTraffic($0.metric) }) + [.deliver]
    }

    /// What is added to it, and whose pods are whose.
    mutating func restOfTelemetry() -> [Inquiry] {
        let known = telemetry.vectors
        let facts = telemetry.plan.facts(window: options.window, isPast: options.at != nil, at: now)
        let others = queries.filter { !Self.isTraffic($0.metric) }
        let due = telemetry.plan.due(others, at: now) { (known[$0]?.count ?? 0) > 0 }
        let rest = facts.map(Inquiry.fact) + inquiries(due)
        return rest.isEmpty ? [] : rest + [.deliver]
    }

    private func inquiries(_ queries: [TelemetryQuery]) -> [Inquiry] {
        queries.map { query in
            telemetry.split.contains(query.metric)
                ? .namespaces(query) : .telemetry(query, isNeeded: Self.isTraffic(query.metric))
        }
    }

    /// What is asked at the start, and what somebody looks at.
    private var queries: [TelemetryQuery] { graph.queries }

    private var graph: GraphOptions {
        var graph = options.graph
        graph.edgeValues.formUnion(telemetry.interest.values)
        return graph
    }

    private static func isExtra(_ metric: TelemetryMetric) -> Bool {
        switch metric {
        case .durationSum, .durationCount, .responseBytes, .principals, .bytePrincipals: true
        default: false
        }
    }

    private static func isTraffic(_ metric: TelemetryMetric) -> Bool {
        switch metric {
        case .requests, .requestMessages, .responseMessages, .tcpReceived, .tcpSent: true
        default: false
        }
    }

    // MARK: - Answers

    mutating func take(
        _ response: HTTPResponse, _ reply: Reply, to query: TelemetryQuery, isNeeded: Bool, _ request: HTTPRequest
    ) throws(SourceFailure) {
        do throws(SourceFailure) {
            let vector = try decode(response, reply, query.metric, nil, request)
            keep(vector)
        } catch {
            if isTooMuch(response), !telemetry.split.contains(query.metric) {
                // The server will not load everything at once: from now on it is asked by namespace.
                telemetry.split.insert(query.metric)
                round.insert(.namespaces(query), at: 0)
            } else if isNeeded {
                throw error
            } else {
                telemetry.notes.append(TelemetryNote(query.metric, error.message))
            }
        }
    }

    mutating func takeNamespaces(
        _ response: HTTPResponse, of query: TelemetryQuery, _ request: HTTPRequest
    ) throws(SourceFailure) {
        var names = NamespaceSink()
        _ = try read(response, metricsReader, into: &names, request)
        let taken = names.values.sorted().prefix(TelemetryGathering.namespaceLimit)
        if taken.count < names.values.count {
            let text = "asked by namespace, and \(names.values.count - taken.count) namespaces are left out"
            telemetry.notes.append(TelemetryNote(query.metric, text))
        }
        telemetry.partial = nil
        round.insert(contentsOf: taken.map { .piece(query.narrowed(.destinationNamespace, to: $0)) }, at: 0)
    }

    /// One namespace; one that is too much even alone is left out and named.
    mutating func takePiece(
        _ response: HTTPResponse, _ reply: Reply, of query: TelemetryQuery, _ request: HTTPRequest
    ) throws(SourceFailure) {
        let former = telemetry.partial?.metric == query.metric ? telemetry.partial : nil
        do throws(SourceFailure) {
            let vector = try decode(response, reply, query.metric, former, request)
            telemetry.partial = vector
            keep(vector)
        } catch {
            guard isTooMuch(response) else { throw error }
            let name = query.matchers.last?.values.first ?? ""
            telemetry.notes.append(TelemetryNote(query.metric, "namespace \(name) is left out: \(error.message)"))
        }
    }

    private mutating func keep(_ vector: TelemetryVector) {
        // What most meshes do not have, and what is not there again, is no news.
        let wasThere = (telemetry.vectors[vector.metric]?.count ?? 0) > 0
        guard vector.count > 0 || wasThere || Self.isTraffic(vector.metric) else { return }
        telemetry.vectors[vector.metric] = vector
        telemetry.hasNews = true
        askPercentiles(after: vector)
    }

    private mutating func decode(
        _ response: HTTPResponse, _ reply: Reply, _ metric: TelemetryMetric, _ former: TelemetryVector?,
        _ request: HTTPRequest
    ) throws(SourceFailure) -> TelemetryVector {
        let answer: (vector: TelemetryVector, envelope: PrometheusEnvelope, evaluatedAt: Double)
        do throws(JSONError) {
            answer = try telemetry.decoder.read(response.body, of: metric, after: former)
        } catch {
            throw PrometheusFailures.unreadable(response, error, request: request)
        }
        let envelope = try PrometheusFailures.checked(answer.envelope, response, request: request)
        telemetry.latency += reply.latency
        telemetry.server = reply.server
        for warning in envelope.warnings { telemetry.notes.append(TelemetryNote(metric, warning)) }
        if telemetry.at == nil, answer.evaluatedAt > 0, answer.evaluatedAt < 9e12 {
            telemetry.at = Timestamp(microseconds: Int64((answer.evaluatedAt * 1000).rounded()) * 1000)
        }
        return answer.vector
    }

    /// Whether the server refused because of its bound on samples.
    private func isTooMuch(_ response: HTTPResponse) -> Bool {
        guard response.status != 200 else { return false }
        var nothing = NamespaceSink()
        let envelope = try? metricsReader.read(response.body, into: &nothing)
        return envelope?.exceedsSamples ?? false
    }

    // MARK: - The server

    /// Takes what a server tells of itself; many that speak like Prometheus tell nothing.
    mutating func take(_ response: HTTPResponse, to fact: ServerFact) {
        let told = response.status == 200 ? fact.read(response.body) : nil
        guard let told else { return }
        switch fact {
        case .scrapeInterval where telemetry.facts.scrapeInterval != told: telemetry.facts.scrapeInterval = told
        case .retention where telemetry.facts.retention != told: telemetry.facts.retention = told
        default: return
        }
        telemetry.hasNews = true
    }

    // MARK: - Percentiles

    /// Percentiles are asked only of the services that are looked at, then of those that fail most, then of those that are asked most.
    private mutating func askPercentiles(after vector: TelemetryVector) {
        guard vector.metric == .requests else { return }
        telemetry.askedServices = services(vector)
        guard let query = graph.percentiles(of: telemetry.askedServices) else {
            telemetry.vectors[.durationBuckets] = nil
            return
        }
        round.removeAll {
            if case .telemetry(let other, _) = $0 { other.metric == .durationBuckets } else { false }
        }
        // Behind the first delivery, so that the graph does not wait for it.
        let place = round.firstIndex(of: .deliver).map { $0 + 1 } ?? round.count
        round.insert(contentsOf: [.telemetry(query, isNeeded: false), .deliver], at: place)
    }

    private func services(_ vector: TelemetryVector) -> [String] {
        let worst = TelemetryRanking.services(vector, telemetry.decoder.currentTexts).prefix(options.worstServices)
        var known: Set<String> = []
        let wanted = (telemetry.interest.services + worst).filter { known.insert($0).inserted }
        return Array(wanted.prefix(TelemetryGathering.percentileLimit))
    }

    /// What is looked at and the last refresh did not bring, for the moment of that refresh.
    mutating func supplement() -> [Inquiry] {
        guard telemetry.hasDelivered, let requests = telemetry.vectors[.requests] else { return [] }
        var rest = queries.filter { Self.isExtra($0.metric) && telemetry.vectors[$0.metric] == nil }
        // A service without requests is asked for once too.
        let asked = Set(telemetry.askedServices)
        let looked = telemetry.interest.services.prefix(TelemetryGathering.percentileLimit)
        if !looked.allSatisfy(asked.contains) {
            telemetry.askedServices = services(requests)
            rest += [graph.percentiles(of: telemetry.askedServices)].compactMap { $0 }
        }
        // What failed once is asked again with the next refresh only.
        rest.removeAll { query in telemetry.notes.contains { $0.metric == query.metric } }
        return rest.isEmpty ? [] : rest.map { .telemetry($0, isNeeded: false) } + [.deliver]
    }

    // MARK: - Delivery

    mutating func deliver() {
        guard telemetry.hasNews else { return }
        telemetry.hasNews = false
        let metrics = TelemetryMetric.allCases.compactMap { telemetry.vectors[$0] }
        let isFirst = !telemetry.hasDelivered
        telemetry.hasDelivered = true
        let all = Telemetry(
            at: options.at ?? telemetry.at ?? now, window: options.window, interval: interval,
            texts: telemetry.decoder.currentTexts, vectors: metrics, notes: telemetry.notes, server: telemetry.facts)
        succeed()
        emit(.telemetry(all, Reply(latency: telemetry.latency, server: telemetry.server)), isNews: isFirst)
    }
}

/// Gathers the values of the one label that was asked for.
private struct NamespaceSink: SeriesSink {
    var values: Set<String> = []
    private var current = ""

    mutating func label(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(JSONError) {
        current = SafeText.line(of: value, maximum: 512)
    }

    mutating func finish(value: Double, at: Double) throws(JSONError) {
        values.insert(current)
        current = ""
    }
}

/// Which services' percentiles are worth asking for.
enum TelemetryRanking {
    /// - Returns: names of services, those with the most failing requests first, then those with the most requests.
    static func services(_ vector: TelemetryVector, _ texts: TelemetryTexts) -> [String] {
        let columns = vector.metric.columns
        guard let service = columns.firstIndex(of: .destinationServiceName),
            let code = columns.firstIndex(of: .responseCode)
        else { return [] }
        var rates: [LabelValue: (errors: Double, all: Double)] = [:]
        for row in 0..<vector.count where vector.values[row].isFinite {
            let base = row * vector.keys.width
            let text = texts[vector.keys.cells[base + code]]
            let isError = text.hasPrefix("5") || text == "0"
            rates[vector.keys.cells[base + service], default: (0, 0)].all += vector.values[row]
            if isError { rates[vector.keys.cells[base + service], default: (0, 0)].errors += vector.values[row] }
        }
        let ranked = rates.sorted {
            ($1.value.errors, $1.value.all, $0.key) < ($0.value.errors, $0.value.all, $1.key)
        }
        return ranked.prefix(TelemetryGathering.percentileLimit).map { texts[$0.key] }.filter { !$0.isEmpty }
    }
}
