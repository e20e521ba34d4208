import Collectors
import Fold
import Model

/// Live data for the screen: observations from the collector go into the session, as in every other command.
final class LiveScreenFeed: ScreenFeed {
    /// A tick waits so long for the answers of its interval: derived facts are then evaluated and drawn once, with the answers in.
    private static let patience: Int64 = 250_000

    private let context: Context
    private var request: FeedRequest
    private var session: Session
    private var feed: (any ObservationFeed)?
    private var nextTick: Int64 = 0
    private var newEvents = 0
    /// Whether something came in since facts were last derived.
    private var isStale = false
    private(set) var parting: String?

    /// - Throws: ``CommandFailure`` when the recording cannot start.
    init(_ context: Context, _ request: FeedRequest) throws(CommandFailure) {
        self.context = context
        self.request = request
        self.request.isRead = true
        session = try context.makeSession()
    }

    var descriptor: Int32 { feed?.descriptor ?? -1 }
    var deadline: Int64? { nextTick + Self.patience }
    var now: Timestamp { SystemTime.now }

    func start() throws(CommandFailure) {
        var options = request.options
        // All that can be told of an edge is shown where it is known.
        options.graph.edgeValues = Set(EdgeValue.allCases)
        take(Observation(at: SystemTime.now, source: nil, .started(options)))
        feed = try context.startFeed(request)
        nextTick = SystemTime.monotonic + request.options.interval.microseconds
    }

    func beginSleep() -> Bool { feed?.beginSleep() ?? true }

    func advance() -> Bool {
        var hasNews = false
        // The loop sleeps next, which the mailbox must know, or it would not end the sleep.
        repeat {
            let observations = feed?.drain() ?? []
            for observation in observations { take(observation) }
            hasNews = hasNews || !observations.isEmpty
        } while feed?.beginSleep() == false
        if hasNews { isStale = true }
        return tickIfDue(hasNews: hasNews) || hasNews
    }

    private func tickIfDue(hasNews: Bool) -> Bool {
        let time = SystemTime.monotonic
        guard time >= (hasNews ? nextTick : nextTick + Self.patience) else { return false }
        take(Observation(at: SystemTime.now, source: nil, .tick))
        isStale = false
        let interval = request.options.interval.microseconds
        // Ticks that were missed, while the process was stopped for example, are not made up for.
        nextTick = max(nextTick + interval, time)
        return true
    }

    func picture() -> (snapshot: MeshSnapshot, newEvents: Int) {
        if isStale { take(Observation(at: SystemTime.now, source: nil, .refresh)) }
        isStale = false
        defer { newEvents = 0 }
        return (session.mesh.snapshot(), newEvents)
    }

    private func take(_ observation: Observation) {
        for case .event in session.take(observation) { newEvents += 1 }
        if let failure = session.newRecordingFailure() { parting = failure }
    }

    func pollNow() { feed?.pollNow() }

    func look(at interest: TelemetryInterest) { feed?.look(at: interest) }

    func finish(_ reason: EndReason, exit: Int32) {
        feed?.stop()
        take(Observation(at: SystemTime.now, source: nil, .ended(reason, exit: exit)))
        session.finish()
    }
}
