import Model

/// What the fold keeps of what a metrics server tells of one member's view of the others.
struct MetricsRecord {
    /// A series that was not renewed for so long is no more (Prometheus, `--query.lookback-delta`).
    static let staleness = Duration.seconds(300)

    var source: SourceID
    /// The detectors' subjects, with what they measured.
    var phi: [Address: PhiMeasurement] = [:]
    /// Whom the member monitors, as far as its exporter tells; times are ours.
    var monitored: [Address: Timestamp] = [:]

    /// The phi of a subject, unless it is too old to be one.
    func phi(of subject: Address, at now: Timestamp) -> PhiMeasurement? {
        phi[subject].flatMap { now - $0.observedAt < Self.staleness ? $0 : nil }
    }

    /// Whether the member monitors a subject; `nil` when its exporter tells nothing that holds now.
    func isMonitored(_ subject: Address, at now: Timestamp) -> Bool? {
        if let at = monitored[subject], now - at < Self.staleness { return true }
        return monitored.values.contains { now - $0 < Self.staleness } ? false : nil
    }
}

/// The latest report of a metrics server, kept because it may name members that no view lists yet.
struct MetricsState {
    var report: MetricReport
    var receivedAt: Timestamp
    /// Series whose teller or subject no view lists.
    var unplaced = 0
    /// How many members were known when the report was placed last.
    var placedAmong = 0
    /// How far the server's clock is ahead of ours; kept as it is as long as new estimates are near, so that times stand still.
    var skew: Duration

    /// A moment of the server's clock by ours; never in the future.
    func time(_ moment: Timestamp) -> Timestamp { min(moment - skew, receivedAt) }

    static func skew(of report: MetricReport, at now: Timestamp, latency: Duration, former: Duration?) -> Duration {
        let estimate = report.evaluatedAt - (now - latency / 2)
        let known = former ?? .zero
        return (estimate - known).magnitude < .milliseconds(500) ? known : estimate
    }
}
