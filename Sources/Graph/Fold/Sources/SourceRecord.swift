// SPDX-License-Identifier: Apache-2.0
import Model

/// What the fold keeps of one source.
struct SourceRecord {
    let id: SourceID
    var origin: SourceOrigin
    /// The member whose endpoint it is: as found, or as its answer said.
    var member: Address?
    var cluster: String?
    private(set) var state = SourceState.connecting
    private(set) var stateSince: Timestamp
    private(set) var lastSuccess: Timestamp?
    private(set) var replies = ReplyStatistics()
    private(set) var failures = FailureRun()
    /// Events that a stream or a log delivered.
    private(set) var events = 0
    /// What is worth knowing of its answers; few.
    var notes: [String] = []
    private(set) var log = LogStatistics()
    /// Readiness answers that arrive before the first view are kept until the member is known.
    var earlyChecks = HealthChecks()
    /// What it answered, if it is an application's health endpoint.
    var probe: ProbeRecord?
    /// What it answers to those that look for a cluster, if it is a node without one.
    private(set) var contact: ContactRecord?

    init(id: SourceID, origin: SourceOrigin, at: Timestamp) {
        self.id = id
        self.origin = origin
        member = origin.member
        cluster = origin.cluster
        stateSince = at
    }

    // MARK: - Records

    /// Records an answer.
    mutating func recordSuccess(at: Timestamp, reply: Reply? = nil) -> SourceChange? {
        lastSuccess = at
        failures = FailureRun()
        if let reply { replies.record(reply) }
        return change(to: .ok, at: at)
    }

    /// Records a failure.
    mutating func recordFailure(_ failure: SourceFailure, retryAt: Timestamp, at: Timestamp) -> SourceChange? {
        failures.record(failure, retryAt: retryAt)
        earlyChecks = HealthChecks()
        return change(to: .failing, at: at)
    }

    /// Records what a node answers to those that look for a cluster.
    mutating func recordContact(_ answer: BootstrapSnapshot.Answer, _ seeds: [Address], at: Timestamp) {
        let since = contact?.answer == answer ? contact?.since ?? at : at
        contact = ContactRecord(answer: answer, seeds: seeds, since: since)
    }

    /// Counts an event of a stream.
    mutating func countEvent() { events += 1 }

    /// Records how far a log was read.
    ///
    /// - Returns: How many more lines were dropped.
    mutating func recordProgress(_ progress: LogProgress, at: Timestamp) -> Int64 {
        let dropped = max(0, progress.dropped - log.progress.dropped)
        log.record(progress, at: at)
        events = Int(progress.events)
        return dropped
    }

    private mutating func change(to next: SourceState, at: Timestamp) -> SourceChange? {
        guard next != state else { return nil }
        let change = SourceChange(at: at, id: id, from: state, to: next, failure: failures.last)
        state = next
        stateSince = at
        return change
    }

    // MARK: - Picture

    /// An event stream sends a sign of life every ten seconds (akka.md §2.3), everything else answers once per poll.
    /// A metrics server is asked more rarely, for it has nothing newer.
    func expectedInterval(pollPeriod: Duration) -> Duration {
        switch id.kind {
        case .sse: max(.seconds(10), pollPeriod)
        case .prometheus: max(PollBudget.metricsInterval, pollPeriod)
        // A watch says nothing as long as nothing changes, but for a bookmark about once a minute.
        case .kubernetes: max(.seconds(75), pollPeriod)
        case .management, .bridge, .log, .podLog, .journal, .probe: pollPeriod
        }
    }

    /// How old what the source reports is.
    func freshness(at now: Timestamp, pollPeriod: Duration) -> Freshness {
        Freshness(observedAt: lastSuccess, now: now, interval: expectedInterval(pollPeriod: pollPeriod))
    }

    /// The pod it was found in, and the way there.
    private var placeNotes: [String] {
        origin.pod.map { ["pod \($0.pod.namespace)/\($0.pod.name), \($0.way)"] } ?? []
    }

    func snapshot(at now: Timestamp, pollPeriod: Duration) -> SourceSnapshot {
        let retryAt = failures.retryAt
        let next =
            id.kind == .sse || id.kind == .kubernetes
            ? retryAt : retryAt ?? lastSuccess.map { $0 + expectedInterval(pollPeriod: pollPeriod) }
        return SourceSnapshot(
            id: id, cluster: cluster, member: member, state: state, stateSince: stateSince,
            freshness: freshness(at: now, pollPeriod: pollPeriod), lastSuccess: lastSuccess, latency: replies.latency,
            recentLatencies: replies.recentLatencies, failure: failures.last, failuresInARow: failures.count,
            nextAttempt: next, events: events, notes: placeNotes + notes,
            log: [.log, .podLog].contains(id.kind) ? log.reading(at: now) : nil)
    }
}

/// What the answers of a source had in common.
struct ReplyStatistics {
    /// Maximum number of latencies that are kept.
    static let maximumLatencies = 20

    private(set) var latency: Duration?
    private(set) var recentLatencies: [Duration] = []
    /// The header `Server`, as it came last.
    private(set) var server: String?

    mutating func record(_ reply: Reply) {
        // A journal may come from anywhere, and no document may say that an answer came before its question.
        let latency = max(.zero, reply.latency)
        self.latency = latency
        server = reply.server ?? server
        recentLatencies = Array((recentLatencies + [latency]).suffix(Self.maximumLatencies))
    }
}

/// What a node answers on `/bootstrap/seed-nodes`.
struct ContactRecord {
    let answer: BootstrapSnapshot.Answer
    let seeds: [Address]
    /// Since when it has answered so.
    let since: Timestamp
}

/// The failures of a source since its last success.
struct FailureRun {
    private(set) var last: SourceFailure?
    private(set) var count = 0
    private(set) var retryAt: Timestamp?

    mutating func record(_ failure: SourceFailure, retryAt: Timestamp) {
        last = failure
        count += 1
        self.retryAt = retryAt
    }
}

/// How far a log was read, and how fast lately.
struct LogStatistics {
    /// How far back the rate of lines looks.
    private static let rateWindow = Duration.seconds(10)

    private(set) var progress = LogProgress()
    /// Lines read at the ends of the newest stretches, by time; a stretch is at least one second.
    private var lineCounts: [(at: Timestamp, lines: Int64)] = []

    mutating func record(_ next: LogProgress, at: Timestamp) {
        progress = next
        if let last = lineCounts.last, at - last.at < .seconds(1) { return }
        lineCounts.removeAll { at - $0.at > Self.rateWindow }
        lineCounts.append((at, next.lines))
    }

    func reading(at now: Timestamp) -> LogReading {
        let start = lineCounts.first { now - $0.at <= Self.rateWindow }
        let seconds = start.map { (now - $0.at).inSeconds } ?? 0
        let lines = start.map { progress.lines - $0.lines } ?? 0
        return LogReading(progress: progress, linesPerSecond: seconds >= 1 ? Double(max(0, lines)) / seconds : 0)
    }
}
