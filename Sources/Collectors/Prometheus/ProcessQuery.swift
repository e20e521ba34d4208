// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What is asked of processes beside clusters: queues of Akka's dispatchers (Kamon), pauses of the whole process (Kamon), garbage collection
/// (Kamon, OpenTelemetry's agent). The server computes one number of each per target, and only what stands out comes back.
enum ProcessQuery: String, CaseIterable {
    case queue
    case leaving
    case hiccup
    case collecting

    /// Over so long; a target that is scraped twice in it has values.
    private static let window = "[1m]"
    private static let dispatchers = #"{name=~"(akka|pekko)[.]actor[.](default|internal)-dispatcher"}"#
    private static let byTarget = "by (job, instance)"

    /// The rule's name in answers.
    var rule: String { "process-\(rawValue)" }

    var text: String {
        let limit = { (value: Double) in "\(value)" }
        switch self {
        case .queue:
            let (sum, count) = (Self.rate("executor_queue_size_sum"), Self.rate("executor_queue_size_count"))
            return "max \(Self.byTarget) (\(sum) / \(count)) >= \(limit(MetricReport.Process.longQueue))"
        case .leaving: return "min \(Self.byTarget) (\(Self.rate("executor_time_in_queue_seconds_count")))"
        case .hiccup:
            let grown = "sum by (job, instance, le) (increase(process_hiccups_seconds_bucket\(Self.window)))"
            return "histogram_quantile(1, \(grown)) >= \(limit(MetricReport.Process.longHiccup))"
        case .collecting:
            let kamon = "rate(jvm_gc_seconds_sum\(Self.window))"
            let agent = "rate(jvm_gc_duration_seconds_sum\(Self.window))"
            return
                "sum \(Self.byTarget) (\(kamon) or \(agent)) >= \(limit(MetricReport.Process.muchCollection))"
        }
    }

    private static func rate(_ metric: String) -> String { "rate(\(metric)\(dispatchers)\(window))" }

    /// Adds a number to what is known of a process; coarse, so that equal states make equal reports.
    func set(_ value: Double, of process: inout MetricReport.Process) {
        guard value.isFinite || self == .hiccup, value >= 0 else { return }
        switch self {
        case .queue: process.queue = value.rounded()
        case .leaving: process.leaving = (value * 10).rounded() / 10
        case .hiccup: process.hiccup = min(value, 3600)
        case .collecting: process.collecting = min((value * 20).rounded() / 20, 1)
        }
    }
}
