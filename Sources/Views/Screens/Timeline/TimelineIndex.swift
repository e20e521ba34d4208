// SPDX-License-Identifier: Apache-2.0
import Model

/// What the timeline looks up in a log: which events pass the filter, and their observers and signs. Kept per piece of the log, so
/// that a log that grows costs what is new of it, and a key costs nothing.
struct TimelineIndex: Sendable {
    /// An event as far as the lanes draw it.
    struct Row: Sendable {
        var place: Timestamp
        var number: Int
        var lane: Int
        var mark: EventMark
    }

    /// A piece of the log.
    private struct Piece: Sendable {
        let chunk: EventLog.Chunk
        let rows: [Row]
        /// The places in the piece of those that pass.
        var matches: [Int]
    }

    /// With more lanes than this, those of former observers are dropped.
    private static let maximumLanes = 2 * EventLog.capacity

    private(set) var log = EventLog()
    private(set) var question = TimelineQuestion()
    private var pieces: [Piece] = []
    /// How many pass in all pieces before each.
    private var starts: [Int] = []
    /// How many pass.
    private(set) var count = 0
    /// All observers that ever reported an event, in the order of their first one.
    private(set) var lanes: [TimelineLane] = []
    private var laneNumbers: [TimelineLane: Int] = [:]
    /// The lanes of the events that pass, in the order of the screen.
    private(set) var passingLanes: [Int] = []

    // MARK: - Updating

    /// Updates what has changed since the last log and question.
    mutating func update(_ next: EventLog, _ question: TimelineQuestion) {
        let former = self.question
        guard question != former || next.version != log.version || next.total != log.total else { return }
        if lanes.count > Self.maximumLanes { (pieces, lanes, laneNumbers) = ([], [], [:]) }
        let known = Dictionary(pieces.map { ($0.chunk.version, $0) }, uniquingKeysWith: { $1 })
        (log, self.question) = (next, question)
        pieces = next.chunks.map { chunk in
            guard let old = known[chunk.version], Self.isSame(old.chunk, chunk) else { return makePiece(chunk) }
            return question == former ? old : refiltered(old, former)
        }
        count = 0
        starts = pieces.map { piece in
            defer { count += piece.matches.count }
            return count
        }
        updatePassingLanes()
    }

    /// Versions name the pieces of one log; another log may have the same numbers.
    private static func isSame(_ left: EventLog.Chunk, _ right: EventLog.Chunk) -> Bool {
        left.entries.count == right.entries.count && left.entries.first == right.entries.first
            && left.entries.last == right.entries.last
    }

    private mutating func makePiece(_ chunk: EventLog.Chunk) -> Piece {
        let rows = chunk.entries.map { entry in
            Row(
                place: entry.place, number: entry.number,
                lane: lane(TimelineLane(cluster: entry.event.cluster, observer: entry.event.observer)),
                mark: EventMark(entry.event))
        }
        let matches = question.isOpen ? Array(rows.indices) : chunk.entries.indices.filter { accepts(chunk, $0) }
        return Piece(chunk: chunk, rows: rows, matches: matches)
    }

    private func refiltered(_ piece: Piece, _ former: TimelineQuestion) -> Piece {
        var piece = piece
        if question.isOpen {
            piece.matches = Array(piece.rows.indices)
        } else if question.isNarrower(than: former) {
            piece.matches.removeAll { !accepts(piece.chunk, $0) }
        } else {
            piece.matches = piece.rows.indices.filter { accepts(piece.chunk, $0) }
        }
        return piece
    }

    private func accepts(_ chunk: EventLog.Chunk, _ index: Int) -> Bool { question.accepts(chunk.entries[index].event) }

    private mutating func lane(_ lane: TimelineLane) -> Int {
        if let number = laneNumbers[lane] { return number }
        laneNumbers[lane] = lanes.count
        lanes.append(lane)
        return lanes.count - 1
    }

    private mutating func updatePassingLanes() {
        var passes = [Bool](repeating: false, count: lanes.count)
        for piece in pieces {
            for match in piece.matches { passes[piece.rows[match].lane] = true }
        }
        let found = passes.indices.filter { passes[$0] }
        guard Set(found) != Set(passingLanes) || found.contains(where: { $0 >= lanes.count }) else { return }
        passingLanes = found.sorted { lanes[$0] < lanes[$1] }
    }

    // MARK: - Looking up

    /// The passing event of a rank: 0 is the oldest.
    func entry(_ rank: Int) -> EventLog.Entry? {
        guard rank >= 0, rank < count else { return nil }
        let piece = starts.partitioningIndex { $0 > rank } - 1
        return pieces[piece].chunk.entries[pieces[piece].matches[rank - starts[piece]]]
    }

    /// The rank of an event.
    ///
    /// - Parameters:
    ///   - number: Names it.
    ///   - place: Where it last stood: if it does not pass, or was dropped, its neighbour is found there.
    /// - Returns: Nil if nothing passes.
    func rank(of number: Int, near place: Timestamp) -> Int? {
        guard count > 0 else { return nil }
        for (index, piece) in pieces.enumerated() {
            guard let found = piece.rows.firstIndex(where: { $0.number == number }) else { continue }
            let match = piece.matches.partitioningIndex { $0 >= found }
            if match < piece.matches.count, piece.matches[match] == found { return starts[index] + match }
            break
        }
        return min(count - 1, rank(at: place))
    }

    /// How many passing events stand before a moment.
    private func rank(at place: Timestamp) -> Int {
        for (index, piece) in pieces.enumerated() where piece.rows.last.map({ $0.place >= place }) ?? false {
            return starts[index] + piece.matches.partitioningIndex { piece.rows[$0].place >= place }
        }
        return count
    }

    /// An event that passes or not, as it stands now.
    func entry(number: Int) -> EventLog.Entry? {
        for piece in pieces {
            if let found = piece.rows.firstIndex(where: { $0.number == number }) { return piece.chunk.entries[found] }
        }
        return nil
    }

    /// The entry of an event, whether it passes or not.
    func entry(of event: MeshEvent) -> EventLog.Entry? {
        for piece in pieces.reversed() {
            if let found = piece.chunk.entries.last(where: { $0.event == event }) { return found }
        }
        return nil
    }

    /// Goes through the passing events of a span of time.
    func forEach(from start: Timestamp, to end: Timestamp, _ body: (Row) -> Void) {
        for piece in pieces {
            guard let first = piece.rows.first?.place, let last = piece.rows.last?.place, first <= end, last >= start
            else { continue }
            for match in piece.matches {
                let row = piece.rows[match]
                if row.place >= start, row.place <= end { body(row) }
            }
        }
    }

    /// The next passing event from a rank on that fulfils a condition.
    func next(from rank: Int, step: Int, where condition: (EventLog.Entry) -> Bool) -> Int? {
        var next = rank + step
        while let entry = entry(next) {
            if condition(entry) { return next }
            next += step
        }
        return nil
    }
}
