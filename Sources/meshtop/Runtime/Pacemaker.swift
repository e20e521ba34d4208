/// Decides when a headless run ticks and when it ends. Times are microseconds of a clock that never jumps.
struct Pacemaker {
    /// What is due.
    enum Step: Equatable {
        case tick
        case endOfCount
        case endOfTime
    }

    private let interval: Int64
    private let count: Int?
    private let end: Int64?
    private var nextTick: Int64
    private var ticks = 0
    private var isOver = false

    /// - Parameters:
    ///   - start: when the run began.
    ///   - interval: the time between two ticks.
    ///   - patience: how long the first tick waits for sources that have not answered yet.
    ///   - count: after how many ticks the run ends; nil for no end.
    ///   - duration: after what time the run ends; nil for no end.
    init(start: Int64, interval: Duration, patience: Duration, count: Int?, duration: Duration?) {
        self.interval = max(1, interval.microseconds)
        self.count = count
        end = duration.map { start + $0.microseconds }
        nextTick = start + patience.microseconds
    }

    /// When to look again.
    var deadline: Int64 { min(nextTick, end ?? .max) }

    /// What is due now.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - isSettled: whether every source has answered or failed; the first tick need not wait longer then.
    /// - Returns: the steps in their order, often none.
    mutating func steps(now: Int64, isSettled: Bool) -> [Step] {
        guard !isOver else { return [] }
        var steps: [Step] = []
        if now >= nextTick || (ticks == 0 && isSettled) {
            steps.append(.tick)
            ticks += 1
            // A late tick does not bring the next ones closer, and ticks that were missed are not made up for.
            let next = ticks == 1 ? now + interval : nextTick + interval
            nextTick = next > now ? next : now + interval
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
}

extension Duration {
    /// Whole microseconds, bounded to what a deadline can hold.
    var microseconds: Int64 {
        let (seconds, attoseconds) = components
        guard abs(seconds) < 1_000_000_000_000 else { return seconds < 0 ? 0 : 1_000_000_000_000_000_000 }
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
