internal import Model

/// What the collector of logs is told at its start.
package struct LogOptions: Sendable {
    package var targets: [LogTarget]
    package var zone: LogZone
    /// Who tells the lines of which pods and files; the first rule that fits decides.
    package var rules: [ObserverRule]

    /// - Parameters:
    ///   - targets: what is read.
    ///   - zone: where the clock of lines is that do not say.
    ///   - rules: who tells the lines of which pods and files.
    package init(targets: [LogTarget] = [], zone: LogZone = .utc, rules: [ObserverRule] = []) {
        self.targets = targets
        self.zone = zone
        self.rules = rules
    }
}

/// Reads all logs and turns their lines into observations. Confined to the network thread, which calls `turn` when it is awake; reads a
/// bounded piece of each log at a time, holds a bounded number of events, and stops reading as long as nobody takes them.
final class LogCollector {
    /// So often a log is looked at that has nothing new.
    static let idlePause = Duration.seconds(1)
    /// A record waits so long for its stack trace.
    private static let stackTracePause = Duration.milliseconds(200)
    /// A stream or pipe that has been silent for so long has told what it had to tell.
    private static let replayPause = Duration.milliseconds(500)
    /// So long nothing is read when the main thread has much to do.
    private static let congestionPause = Duration.milliseconds(10)
    /// So many events are handed over in one turn.
    private static let turnEvents = 4096
    /// Requests are numbered apart from those of the management collector.
    private static let firstRequest: UInt64 = 1 << 62

    let options: LogOptions
    private let interval: Duration
    private let timeout: Duration
    private let readers: [LogReader]
    private let room: UnsafeMutableRawBufferPointer
    private var order = EventOrder()
    private var duplicates = DuplicateFilter()
    private var memory = ObserverMemory()
    private var nextLook: Timestamp?
    private var nextFlush: Timestamp?
    private var nextProgress: Timestamp?
    private var startedAt = Timestamp(microseconds: 0)
    private var reported: [Int: SourceFailure] = [:]
    private var backoffs: [Int: Backoff] = [:]
    private var requests: [HTTPRequestID: Int] = [:]
    private var nextRequest = LogCollector.firstRequest
    private var isBehind = false
    /// While nobody takes what is there, nothing is read until then.
    private var resumeAt: Timestamp?
    private var hasToldEnd: Set<Int> = []
    private var actions: [ManagementCollector.Action] = []

    /// - Parameters:
    ///   - options: what is read.
    ///   - interval: how often each log gives a sign of life.
    ///   - timeout: how long it may take to open a stream.
    ///   - inputs: in tests, where the logs' bytes come from.
    init(options: LogOptions, interval: Duration, timeout: Duration, inputs: [any LogInput] = []) {
        self.options = options
        self.interval = interval
        self.timeout = timeout
        let catalogue = LogCatalogue()
        readers = options.targets.enumerated().map { number, target in
            let input = number < inputs.count ? inputs[number] : nil
            return LogReader(target, number: number, catalogue: catalogue, zone: options.zone, input: input)
        }
        room = .allocate(byteCount: 256 << 10, alignment: 64)
    }

    deinit { room.deallocate() }

    // MARK: - What others see

    /// When `turn` is to be called at the latest.
    var nextWake: Timestamp? {
        if let resumeAt { return resumeAt }
        if readers.contains(where: \.hasMore) { return startedAt }
        return [nextLook, nextFlush, nextProgress, order.nextRelease].compactMap { $0 }.min()
    }

    /// What may be slept on besides.
    var descriptors: [Int32] { isBehind ? [] : readers.compactMap(\.descriptor) }

    /// Whether every log was read to its end, or cannot be read.
    func isSettled(at now: Timestamp) -> Bool {
        order.count == 0
            && readers.allSatisfy { reader in
                guard !reader.hasMore, !reader.hasPending else { return false }
                if reader.failure != nil || reader.hasEnded { return true }
                guard reader.isStream || reader.descriptor != nil else { return reader.hasReachedEnd }
                return reader.hasReachedEnd && now - (reader.openedAt ?? startedAt) >= Self.replayPause
            }
    }

    // MARK: - Turns

