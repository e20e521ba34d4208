import Model

/// Between which limits a difference of two clocks lies, in microseconds; open on either side.
struct ClockBounds: Hashable, Sendable {
    /// Beyond any difference of real clocks, and small enough that sums of several do not overflow.
    private static let unlimited: Int64 = 1 << 60

    private(set) var low: Int64
    private(set) var high: Int64

    init(low: Duration?, high: Duration?) {
        self.low = low.map { max(-Self.unlimited, $0.wholeMicroseconds) } ?? -Self.unlimited
        self.high = high.map { min(Self.unlimited, $0.wholeMicroseconds) } ?? Self.unlimited
    }

    static let open = ClockBounds(low: nil, high: nil)
    static let zero = ClockBounds(low: .zero, high: .zero)

    var hasLow: Bool { low > -Self.unlimited / 2 }
    var hasHigh: Bool { high < Self.unlimited / 2 }
    /// Whether both limits are known.
    var isClosed: Bool { hasLow && hasHigh }
    var isEmpty: Bool { low > high }
    var middle: Int64 { low + (high - low) / 2 }
    var halfWidth: Int64 { (high - low + 1) / 2 }
    /// Whether the clocks may well be equal.
    var allowsZero: Bool { low <= 0 && high >= 0 }
    var reversed: ClockBounds { ClockBounds(-high, -low) }

    func contains(_ value: Int64) -> Bool { low <= value && value <= high }

    func intersection(_ other: ClockBounds) -> ClockBounds {
        ClockBounds(max(low, other.low), min(high, other.high))
    }

    static func + (left: ClockBounds, right: ClockBounds) -> ClockBounds {
        ClockBounds(
            max(-unlimited, left.low + right.low), min(unlimited, left.high + right.high))
    }

    func shifted(by offset: Int64) -> ClockBounds { self + ClockBounds(offset, offset) }

    private init(_ low: Int64, _ high: Int64) {
        (self.low, self.high) = (low, high)
    }
}

/// What is known of one clock against ours, from several kinds of evidence that may contradict each other.
struct ClockRecord: Hashable, Sendable {
    /// A line of a file that is followed is read this soon after it was written; one that comes later says that somebody holds lines back.
    ///
    /// Measured with lines written at random moments on a machine with seven times more to do than it has cores: of 96 lines the median
    /// came after 0.8 s, the last after 1.3 s.
    static let followingLag = Duration.seconds(2)
    /// So many lines must agree before they are trusted to come in time.
    private static let enoughLines = 3

    /// Of the node's own clock, as its bridge told it.
    private var node: ClockBounds?
    /// Of the clock that stamps its lines, from facts that its endpoint told too.
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

    /// A report of the node told its clock.
    mutating func tell(node bounds: ClockBounds, at now: Timestamp) {
        if let known = node, known.intersection(bounds).isEmpty { reset(at: now) }
        node = node.map { $0.intersection(bounds) } ?? bounds
    }

    /// A line and an answer told the same fact.
    mutating func tell(fact bounds: ClockBounds, at now: Timestamp) {
        if let known = facts, known.intersection(bounds).isEmpty { reset(at: now) }
        facts = facts.map { $0.intersection(bounds) } ?? bounds
        if let low = lineLow, facts.map({ $0.high < low.wholeMicroseconds }) ?? false { lineLow = nil }
    }

    /// A line came.
    ///
    /// - Parameters:
    ///   - lead: Its stamp minus the time when it came; the clock is ahead by at least that.
    ///   - isFollowed: Whether it was read soon after it was written, if nobody held it back.
    mutating func tell(line lead: Duration, isFollowed: Bool) {
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
        let isTrusted = lines >= Self.enoughLines && !isHeldBack
        var result = ClockBounds(low: lineLow, high: isTrusted ? lineHigh : nil)
        for more in [facts, node].compactMap({ $0 }) {
            let both = result.intersection(more)
            if !both.isEmpty { result = both }
        }
        return result
    }
}

extension ClockSkew {
    /// The skew in the middle of measured bounds.
    init(observer: Address, bounds: ClockBounds, reference: Address?) {
        self.init(
            observer: observer, ahead: .microseconds(bounds.middle), uncertainty: .microseconds(bounds.halfWidth),
            reference: reference)
    }
}
