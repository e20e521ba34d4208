// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The last stage of a line: gives events their times. Events whose time the log has not settled yet wait here, in its order.
struct EventClock {
    /// Maximum number of events that wait for it to become clear when they were.
    static let maximumWaiting = 1 << 14

    private var clock: LogClock
    private var waiting: [(event: ScannedEvent, time: LogTime?)] = []
    private var events: [ScannedEvent] = []
    /// How many events have a time that is a guess.
    private(set) var guessed = 0

    init(zone: LogZone) { clock = LogClock(zone: zone) }

    /// Sets the present, and when the log was last written.
    mutating func set(now: Timestamp, written: Timestamp?) { clock.set(now: now, written: written) }

    /// Takes an event with what its line says of its time.
    mutating func add(_ event: ScannedEvent, _ time: LogTime?) {
        let hasLearnt = time.map { clock.learn($0) } ?? false
        if !waiting.isEmpty || time.map({ clock.isOpen($0) }) ?? false {
            waiting.append((event, time))
            let isSettled = hasLearnt && !waiting.contains { $0.time.map { clock.isOpen($0) } ?? false }
            if isSettled || waiting.count >= Self.maximumWaiting { release() }
            return
        }
        pass(event, clock.read(time))
    }

    /// No other line will settle anything: the usual order of dates holds.
    mutating func settle() {
        release()
        clock.settle()
    }

    /// Takes the events out whose time is settled.
    mutating func drain() -> [ScannedEvent] {
        defer { events = [] }
        return events
    }

    private mutating func release() {
        guard !waiting.isEmpty else { return }
        let readings = clock.read(waiting: waiting.map(\.time))
        for (entry, reading) in zip(waiting, readings) { pass(entry.event, reading) }
        waiting = []
    }

    private mutating func pass(_ event: ScannedEvent, _ reading: LogClock.Reading) {
        var event = event
        event.event.at = reading.at
        event.isTimeGuessed = reading.isGuessed
        if reading.isGuessed { guessed += 1 }
        events.append(event)
    }
}
