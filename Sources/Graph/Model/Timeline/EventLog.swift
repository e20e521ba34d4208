// SPDX-License-Identifier: Apache-2.0
/// The newest events of all observers in one causal order, oldest first. A late event is put in its place and marked.
///
/// The order is that of corrected stamps (`ClockTable`); where an effect would stand before its cause all the same, it follows the
/// cause, with what its observer reported after it (`CausalOrder`). It depends on the events alone, not on the order in which they came, but
/// for events of one observer with one stamp, which stay as they came. Bounded: the oldest are dropped and counted. Kept in pieces, so that a copy of a log that grows shares nearly all
/// of it, and so that whoever derives something of it looks only at the pieces that changed.
package struct EventLog: Hashable, Sendable {
    /// Maximum number of events that are kept.
    package static let capacity = 10_000
    /// How much later than something newer an event must be reported to be late. A line of a file that is followed comes up to a second and a half
    /// after it was written.
    package static let reorderBound = Duration.seconds(3)

    /// An event with its place.
    package struct Entry: Hashable, Sendable {
        /// Counts the events as they came, from 0; names the entry for good.
        package let number: Int
        /// The event itself.
        package let event: MeshEvent
        /// What was taken off its stamp, because its clock is known to differ.
        package var correction: Duration
        /// Where it stands: its corrected stamp, or that of its cause.
        package var place: Timestamp
        /// Whether it was reported so late that it stands out of order.
        package let isLate: Bool

        /// When it happened by our clock, as far as is known.
        package var time: Timestamp { event.at - correction }
        /// Whether it stands later than its stamp, because of a cause.
        package var isMoved: Bool { place > time }

        /// The order of the log: places; what was moved to a place behind what belongs there; then by observer, and of one as it came.
        static func isBefore(_ left: Entry, _ right: Entry) -> Bool {
            if left.place != right.place { return left.place < right.place }
            if left.isMoved != right.isMoved { return right.isMoved }
            if left.time != right.time { return left.time < right.time }
            if left.event.observer != right.event.observer {
                guard let one = left.event.observer, let other = right.event.observer else {
                    return left.event.observer == nil
                }
                return one < other
            }
            return left.event.cluster == right.event.cluster
                ? left.number < right.number : left.event.cluster < right.event.cluster
        }
    }

    /// Neighbouring entries.
    package struct Chunk: Hashable, Sendable {
        /// Another number for another content: two chunks of one log with the same version are the same.
        package fileprivate(set) var version: Int
        package fileprivate(set) var entries: [Entry]
    }

    private static let chunkSize = 256

    /// None of them empty.
    package private(set) var chunks: [Chunk] = []
    /// How many events are kept.
    package private(set) var count = 0
    /// How many there have been.
    package private(set) var total = 0
    /// How many were dropped because of the bound.
    package var dropped: Int { total - count }

    private var versions = 0
    /// Whether something came that `settle` has to look at.
    private var isUnsettled = false
    /// Where the moved events of each observer end: what it reports of an earlier time belongs behind them, or between them.
    private var floors: [CausalOrder.Voice: Timestamp] = [:]

    /// An empty log.
    package init() {}

    /// A log of events in any order, with nothing corrected.
    package init(_ events: [MeshEvent]) {
        for event in events { insert(event) }
    }

    /// Grows with every change.
    package var version: Int { versions }
    /// The oldest entry.
    package var first: Entry? { chunks.first?.entries.first }
    /// The newest entry.
    package var last: Entry? { chunks.last?.entries.last }

    /// The newest entries, oldest first.
    ///
    /// - Parameter limit: Maximum number.
    /// - Returns: O(limit).
    package func newestEntries(_ limit: Int) -> [Entry] {
        var found: [Entry] = []
        for chunk in chunks.reversed() {
            for entry in chunk.entries.reversed() {
                guard found.count < limit else { return found.reversed() }
                found.append(entry)
            }
        }
        return found.reversed()
    }

    /// The newest events, oldest first.
    ///
    /// - Parameter limit: Maximum number.
    /// - Returns: O(limit).
    package func newest(_ limit: Int) -> [MeshEvent] { newestEntries(limit).map(\.event) }

    // MARK: - Putting in

    /// Puts an event in its place.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - correction: How far its clock is known to be ahead of ours.
    ///   - liveSince: From when on meshtop has looked: what happened before is history, and not late.
    /// - Returns: Whether it stands out of order because it was reported late.
    @discardableResult
    package mutating func insert(
        _ event: MeshEvent, correction: Duration = .zero, liveSince: Timestamp? = nil
    ) -> Bool {
        let time = event.at - correction
        let isLive = liveSince.map { time >= $0 } ?? false
        let isBehind = isLive && (last.map { time + Self.reorderBound < $0.place } ?? false)
        let entry = Entry(
            number: total, event: event, correction: correction, place: time, isLate: event.isLate || isBehind)
        total += 1
        count += 1
        if event.causality != nil || floors[CausalOrder.Voice(event)].map({ time < $0 }) ?? false { isUnsettled = true }
        put(entry)
        while count > Self.capacity { dropOldest() }
        return entry.isLate
    }

    /// Corrects stamps again, after clocks have become better known.
    ///
    /// - Parameter correction: For an entry how far its clock is ahead; `nil` leaves it as it is.
    package mutating func correct(_ correction: (Entry) -> Duration?) {
        var entries = chunks.flatMap(\.entries)
        for index in entries.indices {
            if let better = correction(entries[index]) { entries[index].correction = better }
        }
        isUnsettled = false
        replace(with: CausalOrder.sorted(entries))
    }

    /// Puts effects behind their causes. Called now and then, because a storm of quarantines brings thousands of them a second.
    package mutating func settle() {
        guard isUnsettled else { return }
        isUnsettled = false
        let entries = chunks.flatMap(\.entries)
        if let sorted = CausalOrder.moved(entries) { replace(with: sorted) }
    }

    /// Takes over the same entries in another order; pieces that stay the same stay the same.
    private mutating func replace(with entries: [Entry]) {
        floors = CausalOrder.floors(of: entries)
        var start = 0
        for index in chunks.indices {
            let end = start + chunks[index].entries.count
            let next = Array(entries[start..<end])
            if next != chunks[index].entries {
                versions += 1
                chunks[index] = Chunk(version: versions, entries: next)
            }
            start = end
        }
    }

    private mutating func put(_ entry: Entry) {
        guard let last = chunks.last?.entries.last, Entry.isBefore(entry, last) else { return append(entry) }
        let chunk = chunks.partitioningIndex { $0.entries.last.map { Entry.isBefore(entry, $0) } ?? false }
        let place = chunks[chunk].entries.partitioningIndex { Entry.isBefore(entry, $0) }
        chunks[chunk].entries.insert(entry, at: place)
        touch(chunk)
        guard chunks[chunk].entries.count > 2 * Self.chunkSize else { return }
        let back = Array(chunks[chunk].entries.suffix(from: Self.chunkSize))
        chunks[chunk].entries.removeLast(back.count)
        versions += 1
        chunks.insert(Chunk(version: versions, entries: back), at: chunk + 1)
    }

    private mutating func append(_ entry: Entry) {
        if chunks.isEmpty || chunks[chunks.count - 1].entries.count >= Self.chunkSize {
            var entries: [Entry] = []
            entries.reserveCapacity(Self.chunkSize)
            chunks.append(Chunk(version: versions, entries: entries))
        }
        chunks[chunks.count - 1].entries.append(entry)
        touch(chunks.count - 1)
    }

    private mutating func touch(_ chunk: Int) {
        versions += 1
        chunks[chunk].version = versions
    }

    /// Drops a whole piece, so that a burst does not move the rest with every event.
    private mutating func dropOldest() {
        let oldest = chunks.removeFirst()
        count -= oldest.entries.count
    }
}

extension Array {
    /// The first index whose element fulfils a condition that all elements behind it fulfil too.
    package func partitioningIndex(where condition: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
