// SPDX-License-Identifier: Apache-2.0
import Model

/// What a process measures about one node that it sends heartbeats to. Times are milliseconds of the simulation.
struct HeartbeatDetector: Sendable {
    let subject: Int
    /// By when the first answer is due: a node that never answers is given one heartbeat then, so that it can become unreachable
    /// (`expected-response-after`).
    private let firstDue: Int64
    private(set) var measured: PhiAccrualFailureDetector
    /// `nil` before the first heartbeat; until then there is no detector to speak of.
    private(set) var lastHeard: Int64?

    init(subject: Int, at now: Int64, settings: PhiAccrualFailureDetector.Settings) {
        self.subject = subject
        firstDue = now + 1000
        measured = PhiAccrualFailureDetector(settings)
    }

    /// A detector that has measured for long.
    init(subject: Int, settled: SettledHeartbeats) {
        self.subject = subject
        firstDue = 0
        (measured, lastHeard) = (settled.detector, settled.lastHeard)
    }

    mutating func hear(at time: Int64) {
        measured.heartbeat(at: time)
        lastHeard = time
    }

    /// Gives a node that never answered the one heartbeat that it is due.
    mutating func expectFirst(at now: Int64) {
        if lastHeard == nil, firstDue <= now { hear(at: now) }
    }

    /// Whether phi is below its threshold. A silence within the acceptable pause never is as long as its mean, which spares the formula.
    func isAvailable(at now: Int64) -> Bool {
        guard let lastHeard else { return true }
        return now - lastHeard < measured.settings.acceptablePause || measured.isAvailable(at: now)
    }
}

/// What a detector has learned from a long time of regular heartbeats. All of one observer's begin with it, and share its memory until
/// they hear something.
struct SettledHeartbeats: Sendable {
    private(set) var detector: PhiAccrualFailureDetector
    private(set) var lastHeard: Int64

    /// - Parameters:
    ///   - last: When the last heartbeat was sent, in milliseconds.
    ///   - chance: How late each answer is.
    ///   - settings: Of the failure detector; as many heartbeats are made up as it keeps.
    init(last: Int64, chance: HeartbeatChance, settings: PhiAccrualFailureDetector.Settings) {
        detector = PhiAccrualFailureDetector(settings)
        lastHeard = last
        for age in stride(from: settings.maximalSamples, through: 0, by: -1) {
            lastHeard = last - Int64(age) * 1000 + chance.delay(of: -age)
            detector.heartbeat(at: lastHeard)
        }
    }
}

/// How late the answers to one observer's heartbeats are: mostly a few milliseconds, sometimes more. The same for the same seed, whatever
/// else was drawn meanwhile.
struct HeartbeatChance: Sendable {
    private let seed: UInt64

    init(seed: UInt64, observer: Int) {
        self.seed = seed &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: observer) << 32
    }

    /// When in a step the observer's timer fires: it is no multiple of the step.
    var offset: Int64 { Int64(SplitMix.mixed(seed) % 55) }

    /// Milliseconds from a timer to the answer of one peer; with the offset less than a step.
    func delay(of tick: Int, from peer: Int = 0) -> Int64 {
        let key = UInt64(truncatingIfNeeded: tick) << 20 ^ UInt64(truncatingIfNeeded: peer)
        let drawn = SplitMix.mixed(seed ^ key)
        let late = drawn >> 40 & 15 == 0 ? Int64(drawn >> 16 & 31) : 0
        return 1 + Int64(drawn & 7) + late
    }
}
