// SPDX-License-Identifier: Apache-2.0
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

    /// Runs to the end.
    ///
    /// - Parameter context: settings, signals and where observations come from.
    /// - Throws: ``CommandFailure`` when recording or collecting cannot start.
    init(_ context: Context) throws(CommandFailure) {
        let request = FeedRequest(context.settings, isOneShot: true)
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

    private mutating func apply(_ observation: Observation) {
        _ = session.apply(observation)
        history.append(observation)
        if history.count > Self.historyLimit { history.removeFirst(history.count / 10) }
    }
}
