// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Fold
import Model
import Views

/// A run that prints lines as long as it goes: `watch`, and `demo` with `-o jsonl`.
struct WatchRun {
    private let context: Context
    private let request: FeedRequest
    private let session: Session
    private var report = LineReport()
    private var settling = Settling()
    private var pacemaker: Pacemaker
    /// For a demo, in which sources fail because they are meant to.
    private let forgivesFailures: Bool

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - context: settings, signals, output.
    ///   - request: what to collect.
    ///   - forgivesFailures: whether sources that fail at the end leave the exit code at 0.
    /// - Throws: ``CommandFailure`` when the recording cannot start.
    init(_ context: Context, _ request: FeedRequest, forgivesFailures: Bool = false) throws(CommandFailure) {
        self.forgivesFailures = forgivesFailures
        self.context = context
        self.request = request
        session = try context.makeSession()
        pacemaker = Pacemaker(
            start: SystemTime.monotonic, interval: request.options.interval,
            first: .whenSettled(atMost: request.patience), count: context.settings[.count],
            duration: context.settings[.runFor])
    }

    /// Runs to the end.
    ///
    /// - Returns: the exit code.
    /// - Throws: ``CommandFailure`` when collecting cannot start.
    mutating func run() throws(CommandFailure) -> Int32 {
        _ = apply(Observation(at: SystemTime.now, source: nil, .started(request.options)))
        let feed = try context.startFeed(request)
        defer { feed.stop() }
        let loop = EventLoop(feed: feed, signals: context.signals, output: context.out.descriptor)
        while true {
            if let exit = step(loop.next(deadline: pacemaker.deadline)) {
                session.finish()
                sayRecordingFailure()
                return exit
            }
            sayRecordingFailure()
        }
    }

    private mutating func sayRecordingFailure() {
        if let failure = session.newRecordingFailure() { context.say(failure) }
    }

    private mutating func step(_ event: EventLoop.Event) -> Int32? {
        switch event {
        case .observations(let observations):
            for observation in observations {
                settling.note(observation)
                if let exit = apply(observation) { return exit }
            }
        case .signal(let number): return finish(.signal, exit: 128 + number)
        case .outputClosed: return closed()
        case .time: break
        }
        return pace()
    }

    private mutating func pace() -> Int32? {
        for step in pacemaker.steps(now: SystemTime.monotonic, hasAnswers: settling.isSettled) {
            switch step {
            case .tick:
                for observation in session.takeNews() { if let exit = apply(observation) { return exit } }
                if let exit = apply(Observation(at: SystemTime.now, source: nil, .tick)) { return exit }
            case .endOfCount: return finish(.count, exit: verdict)
            case .endOfTime: return finish(.duration, exit: verdict)
            }
        }
        return settling.isSettled && !settling.hasAnswer && request.isDefault ? nothingHere() : nil
    }

    /// No source was named and none was found: waiting for one would look like a program that hangs.
    private mutating func nothingHere() -> Int32? {
        let exit = finish(.error, exit: 1)
        context.say(DefaultSources.advice)
        return exit
    }

    /// 1 when nothing ever answered, 2 when something fails at the end.
    private var verdict: Int32 {
        guard settling.hasAnswer else { return 1 }
        if forgivesFailures { return 0 }
        return session.mesh.snapshot().sources.contains { $0.state == .failing } ? 2 : 0
    }

    private mutating func finish(_ reason: EndReason, exit: Int32) -> Int32 {
        apply(Observation(at: SystemTime.now, source: nil, .ended(reason, exit: exit))) ?? exit
    }

    /// The reader has what it wanted; only the recording says so.
    private mutating func closed() -> Int32 {
        _ = session.apply(Observation(at: SystemTime.now, source: nil, .ended(.outputClosed, exit: 0)))
        return 0
    }

    /// Applies an observation and prints what it causes.
    ///
    /// - Returns: the exit code when the output ended the run.
    private mutating func apply(_ observation: Observation) -> Int32? {
        let changes = session.apply(observation)
        let lines = report.lines(after: observation, changes: changes, at: session.mesh.now) { session.mesh.snapshot() }
        guard !lines.isEmpty else { return nil }
        switch context.out.write(lines) {
        case .written: return nil
        case .closed: return closed()
        case .interrupted:
            // The reader takes nothing, so only the recording gets the end.
            let exit = 128 + (context.signals.next() ?? 0)
            _ = session.apply(Observation(at: SystemTime.now, source: nil, .ended(.signal, exit: exit)))
            return exit
        case .failed(let reason):
            context.say("the output cannot be written (\(reason))")
            return 1
        }
    }
}
