// SPDX-License-Identifier: Apache-2.0
import Collectors
import Model

/// A recording at its own speed or a multiple of it; the clock is the recording's.
final class ReplayFeed: Feed {
    /// Maximum number of observations delivered at once, so that a jump far into a long recording needs no memory for all of it.
    private static let batch = 1_000
    /// How many times faster or slower than it happened a recording can be replayed.
    static let speeds = 0.1...10_000.0

    private let file: any RecordedFile
    /// What the recording is called.
    let name: String
    private(set) var speed: Double
    private var pace: ReplayPace
    private var next: Observation?
    private var hasBegun = false
    /// Whether it stands still.
    private(set) var isPaused = false
    /// Whether one tick is wanted though it stands still.
    private var wantsTick = false
    private(set) var failure: String?
    /// Recorded and real time of the last observation, from which the clock runs on.
    private var anchor: (recorded: Timestamp, real: Int64)?
    /// Everything up to here is delivered at once.
    private var beginning: Timestamp?

    /// - Parameters:
    ///   - file: an open recording.
    ///   - speed: how many times faster than it happened.
    ///   - beginning: where to begin; nil for the beginning of the recording.
    init(_ file: any RecordedFile, speed: Double, from beginning: Timestamp?) {
        self.file = file
        self.speed = speed
        self.beginning = beginning
        name = file.name.split(separator: "/").last.map(String.init) ?? file.name
        pace = ReplayPace(speed: speed)
    }

    let descriptor: Int32 = -1

    var deadline: Int64? { dueTime }

    /// After the last observation time stands still, because nothing is known of what came then.
    var now: Timestamp {
        guard let anchor else { return SystemTime.now }
        guard let next, !isPaused else { return anchor.recorded }
        let passed = Double(SystemTime.monotonic - anchor.real) * speed
        return min(max(next.at, anchor.recorded), anchor.recorded + .microseconds(Int64(min(passed, 1e15))))
    }

    var isSettled: Bool { hasBegun && next == nil }

    /// Whether the last observation was delivered.
    var hasEnded: Bool { isSettled }

    func beginSleep() -> Bool { !isDue }

    func drain() -> [Observation] {
        var due: [Observation] = []
        while due.count < Self.batch, isDue, let observation = next {
            anchor = (observation.at, SystemTime.monotonic)
            due.append(observation)
            if case .tick = observation.payload { wantsTick = false }
            read()
        }
        return due
    }

    // MARK: - Driving

    /// Stands still, or goes on from here.
    func togglePause() {
        isPaused.toggle()
        resetPace()
    }

    /// Stands still.
    func pause() { if !isPaused { togglePause() } }

    /// Goes on at another speed, within ``speeds``.
    func play(at speed: Double) {
        self.speed = min(max(speed, Self.speeds.lowerBound), Self.speeds.upperBound)
        resetPace()
    }

    /// Delivers everything up to a moment at once.
    func seek(_ moment: Timestamp) {
        beginning = moment
        resetPace()
    }

    /// Delivers everything up to the next tick.
    func step() { wantsTick = true }

    /// Goes back to the beginning, and from there to a moment at once.
    func restart(until moment: Timestamp) {
        file.rewind()
        (hasBegun, next, failure) = (false, nil, nil)
        seek(moment)
    }

    private func resetPace() {
        pace = ReplayPace(speed: speed)
        if let anchor { self.anchor = (anchor.recorded, SystemTime.monotonic) }
    }

    private var isDue: Bool { dueTime.map { $0 <= SystemTime.monotonic } ?? false }

    /// When the next observation is due; nil after the last one, and while it stands still.
    private var dueTime: Int64? {
        if !hasBegun { read() }
        guard let next else { return nil }
        if wantsTick { return .min }
        if let beginning, next.at <= beginning { return .min }
        return isPaused ? nil : pace.due(next.at, now: SystemTime.monotonic)
    }

    private func read() {
        hasBegun = true
        do {
            next = try file.next()
            if next == nil, let hole = file.holes.first { failure = "\(file.name) \(hole.text)" }
        } catch {
            next = nil
            failure = error.message
        }
    }

    /// A recording has what it has.
    func look(at interest: TelemetryInterest) {}

    func pollNow() {}

    func stop() {}
}
