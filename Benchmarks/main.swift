// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Whether findings are evaluated within their limits, of meshes in trouble.
func findingsAreFast() throws -> Bool {
    let isFast = try FindingsBenchmark(members: 100).run(limit: .milliseconds(1))
    let isFastLarge = try FindingsBenchmark(members: 1_000).run(limit: .milliseconds(10))
    return isFast && isFastLarge
}

/// Whether Istio's configuration is judged within its limits.
func istioIsFast() -> Bool {
    let isFast = IstioBenchmark(count: 1_000).run(limit: .milliseconds(50))
    let isFastLarge = IstioBenchmark(count: 5_000).run(limit: .milliseconds(300))
    return isFast && isFastLarge
}

if CommandLine.arguments.count > 3, CommandLine.arguments[1] == "collect" {
    CollectorRun.run(seconds: Int(CommandLine.arguments[2]) ?? 10, addresses: Array(CommandLine.arguments[3...]))
} else if CommandLine.arguments.count > 1, CommandLine.arguments[1] == "timeline" {
    try TimelineBenchmark().run()
} else if CommandLine.arguments.dropFirst().first == "log" {
    exit(LogBenchmark.run() ? 0 : 1)
} else if CommandLine.arguments.dropFirst().first == "matrix" {
    for members in [12, 60, 200] {
        try MatrixBenchmark(members: members).run(columns: 80, rows: 24)
        try MatrixBenchmark(members: members).run(columns: 200, rows: 50)
    }
} else if CommandLine.arguments.dropFirst().first == "traffic" {
    TelemetryBenchmark(services: 500, edges: 2_000).run()
} else if CommandLine.arguments.dropFirst().first == "findings" {
    if try !findingsAreFast() { exit(1) }
} else if CommandLine.arguments.dropFirst().first == "istio" {
    if !istioIsFast() { exit(1) }
} else if CommandLine.arguments.dropFirst().first == "redraw" {
    RedrawBenchmark(services: 500)?.run()
} else if CommandLine.arguments.count > 1, CommandLine.arguments[1] == "layout" {
    LayoutBenchmark.run(withDot: CommandLine.arguments.contains("dot"))
} else if CommandLine.arguments.count > 2, CommandLine.arguments[1] == "graph" {
    let rest = CommandLine.arguments.dropFirst(3)
    GraphRun.graph(
        CommandLine.arguments[2], window: rest.first.flatMap { Int($0) } ?? 60,
        at: rest.dropFirst().first.flatMap { Double($0) })
} else if CommandLine.arguments.count > 2, CommandLine.arguments[1] == "telemetry" {
    GraphRun.telemetry(CommandLine.arguments[2])
} else {
    let measure = Measure()
    for (members, observers) in [(3, 3), (100, 100), (1000, 10)] {
        try MeshBenchmark(members: members).run(observers: observers, measure)
    }
    MembersDecoding.run()
    let logsAreFast = LogBenchmark.run()
    try TimelineBenchmark().run()
    // Each is run, whatever the ones before say.
    let others = [try findingsAreFast(), istioIsFast()]
    if !logsAreFast || others.contains(false) { exit(1) }
}
