// SPDX-License-Identifier: Apache-2.0
import Collectors
import Model

/// A recording at its own speed or a multiple of it; the clock is the recording's.
final class ReplayFeed: Feed {
    /// Maximum number of observations delivered at once, so that a jump far into a long recording needs no memory for all of it.
    private static let batch = 1_000

    private let file: JournalFile
    private let speed: Double
    private var pace: ReplayPace
    private var next: Observation?
    private var hasBegun = false
    private(set) var failure: String?
    /// Recorded and real time of the last observation, from which the clock runs on.
    private var anchor: (recorded: Timestamp, real: Int64)?
    /// Everything up to here is delivered at once.
    private let beginning: Timestamp?

    /// - Parameters:
    ///   - file: an open recording.
    ///   - speed: how many times faster than it happened.
    ///   - beginning: where to begin; nil for the beginning of the recording.
    init(_ file: JournalFile, speed: Double, from beginning: Timestamp?) {
        self.file = file
        self.speed = speed
        self.beginning = beginning
        pace = ReplayPace(speed: speed)
    }

    let descriptor: Int32 = -1

    var deadline: Int64? { dueTime }

    /// After the last observation time stands still, because nothing is known of what came then.
    var now: Timestamp {
        guard let anchor else { return SystemTime.now }
        guard next != nil else { return anchor.recorded }
        let passed = Double(SystemTime.monotonic - anchor.real) * speed
        return anchor.recorded + .microseconds(Int64(min(passed, 1e15)))
    }

    var isSettled: Bool { hasBegun && next == nil }

    func beginSleep() -> Bool { !isDue }

    func drain() -> [Observation] {
        var due: [Observation] = []
        while due.count < Self.batch, isDue, let observation = next {
            anchor = (observation.at, SystemTime.monotonic)
            due.append(observation)
            read()
        }
        return due
    }

    private var isDue: Bool { dueTime.map { $0 <= SystemTime.monotonic } ?? false }

    /// When the next observation is due; nil after the last one.
    private var dueTime: Int64? {
        if !hasBegun { read() }
        guard let next else { return nil }
        if let beginning, next.at <= beginning { return .min }
        return pace.due(next.at, now: SystemTime.monotonic)
    }

    private func read() {
        hasBegun = true
        do {
            next = try file.next()
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
