internal import Glibc
internal import Model

/// What a scanner found in a line.
struct ScannedEvent: Equatable {
    var event: LifecycleEvent
    /// The pod or container that the line names.
    var label: String?
    /// Whether a time of day had to be guessed, because the line has none.
    var isTimeGuessed = false
}

/// Turns the bytes of one log into events, in one pass: a line without a word of the catalogue costs the search for it, nothing more.
///
/// State machine: it gets chunks and the time, and hands out events. Stack traces are joined to the line before them where its pattern
/// wants that; what waits is bounded.
final class LogScanner {
    /// Of a record with its stack trace, so much is looked at.
    private static let recordLimit = 8 << 10
    /// Of the line that a stack trace belongs to, so much is kept: its time and its teller.
    private static let headLimit = 256
    /// So many members of one line become events.
    private static let memberLimit = 1000

    private let catalogue: LogCatalogue
    private let zone: LogZone
    private let json = JSONLogDecoder()
    private var splitter: LineSplitter
    private var partial: PartialLines
    private var now = Timestamp(microseconds: 0)
    /// The last line that was no part of a stack trace.
    private let head: UnsafeMutableRawPointer
    private var headCount = 0
    /// A record whose stack trace may follow.
    private var pending: [UInt8] = []
    private var pendingLine = 0
    private var pendingLabel: [UInt8] = []
    /// The time of the last event: a line without a time is of about that time.
    private var lastTime: Timestamp?
    private var events: [ScannedEvent] = []

    private(set) var lines = 0
    /// Lines of the catalogue that could not be read: no time and no JSON.
    private(set) var unreadable = 0

    /// - Parameters:
    ///   - catalogue: what is looked for; shared by all scanners of a thread.
    ///   - zone: where the clock of lines is that do not say.
    ///   - lineLimit: the longest line in bytes.
    init(catalogue: LogCatalogue, zone: LogZone = .utc, lineLimit: Int = LineSplitter.lineLimit) {
        self.catalogue = catalogue
        self.zone = zone
        splitter = LineSplitter(limit: lineLimit)
        partial = PartialLines(limit: lineLimit)
        head = .allocate(byteCount: Self.headLimit, alignment: 16)
    }

    deinit { head.deallocate() }

    /// Lines that were cut, too long, or no text.
    var unreadableLines: Int { splitter.cutLines + partial.cutLines + unreadable }

    /// Whether a record waits for its stack trace.
    var hasPending: Bool { !pending.isEmpty }

    /// Takes the next bytes of the log.
    ///
    /// - Parameters:
    ///   - bytes: a chunk, cut anywhere.
    ///   - now: the time.
    /// - Returns: the events that it completes, in the log's order.
    func receive(_ bytes: UnsafeRawBufferPointer, at now: Timestamp) -> [ScannedEvent] {
        self.now = now
        splitter.receive(bytes) { line in take(line) }
        return takeEvents()
    }

    /// Nothing more has come for a while: what waits for a stack trace waits no more.
    func flush(at now: Timestamp) -> [ScannedEvent] {
        self.now = now
        finishPending()
        return takeEvents()
    }

    /// The log has ended.
    func end(at now: Timestamp) -> [ScannedEvent] {
        self.now = now
        splitter.end { line in take(line) }
        partial.end { line in takeWhole(line) }
        finishPending()
        return takeEvents()
    }

    /// The log begins anew: another file has its name now, or it was cut.
    func restart(at now: Timestamp) -> [ScannedEvent] {
        defer {
            splitter.forget()
            partial.forget()
            headCount = 0
            lines = 0
        }
        return flush(at: now)
    }

    private func takeEvents() -> [ScannedEvent] {
        defer { events = [] }
        return events
    }

    // MARK: - Lines

    private func take(_ line: UnsafeRawBufferPointer) {
        lines += 1
        if !partial.takes(line, whole: { joined in takeWhole(joined) }) { takeWhole(line) }
    }

