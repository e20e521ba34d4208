// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Collectors

@Suite("Bounds of metrics servers")
struct PrometheusBoundTests {
    // MARK: - Answers

    private struct Sink: SeriesSink {
        var values = 0
        mutating func label(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(JSONError) {}
        mutating func finish(value: Double, at: Double) throws(JSONError) { values += 1 }
    }

    private func envelope(_ text: String) throws(JSONError) -> PrometheusEnvelope {
        var sink = Sink()
        return try PrometheusReader(maximumBody: 8 << 20).read(PaddedBytes(text.utf8), into: &sink)
    }

    @Test("an answer of the maximal size is read, a larger one is an error")
    func bodies() throws {
        let body = vector([("", "1")])
        for (maximum, isRead) in [(body.utf8.count, true), (body.utf8.count - 1, false)] {
            var sink = Sink()
            let reader = PrometheusReader(maximumBody: maximum)
            let envelope = try? reader.read(PaddedBytes(body.utf8), into: &sink)
            #expect((envelope != nil) == isRead && sink.values == (isRead ? 1 : 0))
        }
    }

    @Test("as many warnings as the maximum are kept, each up to its maximal length")
    func warnings() throws {
        let (count, length) = (PrometheusReader.maximumWarnings, PrometheusReader.maximumWarningText)
        let texts = (0...count).map { String(repeating: "w", count: length + $0 % 2) }
        let list = texts.map { "\"\($0)\"" }.joined(separator: ",")
        let read = try envelope(#"{"status":"success","warnings":[\#(list)]}"#).warnings
        #expect(read.count == count)
        #expect(read[0] == texts[0] && read[1] == texts[1].dropLast() + "…")
    }

    @Test("a string of the maximal size is read, a larger one is an error")
    func strings() throws {
        let maximum = PrometheusReader.maximumString
        func body(_ count: Int) -> String { vector([(#""a":"\#(String(repeating: "x", count: count))""#, "1")]) }
        #expect(try envelope(body(maximum)).hasData)
        #expect(throws: JSONError.self) { try envelope(body(maximum + 1)) }
    }

    @Test("a server's fact of the maximal size is read, a larger one is not")
    func facts() {
        let answer = #"{"data":{"storageRetention":"15d","x":""}}"#
        let room = ServerFact.maximumBody - answer.utf8.count
        for (count, isRead) in [(room, true), (room + 1, false)] {
            let text = answer.replacing(#""x":"""#, with: #""x":"\#(String(repeating: "x", count: count))""#)
            #expect((ServerFact.retention.read(PaddedBytes(text.utf8)) != nil) == isRead)
        }
    }

    // MARK: - Clusters

    @Test("as many series as the maximum are taken, the others are counted")
    func series() throws {
        let maximum = MetricDecoder.maximumSeries
        for count in [maximum, maximum + 1] {
            var decoder = MetricDecoder(rules: MetricRule.standard)
            for _ in 0..<count { try decoder.finish(value: 1, at: 1) }
            #expect(decoder.unusable == count - maximum)
        }
    }

    @Test("a label's value and name of the maximal length are whole, longer ones are cut")
    func labels() throws {
        func host(_ count: Int) throws -> String? {
            let name = String(repeating: "h", count: count)
            let labels = #""__name__":"akka_cluster_phi","meshtop_rule":"0","instance":"\#(name)","to":"akka://S@p:1""#
            guard case .host(let host)? = try metricReport(vector([(labels, "1")])).detectors.first?.observer else {
                return nil
            }
            return host
        }
        let value = MetricDecoder.maximumValue
        #expect(try host(value)?.count == value)
        #expect(try host(value + 1)?.hasSuffix("…") == true)
        func peer(_ count: Int) throws -> Int {
            let name = String(repeating: "n", count: count)
            let rule = MetricRule(.phi, "x", peerLabel: String(repeating: "n", count: MetricDecoder.maximumName))
            let labels = #""__name__":"x","meshtop_rule":"0","instance":"h","\#(name)":"akka://S@p:1""#
            return try metricReport(vector([(labels, "1")]), rules: [rule]).detectors.count
        }
        #expect(try peer(MetricDecoder.maximumName) == 1)
        #expect(try peer(MetricDecoder.maximumName + 1) == 0)
    }

    @Test("the ages of as many metrics as the maximum are asked for")
    func ages() throws {
        let maximum = MetricQuery.maximumAgedMetrics
        for count in [maximum, maximum + 1] {
            let names = (0..<count).map { "m\($0)" }
            let query = MetricQuery(rules: [], agedMetrics: names)
            #expect(query.text.split(separator: "timestamp(").count - 1 == maximum)
            var decoder = MetricDecoder(rules: [MetricRule(.phi, "m.*")])
            let body = PaddedBytes(
                vector(names.map { (#""__name__":"\#($0)","meshtop_rule":"0""#, "1") }).utf8)
            _ = try PrometheusReader(maximumBody: 1 << 20).read(body, into: &decoder)
            #expect(decoder.agedMetrics.count == maximum)
        }
    }

    @Test("a rule's pattern and label of the maximal length are taken, longer ones are refused")
    func rules() throws {
        let (pattern, label) = (MetricRule.maximumPattern, MetricRule.maximumLabel)
        func rule(_ pattern: Int, _ label: Int) throws -> MetricRule {
            let texts = (String(repeating: "p", count: pattern), String(repeating: "l", count: label))
            return try MetricRule(parsing: "phi=\(texts.0) observer=\(texts.1)")
        }
        #expect(try rule(pattern, label).observerLabel?.count == label)
        #expect(throws: OptionError.self) { try rule(pattern + 1, label) }
        #expect(throws: OptionError.self) { try rule(pattern, label + 1) }
    }

    /// What asks for nothing but metrics of clusters.
    private static var noTraffic: GraphOptions {
        var graph = GraphOptions()
        graph.rates = TrafficRates(http: .none, grpc: .none, tcp: .none)
        return graph
    }

    @Test("a query of the maximal length goes into the URL, a longer one is posted")
    func queries() {
        func request(_ pattern: Int) -> HTTPRequest? {
            let rules = MetricRule.Role.allCases.map { MetricRule($0, String(repeating: "x", count: pattern)) }
            let options = PrometheusOptions(
                endpoint: Endpoint(host: "p", port: 1), rules: rules,
                graph: Self.noTraffic)
            var collector = PrometheusCollector(options, .test())
            for case .start(_, let request) in collector.start(at: Timestamp(microseconds: 0)) { return request }
            return nil
        }
        let lengths = (1..<600).compactMap { pattern -> (length: Int, isPosted: Bool)? in
            guard let request = request(pattern) else { return nil }
            let query = request.form ?? String(request.path.drop { $0 != "?" }.dropFirst())
            return (query.utf8.count, request.form != nil)
        }
        let maximum = PrometheusCollector.maximumQueryInURL
        #expect(lengths.contains { !$0.isPosted } && lengths.contains(where: \.isPosted))
        #expect(lengths.allSatisfy { $0.isPosted == ($0.length > maximum) })
    }

    // MARK: - Traffic

    private func response(_ body: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, body: PaddedBytes(body.utf8), server: nil, latency: .zero)
    }

    private let request = HTTPRequest(Endpoint(host: "p", port: 1), path: "/", mode: .stream(timeout: .seconds(1)))

    @Test("as many namespaces as the maximum are asked one by one, the others are named as left out")
    func namespaces() throws {
        let maximum = TelemetryGathering.maximumNamespaces
        for count in [maximum, maximum + 1] {
            var telemetry = TelemetryGathering(
                PrometheusOptions(endpoint: Endpoint(host: "p", port: 1)), interval: .seconds(5),
                reader: PrometheusReader(maximumBody: 1 << 20))
            _ = telemetry.beginRefresh()
            let names = vector((0..<count).map { (#""destination_workload_namespace":"n\#($0)""#, "1") })
            var steps = QuerySteps([])
            try telemetry.receiveNamespaces(response(names), of: TelemetryQuery(.requests), request, &steps)
            var asked = 0
            while steps.next() != nil { asked += 1 }
            #expect(asked == maximum)
            var rest = QuerySteps([])
            let row = vector([(#""reporter":"source""#, "1")])
            try telemetry.receive(response(row), to: TelemetryQuery(.requests), isNeeded: true, request, &rest)
            let notes = telemetry.delivery(at: Timestamp(microseconds: 0))?.telemetry.notes ?? []
            #expect(notes.map(\.text) == (count > maximum ? ["asked by namespace, and 1 namespaces are left out"] : []))
        }
    }

    @Test("the percentiles of as many services as the maximum are asked for")
    func percentiles() throws {
        let maximum = TelemetryGathering.maximumPercentiles
        for count in [maximum, maximum + 1] {
            var graph = GraphOptions()
            graph.edgeValues = [.p95]
            var options = PrometheusOptions(endpoint: Endpoint(host: "p", port: 1), graph: graph)
            options.worstServices = 1000
            var telemetry = TelemetryGathering(
                options, interval: .seconds(5), reader: PrometheusReader(maximumBody: 1 << 20))
            _ = telemetry.beginRefresh()
            let rows = vector((0..<count).map { (#""destination_service_name":"s\#($0)","response_code":"200""#, "1") })
            var steps = QuerySteps([])
            try telemetry.receive(response(rows), to: TelemetryQuery(.requests), isNeeded: true, request, &steps)
            guard case .ask(.telemetry(let query, _))? = steps.next() else {
                Issue.record("no percentiles")
                return
            }
            #expect(query.matchers.first?.values.count == maximum)
        }
    }

    @Test("a text of a label of the maximal length is whole, a longer one is cut")
    func texts() throws {
        for (count, isWhole) in [(TelemetryDecoder.maximumText, true), (TelemetryDecoder.maximumText + 1, false)] {
            let decoder = TelemetryDecoder()
            let text = String(repeating: "w", count: count)
            let rows = try decoder.decode(
                PaddedBytes(vector([(#""source_workload":"\#(text)""#, "1")]).utf8), of: .requests)
            #expect(rows.count == 1)
            let known = (0..<decoder.currentTexts.count).contains { decoder.currentTexts.texts[$0] == text }
            #expect(known == isWhole)
        }
    }

    @Test("with more texts than the maximum a refresh begins again from nothing", .tags(.slow), .unlessQuick)
    func manyTexts() throws {
        let decoder = TelemetryDecoder()
        let standard = decoder.currentTexts.count
        func add(_ range: Range<Int>) throws {
            for start in stride(from: range.lowerBound, to: range.upperBound, by: 50_000) {
                let numbers = start..<min(range.upperBound, start + 50_000)
                _ = try decoder.decode(
                    PaddedBytes(vector(numbers.map { (#""source_workload":"w\#($0)""#, "1") }).utf8), of: .requests)
            }
        }
        try add(0..<TelemetryDecoder.maximumTexts - standard)
        #expect(decoder.currentTexts.count == TelemetryDecoder.maximumTexts)
        decoder.renew()
        #expect(decoder.currentTexts.count == TelemetryDecoder.maximumTexts)
        try add(1_000_000..<1_000_001)
        decoder.renew()
        #expect(decoder.currentTexts.count == standard)
    }

    @Test("a row with the maximal number of labels, and a number of the maximal length, are read without the parser")
    func alikeRows() {
        func isRead(labels: Int, digits: Int) -> Bool {
            let names = (0..<labels).map { #""l\#($0)":"x""# }.joined(separator: ",")
            let number = "0." + String(repeating: "1", count: digits - 2)
            let text =
                #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{\#(names)},"value":[1700000000,"\#(number)"]}]}}"#
            var rows = TelemetryRows(
                .requests, texts: TelemetryTexts(), numbers: ByteInterner(maximum: 1000), rows: 0, after: nil)
            return AlikeRows.read(PaddedBytes(text.utf8), into: &rows)
        }
        let (labels, digits) = (AlikeRows.maximumLabels, AlikeRows.maximumNumber)
        #expect(isRead(labels: labels, digits: digits))
        #expect(!isRead(labels: labels + 1, digits: digits))
        #expect(!isRead(labels: labels, digits: digits + 1))
    }

    @Test("what is found by its bytes is forgotten when one more than the maximum has come")
    func interner() {
        for (count, isKept) in [(8, true), (9, false)] {
            var interner = ByteInterner<Int>(maximum: 8)
            for number in 0..<count {
                _ = Array("key \(number)".utf8).withUnsafeBytes {
                    interner.value(of: $0) { (_) throws(Never) in number }
                }
            }
            let first = Array("key 0".utf8).withUnsafeBytes { interner.known($0) }
            #expect((first == 0) == isKept)
        }
    }
}
