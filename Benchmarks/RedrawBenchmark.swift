// SPDX-License-Identifier: Apache-2.0
import Collectors
import Model
import Traffic
import Views

/// From a key to the cells that the terminal is sent, on the graph of a large mesh: `meshtop-benchmarks redraw`.
struct RedrawBenchmark {
    /// What a reader does, with the keys for it.
    private static let doings: [(name: String, keys: [Key])] = [
        ("select", [.down, .right, .down, .left, .tab, .up]),
        ("pan", "HJKL".unicodeScalars.map { .character($0) }),
        ("zoom", "--++".unicodeScalars.map { .character($0) }),
        ("fold", "cc".unicodeScalars.map { .character($0) }),
        ("all", "CC".unicodeScalars.map { .character($0) }),
    ]

    private let telemetry: Telemetry
    private let clock = ContinuousClock()

    /// - Parameter services: so many; each is drawn as a service and as a workload.
    init?(services: Int) {
        let decoder = TelemetryDecoder()
        let document = TelemetryBenchmark(services: services, edges: services * 4).document(turn: 0)
        guard let vector = try? decoder.decode(PaddedBytes(document.utf8), of: .requests) else { return nil }
        telemetry = Telemetry(
            at: Timestamp(milliseconds: 1_700_000_000_000), window: .seconds(60), interval: .seconds(15),
            texts: decoder.currentTexts, vectors: [vector])
    }

    func run() {
        for (columns, rows) in [(80, 24), (200, 50)] { run(columns: columns, rows: rows) }
    }

    private func run(columns: Int, rows: Int) {
        let graph = ServiceGraph.build(telemetry, options: GraphOptions(), observedAt: telemetry.at)
        let snapshot = MeshSnapshot(
            at: telemetry.at, options: SessionOptions(), health: Health(level: .failure), sources: [], clusters: [],
            dropped: DroppedCounts(), graph: ShownGraph(graph), telemetry: telemetry)
        var app = AppState(
            size: Size(columns: columns, rows: rows), glyphs: .unicode, now: telemetry.at, zone: .zero,
            introduction: Introduction(targets: [], areDefaults: false))
        _ = app.handle(.data(snapshot, newEvents: 0))
        var frame = app.frame()
        print("redraw of \(graph.nodes.count) nodes, \(graph.edges.count) edges, \(columns)x\(rows)")
        report("first", [take(.key(.character("3")), &app, &frame)])
        for (name, keys) in Self.doings {
            report(name, (0..<200).map { take(.key(keys[$0 % keys.count]), &app, &frame) })
        }
        report("data", (0..<100).map { _ in take(.data(snapshot, newEvents: 0), &app, &frame) })
    }

    private func take(_ input: AppEvent, _ app: inout AppState, _ frame: inout Frame) -> Duration {
        let start = clock.now
        _ = app.handle(input)
        let next = app.frame()
        let changes = next.diff(from: frame)
        let time = clock.now - start
        withExtendedLifetime(changes) {}
        frame = next
        return time
    }

    private func report(_ name: String, _ times: [Duration]) {
        let sorted = times.sorted()
        func text(_ index: Int) -> String {
            let (seconds, rest) = sorted[index].components
            let microseconds = seconds * 1_000_000 + rest / 1_000_000_000_000
            return "\(microseconds / 1000).\(microseconds % 1000 / 100) ms"
        }
        print(
            "  \(name.padded) median \(text(sorted.count / 2)), p99 \(text(sorted.count * 99 / 100)),"
                + " max \(text(sorted.count - 1))")
    }
}
