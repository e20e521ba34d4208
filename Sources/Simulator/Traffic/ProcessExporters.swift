// SPDX-License-Identifier: Apache-2.0
import Model

/// What Kamon would export beside the members: queues of dispatchers without threads, and times for which a process stood still, as recorded
/// beside real nodes. An exporter that stands still itself reports afterwards.
struct ProcessExporters: Sendable {
    /// By place.
    let hosts: [String]
    /// Whether processes that do not answer have no threads; otherwise they stand still as a whole.
    let isStarving: Bool

    /// Over so long values are computed, in seconds.
    private static let window = 60.0
    /// How far a queue has grown after a second, as an average over the window.
    private static let growth = 4.0
    /// The bounds of Kamon's buckets: a hiccup is reported as the bound above it.
    private static let bounds = [1.0, 2.5, 5, 7.5, 10, 25, 50]

    /// The rows of the marked parts of a query that ask for these.
    func series(_ text: String, until second: Double, _ outages: Outages) -> [TrafficSeries] {
        guard text.contains("process-") else { return [] }
        return outages.silences(before: second, within: Self.window).filter { hosts.indices.contains($0.slot) }
            .flatMap { silence -> [TrafficSeries] in
                if isStarving {
                    let queue = silence.seconds * Self.growth
                    // Once threads are free, what waited is done at once.
                    return queue < 20 || silence.isOver
                        ? [] : [row("queue", silence.slot, queue), row("leaving", silence.slot, 0.5)]
                }
                guard silence.isOver else { return [] }
                return [row("hiccup", silence.slot, Self.bounds.first { $0 >= silence.seconds } ?? 100)]
            }
    }

    private func row(_ rule: String, _ slot: Int, _ value: Double) -> TrafficSeries {
        TrafficSeries(
            labels: [
                ("instance", "\(hosts[slot]):9095"), ("job", "kamon"), ("meshtop_rule", "process-\(rule)"),
            ], value: value)
    }
}
