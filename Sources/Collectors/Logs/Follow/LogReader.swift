internal import Model

/// One log: its input, the scanner of its lines, and how far it was read.
final class LogReader {
    /// So much is read of one log in one turn, so that no log holds up the others or the network.
    private static let turnBytes = 1 << 20

    let target: LogTarget
    let number: Int
    private let scanner: LogScanner
    private let input: (any LogInput)?
    private var progress = LogProgress()
    /// Lines of files that have been replaced.
    private var earlierLines = 0
    private(set) var failure: SourceFailure?
    /// How often a stream was opened again.
    private(set) var reading = 0
    /// Whether the last turn left something unread.
    private(set) var hasMore = false
    /// Whether nothing more will ever come.
    private(set) var hasEnded = false
    /// When a stream was opened.
    var openedAt: Timestamp?

    /// - Parameters:
    ///   - target: what is read.
    ///   - number: names the log among all logs.
    ///   - catalogue: what is looked for.
    ///   - zone: where the clock of its lines is.
    ///   - input: where its bytes come from; `nil`: what the target says.
    init(_ target: LogTarget, number: Int, catalogue: LogCatalogue, zone: LogZone, input: (any LogInput)? = nil) {
        self.target = target
        self.number = number
        scanner = LogScanner(catalogue: catalogue, zone: zone)
        self.input = input ?? Self.input(of: target)
    }

    private static func input(of target: LogTarget) -> (any LogInput)? {
        switch target.place {
        case .file(let path): path.hasSuffix(".gz") ? GzipInput(path: path) : FileInput(path: path)
        case .standardInput: StandardInput()
        case .stream: nil
        }
    }

    /// What may be slept on for more.
    var descriptor: Int32? {
        guard let input, input.descriptor >= 0, !hasEnded else { return nil }
        return input.descriptor
    }

    /// Whether the bytes come by HTTP.
    var isStream: Bool { input == nil }

    /// Whether a record waits for its stack trace.
    var hasPending: Bool { scanner.hasPending }

    var hasReachedEnd: Bool { progress.hasReachedEnd }

    /// Reads what is there, within the bounds of a turn.
    ///
    /// - Parameters:
    ///   - room: where bytes go, shared by all logs.
    ///   - now: the time.
    /// - Returns: the events in it.
    func read(into room: UnsafeMutableRawBufferPointer, at now: Timestamp) -> [ScannedEvent] {
        guard let input, !hasEnded else { return [] }
        var (events, left) = ([ScannedEvent](), Self.turnBytes)
        hasMore = true
        while hasMore, left > 0 {
            switch input.read(into: room) {
            case .bytes(let count):
                left -= count
                events += receive(UnsafeRawBufferPointer(rebasing: room[..<count]), at: now)
            case .restarted: events += restart(at: now)
            case .nothing: reachEnd()
            case .ended: events += end(at: now)
            case .failed(let failure):
                hasMore = false
                self.failure = failure
            }
        }
        return events
    }

    /// Takes bytes that have come by HTTP.
    func receive(_ bytes: UnsafeRawBufferPointer, at now: Timestamp) -> [ScannedEvent] {
        failure = nil
        progress.bytes += Int64(bytes.count)
        return scanner.receive(bytes, at: now)
    }

    /// What waits for a stack trace waits no more.
    func flush(at now: Timestamp) -> [ScannedEvent] { scanner.flush(at: now) }

    /// The stream has ended, or could not be opened.
    func fail(_ failure: SourceFailure, at now: Timestamp) -> [ScannedEvent] {
        self.failure = failure
        openedAt = nil
        reading += 1
        progress.hasReachedEnd = true
        return restart(at: now)
    }

    /// Everything that is there has been read.
    func reachEnd() {
        hasMore = false
        failure = nil
        progress.hasReachedEnd = true
    }

    private func restart(at now: Timestamp) -> [ScannedEvent] {
        earlierLines += scanner.lines
        return scanner.restart(at: now)
    }

    private func end(at now: Timestamp) -> [ScannedEvent] {
        hasEnded = true
        reachEnd()
        return scanner.end(at: now)
    }

    // MARK: - Counting

    /// An event of it was passed on.
    func count(hasObserver: Bool) {
        progress.events += 1
        if !hasObserver { progress.withoutObserver += 1 }
    }

    /// How far it was read, until now.
    var currentProgress: LogProgress {
        var progress = progress
        progress.lines = Int64(earlierLines + scanner.lines)
        progress.unreadable = Int64(scanner.unreadableLines)
        return progress
    }
}
