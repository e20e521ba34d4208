import Collectors
import Fold
import Model

/// A recording for the screen, at its own speed or a multiple of it; the clock is the recording's.
final class ReplayScreenFeed: ScreenFeed {
    private let file: JournalFile
    private let speed: Double
    private var pace: ReplayPace
    private var session = Session()
    private var next: Observation?
    private var newEvents = 0
    private(set) var parting: String?
    /// Recorded and real time of the last observation, between which the clock is reckoned.
    private var anchor: (recorded: Timestamp, real: Int64)?
    /// Everything up to here is taken in at once.
    private let beginning: Timestamp?

    /// - Parameters:
    ///   - file: an open recording.
    ///   - speed: how many times faster than it happened.
    ///   - beginning: where to begin, nil for the beginning.
    init(_ file: JournalFile, speed: Double, from beginning: Timestamp?) {
        self.file = file
        self.speed = speed
        self.beginning = beginning
        pace = ReplayPace(speed: speed)
    }

    let descriptor: Int32 = -1

    var deadline: Int64? {
        guard let next else { return nil }
        return pace.due(next.at, now: SystemTime.monotonic)
    }

    /// After the last observation time stands still, as nothing is known of what came then.
    var now: Timestamp {
        guard let anchor else { return SystemTime.now }
        guard next != nil else { return anchor.recorded }
        let passed = Double(SystemTime.monotonic - anchor.real) * speed
        return anchor.recorded + .microseconds(Int64(min(passed, 1e15)))
    }

    func start() throws(CommandFailure) {
        read()
        guard let beginning else { return }
        while let observation = next, observation.at <= beginning { take(observation) }
    }

    func beginSleep() -> Bool { true }

    func advance() -> Bool {
        var hasChanged = false
        while let observation = next, pace.due(observation.at, now: SystemTime.monotonic) <= SystemTime.monotonic {
            take(observation)
            hasChanged = true
        }
        return hasChanged
    }

    private func take(_ observation: Observation) {
        anchor = (observation.at, SystemTime.monotonic)
        for case .event in session.take(observation) { newEvents += 1 }
        read()
    }

    private func read() {
        do {
            next = try file.next()
        } catch {
            next = nil
            parting = error.message
        }
    }

    func picture() -> (snapshot: MeshSnapshot, newEvents: Int) {
        defer { newEvents = 0 }
        return (session.mesh.snapshot(), newEvents)
    }

    /// A recording has what it has.
    func look(at interest: TelemetryInterest) {}

    func pollNow() {}

    func finish(_ reason: EndReason, exit: Int32) {}
}