    private func takeWhole(_ line: UnsafeRawBufferPointer) {
        if !pending.isEmpty, goesOn(line) { return }
        let isHead = LineStart.isHead(line)
        if isHead { remember(line) }
        if let hit = catalogue.search.first(in: line) { takeRelevant(line, hit, isHead: isHead) }
    }

    /// Joins a line of a stack trace to the record that waits for it; any other line of the same container ends that record. The lines
    /// of other containers may stand between.
    private func goesOn(_ line: UnsafeRawBufferPointer) -> Bool {
        let prefix = LinePrefix(line)
        let label = prefix.label.map { Array(line[$0]) } ?? []
        guard label == pendingLabel else { return false }
        let rest = UnsafeRawBufferPointer(rebasing: line[prefix.end...])
        guard !LineStart.isHead(rest) else {
            finishPending()
            return false
        }
        if pending.count < Self.recordLimit {
            pending.append(10)
            pending.append(contentsOf: rest.prefix(Self.recordLimit - pending.count))
        }
        return true
    }

    @inline(__always)
    private func remember(_ line: UnsafeRawBufferPointer) {
        headCount = min(line.count, Self.headLimit)
        if let base = line.baseAddress { memcpy(head, base, headCount) }
    }

    private func takeRelevant(_ line: UnsafeRawBufferPointer, _ hit: LiteralSearch.Hit, isHead: Bool) {
        if line.contains(27) {
            let clean = Self.withoutColours(line)
            clean.withUnsafeBytes { clean in
                if let hit = catalogue.search.first(in: clean) { takePlain(clean, hit, isHead: isHead) }
            }
        } else {
            takePlain(line, hit, isHead: isHead)
        }
    }

    private func takePlain(_ line: UnsafeRawBufferPointer, _ hit: LiteralSearch.Hit, isHead: Bool) {
        let prefix = LinePrefix(line)
        if prefix.end < line.count, line[prefix.end] == UInt8(ascii: "{") {
            takeJSON(line, prefix)
        } else if isHead || headCount == 0 {
            takeText(line, hit, lineNumber: lines, waits: true)
        } else {
            // A line of a stack trace: its time and teller are those of the line that it belongs to.
            let joined = Array(UnsafeRawBufferPointer(start: head, count: headCount)) + [10] + line
            joined.withUnsafeBytes { joined in
                let start = hit.start + headCount + 1
                takeText(joined, LiteralSearch.Hit(word: hit.word, start: start), lineNumber: lines, waits: false)
            }
        }
    }

    private func takeText(
        _ bytes: UnsafeRawBufferPointer, _ hit: LiteralSearch.Hit, lineNumber: Int, waits: Bool,
        context: LogHeader? = nil
    ) {
        let found = catalogue.match(
            bytes, hit: hit, isCluster: LogHeader.isCluster(bytes), isStart: { Self.isStart(bytes, $0) })
        guard let (pattern, match) = found else { return }
        if waits, Self.hasStackTrace(pattern.code) {
            finishPending()
            pending = Array(bytes.prefix(Self.recordLimit))
            pendingLine = lineNumber
            pendingLabel = LinePrefix(bytes).label.map { Array(bytes[$0]) } ?? []
            return
        }
        var header = LogHeader(text: bytes, end: match.start)
        header.time = header.time ?? context?.time
        header.label = header.label ?? context?.label
        add(pattern, match, header, lineNumber)
    }

    private func takeJSON(_ line: UnsafeRawBufferPointer, _ prefix: LinePrefix) {
        guard var record = json.decode(UnsafeRawBufferPointer(rebasing: line[prefix.end...])) else {
            unreadable += 1
            return
        }
        record.header.time = record.header.time ?? prefix.time
        if let label = prefix.label {
            record.header.label = SafeText.line(of: UnsafeRawBufferPointer(rebasing: line[label]), maximum: 253)
        }
        record.text.withUnsafeBytes { text in
            guard let hit = catalogue.search.first(in: text) else { return }
            if record.isLine {
                takeText(text, hit, lineNumber: lines, waits: false, context: record.header)
            } else {
                takeMessage(text, hit, record.header)
            }
        }
    }

