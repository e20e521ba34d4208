// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

/// Runs a collector of a metrics server in virtual time against a server that is a function.
private struct Rig {
    var collector: PrometheusCollector
    var now = Timestamp(milliseconds: 1_700_000_000_000)
    let start = Timestamp(milliseconds: 1_700_000_000_000)
    var requests: [(at: Duration, request: HTTPRequest)] = []
    var payloads: [Observation.Payload] = []
    var latency = Duration.milliseconds(20)
    var inFlight: (due: Timestamp, event: HTTPEvent)?
    /// Answers a query.
    var server: (String) -> (status: Int, body: String)?
    /// Answers what is no query; `nil`: no answer at all.
    var tells: (String) -> String? = { _ in "{}" }

    init(
        interval: Duration = .seconds(2), at: Timestamp? = nil, graph: GraphOptions = GraphOptions(),
        rules: [MetricRule] = [], server: @escaping (String) -> (status: Int, body: String)?
    ) {
        let options = PrometheusOptions(
            endpoint: Endpoint(host: "prom", port: 9090, userInfo: "me:secret"), rules: rules, graph: graph, at: at)
        collector = PrometheusCollector(options, .test(interval: interval))
        self.server = server
        perform(collector.start(at: now))
    }

    mutating func run(for duration: Duration) {
        let end = now + duration
        while let next = [inFlight?.due, collector.nextWake].compactMap({ $0 }).min(), next <= end {
            now = max(now, next)
            if let flight = inFlight, flight.due <= now {
                inFlight = nil
                perform(collector.handle(flight.event, at: now))
            } else {
                perform(collector.advance(to: now, unread: 0))
            }
        }
        now = end
    }

    mutating func pollNow() { perform(collector.pollNow(at: now)) }
    mutating func look(_ interest: TelemetryInterest) { perform(collector.look(at: interest, at: now)) }

    /// The newest of what was passed on about traffic.
    var latest: Telemetry? {
        for case .telemetry(let telemetry, _) in payloads.reversed() { return telemetry }
        return nil
    }

    var queries: [String] { requests.map { Self.query($0.request) } }
    var words: [String] { payloads.map(Self.word) }

    private mutating func perform(_ actions: [CollectorAction]) {
        for action in actions {
            switch action {
            case .start(let id, let request):
                precondition(inFlight == nil, "two queries in flight")
                requests.append((now - start, request))
                inFlight = (now + latency, answer(id, request))
            case .cancel, .flush, .found, .lost, .authorize: break
            case .emit(let observation, _): payloads.append(observation.payload)
            }
        }
    }

    private func answer(_ id: RequestID, _ request: HTTPRequest) -> HTTPEvent {
        if request.form == nil, request.path.contains("/status/") {
            guard let body = tells(request.path) else { return .failed(id, SourceFailure(.reset, "reset")) }
            return .answered(
                id, HTTPResponse(status: 200, body: PaddedBytes(body.utf8), server: nil, latency: latency))
        }
        guard let answer = server(Self.query(request)) else { return .failed(id, SourceFailure(.refused, "refused")) }
        return .answered(
            id,
            HTTPResponse(
                status: answer.status, body: PaddedBytes(answer.body.utf8), server: nil, latency: latency))
    }

    /// The query of a form or URL, decoded as far as the tests need.
    private static func query(_ request: HTTPRequest) -> String {
        let form = request.form ?? String(request.path.drop { $0 != "?" }.dropFirst())
        let field = form.split(separator: "&").first { $0.hasPrefix("query=") } ?? ""
        let endpoint = Endpoint(host: "x", port: 1, userInfo: String(field.dropFirst(6)))
        return endpoint.credentials?.user ?? ""
    }

    private static func word(_ payload: Observation.Payload) -> String {
        switch payload {
        case .sourceAdded: "added"
        case .metrics: "metrics"
        case .metricsUnchanged: "unchanged"
        case .telemetry(let telemetry, _): "telemetry \(telemetry.vectors.reduce(0) { $0 + $1.count })"
        case .failed(let failure, _): "failed \(failure.code.rawValue)"
        default: "other"
        }
    }
}

