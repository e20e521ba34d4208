// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Turns the lines of one log into events. Stack traces are joined to the line before them where its pattern wants that; what waits is
/// bounded.
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

    private let catalogue: LogCatalogue
    private let zone: LogZone
    private let json = JSONLogDecoder()
    private var partial: PartialLines
    /// The time of the present input.
    var now = Timestamp(microseconds: 0)
    /// The beginning of the last line that was no part of a stack trace.
    private var head: [UInt8] = []
    private var pending: Pending?
    /// The time of the last event: a line without a time is of about that time.
    private var lastTime: Timestamp?
    private var events: [ScannedEvent] = []
    /// How many lines there were since the last restart.
    private(set) var lines = 0
    /// Lines of the catalogue that are no JSON.
    private var unreadableLines = 0

    /// - Parameters:
    ///   - catalogue: what is looked for.
    ///   - zone: the time zone of lines that do not say it.
    ///   - maximumLine: Maximum number of bytes of a line.
    init(catalogue: LogCatalogue, zone: LogZone, maximumLine: Int) {
        self.catalogue = catalogue
        self.zone = zone
        partial = PartialLines(maximum: maximumLine)
        head.reserveCapacity(Self.maximumHead)
    }

    /// Whether a record waits for its stack trace.
    var hasPending: Bool { pending != nil }

    /// Lines that could not be read, or not to their end.
    var unreadable: Int { partial.cutLines + unreadableLines }

    /// Takes the events out that were found.
    mutating func drainEvents() -> [ScannedEvent] {
        defer { events = [] }
        return events
    }

    /// The log has ended.
    mutating func end() {
        for line in partial.end() { line.withUnsafeBytes { scanWhole($0) } }
        finishPending()
    }

    /// The log begins again somewhere else.
    mutating func forget() {
        partial.forget()
        head.removeAll(keepingCapacity: true)
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
        let isHead = LineStart.isHead(line)
        if isHead { remember(line) }
        if let hit = catalogue.search.first(in: line) { scanRelevant(line, hit, isHead: isHead) }
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
        head.removeAll(keepingCapacity: true)
        head.append(contentsOf: UnsafeRawBufferPointer(rebasing: line.prefix(Self.maximumHead)))
    }

    private mutating func scanRelevant(_ line: UnsafeRawBufferPointer, _ hit: LiteralSearch.Hit, isHead: Bool) {
        guard line.contains(27) else { return scanPlain(line, hit, isHead: isHead) }
        Self.withoutColours(line).withUnsafeBytes { clean in
            if let hit = catalogue.search.first(in: clean) { scanPlain(clean, hit, isHead: isHead) }
        }
    }

    private mutating func scanPlain(_ line: UnsafeRawBufferPointer, _ hit: LiteralSearch.Hit, isHead: Bool) {
        let prefix = LinePrefix(line)
        if prefix.end < line.count, line[prefix.end] == UInt8(ascii: "{") {
            scanJSON(line, prefix)
        } else if isHead || head.isEmpty {
            scanText(line, hit, lineNumber: lines, waits: true)
        } else {
            // A line of a stack trace: its time and observer are those of the line that it belongs to.
            let start = hit.start + head.count + 1
            (head + [10] + line).withUnsafeBytes { joined in
                scanText(joined, LiteralSearch.Hit(word: hit.word, start: start), lineNumber: lines, waits: false)
            }
        }
    }

    private mutating func scanText(
        _ bytes: UnsafeRawBufferPointer, _ hit: LiteralSearch.Hit, lineNumber: Int, waits: Bool,
        context: LogHeader? = nil
    ) {
        let found = catalogue.match(
            bytes, hit: hit, isCluster: LogHeader.isCluster(bytes), isStart: { Self.isStart(bytes, $0) })
        guard let (pattern, match) = found else { return }
        if waits, pattern.hasStackTrace {
            finishPending()
            pending = Pending(
                bytes: Array(bytes.prefix(Self.maximumRecord)), line: lineNumber,
                label: LinePrefix(bytes).label.map { Array(bytes[$0]) } ?? [])
            return
        }
        var header = LogHeader(text: bytes, end: match.start)
        header.time = header.time ?? context?.time
        header.label = header.label ?? context?.label
        add(pattern, match, header, lineNumber)
    }

    private mutating func scanJSON(_ line: UnsafeRawBufferPointer, _ prefix: LinePrefix) {
        guard var record = json.decode(UnsafeRawBufferPointer(rebasing: line[prefix.end...])) else {
            unreadableLines += 1
            return
        }
        record.header.time = record.header.time ?? prefix.time
        if let label = prefix.label {
            let bytes = UnsafeRawBufferPointer(rebasing: line[label])
            record.header.label = SafeText.line(of: bytes, maximum: Self.maximumLabel)
        }
        record.text.withUnsafeBytes { text in
            guard let hit = catalogue.search.first(in: text) else { return }
            if record.isLine {
                scanText(text, hit, lineNumber: lines, waits: false, context: record.header)
            } else {
                scanMessage(text, hit, record.header)
            }
        }
    }

    private mutating func scanMessage(
        _ text: UnsafeRawBufferPointer, _ hit: LiteralSearch.Hit, _ header: LogHeader
    ) {
        let found = catalogue.match(
            text, hit: hit, isCluster: header.isCluster || LogHeader.isCluster(text),
            isStart: { Self.isStart(text, $0) })
        guard let (pattern, match) = found else { return }
        var header = header
        if header.observer == nil {
            // The prefix of the cluster's messages names the observer.
            header.observer = LogHeader.observer(in: UnsafeRawBufferPointer(rebasing: text[..<match.start]))
        }
        add(pattern, match, header, lines)
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

    /// A message begins at the line's start, or behind a blank, a colon, a bracket.
    private static func isStart(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Bool {
        position == 0 || [32, 9, 10, 58, 93, 91, 124].contains(bytes[position - 1])
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
        let moment = header.time?.moment(zone: zone, reference: lastTime ?? now)
        if let moment { lastTime = moment }
        let peer = match.address(.peer)
        let event = LifecycleEvent(
            at: moment ?? lastTime ?? now, observer: match.address(.own) ?? header.observer, peer: peer,
            uid: match.int64(.uid), transport: pattern.remoting.transport(peer: peer), pattern: pattern.code,
            kind: pattern.meaning(match), evidence: match.evidence(line: lineNumber))
        for peer in match.members(maximum: Self.maximumMembers) ?? [peer] {
            var event = event
            event.peer = peer
            events.append(ScannedEvent(event: event, label: header.label, isTimeGuessed: moment == nil))
        }
    }
}
