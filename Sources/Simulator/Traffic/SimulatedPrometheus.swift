// SPDX-License-Identifier: Apache-2.0
import Model
import Support

/// The part of Prometheus' HTTP API (`web/api/v1/api.go`) that shows the simulated mesh's traffic: instant queries. Another Prometheus can
/// scrape the same at `/metrics`.
struct SimulatedPrometheus: Sendable {
    private let traffic: MeshTraffic
    private let pods: PodSeries
    private let health: HealthEndpoints
    private let exporters: ProcessExporters
    /// How queries that were asked are answered; they come again and again.
    private let plans = Locked([String: SeriesPlan]())
    private static let planLimit = 24

    /// - Parameters:
    ///   - configuration: What is simulated; as many services as it says.
    ///   - members: The hosts of the cluster's members by place, with whether each has the role `backend`.
    init(_ configuration: SimulatedCluster.Configuration, members: [(host: String, isBackend: Bool)]) {
        let shop = SimulatedShop(services: configuration.services, seed: configuration.seed)
        traffic = MeshTraffic(shop, seed: configuration.seed, members: members.map(\.isBackend))
        pods = PodSeries(shop, members: members)
        health = HealthEndpoints(shop, traffic)
        exporters = ProcessExporters(
            hosts: members.map(\.host), isStarving: configuration.scenario == .threadStarvation)
    }

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - path: Without arguments.
    ///   - arguments: Those of the URL and of a posted form.
    ///   - moment: How far the simulation is.
    /// - Returns: A reply of Prometheus' form.
    func answer(path: String, arguments: [(name: String, value: String)], _ moment: MeshMoment) -> SimulatedReply {
        switch path {
        case "/-/healthy": return SimulatedReply(200, "Prometheus Server is Healthy.\n")
        case "/-/ready": return SimulatedReply(200, "Prometheus Server is Ready.\n")
        case "/api/v1/status/buildinfo":
            return Self.success(#"{"version":"2.53.0","revision":"simulated","goVersion":"none"}"#)
        case "/api/v1/status/runtimeinfo": return Self.success(#"{"storageRetention":"15d"}"#)
        case "/api/v1/status/flags":
            return Self.success(#"{"query.lookback-delta":"5m","storage.tsdb.retention.time":"15d"}"#)
        case "/api/v1/status/config":
            return Self.success(#"{"yaml":"global:\n  scrape_interval: 5s\n  evaluation_interval: 15s\n"}"#)
        case "/metrics": return exposition(arguments, moment)
        case "/api/v1/query": return query(arguments, moment)
        default: return health.answer(path: path, moment) ?? SimulatedReply(404, "404 page not found\n")
        }
    }

    private func query(_ arguments: [(name: String, value: String)], _ moment: MeshMoment) -> SimulatedReply {
        let time = arguments.last { $0.name == "time" }?.value
        guard let at = time.map(Self.seconds) ?? moment.now else {
            return Self.failure(400, "bad_data", "invalid parameter \"time\": cannot parse to a valid timestamp")
        }
        let text = arguments.last { $0.name == "query" }?.value ?? ""
        do throws(SeriesQuery.Failure) {
            return SimulatedReply(200, json: try body(text, at: at, moment))
        } catch {
            return Self.failure(400, "bad_data", "invalid parameter \"query\": \(error.message)")
        }
    }

    /// Seconds since 1970, or RFC 3339.
    private static func seconds(_ text: String) -> Double? {
        if let seconds = Double(text), seconds.magnitude < 1e12 { return seconds }
        return Timestamp(rfc3339: text).map { Double($0.microseconds) / 1e6 }
    }

    // MARK: Evaluation

    private func body(_ text: String, at: Double, _ moment: MeshMoment) throws(SeriesQuery.Failure) -> [UInt8] {
        // No exporter reports clusters here: a query for such metrics, with many names at once, finds only processes that stand out.
        if text.hasPrefix("label_replace(") {
            return Self.vector(exporters.series(text, until: at - moment.start, moment.outages), at: at)
        }
        let query = try SeriesQuery(parsing: text)
        guard let metric = query.metric.flatMap(TrafficCounters.metric) else { return try gauges(query, at: at) }
        let plan = try plan(of: query, metric, text)
        let end = at - moment.start
        let ever = traffic.amounts(until: end, moment.outages)
        guard let window = query.window else {
            return plan.body(query, at: at, flows: traffic.flows, window: ever, ever: ever)
        }
        let before = traffic.amounts(until: end - window, moment.outages)
        return plan.body(
            query, at: at, flows: traffic.flows, window: { (ever($0) - before($0)) / window }, ever: ever)
    }

    private func plan(
        of query: SeriesQuery, _ metric: TelemetryMetric, _ text: String
    ) throws(SeriesQuery.Failure) -> SeriesPlan {
        if let known = plans.withLock({ $0[text] }) { return known }
        let plan = SeriesPlan(query, metric, traffic.reports, try SeriesFilter(query.matchers))
        plans.withLock { plans in
            if plans.count >= Self.planLimit { plans.removeAll() }
            plans[text] = plan
        }
        return plan
    }

    private func gauges(_ query: SeriesQuery, at: Double) throws(SeriesQuery.Failure) -> [UInt8] {
        let filter = try SeriesFilter(query.matchers)
        guard query.window == nil, let name = query.metric else { return Self.vector([], at: at) }
        let known = name == "up" ? [TrafficSeries(labels: [("__name__", "up")], value: 1)] : pods.gauges(name)
        let series = known.filter { filter.holds($0.labels) }
        return Self.vector(query.aggregation == nil ? series : Self.aggregated(series, query), at: at)
    }

    private static func aggregated(_ series: [TrafficSeries], _ query: SeriesQuery) -> [TrafficSeries] {
        var (places, result) = ([[String]: Int](), [TrafficSeries]())
        for one in series {
            let key = query.grouping.map { name in one.labels.first { $0.name == name }?.value ?? "" }
            let place = places[key] ?? result.count
            if place == result.count {
                places[key] = place
                let labels = zip(query.grouping, key).filter { !$1.isEmpty }.map { (name: $0, value: $1) }
                result.append(TrafficSeries(labels: labels, value: 0))
            }
            let isSum = query.aggregation == .sum || query.aggregation == .count
            result[place].value = isSum ? result[place].value + 1 : 1
        }
        return result
    }

    // MARK: Form

    private static func vector(_ series: [TrafficSeries], at: Double) -> [UInt8] {
        var text = VectorText(rows: series.count, bytes: series.count * 300, at: at)
        for one in series {
            var head: [UInt8] = []
            VectorText.begin(one.labels, in: &head)
            text.append(head[...], value: one.value)
        }
        return text.finished()
    }

    /// All counters as they stand, as an exporter shows them; `metric` chooses some.
    private func exposition(
        _ arguments: [(name: String, value: String)], _ moment: MeshMoment
    ) -> SimulatedReply {
        let chosen = arguments.filter { $0.name == "metric" }.map(\.value)
        let ever = traffic.amounts(until: moment.now - moment.start, moment.outages)
        var text = ExpositionText()
        for metric in TrafficCounters.metrics where chosen.isEmpty || chosen.contains(metric.rawValue) {
            text.append(metric, traffic, ever)
        }
        for name in PodSeries.metrics.map(\.rawValue) where chosen.isEmpty || chosen.contains(name) {
            for series in pods.gauges(name) { text.append(name, series.labels, series.value) }
        }
        return SimulatedReply(200, exposition: text.bytes)
    }

    private static func success(_ data: String) -> SimulatedReply {
        SimulatedReply(200, json: Array(#"{"status":"success","data":\#(data)}"#.utf8))
    }

    private static func failure(_ status: Int, _ type: String, _ message: String) -> SimulatedReply {
        let text = message.unicodeScalars.filter { $0.value >= 32 }.reduce(into: "") {
            if $1 == "\"" || $1 == "\\" { $0.append("\\") }
            $0.unicodeScalars.append($1)
        }
        return SimulatedReply(
            status, json: Array(#"{"status":"error","errorType":"\#(type)","error":"\#(text)"}"#.utf8))
    }
}
