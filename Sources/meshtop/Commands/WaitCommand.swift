// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Fold
import Model
import Views

/// `meshtop wait EXPR`: until the cluster is as an expression says.
struct WaitCommand {
    /// Minimum time between two ticks, however short `--interval` is.
    private static let shortestInterval = Duration.milliseconds(100)

    private let context: Context
    private let expression: Awaited
    private let session: Session
    private let start = SystemTime.monotonic
    private var pacemaker: Pacemaker
    /// Whether every source, also each one found, has once answered or failed. Before that a count of 0 may only mean that nothing is known.
    private var hasSettled = false
    private var progress = WaitProgress()

    /// Reads the expression.
    ///
    /// - Throws: ``CommandFailure`` when it is none, or the recording cannot start.
    init(_ context: Context) throws(CommandFailure) {
        self.context = context
        do {
            expression = try Awaited(context.settings.arguments.first ?? "")
        } catch {
            for line in error.lines { context.errors.write("\(line)\n".printableLines) }
            throw CommandFailure(message: "\(error.reason); see `meshtop wait --help`", exit: 64)
        }
        session = try context.makeSession()
        pacemaker = Pacemaker(
            start: start, interval: max(Self.shortestInterval, context.settings[.interval]), first: .afterInterval,
            duration: context.settings[.waitTimeout])
    }

    /// Waits.
    ///
    /// - Returns: 0 when it held, 1 when the time was over.
    /// - Throws: ``CommandFailure`` when collecting cannot start.
    mutating func run() throws(CommandFailure) -> Int32 {
        let request = try FeedRequest(context.settings, isOneShot: false)
        apply(.started(request.options))
        let feed = try context.startFeed(request)
        defer { feed.stop() }
        let loop = EventLoop(feed: feed, signals: context.signals, output: -1)
        while true {
            switch loop.next(deadline: pacemaker.deadline) {
            case .observations(let observations):
                for observation in observations { _ = session.apply(observation) }
                apply(.refresh)
            case .signal(let number): return try end(.signal, exit: 128 + number, held: false)
            case .time, .outputClosed: break
            }
            hasSettled = hasSettled || feed.isSettled
            let steps = pacemaker.steps(now: SystemTime.monotonic, hasAnswers: false)
            // The last look is at the end of the time, too.
            if !steps.isEmpty { apply(.tick) }
            if hasSettled, expression.holds(session.mesh.snapshot()) { return try end(.count, exit: 0, held: true) }
            if steps.contains(.endOfTime) { return try end(.duration, exit: 1, held: false) }
            if !steps.isEmpty { sayProgress() }
        }
    }

    /// Why it has not held yet, on the standard error: once, when that changes, and now and then.
    private mutating func sayProgress() {
        let after = Duration.microseconds(SystemTime.monotonic - start)
        guard let line = progress.line(context.settings.arguments.first ?? "", unmet, after: after) else { return }
        context.errors.write("\(line)\n".printableLines)
    }

    private func apply(_ payload: Observation.Payload) {
        _ = session.apply(Observation(at: SystemTime.now, source: nil, payload))
    }

    private func end(_ reason: EndReason, exit: Int32, held: Bool) throws(CommandFailure) -> Int32 {
        apply(.ended(reason, exit: exit))
        session.finish()
        if let failure = session.newRecordingFailure() { context.say(failure) }
        let after = Duration.microseconds(SystemTime.monotonic - start)
        let isJSON = context.settings[.output] == .json
        let result = context.out.write(
            isJSON ? json(held: held, after: after) : Array(text(held: held, after: after).utf8))
        return try result.exit(or: exit)
    }

    private func text(held: Bool, after: Duration) -> String {
        let seconds = "\(after.inTenths)s"
        let values = expression.values(session.mesh.snapshot())
        if held { return "held after \(seconds): \(values)\n".printableLines }
        return "not held after \(seconds): \(unmet.joined(separator: ", "))\n".printableLines
    }

    private var unmet: [String] {
        guard hasSettled else { return ["not every source has answered yet"] }
        // Where nothing is known, what was asked says why.
        let failing =
            MeshCounts(session.mesh.snapshot())[.members] == nil
            ? session.mesh.snapshot().sources.compactMap(\.failureText) : []
        return expression.unmet(session.mesh.snapshot()) + failing.prefix(3)
    }

    private func json(held: Bool, after: Duration) -> [UInt8] {
        JSONWriter.line { json in
            json.field("held", held)
            json.field("after", after)
            json.field("unmet", held ? [] : unmet)
        }
    }
}

extension Duration {
    /// Seconds with one decimal.
    var inTenths: String {
        let tenths = microseconds / 100_000
        return "\(tenths / 10).\(tenths % 10)"
    }
}
