// SPDX-License-Identifier: Apache-2.0
import Model

/// Holds a replay to the speed of its recording, or a multiple of it.
struct ReplayPace {
    private let speed: Double
    private var origin: (recorded: Timestamp, played: Int64)?

    /// - Parameter speed: how many times faster than the recording.
    init(speed: Double) { self.speed = speed }

    /// When an observation is due, by ``SystemTime/monotonic``.
    mutating func due(_ time: Timestamp, now: Int64) -> Int64 {
        let origin = self.origin ?? (time, now)
        self.origin = origin
        let passed = Double(time.microseconds - origin.recorded.microseconds) / speed
        return origin.played + Int64(max(0, passed))
    }
}
