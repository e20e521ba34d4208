// SPDX-License-Identifier: Apache-2.0
/// A phi that the cluster measured for one pair, with what is behind it.
///
/// Phi is a cliff, not a slope, so the silence on the pair's own scale and the time left are the early warning.
package struct PhiMeasurement: Hashable, Sendable {
    /// Who carried it to us.
    package enum Carrier: String, Hashable, Sendable {
        case bridge
        case metric
    }

    /// `nil` if infinite, or not reported.
    package var value: Double?
    /// Whether the silence is beyond what a double can express.
    package var isInfinite: Bool
    /// The phi at which the subject counts as unavailable.
    package var threshold: Double
    /// Whether the detector itself says that the subject is available.
    package var isAvailable: Bool
    /// Since the last heartbeat, when it was measured; `nil` where that was not reported, as by metrics.
    package var silence: Duration?
    /// `nil` where the detector's history was not reported.
    package var mean: Duration?
    /// The deviation of the intervals; `nil` where the history was not reported.
    package var deviation: Duration?
    /// The pause that is added to the mean; `nil` where it was not reported.
    package var acceptablePause: Duration?
    /// The time from the measurement until the threshold if no heartbeat comes; 0 once it is passed.
    package var untilThreshold: Duration?
    /// The silence at which the threshold is reached.
    package var limit: Duration?
    /// Whether Akka's default settings stand in for those that were not reported.
    package var isAssumed: Bool
    /// What carried it to us.
    package var carrier: Carrier
    /// When it arrived, or when the sample was taken.
    package var observedAt: Timestamp

    /// The least value that compares as this phi does; `nil` if there is none.
    package var magnitude: Double? { isInfinite ? .infinity : value }

    /// A measurement of the bridge.
    ///
    /// - Parameters:
    ///   - detector: As decoded; numbers that cannot be (no number, negative, an available infinity) are left out here.
    ///   - observedAt: When it arrived.
    package init(_ detector: BridgeReport.Detector, observedAt: Timestamp) {
        let reported = detector.phi.flatMap { $0 >= 0 ? $0 : nil }
        isInfinite = detector.isInfinite || reported == .infinity
        value = isInfinite ? nil : reported.map { $0 + 0 }
        threshold = detector.threshold > 0 && detector.threshold.isFinite ? detector.threshold : 8
        isAvailable = detector.isAvailable
        let silence = max(.zero, detector.silence)
        self.silence = silence
        carrier = .bridge
        self.observedAt = observedAt
        let scale = detector.history.flatMap(Scale.init)
        isAssumed = scale == nil
        mean = scale.map { .milliseconds(fractional: $0.mean) }
        deviation = scale.map { .milliseconds(fractional: $0.deviation) }
        acceptablePause = scale.map { .milliseconds(fractional: $0.acceptablePause) }
        let used = scale ?? .assumed
        limit = used.silence(phi: threshold).map { .milliseconds(fractional: $0) }
        untilThreshold = limit.map { [silence] in max(.zero, $0 - silence) }
    }

    /// A measurement that a metric carried: phi alone, without what is behind it.
    ///
    /// - Parameters:
    ///   - phi: Infinity where the detector's phi is; negative and NaN count as not reported.
    ///   - reported: The threshold; `nil` where no metric reports it: then Akka's default stands in.
    ///   - observedAt: When the sample was taken.
    package init(metric phi: Double, threshold reported: Double?, observedAt: Timestamp) {
        isInfinite = phi == .infinity
        value = phi.isFinite && phi >= 0 ? phi + 0 : nil
        threshold = reported.flatMap { $0 > 0 && $0.isFinite ? $0 : nil } ?? 8
        isAvailable = !(phi >= threshold)
        carrier = .metric
        isAssumed = true
        untilThreshold = isAvailable ? nil : .zero
        self.observedAt = observedAt
    }

    /// The intervals and settings of a detector, in milliseconds, checked.
    fileprivate struct Scale {
        var mean: Double
        var deviation: Double
        var minimalDeviation: Double
        var acceptablePause: Double

        /// A detector with Akka's defaults whose heartbeats are regular.
        static let assumed = Scale(mean: 1000, deviation: 0, minimalDeviation: 100, acceptablePause: 3000)

        func silence(phi: Double) -> Double? {
            PhiFormula.silence(
                phi: phi, mean: mean + acceptablePause, deviation: max(deviation, minimalDeviation))
        }
    }
}

extension PhiMeasurement.Scale {
    /// A day; no heartbeat is meant to be slower.
    private static let longest = 86_400_000.0

    /// - Returns: `nil` if a number cannot be.
    init?(_ history: BridgeReport.HeartbeatHistory) {
        let all = [history.mean, history.deviation, history.minimalDeviation, history.acceptablePause]
        guard all.allSatisfy({ $0 >= 0 && $0 <= Self.longest }) else { return nil }
        guard max(history.deviation, history.minimalDeviation) > 0 else { return nil }
        self.init(
            mean: history.mean, deviation: history.deviation, minimalDeviation: history.minimalDeviation,
            acceptablePause: history.acceptablePause)
    }
}

extension Duration {
    /// Milliseconds with a fraction, within what a duration holds.
    static func milliseconds(fractional value: Double) -> Duration {
        .microseconds(Int64((value * 1000).rounded()))
    }
}
