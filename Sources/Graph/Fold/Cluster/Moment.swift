// SPDX-License-Identifier: Apache-2.0
import Model

/// What one evaluation of a cluster looks at besides its own books.
struct Moment {
    var now: Timestamp
    /// When the run began.
    var startedAt: Timestamp
    /// The time between two ticks.
    var interval: Duration
    /// The time in which each member is polled once.
    var pollPeriod: Duration
    /// meshtop's own clock in milliseconds, without the time in which it was stalled.
    var clock: Int64
    var sources: SourceBook
    /// Whether every pair is asked for, however large the mesh.
    var allPairs: Bool
    /// The members whose management port refuses connections.
    var refusing: [Address: Refusal] = [:]
    /// What health endpoints report against members.
    var probes = ProbeFindings()

    /// How old what a source reports is. A log is silent when all is well, so that it is read counts.
    func freshness(of source: SourceID?) -> Freshness {
        guard let source, let record = sources[source] else { return .lost }
        return record.freshness(at: now, pollPeriod: pollPeriod)
    }
}
