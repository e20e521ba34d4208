// SPDX-License-Identifier: Apache-2.0
/// Akka's accrual failure detector (akka-remote, `PhiAccrualFailureDetector`), the same in Akka 2.4 to 2.10 and in Pekko.
///
/// It learns how regularly heartbeats come, and computes how unlikely the present silence is. A value: the clock is a parameter.
package struct PhiAccrualFailureDetector: Hashable, Sendable {
    /// Akka's settings; times in milliseconds.
    package struct Settings: Hashable, Sendable {
        /// The phi at which the subject counts as unavailable.
        package var threshold: Double
        /// Maximum number of intervals in the history.
        package var maximalSamples: Int
        /// The least deviation that the formula uses, in milliseconds.
        package var minimalDeviation: Double
        /// The pause that is added to the mean, in milliseconds.
        package var acceptablePause: Int64
        /// What the first interval is assumed to be (`heartbeat-interval`).
        package var firstEstimate: Int64

        /// Every property as given.
        package init(
            threshold: Double, maximalSamples: Int, minimalDeviation: Double, acceptablePause: Int64,
            firstEstimate: Int64
        ) {
            self.threshold = threshold
            self.maximalSamples = maximalSamples
            self.minimalDeviation = minimalDeviation
            self.acceptablePause = acceptablePause
            self.firstEstimate = firstEstimate
        }

        /// `akka.cluster.failure-detector`.
        package static let cluster = Settings(
            threshold: 8, maximalSamples: 1000, minimalDeviation: 100, acceptablePause: 3000, firstEstimate: 1000)
        /// `akka.remote.watch-failure-detector`.
        package static let deathWatch = Settings(
            threshold: 10, maximalSamples: 200, minimalDeviation: 100, acceptablePause: 10_000, firstEstimate: 1000)
    }

    /// The settings of the detector.
    package let settings: Settings
    /// The intervals between heartbeats.
    package private(set) var history: HeartbeatStatistics
    private var lastHeartbeat: Int64?

    /// A detector that has not seen a heartbeat.
    package init(_ settings: Settings) {
        self.settings = settings
        history = HeartbeatStatistics(limit: settings.maximalSamples)
        // A quarter is a guess that leaves room: an estimate that is too sure of itself would raise false alarms.
        history.append(settings.firstEstimate - settings.firstEstimate / 4)
        history.append(settings.firstEstimate + settings.firstEstimate / 4)
    }

    /// Whether a heartbeat has ever come.
    package var isMonitoring: Bool { lastHeartbeat != nil }

    /// From this interval on Akka warns that heartbeats grow (its pattern F07).
    package var growingInterval: Int64 { settings.acceptablePause / 3 * 2 }

    /// Takes in a heartbeat. An interval that ends an unavailable time says nothing about the regular ones and is not recorded.
    ///
    /// - Parameter now: A clock that never runs backwards, in milliseconds.
    /// - Returns: The interval, if Akka would warn of it.
    @discardableResult
    package mutating func heartbeat(at now: Int64) -> Int64? {
        defer { lastHeartbeat = now }
        guard let lastHeartbeat, isAvailable(at: now) else { return nil }
        let interval = now &- lastHeartbeat
        history.append(interval)
        return interval >= growingInterval ? interval : nil
    }

    /// The suspicion level.
    ///
    /// - Parameter now: The same clock, in milliseconds.
    /// - Returns: 0 before the first heartbeat; may be infinite.
    package func phi(at now: Int64) -> Double {
        guard let lastHeartbeat else { return 0 }
        return PhiFormula.phi(
            silence: Double(now &- lastHeartbeat), mean: history.mean + Double(settings.acceptablePause),
            deviation: max(history.deviation, settings.minimalDeviation))
    }

    /// Whether phi is below the threshold.
    ///
    /// - Parameter now: The same clock, in milliseconds.
    /// - Returns: `true` before the first heartbeat.
    package func isAvailable(at now: Int64) -> Bool {
        phi(at: now) < settings.threshold
    }
}
