// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What the health checks of an endpoint, `/ready`, `/alive` and `/startup`, last said, and when they are asked again.
struct HealthCheckState {
    /// Health checks change rarely, and each answer costs the node a check.
    static let interval = Duration.seconds(10)

    /// The last answers, to distinguish news from repetition.
    private(set) var answers: [Inquiry: ProbeAnswer] = [:]
    /// When they are asked again; `nil` before the first time.
    private(set) var dueAt: Timestamp?
    /// What is to be asked when what runs has been answered; the bridge stands here too, because it shares the connection.
    private(set) var pending: [Inquiry] = []

    /// Whether the node has no `/startup`: older versions and Akka Management.
    private var lacksStartup = false

    /// Whether nothing of the first round is open: a node that is ready has started, and is not asked.
    var isComplete: Bool { lacksStartup || answers[.ready] == .passed || answers[.startup] != nil }

    /// Plans the checks.
    mutating func plan(at now: Timestamp, interval: Duration) {
        dueAt = now + max(Self.interval, interval)
        pending.removeAll { $0 != .bridge }
        pending += [.ready, .alive] + (lacksStartup || answers[.startup] == .passed ? [] : [.startup])
    }

    /// Plans a question to the bridge, before the checks.
    mutating func planBridge() {
        if !pending.contains(.bridge) { pending.insert(.bridge, at: 0) }
    }

    /// The next inquiry that was planned; it is no longer pending.
    mutating func next() -> Inquiry? {
        if pending.first == .startup, answers[.ready] == .passed { pending.removeFirst() }
        return pending.isEmpty ? nil : pending.removeFirst()
    }

    /// Keeps an answer.
    ///
    /// - Returns: whether it differs from the last one.
    mutating func keep(_ answer: ProbeAnswer, to inquiry: Inquiry) -> Bool {
        defer { answers[inquiry] = answer }
        if inquiry == .startup, case .unavailable = answer { lacksStartup = true }
        return answer != answers[inquiry]
    }

    /// The node does not answer: nothing that was said or planned counts.
    mutating func reset() { (answers, pending, lacksStartup) = ([:], [], false) }
}
