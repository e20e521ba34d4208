// SPDX-License-Identifier: Apache-2.0
import Model

/// What a metrics server reports of one member's view of the others.
struct MetricsRecord {
    /// How long a series that is not renewed lasts (Prometheus, `--query.lookback-delta`).
    static let staleness = Duration.seconds(300)

    var source: SourceID
    /// The detectors' subjects, with what they measured.
    var phi: [Address: PhiMeasurement] = [:]
    /// When each subject that the member monitors was last reported, by our clock.
    var monitored: [Address: Timestamp] = [:]
    /// The members that its exporter reports as unreachable, and when it last did, by our clock.
    var unreachable: [Address: Timestamp] = [:]

    /// Whether its exporter reports a subject as unreachable, and that is not too old.
    func reportsUnreachable(_ subject: Address, at now: Timestamp) -> Bool {
        unreachable[subject].map { now - $0 < Self.staleness } ?? false
    }

    /// The phi of a subject, unless it is too old to be one.
    func phi(of subject: Address, at now: Timestamp) -> PhiMeasurement? {
        phi[subject].flatMap { now - $0.observedAt < Self.staleness ? $0 : nil }
    }

    /// Whether the member monitors a subject; `nil` when its exporter reports nothing that holds now.
    func isMonitored(_ subject: Address, at now: Timestamp) -> Bool? {
        if let at = monitored[subject], now - at < Self.staleness { return true }
        return monitored.values.contains { now - $0 < Self.staleness } ? false : nil
    }
}
