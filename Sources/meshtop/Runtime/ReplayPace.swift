import Glibc
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

    /// Sleeps until an observation is due.
    ///
    /// - Returns: false when a signal came instead.
    mutating func wait(for time: Timestamp, signals: Signals) -> Bool {
        let due = due(time, now: SystemTime.monotonic)
        while true {
            let left = due - SystemTime.monotonic
            if left <= 0 { return true }
            var entry = pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0)
            let milliseconds = Int32(min(Int64(Int32.max), (left + 999) / 1_000))
            if poll(&entry, 1, milliseconds) > 0 { return false }
        }
    }
}
