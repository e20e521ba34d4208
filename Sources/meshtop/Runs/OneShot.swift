// SPDX-License-Identifier: Apache-2.0
import Configuration
import Fold
import Model

/// Collects until every source has answered or failed, then evaluates once: what `snapshot`, `check`, `explain` and `doctor` do.
struct OneShot {
    /// How it ended.
    enum End: Equatable {
        case settled
        case signal(Int32)
    }

    let session: Session
    private(set) var end = End.settled
    /// Whether any source delivered.
    private(set) var hasAnswer = false
    private var settling = Settling()
    /// Maximum number of observations that are kept.
    private static let historyLimit = 10_000

    /// The newest observations, for `explain`.
    private(set) var history: [Observation] = []

    /// The observation that `--observation` names.
    private(set) var asked: Observation?
    /// What is wrong with the journal that was read; empty if nothing is, or none was.
    private(set) var trouble: [String] = []
    private let isLive: Bool

    /// Runs to the end: asks live sources, or reads the journal that the arguments name.
    ///
    /// - Parameter context: settings, signals and where observations come from.
    /// - Throws: ``CommandFailure`` when recording or collecting cannot start, or the journal cannot be read.
    init(_ context: Context) throws(CommandFailure) {
        if let recorded = try context.recordedMoment() {
            self.init(recorded, context.settings)
            for text in trouble { context.say(text) }
        } else {
            try self.init(live: context)
        }
    }

    /// Reads a journal up to a moment.
    init(_ recorded: RecordedMoment, _ settings: Settings) {
        isLive = false
        session = Session()
        trouble = recorded.play { observation in
            if case .started(let options) = observation.payload {
                settling = Settling()
                let shown = settings.shownOptions(options)
                return apply(Observation(at: observation.at, source: nil, .started(shown)), settings[.observation])
            }
            settling.note(observation)
            apply(observation, settings[.observation])
        }
        hasAnswer = settling.hasAnswer
    }

    private init(live context: Context) throws(CommandFailure) {
        isLive = true
        let request = try FeedRequest(context.settings, isOneShot: true)
        session = try context.makeSession()
        apply(Observation(at: SystemTime.now, source: nil, .started(request.options)))
        let feed = try context.startFeed(request)
        collect(feed, context, patience: request.patience)
        feed.stop()
        for observation in feed.drain() {
            settling.note(observation)
            apply(observation)
        }
        hasAnswer = settling.hasAnswer
        apply(Observation(at: SystemTime.now, source: nil, .tick))
    }

    /// Adds the last observation and ends the recording.
    mutating func finish(exit: Int32, _ context: Context) {
        guard isLive else { return }
        let reason: EndReason = if case .signal = end { .signal } else { .count }
        apply(Observation(at: SystemTime.now, source: nil, .ended(reason, exit: exit)))
        session.finish()
        if let failure = session.newRecordingFailure() { context.say(failure) }
    }

    private mutating func collect(_ feed: any Feed, _ context: Context, patience: Duration) {
        let loop = EventLoop(feed: feed, signals: context.signals, output: -1)
        let deadline = SystemTime.monotonic + patience.microseconds
        while !feed.isSettled {
            switch loop.next(deadline: deadline) {
            case .observations(let observations):
                for observation in observations {
                    settling.note(observation)
                    apply(observation)
                }
            case .signal(let number):
                end = .signal(number)
                return
            case .time: return
            case .outputClosed: break
            }
        }
    }

    private mutating func apply(_ observation: Observation, _ number: Int? = nil) {
        _ = session.apply(observation)
        if let number, session.mesh.observationCount == number { asked = observation }
        history.append(observation)
        if history.count > Self.historyLimit { history.removeFirst(history.count / 10) }
    }
}
