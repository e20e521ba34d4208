// SPDX-License-Identifier: Apache-2.0
/// Makes the collector of one kind of source. Each kind adds a static member that takes its options:
/// ``CollectorFactory/management(_:)``, `logs`, `prometheus`, `probes`.
package struct CollectorFactory: Sendable {
    /// How many times the timeout it may take until the first answers are in, one request after the other.
    package let firstAnswerTimeouts: Int
    let make: @Sendable (CollectorContext) -> any Collector

    /// - Parameters:
    ///   - firstAnswerTimeouts: how many times the timeout it may take until the first answers are in.
    ///   - make: makes the collector.
    init(firstAnswerTimeouts: Int = 3, make: @escaping @Sendable (CollectorContext) -> any Collector) {
        self.firstAnswerTimeouts = firstAnswerTimeouts
        self.make = make
    }
}

/// What is collected, and how.
package struct CollectorOptions: Sendable {
    /// Makes the collectors, one for each kind of source. They begin in this order.
    package var collectors: [CollectorFactory]
    /// The time between two polls of a source.
    package var interval: Duration
    /// How long an answer may take.
    package var timeout: Duration
    /// Whether everything is asked at once, for a command that ends with the first picture. Otherwise health checks and streams follow
    /// half a second after the first answer, because a screen that is painted twice within 30 ms looks like one slow frame.
    package var isOneShot: Bool
    /// Whether a viewer reports what it shows, so that expensive queries are limited to that.
    package var isInteractive: Bool
    /// What requests say of who makes them: the header `User-Agent`.
    package var agent: String

    /// - Parameters:
    ///   - collectors: makes the collectors, in the order in which they begin.
    ///   - interval: the time between two polls of a source.
    ///   - timeout: how long an answer may take.
    ///   - isOneShot: whether everything is asked at once.
    ///   - isInteractive: whether a viewer reports what it shows.
    ///   - agent: the header `User-Agent`.
    package init(
        _ collectors: [CollectorFactory], interval: Duration = .seconds(2), timeout: Duration = .seconds(2),
        isOneShot: Bool = false, isInteractive: Bool = false, agent: String = "meshtop"
    ) {
        self.collectors = collectors
        self.interval = interval
        self.timeout = timeout
        self.isOneShot = isOneShot
        self.isInteractive = isInteractive
        self.agent = agent
    }

    /// How long the first answers of all sources may take.
    package var firstAnswerTime: Duration { timeout * (collectors.map(\.firstAnswerTimeouts).max() ?? 0) }

    /// What the collector of a number is given.
    func context(_ number: Int) -> CollectorContext {
        CollectorContext(
            requests: RequestIDs(owner: CollectorID(number: number)), interval: interval, timeout: timeout,
            isOneShot: isOneShot, isInteractive: isInteractive)
    }
}