    private func takeMessage(_ text: UnsafeRawBufferPointer, _ hit: LiteralSearch.Hit, _ header: LogHeader) {
        let found = catalogue.match(
            text, hit: hit, isCluster: header.isCluster || LogHeader.isCluster(text),
            isStart: { Self.isStart(text, $0) })
        guard let (pattern, match) = found else { return }
        var header = header
        if header.observer == nil {
            // The prefix of the cluster's messages names the teller.
            header.observer = LogHeader.observer(in: UnsafeRawBufferPointer(rebasing: text[..<match.start]))
        }
        add(pattern, match, header, lines)
    }

    private func finishPending() {
        guard !pending.isEmpty else { return }
        let record = pending
        pending = []
        record.withUnsafeBytes { record in
            guard let hit = catalogue.search.first(in: record) else { return }
            takeText(record, hit, lineNumber: pendingLine, waits: false)
        }
    }

    /// A message begins at the line's start, or behind a blank, a colon, a bracket.
    private static func isStart(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Bool {
        position == 0 || [32, 9, 10, 58, 93, 91, 124].contains(bytes[position - 1])
    }

    /// Whose reason stands in the stack trace: `AssociationError`, a restarted stream, a failed task of the shutdown.
    private static func hasStackTrace(_ code: String) -> Bool { ["C05", "T04", "D03"].contains(code) }

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
}

// MARK: - Events

extension LogScanner {
    private func add(_ pattern: LogPattern, _ match: LogMatch, _ header: LogHeader, _ lineNumber: Int) {
        let moment = header.time?.moment(zone: zone, reference: lastTime ?? now)
        if let moment { lastTime = moment }
        let peer = match.address(.peer)
        let event = LifecycleEvent(
            at: moment ?? lastTime ?? now, observer: match.address(.own) ?? header.observer, peer: peer,
            uid: match.int64(.uid), transport: transport(pattern, peer), pattern: pattern.code,
            kind: pattern.meaning(match), evidence: evidence(match, lineNumber))
        for peer in peers(match) ?? [peer] {
            var event = event
            event.peer = peer
            events.append(ScannedEvent(event: event, label: header.label, isTimeGuessed: moment == nil))
        }
    }

    private func transport(_ pattern: LogPattern, _ peer: Address?) -> RemotingTransport {
        guard pattern.transport == .unknown, ["T05", "T09"].contains(pattern.code) else { return pattern.transport }
        return peer?.transport ?? .unknown
    }

    /// The message as it is, if it is short and of visible ASCII, as nearly all are: looking at each character costs far more.
    private static func plain(_ message: UnsafeRawBufferPointer) -> String? {
        guard message.count <= LifecycleEvent.Evidence.longestText else { return nil }
        var before: UInt8 = 32
        for byte in message {
            guard byte >= 32, byte < 127, byte != 32 || before != 32 else { return nil }
            before = byte
        }
        return before == 32 ? nil : String(decoding: message, as: UTF8.self)
    }

    private func evidence(_ match: LogMatch, _ lineNumber: Int) -> LifecycleEvent.Evidence {
        let message = UnsafeRawBufferPointer(rebasing: match.bytes[match.start...])
        let text = Self.plain(message) ?? SafeText.line(of: message, maximum: LifecycleEvent.Evidence.longestText)
        return LifecycleEvent.Evidence(text, line: lineNumber)
    }

    /// The members of a list, `Member(akka://Shop@10.0.0.9:25520, Up)` and its forms; `nil` if the pattern has none.
    private func peers(_ match: LogMatch) -> [Address?]? {
        guard let range = match.captures[.members] else { return nil }
        let found = AddressScan.all(in: match.slice(range)).prefix(Self.memberLimit).map {
            LogHeader.address(match.slice(range), $0)
        }
        return found.isEmpty ? [nil] : found
    }
}
