// SPDX-License-Identifier: Apache-2.0
import Collectors
import Model
import Traffic

/// How fast an answer of Prometheus becomes the edges of a graph, against Python's orjson that merely parses the same bytes in the same run.
struct TelemetryBenchmark {
    /// Services, and edges between them; each edge is reported by both sides with three or four codes.
    let services: Int
    let edges: Int

    func run() {
        let documents = (0..<3).map { document(turn: $0) }
        let bodies = documents.map { PaddedBytes($0.utf8) }
        let decoder = TelemetryDecoder()
        guard let first = try? decoder.decode(bodies[0], of: .requests) else {
            return print("the answer cannot be read")
        }
        print("traffic: \(services) services, \(first.count) series, \(documents[0].utf8.count) bytes")
        let reference = Orjson.best(runs: 40, documents[0]).map { $0 / 1000 }
        print("orjson.loads".padded, reference.map { "\(Self.shown($0)) ms" } ?? "not installed")
        let decoding = known(bodies, [.rowBefore, .answerBefore])
        Self.report("answer to rows, labels known", decoding, reference)
        let byRow = known(bodies, [.rowBefore])
        Self.report("the same without AnswerTemplate", byRow, reference)
        let fresh = new(bodies, [.rowBefore, .answerBefore])
        Self.report("answer to rows, the first time", fresh, reference)
        let parsing = new(bodies, [])
        Self.report("the same without AlikeRows", parsing, reference)
        // Each stays only as long as it is worth a factor of two.
        Self.reportFactor("AnswerTemplate, against AlikeRows", byRow / decoding)
        Self.reportFactor("AlikeRows, against simdjson", parsing / fresh)
        let telemetry = telemetry(first, decoder)
        var drawn = 0
        let building = Self.best { drawn = build(telemetry) }
        Self.report("rows to \(drawn) edges", building, reference)
        Self.report("answer to edges, labels known", decoding + building, reference)
        Self.report("answer to edges, the first time", fresh + building, reference)
    }

    /// Answers about the same rows, one after the other.
    private func known(_ bodies: [PaddedBytes], _ comparisons: Set<TelemetryDecoder.Comparison>) -> Double {
        let decoder = TelemetryDecoder(comparisons: comparisons)
        var turn = 0
        return Self.best {
            turn += 1
            _ = try? decoder.decode(bodies[turn % bodies.count], of: .requests)
        }
    }

    /// The first answer.
    private func new(_ bodies: [PaddedBytes], _ comparisons: Set<TelemetryDecoder.Comparison>) -> Double {
        Self.best { _ = try? TelemetryDecoder(comparisons: comparisons).decode(bodies[0], of: .requests) }
    }

    private func telemetry(_ vector: TelemetryVector, _ decoder: TelemetryDecoder) -> Telemetry {
        Telemetry(
            at: Timestamp(milliseconds: 1_700_000_000_000), window: .seconds(60), interval: .seconds(15),
            texts: decoder.currentTexts, vectors: [vector])
    }

    private func build(_ telemetry: Telemetry) -> Int {
        ServiceGraph.build(telemetry, options: GraphOptions(), observedAt: telemetry.at).edges.count
    }

    // MARK: - The answer

    /// What a server answers; with another turn, other numbers.
    func document(turn: Int) -> String {
        var rows: [String] = []
        for edge in 0..<edges {
            let (from, to) = (edge % services, (edge * 7 + edge / services + 1) % services)
            for reporter in ["source", "destination"] {
                for code in ["200", "404", "503"] + (edge % 4 == 0 ? ["500"] : []) {
                    rows.append(row(from, to, reporter, code, value: Double(edge % 97 + turn) / 7))
                }
            }
        }
        return #"{"status":"success","data":{"resultType":"vector","result":[\#(rows.joined(separator: ","))]}}"#
    }

    private func row(_ from: Int, _ to: Int, _ reporter: String, _ code: String, value: Double) -> String {
        func name(_ number: Int) -> String { "service-\(number)" }
        func space(_ number: Int) -> String { "team-\(number / 10)" }
        let labels = [
            ("connection_security_policy", "mutual_tls"), ("destination_canonical_revision", "v1"),
            ("destination_canonical_service", name(to)), ("destination_cluster", "Kubernetes"),
            ("destination_service", "\(name(to)).\(space(to)).svc.cluster.local"),
            ("destination_service_name", name(to)), ("destination_service_namespace", space(to)),
            ("destination_workload", "\(name(to))-v1"), ("destination_workload_namespace", space(to)),
            ("reporter", reporter), ("request_protocol", "http"), ("response_code", code),
            ("response_flags", code == "503" ? "UF" : "-"), ("source_canonical_revision", "v1"),
            ("source_canonical_service", name(from)), ("source_cluster", "Kubernetes"),
            ("source_workload", "\(name(from))-v1"), ("source_workload_namespace", space(from)),
        ]
        let text = labels.map { #""\#($0.0)":"\#($0.1)""# }.joined(separator: ",")
        return #"{"metric":{\#(text)},"value":[1700000000.123,"\#(value)"]}"#
    }

    // MARK: - Measuring

    private static func report(_ name: String, _ time: Double, _ reference: Double?) {
        print(name.padded, "\(shown(time)) ms", reference.map { "\(shown($0 / time)) x orjson" } ?? "")
    }

    private static func reportFactor(_ name: String, _ factor: Double) {
        print(name.padded, "\(shown(factor)) x\(factor < 2 ? ", less than the factor for which it stays" : "")")
    }

    /// The best of many runs, in milliseconds: what the machine can do when nobody disturbs it.
    private static func best(_ body: () -> Void) -> Double {
        let clock = ContinuousClock()
        var best = Duration.seconds(100)
        for _ in 0..<40 { best = min(best, clock.measure(body)) }
        return Double(best.components.attoseconds) / 1e15 + Double(best.components.seconds) * 1000
    }

    private static func shown(_ value: Double) -> String { String((value * 10).rounded() / 10) }
}
