// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Turns the lines of one log into events, in four stages: what is wrapped is unwrapped (`LineUnwrapper`), the head is read (`LogHeader`), the
/// message is recognised (`LogCatalogue`, `LinePayloadReader`), and the event gets its time (`EventClock`). Stack traces are joined to the line
/// before them where its pattern wants that; what waits is bounded.
struct RecordScanner {
    /// Maximum number of bytes of a record with its stack trace that are looked at.
    static let maximumRecord = 8 << 10
    /// Maximum number of bytes of the line before a stack trace that are kept: its time and its observer.
    static let maximumHead = 256
    /// Maximum number of members of one line that become events.
    static let maximumMembers = 1000
    /// Maximum number of characters of the name of a pod or container.
    static let maximumLabel = 253

    /// A record whose stack trace may follow.
    private struct Pending {
        var bytes: [UInt8]
        let line: Int
        /// The pod or container whose lines go on with it.
        let label: [UInt8]
    }

    /// What could not be read, by cause.
    struct Losses: Equatable {
        /// Lines of the catalogue that begin like JSON and are none.
        var broken = 0
        /// Lines with a word of the catalogue and a word of Akka or Pekko that are of no pattern.
        var unrecognised = 0
    }

    private let catalogue: LogCatalogue
    private let unwrapper: LineUnwrapper
    private var partial: PartialLines
    private var clock: EventClock
    /// The beginning of the last line that was no part of a stack trace.
    private var head: [UInt8] = []
    /// The number of that line.
    private var headLine = 0
    private var pending: Pending?
    /// The file that `tail` and the like say the lines are of, `==> file <==`.
    private var section: String?
    /// How many lines there were since the last restart.
    private(set) var lines = 0
    private(set) var losses = Losses()

    /// - Parameters:
    ///   - catalogue: what is looked for.
    ///   - zone: the time zone of lines that do not say it.
    ///   - maximumLine: Maximum number of bytes of a line.
    init(catalogue: LogCatalogue, zone: LogZone, maximumLine: Int) {
        self.catalogue = catalogue
        unwrapper = LineUnwrapper(search: catalogue.search)
        clock = EventClock(zone: zone)
        partial = PartialLines(maximum: maximumLine)
        head.reserveCapacity(Self.maximumHead)
    }

    /// Whether a record waits for its stack trace.
    var hasPending: Bool { pending != nil }

    /// Lines that could not be read, or not to their end.
    var unreadable: Int { partial.cutLines + losses.broken }

    /// Events whose time is a guess.
    var guessedTimes: Int { clock.guessed }

    /// Sets the present, and when the log was last written, if that is known.
    mutating func set(now: Timestamp, written: Timestamp?) { clock.set(now: now, written: written) }

    /// Takes the events out that were found and whose time is settled.
    mutating func drainEvents() -> [ScannedEvent] { clock.drain() }

    /// Everything that is there was read: what lines leave open of their times, no other line will settle.
    mutating func settle() { clock.settle() }

    /// The log has ended.
    mutating func end() {
        for line in partial.end() { line.withUnsafeBytes { scanWhole($0) } }
        finishPending()
        settle()
    }

    /// The log begins again somewhere else.
    mutating func forget() {
        partial.forget()
        head.removeAll(keepingCapacity: true)
        section = nil
        lines = 0
    }

    // MARK: - Lines

    /// Takes a line of the file.
    mutating func scan(_ line: UnsafeRawBufferPointer) {
        lines += 1
        switch partial.join(line) {
        case .whole: scanWhole(line)
        case .held: break
        case .joined(let whole): whole.withUnsafeBytes { scanWhole($0) }
        }
    }

    private mutating func scanWhole(_ line: UnsafeRawBufferPointer) {
        if pending != nil, goesOn(line) { return }
        let isHead = LineStart.isHead(line) && !isSecondLine(line)
        if isHead { remember(line) }
        if let hit = catalogue.search.first(in: line) { scanRelevant(line, hit, isHead: isHead) }
    }

    /// Whether a line is the second of a record of java.util.logging, whose first has the time.
    @inline(__always)
    private func isSecondLine(_ line: UnsafeRawBufferPointer) -> Bool {
        guard headLine == lines - 1, LineStart.isSecondLine(line) else { return false }
        return head.withUnsafeBytes { LogTimeReader.first(in: $0, limit: 1)?.time.written != nil }
    }

