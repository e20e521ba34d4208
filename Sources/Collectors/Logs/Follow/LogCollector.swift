// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Reads all logs and turns their lines into observations: reads a bounded piece of each log at a time, holds a bounded number of events, and
/// stops reading as long as the main thread does not take them.
///
/// A value but for the inputs of its logs, whose descriptors a copy would share. Files and pipes are read here, not by the loop: a read of what
/// is there is one call, and asking the loop for it would copy each piece once more.
struct LogCollector: Collector {
    /// How often a log is looked at that has nothing new.
    static let idlePause = Duration.seconds(1)
    /// How long a record waits for its stack trace.
    private static let stackTracePause = Duration.milliseconds(200)
    /// A stream or pipe that has been silent for this time has said what it had to say.
    private static let replayPause = Duration.milliseconds(500)
    /// How long nothing is read when the main thread has much to do.
    private static let congestionPause = Duration.milliseconds(10)
    /// Maximum number of events that are handed over in one turn.
    static let maximumTurnEvents = 4096
    /// Maximum number of bytes of one read.
    private static let maximumRead = 256 << 10

    /// Whether logs are read.
    private enum Intake {
        /// What is there is read. → `paused`
        case open
        /// The main thread has much unread, so nothing is read until then. → `open`, `paused`
        case paused(until: Timestamp)
    }

    /// When something is done without anything happening.
    private struct Deadlines {
        /// Logs are looked at.
        var look: Timestamp?
        /// Records no longer wait for their stack traces.
        var flush: Timestamp?
        /// Logs give a sign of life.
        var progress: Timestamp?

        var next: Timestamp? { [look, flush, progress].compactMap { $0 }.min() }
    }

    private let options: LogOptions
    private let context: CollectorContext
    private var requests: RequestIDs
    var readers: [LogReader]
    /// The streams whose requests run.
    var running: [RequestID: Int] = [:]
    private var room = [UInt8](repeating: 0, count: Self.maximumRead)
    private var order = EventOrder()
    private var duplicates = DuplicateFilter()
    private var memory = ObserverMemory()
    private var deadlines = Deadlines()
    private var intake = Intake.open
    private var startedAt = Timestamp(microseconds: 0)
    var outbox = Outbox()
    var pods = PodLogTable()
    private let catalogue: LogCatalogue

    /// - Parameters:
    ///   - options: what is read.
    ///   - context: what every collector is given; the interval is that in which each log gives a sign of life.
    ///   - inputs: in tests, where the logs' bytes come from.
    init(_ options: LogOptions, _ context: CollectorContext, inputs: [any LogInput] = []) {
        self.options = options
        self.context = context
        requests = context.requests
        let catalogue = LogCatalogue()
        self.catalogue = catalogue
        readers = options.targets.enumerated().map { number, target in
            let input = number < inputs.count ? inputs[number] : nil
            return LogReader(target, catalogue: catalogue, zone: options.zone, input: input)
        }
    }

    // MARK: - Questions

    var nextWake: Timestamp? {
        if case .paused(let until) = intake { return until }
        if readers.contains(where: \.hasMore) { return startedAt }
        return [deadlines.next, order.nextRelease].compactMap { $0 }.min()
    }

    var descriptors: [Int32] { if case .open = intake { readers.compactMap(\.descriptor) } else { [] } }

    /// Whether every log was read to its end, or cannot be read.
    func isSettled(at now: Timestamp) -> Bool {
        order.count == 0
            && readers.allSatisfy { $0.isSettled(at: now, start: startedAt, pause: Self.replayPause) }
    }

    // MARK: - Inputs

