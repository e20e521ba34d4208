// SPDX-License-Identifier: Apache-2.0
internal import Model

/// One log: its input, the scanner of its lines, and how far it was read.
///
/// A value but for its input: a copy would read from the same file descriptor.
struct LogReader {
    /// Maximum number of bytes that are read of one log in one turn, so that no log holds up the others or the network.
    private static let maximumTurn = 1 << 20

    /// How far the log was read.
    enum State {
        /// Nothing was read yet. → any
        case unread
        /// The last turn left something unread. → any but `unread` and `open`
        case reading
        /// Everything that is there was read. → `reading`, `failed`, `ended`
        case caughtUp
        /// A stream is open since then, and everything that has come was read. → `failed`
        case open(since: Timestamp)
        /// The log could not be read, or the stream has ended; it is tried again. → any but `unread`
        case failed(SourceFailure)
        /// Nothing more will ever come. It stays so.
        case ended
    }

    let target: LogTarget
    private var scanner: LogScanner
    private let input: (any LogInput)?
    private(set) var state = State.unread
    private var progress = LogProgress()
    /// Lines of files that have been replaced.
    private var earlierLines = 0
    /// How often a stream was opened again.
    private(set) var reading = 0
    /// When a stream that has failed is opened again.
    private(set) var backoff = Backoff()
    /// The failure that was reported last.
    private var reported: SourceFailure?
    private var podFilter = PodLogFilter()
    /// Whether it was reported that the end was reached.
    private var hasReportedEnd = false

    /// - Parameters:
    ///   - target: what is read.
    ///   - catalogue: what is looked for.
    ///   - zone: the time zone of lines that do not say it.
    ///   - input: where its bytes come from; `nil`: what the target says.
    init(_ target: LogTarget, catalogue: LogCatalogue, zone: LogZone, input: (any LogInput)? = nil) {
        self.target = target
        scanner = LogScanner(catalogue: catalogue, zone: zone)
        self.input = input ?? Self.input(of: target)
    }

    private static func input(of target: LogTarget) -> (any LogInput)? {
        switch target.place {
        case .file(let path): path.hasSuffix(".gz") ? GzipInput(path: path) : FileInput(path: path)
        case .standardInput: StandardInput()
        case .stream, .pod: nil
        }
    }

    // MARK: - Questions

    /// The log of a pod that is read; `nil` for others.
    var podLog: PodLog? { if case .pod(let log) = target.place { log } else { nil } }

    /// Where a stream is asked for now; `nil` for what is no stream.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - timeout: how long it may take to open it.
    /// - Returns: the request.
    func request(at now: Timestamp, timeout: Duration) -> HTTPRequest? {
        switch target.place {
        case .file, .standardInput: return nil
        case .stream(let endpoint, let path):
            return HTTPRequest(
                endpoint, path: path, accept: "text/event-stream, text/plain, */*", mode: .lines(timeout: timeout))
        case .pod(let log):
            let path = log.path(since: podFilter.resumesAt ?? (log.isPrevious ? nil : now - PodLog.past))
            var request = HTTPRequest(log.server, path: path, mode: .lines(timeout: timeout))
            // Lists and watches must not wait behind bulk data.
            request.isSeparate = true
            return request
        }
    }

    /// What may be slept on for more.
    var descriptor: Int32? {
        guard let input, input.descriptor >= 0, !hasEnded else { return nil }
        return input.descriptor
    }

    /// Whether the bytes come by HTTP.
    var isStream: Bool { input == nil }

    /// Whether a stream is open.
    var isOpen: Bool { if case .open = state { true } else { false } }

    /// Whether the last turn left something unread.
    var hasMore: Bool { if case .reading = state { true } else { false } }

    /// Whether nothing more will ever come.
    var hasEnded: Bool { if case .ended = state { true } else { false } }

    /// Why it could not be read.
    var failure: SourceFailure? { if case .failed(let failure) = state { failure } else { nil } }

    /// Whether a record waits for its stack trace.
    var hasPending: Bool { scanner.hasPending }

    /// Whether everything was read at least once.
    var hasReachedEnd: Bool { progress.hasReachedEnd }

    /// Whether it was read to its end, or cannot be read.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - start: when collecting began.
    ///   - pause: how long a stream or pipe must be silent to have said what it had to say.
    /// - Returns: whether it is settled.
    func isSettled(at now: Timestamp, start: Timestamp, pause: Duration) -> Bool {
        guard !hasPending else { return false }
        switch state {
        case .reading: return false
        case .failed, .ended: return true
        case .open(let since): return now - since >= pause
        case .unread, .caughtUp:
            guard isStream || descriptor != nil else { return hasReachedEnd }
            return hasReachedEnd && now - start >= pause
        }
    }