    /// Joins a line of a stack trace to the record that waits for it; any other line of the same container ends that record. The lines
    /// of other containers may stand between.
    private mutating func goesOn(_ line: UnsafeRawBufferPointer) -> Bool {
        let prefix = LinePrefix(line)
        let label = prefix.label.map { Array(line[$0]) } ?? []
        guard label == pending?.label else { return false }
        let rest = UnsafeRawBufferPointer(rebasing: line[prefix.end...])
        guard !LineStart.isHead(rest) else {
            finishPending()
            return false
        }
        let count = pending?.bytes.count ?? 0
        if count < Self.maximumRecord {
            pending?.bytes.append(10)
            pending?.bytes.append(contentsOf: rest.prefix(Self.maximumRecord - count))
        }
        return true
    }

    @inline(__always)
    private mutating func remember(_ line: UnsafeRawBufferPointer) {
        headLine = lines
        head.removeAll(keepingCapacity: true)
        head.append(contentsOf: UnsafeRawBufferPointer(rebasing: line.prefix(Self.maximumHead)))
        if line.count > 8, line[0] == 61, line[1] == 61 { noteSection(line) }
    }

    /// `==> /logs/shop-1.log <==` in front of the lines of a file.
    private mutating func noteSection(_ line: UnsafeRawBufferPointer) {
        guard line.starts(with: "==> ".utf8), line.suffix(4).elementsEqual(" <==".utf8) else { return }
        let path = UnsafeRawBufferPointer(rebasing: line[4..<(line.count - 4)])
        let start = path.lastIndex(of: 47).map { $0 + 1 } ?? 0
        section = SafeText.line(of: UnsafeRawBufferPointer(rebasing: path[start...]), maximum: Self.maximumLabel)
    }

    private mutating func scanRelevant(_ line: UnsafeRawBufferPointer, _ hit: LiteralSearch.Hit, isHead: Bool) {
        guard line.contains(27) else { return scanPlain(line, hit, isHead: isHead) }
        Self.withoutColours(line).withUnsafeBytes { clean in
            if let hit = catalogue.search.first(in: clean) { scanPlain(clean, hit, isHead: isHead) }
        }
    }

    private mutating func scanPlain(_ line: UnsafeRawBufferPointer, _ hit: LiteralSearch.Hit, isHead: Bool) {
        switch unwrapper.unwrap(line) {
        case .broken: losses.broken += 1
        case .nothing: break
        case .content(let content):
            let whole =
                content.text.contains(27)
                ? content.text.withUnsafeBytes { Self.withoutColours($0) } : content.text
            whole.withUnsafeBytes { text in
                guard let hit = catalogue.search.first(in: text) else { return }
                scanText(text, hit, lineNumber: lines, waits: false, context: content.header)
            }
        case .plain where isHead || head.isEmpty: scanText(line, hit, lineNumber: lines, waits: true)
        case .plain:
            // A line of a stack trace: its time and observer are those of the line that it belongs to.
            let start = hit.start + head.count + 1
            (head + [10] + line).withUnsafeBytes { joined in
                scanText(joined, LiteralSearch.Hit(word: hit.word, start: start), lineNumber: lines, waits: false)
            }
        }
    }

    /// What waits for a stack trace no longer waits.
    mutating func finishPending() {
        guard let record = pending else { return }
        pending = nil
        record.bytes.withUnsafeBytes { bytes in
            guard let hit = catalogue.search.first(in: bytes) else { return }
            scanText(bytes, hit, lineNumber: record.line, waits: false)
        }
    }

    // MARK: - Messages

    /// Recognises the message of a line, without the context that may stand behind it.
    private mutating func scanText(
        _ bytes: UnsafeRawBufferPointer, _ hit: LiteralSearch.Hit, lineNumber: Int, waits: Bool,
        context: LogHeader? = nil
    ) {
        guard let tail = LineTail(bytes, from: hit.start), tail.range.lowerBound > hit.start else {
            return scanMessage(bytes, hit, lineNumber: lineNumber, waits: waits, contexts: context.map { [$0] } ?? [])
        }
        let contexts = [tail.header(bytes)] + (context.map { [$0] } ?? [])
        tail.removed(from: bytes).withUnsafeBytes {
            scanMessage($0, hit, lineNumber: lineNumber, waits: false, contexts: contexts)
        }
    }

