// SPDX-License-Identifier: Apache-2.0
import Model

/// A failure detector over our own polls of one member.
struct PollDetector {
    private var detector: PhiAccrualFailureDetector
    private let uid: Int64
    private var observedAt: Timestamp

    /// A detector of the incarnation that answers, polled once in a period.
    init(uid: Int64, period: Duration, at: Timestamp) {
        var settings = PhiAccrualFailureDetector.Settings.cluster
        settings.firstEstimate = max(1, period.wholeMicroseconds / 1000)
        // Enough to know how regularly a member answers, and little for a mesh of a thousand.
        settings.maximalSamples = 100
        detector = PhiAccrualFailureDetector(settings)
        self.uid = uid
        observedAt = at
    }

    func isOf(_ uid: Int64) -> Bool { self.uid == uid }

    /// Takes an answer at a time of our own clock, in milliseconds without the time in which we were stalled.
    mutating func heartbeat(clock: Int64, at: Timestamp) {
        detector.heartbeat(at: clock)
        observedAt = at
    }

    func phi(clock: Int64) -> EstimatedPhi {
        let phi = detector.phi(at: clock)
        return EstimatedPhi(value: phi.isFinite ? phi : nil, isInfinite: phi == .infinity, observedAt: observedAt)
    }
}

/// The time in which this program could have noticed anything: the clock without the gaps between ticks that came much too late.
struct OwnClock {
    private var lastTick: Timestamp?
    private var stalled = Duration.zero

    /// Milliseconds of our own time.
    func milliseconds(at now: Timestamp) -> Int64 {
        (now - stalled).microseconds / 1000
    }

    mutating func tick(at now: Timestamp, interval: Duration) {
        defer { lastTick = now }
        guard let lastTick else { return }
        let gap = now - lastTick
        if gap > interval + interval / 2 { stalled += gap - interval }
    }
}