    /// Names the sources and reads for the first time.
    func start(at now: Timestamp) -> [ManagementCollector.Action] {
        startedAt = now
        (nextLook, nextProgress) = (now, now + interval)
        for reader in readers {
            var member: Address?
            if case .address(let address) = reader.target.observer { member = address }
            emit(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: member)), reader, now)
        }
        return turn(at: now, unread: 0)
    }

    /// Does what can be done: reads what is there, passes on what has waited long enough.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - unread: how many observations the main thread has not taken yet.
    /// - Returns: what is to be done and passed on.
    func turn(at now: Timestamp, unread: Int) -> [ManagementCollector.Action] {
        isBehind = order.isFull || unread > 2 * Self.turnEvents
        resumeAt = isBehind ? now + Self.congestionPause : nil
        if !isBehind { look(at: now) }
        flushIfDue(at: now)
        release(at: now, limit: max(0, 3 * Self.turnEvents - unread))
        tellFailures(at: now)
        tellProgress(at: now)
        defer { actions = [] }
        return actions
    }

    private func look(at now: Timestamp) {
        let isDue = nextLook.map { $0 <= now } ?? false
        if isDue { nextLook = now + Self.idlePause }
        for reader in readers {
            if reader.isStream {
                if isDue { openStream(reader, at: now) }
            } else if isDue || reader.hasMore || reader.descriptor != nil {
                add(reader.read(into: room, at: now), reader, now)
            }
        }
        // A clock that was set back must not put everything off.
        if let due = nextLook, due - now > Self.idlePause { nextLook = now + Self.idlePause }
    }

    private func flushIfDue(at now: Timestamp) {
        guard readers.contains(where: \.hasPending) else {
            nextFlush = nil
            return
        }
        guard let due = nextFlush else {
            nextFlush = now + Self.stackTracePause
            return
        }
        guard due <= now else { return }
        nextFlush = nil
        for reader in readers where reader.hasPending && !reader.hasMore { add(reader.flush(at: now), reader, now) }
    }

    private func add(_ events: [ScannedEvent], _ reader: LogReader, _ now: Timestamp) {
        for scanned in events {
            if let observer = scanned.event.observer {
                memory.learn(
                    observer, source: reader.number, label: scanned.label, isStart: scanned.event.kind == .started)
            }
            order.add(
                LogEvent(
                    event: scanned.event, source: reader.number, reading: reader.reading, label: scanned.label,
                    arrival: now))
        }
    }

    private func release(at now: Timestamp, limit: Int) {
        var released: [(LogEvent, Bool)] = []
        order.release(at: now, limit: min(limit, Self.turnEvents)) { released.append(($0, $1)) }
        for (event, isLate) in released { pass(event, isLate, now) }
    }

    private func pass(_ logEvent: LogEvent, _ isLate: Bool, _ now: Timestamp) {
        var event = logEvent
        let reader = readers[event.source]
        nameObserver(&event, reader.target)
        guard !duplicates.isDuplicate(event) else { return }
        reader.count(hasObserver: event.event.observer != nil || event.event.observerName != nil)
        emit(.lifecycle(event.event, late: isLate), reader, now)
    }

    /// Who tells it: the line, the user, or other lines of the same log.
    private func nameObserver(_ event: inout LogEvent, _ target: LogTarget) {
        guard event.event.observer == nil else { return }
        let rule = options.rules.first { $0.matches(event.label ?? target.name) }
        switch target.observer ?? rule?.observer {
        case .address(let address): event.event.observer = address
        case .hostPort(let name):
            event.event.observerName = name
            if let peer = event.event.peer,
                let address = try? Address(parsing: "\(peer.scheme)://\(peer.system)@\(name)")
            {
                event.event.observer = address
            }
        case nil: event.event.observer = memory.observer(source: event.source, label: event.label)
        }
    }

    // MARK: - Saying

    private func tellFailures(at now: Timestamp) {
        for reader in readers where reader.failure != reported[reader.number] {
            reported[reader.number] = reader.failure
            if let failure = reader.failure { emit(.failed(failure, retryAt: now + Self.idlePause), reader, now) }
        }
    }

    /// Each log gives a sign of life once an interval, and when its end is reached.
    private func tellProgress(at now: Timestamp) {
        let isDue = nextProgress.map { $0 <= now } ?? false
        if isDue { nextProgress = now + interval }
        for reader in readers where reader.failure == nil && (!reader.isStream || reader.openedAt != nil) {
            // The end is reached when the last event before it has been passed on.
            let isThrough = reader.hasReachedEnd && order.count == 0 && !reader.hasPending
            let isNews = isThrough && hasToldEnd.insert(reader.number).inserted
            guard isNews || isDue else { continue }
            var progress = reader.currentProgress
            progress.hasReachedEnd = hasToldEnd.contains(reader.number)
            emit(.logProgress(progress), reader, now, isNews: isNews)
        }
    }

    private func emit(
        _ payload: Observation.Payload, _ reader: LogReader, _ now: Timestamp, isNews: Bool = true
    ) {
        actions.append(.emit(Observation(at: now, source: reader.target.id, payload), isNews: isNews))
    }
}

// MARK: - Streams

extension LogCollector {
    private func openStream(_ reader: LogReader, at now: Timestamp) {
        guard case .stream(let endpoint, let path) = reader.target.place, !requests.values.contains(reader.number)
        else { return }
        if let due = backoffs[reader.number]?.dueAt(interval: interval, isListed: false), due > now { return }
        nextRequest += 1
        let id = HTTPRequestID(number: nextRequest)
        requests[id] = reader.number
        let request = HTTPRequest(
            endpoint, path: path, accept: "text/event-stream, text/plain, */*", mode: .lines(timeout: timeout))
        actions.append(.start(id, request))
    }

    /// Whether a request is one of these.
    static func owns(_ id: HTTPRequestID) -> Bool { id.number >= firstRequest }

    /// Takes what became of a request.
    func handle(_ event: HTTPEvent, at now: Timestamp) {
        guard let number = requests[event.id] else { return }
        let reader = readers[number]
        switch event {
        case .opened:
            reader.openedAt = now
            reader.reachEnd()
        case .chunk(_, let bytes):
            backoffs[number]?.succeed()
            bytes.withUnsafeBytes { add(reader.receive($0, at: now), reader, now) }
        case .answered(let id, let response):
            let text = "GET \(reader.target.id.target): HTTP \(response.status)"
            let code: SourceFailure.Code = [401, 403].contains(response.status) ? .auth : .http
            fail(id, reader, SourceFailure(code, text), now)
        case .failed(let id, let failure): fail(id, reader, failure, now)
        }
    }

    private func fail(_ id: HTTPRequestID, _ reader: LogReader, _ failure: SourceFailure, _ now: Timestamp) {
        requests[id] = nil
        backoffs[reader.number, default: Backoff()].fail(at: now)
        add(reader.fail(failure, at: now), reader, now)
    }
}