@Suite("The collector of a metrics server")
struct PrometheusCollectorTests {
    private static let empty = vector([])
    private static let phi = vector([
        (#""__name__":"akka_cluster_phi","meshtop_rule":"0","self":"akka://S@a:1","peer":"akka://S@b:1""#, "0.5")
    ])

    private func healthy(_ query: String) -> (status: Int, body: String)? {
        if query.hasPrefix("label_replace") { return (200, Self.phi) }
        if query.contains("(rate(istio_requests_total[60s])) > 0") {
            return (200, vector([(#""reporter":"source","source_workload":"web""#, "2.5")]))
        }
        return (200, Self.empty)
    }

    @Test(
        "a round asks for traffic, then for clusters, then for pods, one query after the other, and passes traffic on first"
    )
    func round() {
        var rig = Rig(server: healthy)
        rig.run(for: .seconds(1))
        let heads = rig.queries.map { $0.split(separator: "(").first.map(String.init) ?? "" }
        // The first answer about clusters tells the names by which ages are asked.
        let rare = ["sum by ", "sum by ", "sum by ", "sum by ", "sum by "]
        let pods = ["max by ", "max by ", "max by ", "group by "]
        // A fact about the server is no query; at last it is asked which jobs scrape which proxies.
        #expect(heads == ["sum by ", "sum by ", "label_replace", "label_replace", ""] + rare + pods + ["group by "])
        #expect(rig.words == ["added", "telemetry 1", "metrics"])
        #expect(rig.queries[3].contains(#"timestamp({__name__="akka_cluster_phi"})"#))
        #expect(rig.collector.isSettled(at: rig.now))
    }

    @Test("it asks every five seconds at most, and then for what changes: equal metrics are told to be unchanged")
    func rhythm() {
        var rig = Rig(interval: .seconds(1), server: healthy)
        rig.run(for: .seconds(11))
        let starts = rig.requests.filter { $0.request.path.contains("istio_requests_total%5B") }.map(\.at)
        #expect(starts == [.zero, .seconds(5), .seconds(10)])
        #expect(rig.words.filter { $0 == "unchanged" }.count == 2)
    }

    @Test(
        "pods are asked once a minute; where there were none they are looked for soon, for a server may have just begun, and ever more rarely",
        arguments: [(true, [0, 60, 120, 180]), (false, [0, 5, 15, 35, 75, 135])])
    func pods(areThere: Bool, seconds: [Int]) {
        var plan = TelemetryPlan()
        let start = Timestamp(milliseconds: 1_700_000_000_000)
        let asked = stride(from: 0, through: 190, by: 5).filter { second in
            !plan.due([TelemetryQuery(.podInfo)], at: start + .seconds(second)) { _ in areThere && second > 0 }.isEmpty
        }
        #expect(asked == seconds)
        #expect(!plan.due([TelemetryQuery(.podInfo)], at: start) { _ in areThere }.isEmpty, "the clock was set back")
    }

    @Test("a slow server gets time to breathe: it is busy with meshtop for a tenth of the time at most")
    func slow() {
        var rig = Rig(server: healthy)
        rig.latency = .seconds(2)
        rig.run(for: .seconds(900))
        let starts = rig.requests.filter { $0.request.path.contains("istio_requests_total%5B") }.map(\.at)
        #expect(starts.count > 2)
        for (start, next) in zip(starts, starts.dropFirst()) {
            // The next round may have begun with a question about the server itself.
            let asked = rig.requests.count { start <= $0.at && $0.at < next } - 1
            #expect(asked > 0 && next - start >= rig.latency * asked * 10)
        }
    }

    @Test("a long query is posted as a form, and only to the path of queries")
    func posted() {
        let long = MetricRule(.phi, String(repeating: "x", count: 299))
        var rig = Rig(rules: Array(repeating: long, count: 32), server: healthy)
        rig.run(for: .seconds(1))
        let posts = rig.requests.map(\.request).filter { $0.form != nil }
        #expect(!posts.isEmpty)
        #expect(posts.allSatisfy { $0.path == "/api/v1/query" })
        #expect(
            rig.requests.allSatisfy {
                $0.request.form != nil || $0.request.path.utf8.count < PrometheusCollector.maximumQueryInURL + 100
            })
    }

    @Test("a server that is down is one failure per round, backs off, and is asked at once on request")
    func down() {
        var rig = Rig { _ in nil }
        rig.run(for: .seconds(120))
        #expect(rig.words.dropFirst().allSatisfy { $0 == "failed refused" })
        #expect((5...12).contains(rig.requests.count), "\(rig.requests.count)")
        #expect(rig.collector.isSettled(at: rig.now))
        let before = rig.requests.count
        rig.pollNow()
        #expect(rig.requests.count == before + 1)
    }

    @Test(
        "every wrong answer is a failure that says what was asked and what came, without secrets",
        arguments: [
            (400, #"{"status":"error","errorType":"bad_data","error":"parse error"}"#, "http", "bad_data: parse error"),
            (503, #"{"status":"error","errorType":"timeout","error":"query timed out"}"#, "timeout", "overloaded"),
            (502, "<html><h1>Bad Gateway</h1></html>", "http", "Bad Gateway"), (401, "", "auth", "HTTP 401"),
            (200, "<html>", "format", "another service"), (200, #"{"members":[]}"#, "format", "query API"),
            (200, #"{"status":"success"}"#, "format", "query API"),
        ])
    func wrong(status: Int, body: String, code: String, text: String) {
        var rig = Rig { _ in (status, body) }
        rig.run(for: .seconds(1))
        guard case .failed(let failure, _) = rig.payloads.last else {
            Issue.record("no failure")
            return
        }
        #expect(failure.code.rawValue == code)
        #expect(failure.message.contains(text), "\(failure.message)")
        #expect(failure.message.contains("http://prom:9090/api/v1/query"))
        #expect(!failure.message.contains("secret") && !failure.message.contains("istio_requests"))
    }

    @Test("what fails besides the traffic itself is noted, and the graph is passed on")
    func partly() throws {
        var rig = Rig { query in
            query.contains("kube_")
                ? (422, #"{"status":"error","errorType":"execution","error":"no"}"#) : healthy(query)
        }
        rig.run(for: .seconds(1))
        #expect(rig.words == ["added", "telemetry 1", "metrics"])
    }

    @Test("a metric that is too much for the server is asked by namespace, and one namespace that is too much is named")
    func split() throws {
        let tooMany =
            #"{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory in query execution"}"#
        var rig = Rig { query in
            if query.hasPrefix("group by") {
                return (200, vector(["a", "b", "c"].map { (#""destination_workload_namespace":"\#($0)""#, "1") }))
            }
            guard query.contains("istio_requests_total") else { return healthy(query) }
            guard query.contains("destination_workload_namespace=") else { return (422, tooMany) }
            if query.contains(#"="c""#) { return (422, tooMany) }
            return (200, vector([(#""reporter":"source""#, "1"), (#""reporter":"destination""#, "1")]))
        }
        rig.run(for: .seconds(4))
        guard
            case .telemetry(let telemetry, _) = rig.payloads.first(where: {
                if case .telemetry = $0 { true } else { false }
            })
        else {
            Issue.record("no telemetry: \(rig.words)")
            return
        }
        #expect(telemetry.vector(.requests)?.count == 4)
        #expect(telemetry.notes.map(\.text).contains { $0.contains("namespace c") })
        // The next round does not try in one piece again.
        rig.run(for: .seconds(4))
        #expect(rig.queries.filter { $0.contains("istio_requests_total[60s]") }.count == 1)
    }

    @Test("a moment of the past is asked for by its time, and clusters are not")
    func past() {
        var rig = Rig(at: Timestamp(milliseconds: 1_600_000_000_500), server: healthy)
        rig.run(for: .seconds(1))
        #expect(rig.words == ["added", "telemetry 1", "telemetry 1"] || rig.words == ["added", "telemetry 1"])
        let (queries, facts) = (rig.requests.filter { $0.request.path.contains("query") }, rig.requests.count)
        #expect(queries.allSatisfy { $0.request.path.contains("time=1600000000.500") })
        #expect(queries.count + 2 == facts, "the configuration, and how long samples are kept")
        #expect(!rig.queries.contains { $0.contains("cluster_phi") })
    }

    @Test("what most meshes do not have is looked for twice a minute, and what is there comes with each refresh")
    func rare() throws {
        var rig = Rig { query in
            query.contains("kiali_ext_requests_total")
                ? (200, vector([(#""source_name":"a","dest_name":"b""#, "1")])) : healthy(query)
        }
        rig.run(for: .seconds(31))
        func count(_ word: String) -> Int { rig.queries.count { $0.contains(word) } }
        #expect(count("istio_requests_total[60s]") == 7)
        #expect(count("kiali_ext_requests_total") == 7)
        #expect(count("kiali_ext_tcp_sent_total") == 2)
        #expect(count("outlier_detection_ejections_active") == 2)
        #expect(count("circuit_breakers") == 2)
        #expect(count("kube_pod_info") == 3, "at 0, 5 and 15 s: there are none yet")
        #expect(rig.requests.count { $0.request.path.contains("/status/") } == 1)
    }

    @Test("what the server tells of itself comes with the answers, and when it cannot be asked nothing is lost")
    func facts() throws {
        var rig = Rig(server: healthy)
        rig.tells = { path in
            path == "/api/v1/status/config"
                ? #"{"status":"success","data":{"yaml":"global:\n  scrape_interval: 45s\n"}}"# : nil
        }
        rig.run(for: .seconds(1))
        guard case .telemetry(let told, _) = rig.payloads.last else {
            Issue.record("no telemetry: \(rig.words)")
            return
        }
        #expect(told.server == MetricsServer(scrapeInterval: .seconds(45)))
        var deaf = Rig(server: healthy)
        deaf.tells = { _ in nil }
        deaf.run(for: .seconds(1))
        #expect(deaf.words == ["added", "telemetry 1", "metrics"])
        #expect(deaf.queries.contains { $0.contains("kube_pod_info") }, "the round goes on")
    }

    @Test("percentiles are asked of the worst services only, after the graph")
    func percentiles() {
        var graph = GraphOptions()
        graph.edgeValues = [.p95]
        var rig = Rig(graph: graph) { query in
            guard query.contains("istio_requests_total") else { return healthy(query) }
            let rows = (0..<80).map {
                (#""destination_service_name":"s\#($0)","response_code":"\#($0 == 7 ? 503 : 200)""#, "\($0)")
            }
            return (200, vector(rows))
        }
        rig.run(for: .seconds(1))
        let buckets = rig.queries.filter { $0.contains("_bucket") && !$0.hasPrefix("label_replace") }
        #expect(buckets.count == 1)
        #expect(buckets.first?.contains(#"{destination_service_name=~"s7|s79|s78|"#) == true)
        #expect(buckets.first?.contains("s29|") == false)
        #expect(rig.words.first { $0.hasPrefix("telemetry") } == "telemetry 80")
    }

    /// Requests of eighty services; with buckets as many rows as are asked for by name.
    private func services(_ query: String) -> (status: Int, body: String)? {
        guard query.contains("istio_requests_total") else { return healthy(query) }
        let rows = (0..<80).map { (#""destination_service_name":"s\#($0)","response_code":"200""#, "\($0)") }
        return (200, vector(rows))
    }

    @Test("what a reader looks at is asked between two refreshes, once, for the moment of the last one")
    func interest() throws {
        var graph = GraphOptions()
        graph.edgeValues = [.p95]
        var rig = Rig(graph: graph, server: services)
        rig.run(for: .seconds(1))
        let before = rig.requests.count
        rig.look(TelemetryInterest(services: ["s3", "s4"]))
        rig.look(TelemetryInterest(services: ["s3"]))
        rig.run(for: .milliseconds(500))
        let asked = rig.queries[before...]
        #expect(asked.count == 1)
        #expect(asked.first?.contains(#"{destination_service_name=~"s3|s4|s79|"#) == true)
        #expect(rig.requests[before].request.path.contains("time=1700000000"))
        // What the last answer has is not asked again, and a refresh keeps asking for it first.
        rig.look(TelemetryInterest(services: ["s79", "s3"]))
        rig.run(for: .seconds(20))
        let last = try #require(rig.queries.last { $0.contains("_bucket") && !$0.hasPrefix("label_replace") })
        #expect(last.contains(#"{destination_service_name=~"s79|s3|s78|"#))
        let refreshes = rig.queries.filter { $0.contains("istio_requests_total[") }.count
        #expect(refreshes > 1)
        #expect(rig.queries.filter { $0.contains("_bucket") && !$0.hasPrefix("label_replace") }.count == refreshes + 1)
    }

    @Test("values that a reader wants to see are asked while they are seen, and then forgotten")
    func values() throws {
        var rig = Rig { query in
            query.contains("istio_response_bytes_sum")
                ? (200, vector([(#""destination_service_name":"s1""#, "1")])) : services(query)
        }
        rig.run(for: .seconds(1))
        #expect(!rig.queries.contains { $0.contains("istio_response_bytes") })
        rig.look(TelemetryInterest(values: [.throughput]))
        rig.run(for: .milliseconds(500))
        #expect(rig.queries.last?.contains("istio_response_bytes_sum") == true)
        #expect(rig.latest?.vector(.responseBytes) != nil)
        rig.look(TelemetryInterest())
        rig.run(for: .seconds(30))
        #expect(rig.latest?.vector(.responseBytes) == nil)
    }

    @Test("a server that fails is not asked more because somebody looks")
    func interestInFailure() {
        var rig = Rig { _ in nil }
        rig.run(for: .seconds(1))
        let before = rig.requests.count
        rig.look(TelemetryInterest(services: ["a"], values: [.throughput]))
        rig.run(for: .milliseconds(500))
        #expect(rig.requests.count == before)
    }

    @Test("percentiles that the server refuses are asked again with the next refresh only")
    func refused() {
        var graph = GraphOptions()
        graph.edgeValues = [.p95]
        var rig = Rig(graph: graph) { query in
            query.contains("_bucket") && !query.hasPrefix("label_replace")
                ? (422, #"{"status":"error","errorType":"execution","error":"no"}"#) : services(query)
        }
        rig.run(for: .seconds(1))
        let before = rig.requests.count
        rig.look(TelemetryInterest(services: ["s1"]))
        rig.look(TelemetryInterest(services: ["s2"]))
        rig.run(for: .milliseconds(500))
        #expect(rig.requests.count == before)
    }
}
