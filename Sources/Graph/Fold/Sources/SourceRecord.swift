import Model

/// Answers of `/ready` and `/alive`.
struct Probes {
    var ready: ProbeAnswer?
    var alive: ProbeAnswer?

    mutating func merge(_ newer: Probes) {
        ready = newer.ready ?? ready
        alive = newer.alive ?? alive
    }

    /// Hands the answers over; `nil` when there is none.
    mutating func take() -> Probes? {
        guard ready != nil || alive != nil else { return nil }
        defer { self = Probes() }
        return self
    }
}

/// What the fold keeps of one source.
struct SourceRecord {
    static let keptLatencies = 20

    let id: SourceID
    var origin: SourceOrigin
    /// The member whose endpoint it is: as found, or as its answer said.
    var member: Address?
    var cluster: String?
    var server: String?
    var state = SourceState.connecting
    var stateSince: Timestamp
    var lastSuccess: Timestamp?
    var latency: Duration?
    var recentLatencies: [Duration] = []
    var failure: SourceFailure?
    var failuresInARow = 0
    var retryAt: Timestamp?
    var events = 0
    /// What is worth knowing of its answers; few.
    var notes: [String] = []
    /// How far a log was read.
    var progress = LogProgress()
    /// Lines read at the ends of the newest stretches, by time; a stretch is a second at least.
    private var lineCounts: [(at: Timestamp, lines: Int64)] = []
    /// Answers of the probes before it was known whose they are.
    var early = Probes()
    /// What it answered, if it is an application's health endpoint.
    var probe: ProbeRecord?

    init(id: SourceID, origin: SourceOrigin, at: Timestamp) {
        self.id = id
        self.origin = origin
        member = origin.member
        cluster = origin.cluster
        stateSince = at
    }

    /// How far back the rate of lines looks.
    private static let rateWindow = Duration.seconds(10)

    /// Takes note of how far a log was read.
    mutating func advance(_ next: LogProgress, at: Timestamp) {
        progress = next
        if let last = lineCounts.last, at - last.at < .seconds(1) { return }
        lineCounts.removeAll { at - $0.at > Self.rateWindow }
        lineCounts.append((at, next.lines))
    }

    private func reading(at now: Timestamp) -> LogReading? {
        guard id.kind == .log else { return nil }
        let lately = lineCounts.first { now - $0.at <= Self.rateWindow }
        let seconds = lately.map { (now - $0.at).inSeconds } ?? 0
        let lines = lately.map { progress.lines - $0.lines } ?? 0
        return LogReading(progress: progress, linesPerSecond: seconds >= 1 ? Double(max(0, lines)) / seconds : 0)
    }

    /// Takes note of an answer.
    mutating func succeed(at: Timestamp, reply: Reply? = nil) -> SourceChange? {
        lastSuccess = at
        failuresInARow = 0
        retryAt = nil
        if let reply {
            // A journal may come from anywhere, and no document may say that an answer came before its question.
            let latency = max(.zero, reply.latency)
            self.latency = latency
            server = reply.server ?? server
            recentLatencies = Array((recentLatencies + [latency]).suffix(Self.keptLatencies))
        }
        return become(.ok, nil, at: at)
    }

    /// Takes note of a failure.
    mutating func fail(_ failure: SourceFailure, retryAt: Timestamp, at: Timestamp) -> SourceChange? {
        failuresInARow += 1
        early = Probes()
        self.retryAt = retryAt
        return become(.failing, failure, at: at)
    }

    private mutating func become(_ next: SourceState, _ failure: SourceFailure?, at: Timestamp) -> SourceChange? {
        self.failure = failure
        guard next != state else { return nil }
        let change = SourceChange(at: at, id: id, from: state, to: next, failure: failure)
        state = next
        stateSince = at
        return change
    }

    /// An event stream sends a sign of life every ten seconds (akka.md §2.3), everything else answers once per poll.
    /// A metrics server is asked more rarely, for it has nothing newer.
    func expectedInterval(pollPeriod: Duration) -> Duration {
        switch id.kind {
        case .sse: max(.seconds(10), pollPeriod)
        case .prometheus: max(PollBudget.metricsInterval, pollPeriod)
        case .management, .bridge, .log, .kubernetes, .journal, .probe: pollPeriod
        }
    }

    func snapshot(at now: Timestamp, pollPeriod: Duration) -> SourceSnapshot {
        let next =
            id.kind == .sse ? retryAt : retryAt ?? lastSuccess.map { $0 + expectedInterval(pollPeriod: pollPeriod) }
        return SourceSnapshot(
            id: id, cluster: cluster, member: member, state: state, stateSince: stateSince,
            freshness: Freshness(
                observedAt: lastSuccess, now: now, interval: expectedInterval(pollPeriod: pollPeriod)),
            lastSuccess: lastSuccess, latency: latency, recentLatencies: recentLatencies, failure: failure,
            failuresInARow: failuresInARow, nextAttempt: next, events: events, notes: notes, log: reading(at: now))
    }
}
