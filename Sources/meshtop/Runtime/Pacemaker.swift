// SPDX-License-Identifier: Apache-2.0
/// Decides when a live run ticks and when it ends. Times are microseconds of a clock that never jumps.
struct Pacemaker {
    /// What is due.
    enum Step: Equatable {
        case tick
        case endOfCount
        case endOfTime
    }

    /// When the first tick is due.
    enum FirstTick {
        /// As soon as every source has answered or failed, at the latest after this time.
        case whenSettled(atMost: Duration)
        /// One interval after the start.
        case afterInterval
    }

    /// Answers of one interval come in a burst; a tick that waits for them takes place once none has come for this time.
    static let burstPause: Int64 = 40_000

    private let interval: Int64
    private let grace: Int64
    private let waitsForSources: Bool
    private let count: Int?
    private let end: Int64?
    private var nextTick: Int64
    private var ticks = 0
    private var isOver = false
    /// When the newest answers came, to a tick that waits for them.
    private var lastAnswers: Int64?

    /// - Parameters:
    ///   - start: when the run began.
    ///   - interval: the time between two ticks.
    ///   - first: when the first tick is due.
    ///   - grace: how long a tick that is due waits for answers, at most.
    ///   - count: after how many ticks the run ends; nil for no end.
    ///   - duration: after what time the run ends; nil for no end.
    init(
        start: Int64, interval: Duration, first: FirstTick, grace: Duration = .zero, count: Int? = nil,
        duration: Duration? = nil
    ) {
        self.interval = max(1, interval.microseconds)
        self.grace = grace.microseconds
        self.count = count
        end = duration.map { start + $0.microseconds }
        switch first {
        case .whenSettled(let longest):
            waitsForSources = true
            nextTick = start + longest.microseconds
        case .afterInterval:
            waitsForSources = false
            nextTick = start + self.interval
        }
    }

    /// When to look again.
    var deadline: Int64 {
        let tick = lastAnswers.map { min($0 + Self.burstPause, nextTick + grace) } ?? nextTick + grace
        return min(tick, end ?? .max)
    }

    /// Whether a tick is due and waits for answers, so that whatever is derived now is derived again in a moment.
    func isWaiting(now: Int64) -> Bool { grace > 0 && now >= nextTick && !isOver }

    /// What is due now.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - hasAnswers: for the first tick of a run that waits for its sources, whether every one has answered or failed; for a tick with a
    ///     grace, whether answers have come in.
    /// - Returns: the steps in their order, often none.
    mutating func steps(now: Int64, hasAnswers: Bool) -> [Step] {
        guard !isOver else { return [] }
        var steps: [Step] = []
        if hasAnswers, grace > 0, now >= nextTick { lastAnswers = now }
        if isTickDue(now: now, hasAnswers: hasAnswers) {
            steps.append(.tick)
            ticks += 1
            // A late tick does not bring the next ones closer, and ticks that were missed are not made up for.
            let next = ticks == 1 && waitsForSources ? now + interval : nextTick + interval
            nextTick = next > now ? next : now + interval
            lastAnswers = nil
        }
        if let count, ticks >= count {
            steps.append(.endOfCount)
        } else if let end, now >= end {
            // A run that is too short for a first tick still prints what it knows.
            if ticks == 0 { steps.append(.tick) }
            steps.append(.endOfTime)
        }
        isOver = steps.last == .endOfCount || steps.last == .endOfTime
        return steps
    }

    private func isTickDue(now: Int64, hasAnswers: Bool) -> Bool {
        if now >= nextTick + grace { return true }
        if ticks == 0, waitsForSources { return hasAnswers }
        return lastAnswers.map { now - $0 >= Self.burstPause } ?? false
    }
}

extension Duration {
    /// Whole microseconds, bounded to what a deadline can hold.
    var microseconds: Int64 {
        let (seconds, attoseconds) = components
        guard abs(seconds) < 1_000_000_000_000 else { return seconds < 0 ? 0 : 1_000_000_000_000_000_000 }
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
