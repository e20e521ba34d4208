// SPDX-License-Identifier: Apache-2.0
import Model

/// How far the observers' clocks differ from ours, or from each other where nothing ties them to ours: measured, with what the measurement
/// leaves open.
///
/// Each piece of evidence limits a difference of two clocks (`ClockBounds`):
/// a report of the bridge to its round trip; a line, which cannot come before it was written, and comes soon where a file is followed; a
/// fact that a line and an answer of the same node report; a cause that one node logs and its effect that another logs. All limits hold
/// together, so the shortest way between two clocks over others counts, as in any system of difference constraints.
struct ClockTable: Sendable {
    /// Maximum number of pairs of observers whose lines are compared.
    static let maximumPairs = 4_096

    private struct Pair: Hashable {
        var from: Address
        var to: Address
    }

    private var records: [Address: ClockRecord] = [:]
    /// How far the second clock is ahead of the first.
    private var pairs: [Pair: ClockBounds] = [:]
    private var isDirty = false
    /// Whether any log is read; without one nothing waits to be reported twice.
    private(set) var readsLines = false
    /// What is known, by address.
    private(set) var skews: [ClockSkew] = []
    private var corrections: [Address: Duration] = [:]
    private var facts = SharedFacts()
    private var chains = LoggedChains()

    // MARK: - Evidence

    mutating func record(bridge report: BridgeReport, at now: Timestamp, latency: Duration) {
        // Stamps of the bridge are whole milliseconds, cut.
        let low = report.at - now
        let bounds = ClockBounds(low: low, high: low + latency + .milliseconds(1))
        change(report.node.address) { $0.record(node: bounds, at: now) }
    }

    /// Records a line; it is followed if it came from a file that was read to its end before.
    mutating func record(
        line: LifecycleEvent, observer: Address, uid: (Address) -> Int64?, isFollowed: Bool, at now: Timestamp
    ) {
        readsLines = true
        change(observer) { $0.record(line: line.at - now, isFollowed: isFollowed) }
        if isFollowed, let bounds = facts.match(line: line, observer: observer, at: now) {
            change(observer) { $0.record(fact: bounds, at: now) }
        }
        for (from, bounds) in chains.match(line, observer: observer, uid: uid) { add(from, observer, bounds) }
    }

    /// An answer or a stream of an observer reported something that its log may report too; it became so in this range, by our clock.
    mutating func record(_ fact: SharedFact, observer: Address, between: ClosedRange<Timestamp>) {
        guard readsLines, let bounds = facts.match(fact, observer: observer, between: between) else { return }
        change(observer) { $0.record(fact: bounds, at: between.upperBound) }
    }

    private mutating func change(_ observer: Address, _ change: (inout ClockRecord) -> Void) {
        var record = records[observer] ?? ClockRecord()
        let previous = record.bounds
        change(&record)
        records[observer] = record
        if record.bounds != previous { isDirty = true }
    }

    private mutating func add(_ cause: Address, _ effect: Address, _ bounds: ClockBounds) {
        let pair = cause < effect ? Pair(from: cause, to: effect) : Pair(from: effect, to: cause)
        let bounds = cause < effect ? bounds : bounds.reversed
        let both = pairs[pair].map { $0.intersection(bounds) } ?? bounds
        guard pairs[pair] != nil || pairs.count < Self.maximumPairs else { return }
        // The newer evidence counts when a clock was set in between.
        pairs[pair] = both.isEmpty ? bounds : both
        isDirty = true
    }

    // MARK: - Results

    /// How much is to be taken off the stamps of an observer: nothing, unless the difference is beyond doubt.
    func correction(of observer: Address) -> Duration { corrections[observer] ?? .zero }

    /// The correction of an event that is kept; `nil` for one of before the clock was set.
    func correction(of entry: EventLog.Entry) -> Duration? {
        guard case .node(let observer) = entry.event.clock else { return nil }
        if let setAt = records[observer]?.setAt, entry.event.receivedAt < setAt { return nil }
        return correction(of: observer)
    }

    mutating func keepOnly(_ current: Set<Address>) {
        guard records.keys.contains(where: { !current.contains($0) }) else { return }
        records = records.filter { current.contains($0.key) }
        pairs = pairs.filter { current.contains($0.key.from) && current.contains($0.key.to) }
        isDirty = true
    }

    /// Puts all evidence together.
    ///
    /// - Returns: Whether a correction has changed.
    mutating func evaluate() -> Bool {
        guard isDirty else { return false }
        isDirty = false
        var known = records.mapValues(\.bounds)
        tighten(&known)
        var found = known.filter(\.value.isClosed).map { observer, bounds in
            ClockSkew(observer: observer, bounds: bounds, reference: nil)
        }
        found += relative(to: known)
        skews = found.sorted { $0.observer < $1.observer }
        return correct()
    }

    /// Carries what is known of a clock to those that pairs of lines tie it to. Ways are short, and few pairs have one: some rounds do.
    private func tighten(_ known: inout [Address: ClockBounds]) {
        let sorted = pairs.sorted { ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) }
        for _ in 0..<3 {
            for (pair, bounds) in sorted {
                let (from, to) = (known[pair.from] ?? .open, known[pair.to] ?? .open)
                let forward = to.intersection(from + bounds)
                if !forward.isEmpty { known[pair.to] = forward }
                let back = from.intersection(to + bounds.reversed)
                if !back.isEmpty { known[pair.from] = back }
            }
        }
    }

    /// Clocks that nothing ties to ours are compared with the one in their middle.
    private func relative(to known: [Address: ClockBounds]) -> [ClockSkew] {
        let loose = Set(pairs.keys.flatMap { [$0.from, $0.to] }).filter { known[$0]?.isClosed != true }
        guard let first = loose.min() else { return [] }
        let tied = tied(to: first, among: loose)
        guard tied.count > 1 else { return [] }
        let ordered = tied.sorted { ($0.value.middle, $0.key) < ($1.value.middle, $1.key) }
        let reference = ordered[(ordered.count - 1) / 2].key
        return self.tied(to: reference, among: loose).map { observer, bounds in
            ClockSkew(observer: observer, bounds: bounds, reference: reference)
        }
    }

    private func tied(to reference: Address, among loose: Set<Address>) -> [Address: ClockBounds] {
        var tied: [Address: ClockBounds] = [reference: .zero]
        func tie(_ observer: Address, _ bounds: ClockBounds) {
            guard loose.contains(observer) else { return }
            let next = (tied[observer] ?? .open).intersection(bounds)
            if !next.isEmpty { tied[observer] = next }
        }
        let sorted = pairs.sorted { ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) }
        for _ in 0..<4 {
            for (pair, bounds) in sorted where bounds.isClosed {
                if let from = tied[pair.from] { tie(pair.to, from + bounds) }
                if let to = tied[pair.to] { tie(pair.from, to + bounds.reversed) }
            }
        }
        return tied
    }

    /// A correction stays as long as it may be right, so that what is shown stands still.
    private mutating func correct() -> Bool {
        var next: [Address: Duration] = [:]
        for (index, skew) in skews.enumerated() {
            guard skew.isBeyondDoubt else { continue }
            let previous = corrections[skew.observer]?.wholeMicroseconds
            let isStillRight = previous.map { skew.allows($0) } ?? false
            let value = Duration.microseconds(isStillRight ? previous ?? 0 : skew.ahead.wholeMicroseconds)
            next[skew.observer] = value
            skews[index].correction = value
        }
        defer { corrections = next }
        return next != corrections
    }
}
