// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The rhythm of polls. Ticks keep their distance; those that were slept through are not made up for.
struct Ticker {
    /// The time between two ticks.
    let interval: Duration
    /// When the next tick is due; `nil` before the start.
    private(set) var next: Timestamp?

    /// - Parameter interval: the time between two ticks.
    init(interval: Duration) { self.interval = interval }

    /// The first tick comes an interval from now.
    mutating func start(at now: Timestamp) { next = now + interval }

    /// Checks the plan: the wall clock may be set back, and then what was planned must not wait until it has caught up.
    mutating func check(at now: Timestamp) {
        if let due = next, due - now > interval { next = now + interval }
    }

    /// The tick that is due.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - slack: a tick that is due so soon is taken at once.
    /// - Returns: when it was due; `nil` if none is.
    func due(at now: Timestamp, slack: Duration = .zero) -> Timestamp? {
        next.flatMap { $0 <= now + slack ? $0 : nil }
    }

    /// Plans the tick after one.
    ///
    /// - Parameters:
    ///   - due: when that one was due.
    ///   - now: the time.
    mutating func advance(from due: Timestamp, at now: Timestamp) {
        let following = due + interval
        next = following > now ? following : now + interval
    }
}