    private mutating func scanMessage(
        _ bytes: UnsafeRawBufferPointer, _ hit: LiteralSearch.Hit, lineNumber: Int, waits: Bool,
        contexts: [LogHeader]
    ) {
        let isCluster = { contexts.contains(where: \.isCluster) || LogHeader.isCluster(bytes) }
        guard let found = match(bytes, hit, isCluster: isCluster) else {
            if Self.isOfAkka(bytes) { losses.unrecognised += 1 }
            return
        }
        if waits, found.pattern.hasStackTrace {
            finishPending()
            pending = Pending(
                bytes: Array(bytes.prefix(Self.maximumRecord)), line: lineNumber,
                label: LinePrefix(bytes).label.map { Array(bytes[$0]) } ?? [])
            return
        }
        var header = LogHeader(text: bytes, end: found.match.start)
        for context in contexts { header.fill(from: context) }
        header.label = header.label ?? section
        add(found.pattern, found.match, header, lineNumber)
    }

    private func match(
        _ bytes: UnsafeRawBufferPointer, _ hit: LiteralSearch.Hit, isCluster: () -> Bool
    ) -> (pattern: LogPattern, match: LogMatch)? {
        let found = catalogue.match(bytes, hit: hit, isCluster: isCluster(), isStart: { Self.isStart(bytes, $0) })
        guard let found, let end = QuotedMessage.end(bytes, start: found.match.start) else { return found }
        let quoted = UnsafeRawBufferPointer(rebasing: bytes[..<end])
        return catalogue.match(quoted, hit: hit, isCluster: isCluster(), isStart: { Self.isStart(quoted, $0) }) ?? found
    }

    /// A message begins at the line's start, or behind a blank, a colon, a bracket, a quote, an equals sign.
    private static func isStart(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Bool {
        position == 0
            || [32, 9, 10, 44, 58, 59, 93, 91, 123, 124, 34, 39, 61, 40, 62, 96].contains(bytes[position - 1])
    }

    private static let names = ["akka", "pekko"].map { Array($0.utf8) }

    /// Whether a line is of Akka or Pekko at all: others print single words of the catalogue too.
    private static func isOfAkka(_ bytes: UnsafeRawBufferPointer) -> Bool {
        names.contains { LogTemplate.first($0, in: bytes, from: 0, to: bytes.count) != nil }
    }

    /// Without the sequences that colour text (ECMA-48, `ESC [ … m`).
    private static func withoutColours(_ line: UnsafeRawBufferPointer) -> [UInt8] {
        var clean: [UInt8] = []
        var isInside = false
        for (position, byte) in line.enumerated() {
            if isInside {
                isInside = !(64...126).contains(byte) || byte == 91 && line[position - 1] == 27
            } else if byte == 27 {
                isInside = true
            } else {
                clean.append(byte)
            }
        }
        return clean
    }

    // MARK: - Events

    private mutating func add(_ pattern: LogPattern, _ match: LogMatch, _ header: LogHeader, _ lineNumber: Int) {
        let peer = match.address(.peer)
        var event = LifecycleEvent(
            at: Timestamp(microseconds: 0), observer: match.address(.own) ?? header.observer, peer: peer,
            uid: match.int64(.uid), transport: pattern.remoting.transport(peer: peer), pattern: pattern.code,
            kind: pattern.meaning(match), evidence: match.evidence(line: lineNumber))
        event.observerUid = header.uid
        let payload = pattern.payload.flatMap { LinePayloadReader.read($0, match) }
        let scanned = { (event: LifecycleEvent) in
            ScannedEvent(event: event, label: header.label, weakLabel: header.weakLabel)
        }
        guard let peers = match.members(maximum: Self.maximumMembers) else {
            event.payload = payload
            return clock.add(scanned(event), header.moment)
        }
        for peer in peers {
            event.peer = peer
            event.payload = payload?.about(peer)
            clock.add(scanned(event), header.moment)
        }
    }
}