    /// Names the sources and reads for the first time.
    mutating func start(at now: Timestamp) -> [CollectorAction] {
        startedAt = now
        outbox.now = now
        deadlines = Deadlines(look: now, progress: now + context.interval)
        for reader in readers {
            var member: Address?
            if case .address(let address) = reader.target.observer { member = address }
            outbox.emit(
                .sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: member)), from: reader.target.id)
        }
        return advance(to: now, unread: 0)
    }

    /// Reads what is there, passes on what has waited long enough.
    mutating func advance(to now: Timestamp, unread: Int) -> [CollectorAction] {
        outbox.now = now
        let isBehind = order.isFull || unread > 2 * Self.maximumTurnEvents
        intake = isBehind ? .paused(until: now + Self.congestionPause) : .open
        if !isBehind { look(at: now) }
        flushIfDue(at: now)
        release(at: now, maximum: max(0, 3 * Self.maximumTurnEvents - unread))
        reportFailures(at: now)
        reportProgress(at: now)
        removeClosedPodLogs(at: now)
        return outbox.drain()
    }

    mutating func handle(_ event: HTTPEvent, at now: Timestamp) -> [CollectorAction] {
        outbox.now = now
        guard let number = running[event.id] else { return [] }
        switch event {
        case .opened: readers[number].open(at: now)
        case .chunk(_, let bytes):
            let events = bytes.withUnsafeBytes { readers[number].receiveStream($0, at: now) }
            add(events, of: number, at: now)
        case .answered(let id, let response) where readers[number].podLog != nil:
            running[id] = nil
            refusePodLog(number, response, at: now)
        case .answered(let id, let response):
            let text = "GET \(readers[number].target.id.target): HTTP \(response.status)"
            let code: SourceFailure.Code = [401, 403].contains(response.status) ? .auth : .http
            fail(id, number, SourceFailure(code, text))
        case .failed(let id, let failure): fail(id, number, failure)
        }
        // What has come is put in order and reported in the turn that follows.
        return outbox.drain()
    }

    private mutating func fail(_ id: RequestID, _ number: Int, _ failure: SourceFailure) {
        running[id] = nil
        if readers[number].podLog != nil, endPodLog(number, failure, at: outbox.now) { return }
        add(readers[number].fail(failure, at: outbox.now), of: number, at: outbox.now)
    }

    /// Takes the log of a pod.
    mutating func add(_ target: FoundTarget, at now: Timestamp) -> [CollectorAction] {
        guard case .podLog(let log) = target else { return [] }
        outbox.now = now
        let reader = LogReader(LogTarget(log), catalogue: catalogue, zone: options.zone)
        guard let number = addPodLog(log, reader) else { return outbox.drain() }
        openStream(number, at: now)
        return outbox.drain()
    }

    /// No longer follows the log of a pod, once what there is of it has come.
    mutating func remove(_ target: FoundTarget, at now: Timestamp) -> [CollectorAction] {
        guard case .podLog(let log) = target else { return [] }
        outbox.now = now
        removePodLog(log, at: now)
        return outbox.drain()
    }

    // MARK: - Reading

    private mutating func look(at now: Timestamp) {
        let isDue = deadlines.look.map { $0 <= now } ?? false
        if isDue { deadlines.look = now + Self.idlePause }
        for number in readers.indices {
            if readers[number].isStream {
                if isDue { openStream(number, at: now) }
            } else if isDue || readers[number].hasMore || readers[number].descriptor != nil {
                let events = room.withUnsafeMutableBytes { readers[number].read(into: $0, at: now) }
                add(events, of: number, at: now)
            }
        }
        // A clock that was set back must not put everything off.
        if let due = deadlines.look, due - now > Self.idlePause { deadlines.look = now + Self.idlePause }
    }

    private mutating func openStream(_ number: Int, at now: Timestamp) {
        guard !readers[number].hasEnded, !running.values.contains(number), pods.isDue(number, at: now) else { return }
        let due = readers[number].backoff.dueAt(interval: context.interval, isLikelyToReturn: false)
        if let due, due > now { return }
        guard let request = readers[number].request(at: now, timeout: context.timeout) else { return }
        let id = requests.next()
        running[id] = number
        outbox.append(.start(id, request))
    }

    private mutating func flushIfDue(at now: Timestamp) {
        guard readers.contains(where: \.hasPending) else {
            deadlines.flush = nil
            return
        }
        guard let due = deadlines.flush else {
            deadlines.flush = now + Self.stackTracePause
            return
        }
        guard due <= now else { return }
        deadlines.flush = nil
        for number in readers.indices where readers[number].hasPending && !readers[number].hasMore {
            add(readers[number].flush(at: now), of: number, at: now)
        }
    }

    // MARK: - Passing on

    mutating func add(_ events: [ScannedEvent], of number: Int, at now: Timestamp) {
        for scanned in events {
            if let observer = scanned.event.observer {
                memory.learn(
                    observer, source: number, label: scanned.label, weakLabel: scanned.weakLabel,
                    isStart: scanned.event.kind == .started)
            }
            order.add(
                LogEvent(
                    event: scanned.event, source: number, reading: readers[number].reading, label: scanned.label,
                    weakLabel: scanned.weakLabel, arrival: now, isTimeGuessed: scanned.isTimeGuessed))
        }
    }

    private mutating func release(at now: Timestamp, maximum: Int) {
        var released: [(LogEvent, Bool)] = []
        order.release(at: now, maximum: min(maximum, Self.maximumTurnEvents)) { released.append(($0, $1)) }
        for (event, isLate) in released { pass(event, isLate) }
    }

    private mutating func pass(_ logEvent: LogEvent, _ isLate: Bool) {
        var event = logEvent
        nameObserver(&event, readers[event.source].target)
        guard !duplicates.isDuplicate(event) else { return }
        readers[event.source].count(hasObserver: event.event.observer != nil || event.event.observerName != nil)
        outbox.emit(.lifecycle(event.event, late: isLate), from: readers[event.source].target.id)
    }

    /// The observer of a line: named by the line, by the user, or by other lines of the same log.
    private func nameObserver(_ event: inout LogEvent, _ target: LogTarget) {
        guard event.event.observer == nil else { return }
        let rule = options.rules.first { rule in
            rule.matches(event.label ?? target.name) || event.weakLabel.map(rule.matches) ?? false
        }
        switch target.observer ?? rule?.observer {
        case .address(let address): event.event.observer = address
        case .hostPort(let name):
            event.event.observerName = name
            if let peer = event.event.peer,
                let address = try? Address(parsing: "\(peer.scheme)://\(peer.system)@\(name)")
            {
                event.event.observer = address
            }
        case nil:
            event.event.observer = memory.observer(
                source: event.source, label: event.label, weakLabel: event.weakLabel)
        }
    }

    // MARK: - Reports

    private mutating func reportFailures(at now: Timestamp) {
        for number in readers.indices {
            guard let failure = readers[number].nextFailure() else { continue }
            outbox.emit(.failed(failure, retryAt: now + Self.idlePause), from: readers[number].target.id)
        }
    }

    /// Each log gives a sign of life once an interval, and when its end is reached.
    private mutating func reportProgress(at now: Timestamp) {
        let isDue = deadlines.progress.map { $0 <= now } ?? false
        if isDue { deadlines.progress = now + context.interval }
        for number in readers.indices {
            guard let report = readers[number].nextProgress(isDue: isDue, isDrained: order.count == 0) else {
                continue
            }
            outbox.emit(.logProgress(report.progress), from: readers[number].target.id, isNews: report.isNews)
        }
    }
}