    // MARK: - Reading

    /// Reads what is there, within the bounds of a turn.
    ///
    /// - Parameters:
    ///   - room: where bytes go, shared by all logs.
    ///   - now: the time.
    /// - Returns: the events in it.
    mutating func read(into room: UnsafeMutableRawBufferPointer, at now: Timestamp) -> [ScannedEvent] {
        guard let input, !hasEnded else { return [] }
        var (events, left) = ([ScannedEvent](), Self.maximumTurn)
        state = .reading
        while hasMore, left > 0 {
            switch input.read(into: room) {
            case .bytes(let count):
                left -= count
                events += receive(UnsafeRawBufferPointer(rebasing: room[..<count]), at: now)
            case .restarted: events += restart(at: now)
            case .nothing:
                catchUp(.caughtUp)
                events += scanner.settle(at: now)
            case .ended:
                catchUp(.ended)
                events += scanner.end(at: now)
            case .failed(let failure): state = .failed(failure)
            }
        }
        return events
    }

    /// The bytes of a stream have come.
    mutating func receiveStream(_ bytes: UnsafeRawBufferPointer, at now: Timestamp) -> [ScannedEvent] {
        backoff.succeed()
        guard podLog != nil else { return receive(bytes, at: now) + scanner.settle(at: now) }
        let lines = podFilter.receive(bytes)
        return lines.withUnsafeBytes { receive($0, at: now) } + scanner.settle(at: now)
    }

    private mutating func receive(_ bytes: UnsafeRawBufferPointer, at now: Timestamp) -> [ScannedEvent] {
        progress.bytes += Int64(bytes.count)
        scanner.written = input?.lastWritten
        return scanner.receive(bytes, at: now)
    }

    /// What waits for a stack trace no longer waits.
    mutating func flush(at now: Timestamp) -> [ScannedEvent] { scanner.flush(at: now) }

    /// The stream was opened.
    mutating func open(at now: Timestamp) { catchUp(.open(since: now)) }

    /// The stream has ended, or could not be opened.
    mutating func fail(_ failure: SourceFailure, at now: Timestamp) -> [ScannedEvent] {
        backoff.fail(at: now)
        podFilter.end()
        // A pod's log goes on where it ended, without the lines that were there.
        guard podLog == nil else {
            catchUp(.failed(failure))
            return scanner.flush(at: now)
        }
        reading += 1
        catchUp(.failed(failure))
        return restart(at: now)
    }

    /// There is nothing to read yet.
    mutating func waitForStart() { catchUp(.caughtUp) }

    /// Nothing more will be read.
    mutating func finish(at now: Timestamp) -> [ScannedEvent] {
        catchUp(.ended)
        return scanner.end(at: now)
    }

    private mutating func catchUp(_ state: State) {
        self.state = state
        progress.hasReachedEnd = true
    }

    private mutating func restart(at now: Timestamp) -> [ScannedEvent] {
        earlierLines += scanner.lines
        return scanner.restart(at: now)
    }

    // MARK: - Reports

    /// The failure that is to be reported: not the one that was reported last.
    mutating func nextFailure() -> SourceFailure? {
        guard failure != reported else { return nil }
        reported = failure
        return failure
    }

    /// An event of it was passed on.
    mutating func count(hasObserver: Bool) {
        progress.events += 1
        if !hasObserver { progress.withoutObserver += 1 }
    }

    /// How far it was read, if that is to be reported.
    ///
    /// - Parameters:
    ///   - isDue: whether a sign of life is due.
    ///   - isDrained: whether no event of any log waits to be passed on: the end is reached only then.
    /// - Returns: the progress, and whether it is news.
    mutating func nextProgress(isDue: Bool, isDrained: Bool) -> (progress: LogProgress, isNews: Bool)? {
        guard failure == nil, !isStream || isOpen else { return nil }
        let isNews = hasReachedEnd && isDrained && !hasPending && !hasReportedEnd
        if isNews { hasReportedEnd = true }
        guard isNews || isDue else { return nil }
        var progress = progress
        progress.lines = Int64(earlierLines + scanner.lines)
        progress.unreadable = Int64(scanner.unreadableLines)
        progress.unrecognised = Int64(scanner.unrecognisedLines)
        progress.guessedTimes = Int64(scanner.guessedTimes)
        progress.hasReachedEnd = hasReportedEnd
        return (progress, isNews)
    }
}
