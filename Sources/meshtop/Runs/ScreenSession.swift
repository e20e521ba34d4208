// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Fold
import Model
import Views

/// The data behind the screen: observations go from a feed into a session, as in every other command, and pictures come out.
final class ScreenSession {
    /// Where the observations come from.
    enum Origin {
        /// The sources of a request.
        case live(FeedRequest)
        case recording(ReplayFeed, JournalFile.Span)
    }

    /// A replay keeps as much as fits.
    private static let replayHistory = Duration.seconds(7 * 86_400)

    /// How long a tick waits for the answers of its interval: derived facts are then evaluated and drawn once, with the answers in.
    private static let grace = Duration.milliseconds(250)

    private let context: Context
    private let origin: Origin
    private let session: Session
    private let traveller: TimeTraveller
    private var feed: (any Feed)?
    /// What a live run ticks by; nil before it has started, and for a recording, which holds its own ticks.
    private var pacemaker: Pacemaker?
    private var newEvents = 0
    /// Whether a live run received something since facts were last derived.
    private var isStale = false
    /// For the user once the screen is left, such as that a recording broke off.
    private(set) var parting: String?

    /// - Throws: ``CommandFailure`` when the recording of a live run cannot start.
    init(_ context: Context, _ origin: Origin) throws(CommandFailure) {
        self.context = context
        self.origin = origin
        switch origin {
        case .live:
            let history = History(span: context.settings[.history])
            session = try context.makeSession(history: history)
            traveller = TimeTraveller(session, history)
        case .recording(let feed, let span):
            let history = History(span: Self.replayHistory)
            session = Session(history: history)
            traveller = TimeTraveller(session, history, replay: (feed, span))
            self.feed = feed
        }
    }

    /// Becomes readable when something waits for ``advance()``; -1 for never.
    var descriptor: Int32 { feed?.descriptor ?? -1 }

    /// When ``advance()`` wants to be called even if nothing came, by ``SystemTime/monotonic``; nil for never.
    var deadline: Int64? { pacemaker?.deadline ?? feed?.deadline }

    /// Whether facts are derived in a moment anyway, so that a frame for new data waits until then.
    var isAboutToTick: Bool { pacemaker?.isWaiting(now: SystemTime.monotonic) ?? false }

    /// The present moment: the wall clock, in a replay the recording's.
    var now: Timestamp { traveller.moment ?? feed?.now ?? SystemTime.now }

    /// Where in time the screens are; nil as long as there is nothing to go to.
    var time: TimeState? { traveller.state }

    /// Goes to another moment.
    func go(_ command: TimeCommand) { _ = traveller.go(command) }

    /// Begins. Called once, when the first frame is on the terminal: whatever comes before would delay it.
    ///
    /// - Throws: ``CommandFailure`` when collecting cannot start.
    func start() throws(CommandFailure) {
        guard case .live(var request) = origin else { return }
        request.collecting.isInteractive = true
        var options = request.options
        // Whatever is known of an edge is shown.
        options.graph.edgeValues = Set(EdgeValue.allCases)
        apply(Observation(at: SystemTime.now, source: nil, .started(options)))
        feed = try context.startFeed(request)
        pacemaker = Pacemaker(
            start: SystemTime.monotonic, interval: request.options.interval, first: .afterInterval, grace: Self.grace)
    }

    /// Announces that the main thread is about to sleep on the descriptor.
    ///
    /// - Returns: false when something waits already.
    func beginSleep() -> Bool { feed?.beginSleep() ?? true }

    /// Applies what waits and what is due; cheap, because the picture is made only when it is drawn.
    ///
    /// - Returns: whether the picture may have changed.
    func advance() -> Bool {
        guard let feed else { return false }
        var hasNews = false
        // The loop sleeps next, which the feed must know, or it would not end the sleep.
        repeat {
            let observations = feed.drain()
            for observation in observations { apply(observation) }
            hasNews = hasNews || !observations.isEmpty
        } while !feed.beginSleep()
        if let failure = feed.failure { parting = failure }
        if hasNews, pacemaker != nil { isStale = true }
        let steps = pacemaker?.steps(now: SystemTime.monotonic, hasAnswers: hasNews) ?? []
        for case .tick in steps {
            for observation in session.takeNews() { apply(observation) }
            apply(Observation(at: SystemTime.now, source: nil, .tick))
            isStale = false
        }
        return hasNews || !steps.isEmpty
    }

    /// The picture now, and how many events of the mesh came since the last one.
    func picture() -> (snapshot: MeshSnapshot, newEvents: Int) {
        if isStale { apply(Observation(at: SystemTime.now, source: nil, .refresh)) }
        isStale = false
        defer { newEvents = 0 }
        traveller.count(newEvents: newEvents)
        if let past = traveller.picture { return (past, 0) }
        return (session.mesh.snapshot(), newEvents)
    }

    private func apply(_ observation: Observation) {
        for case .event in session.apply(observation) { newEvents += 1 }
        if let failure = session.newRecordingFailure() { parting = failure }
    }

    /// Asks every source now.
    func pollNow() { feed?.pollNow() }

    /// Notes that an incident was seen; recorded, so that a replay shows the same.
    func acknowledge(_ incident: String) {
        apply(Observation(at: feed?.now ?? SystemTime.now, source: nil, .acknowledged(incident: incident)))
        isStale = pacemaker != nil
    }

    /// Reports what the screen shows, so that expensive queries are limited to that.
    func look(at interest: TelemetryInterest) { feed?.look(at: interest) }

    /// Ends, for the sake of what is recorded too.
    func finish(_ reason: EndReason, exit: Int32) {
        feed?.stop()
        guard case .live = origin else { return }
        apply(Observation(at: SystemTime.now, source: nil, .ended(reason, exit: exit)))
        session.finish()
    }
}
