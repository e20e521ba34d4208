// SPDX-License-Identifier: Apache-2.0
import Model

/// What is known of one clock against ours, from several kinds of evidence that may contradict each other.
struct ClockRecord: Hashable, Sendable {
    /// A line of a file that is followed is read this soon after it was written; one that comes later says that lines are held back.
    ///
    /// Measured with lines written at random moments on a machine with seven times more to do than it has cores: of 96 lines the median
    /// came after 0.8 s, the last after 1.3 s.
    static let followingLag = Duration.seconds(2)
    /// How many lines must agree before they are trusted to come in time.
    private static let sufficientLines = 3

    /// Of the node's own clock, as its bridge reported it.
    private var node: ClockBounds?
    /// Of the clock that stamps its lines, from facts that its endpoint reported too.
    private var facts: ClockBounds?
    /// A line cannot come before it was written.
    private var lineLow: Duration?
    /// A line that is followed comes soon.
    private var lineHigh: Duration?
    private var lines = 0
    /// Whether lines are known to be held back, so that their coming says nothing of their writing.
    private var isHeldBack = false
    /// Since when what is known holds: the clock was set then.
    private(set) var setAt: Timestamp?

    /// A report of the node gave its clock.
    mutating func record(node bounds: ClockBounds, at now: Timestamp) {
        if let known = node, known.intersection(bounds).isEmpty { reset(at: now) }
        node = node.map { $0.intersection(bounds) } ?? bounds
    }

    /// A line and an answer reported the same fact.
    mutating func record(fact bounds: ClockBounds, at now: Timestamp) {
        if let known = facts, known.intersection(bounds).isEmpty { reset(at: now) }
        facts = facts.map { $0.intersection(bounds) } ?? bounds
        if let low = lineLow, facts.map({ $0.high < low.wholeMicroseconds }) ?? false { lineLow = nil }
    }

    /// A line came.
    ///
    /// - Parameters:
    ///   - lead: Its stamp minus the time when it came; the clock is ahead by at least that.
    ///   - isFollowed: Whether it was read soon after it was written, if nothing held it back.
    mutating func record(line lead: Duration, isFollowed: Bool) {
        if lineLow.map({ $0 < lead }) ?? true { lineLow = lead }
        guard isFollowed, !isHeldBack else { return }
        lines += 1
        let high = lead + Self.followingLag
        if lineHigh.map({ high < $0 }) ?? true { lineHigh = high }
        if let low = lineLow, let high = lineHigh, low > high { isHeldBack = true }
    }

    private mutating func reset(at now: Timestamp) {
        self = ClockRecord()
        setAt = now
    }

    /// What all evidence says together; what contradicts the lines is of another clock than theirs.
    var bounds: ClockBounds {
        let isTrusted = lines >= Self.sufficientLines && !isHeldBack
        var result = ClockBounds(low: lineLow, high: isTrusted ? lineHigh : nil)
        for more in [facts, node].compactMap({ $0 }) {
            let both = result.intersection(more)
            if !both.isEmpty { result = both }
        }
        return result
    }
}
