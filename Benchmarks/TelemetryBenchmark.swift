import Collectors
import Glibc
import Graph

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
        let reference = Self.orjson(documents[0])
        print(Self.padded("orjson.loads"), reference.map { "\(Self.shown($0)) ms" } ?? "not installed")
        var turn = 0
        let decoding = Self.best {
            turn += 1
            _ = try? decoder.decode(bodies[turn % bodies.count], of: .requests)
        }
        Self.report("answer to rows, labels known", decoding, reference)
        let fresh = Self.best { _ = try? TelemetryDecoder().decode(bodies[0], of: .requests) }
        Self.report("answer to rows, the first time", fresh, reference)
        let telemetry = telemetry(first, decoder)
        var drawn = 0
        let building = Self.best { drawn = build(telemetry) }
        Self.report("rows to \(drawn) edges", building, reference)
        Self.report("answer to edges", decoding + building, reference)
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

    private func document(turn: Int) -> String {
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
        print(padded(name), "\(shown(time)) ms", reference.map { "\(shown($0 / time)) x orjson" } ?? "")
    }

    /// The best of many runs, in milliseconds: what the machine can do when nobody disturbs it.
    private static func best(_ body: () -> Void) -> Double {
        let clock = ContinuousClock()
        var best = Duration.seconds(100)
        for _ in 0..<40 { best = min(best, clock.measure(body)) }
        return Double(best.components.attoseconds) / 1e15 + Double(best.components.seconds) * 1000
    }

    private static func orjson(_ document: String) -> Double? {
        let program =
            "import orjson,sys,time;d=sys.stdin.buffer.read();b=9e9\\nfor _ in range(40):\\n t=time.perf_counter();orjson.loads(d);b=min(b,time.perf_counter()-t)\\nprint(b*1e3)"
        let name = "/tmp/meshtop-benchmark-\(getpid()).json"
        guard let file = fopen(name, "w") else { return nil }
        fputs(document, file)
        fclose(file)
        defer { unlink(name) }
        guard let pipe = popen("python3 -c \"$(printf '\(program)')\" < \(name) 2>/dev/null", "r") else { return nil }
        defer { pclose(pipe) }
        var buffer = [CChar](repeating: 0, count: 64)
        guard fgets(&buffer, 64, pipe) != nil else { return nil }
        return strtod(buffer, nil)
    }

    private static func padded(_ text: String) -> String {
        text + String(repeating: " ", count: max(0, 40 - text.count))
    }

    private static func shown(_ value: Double) -> String { String((value * 10).rounded() / 10) }
}
