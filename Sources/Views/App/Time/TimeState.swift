// SPDX-License-Identifier: Apache-2.0
package import Model

/// Where in time the screens are, as the run reports it: at now, at a moment of the last minutes, or in a replay.
package struct TimeState: Equatable, Sendable {
    /// What the present is.
    package enum Mode: Equatable, Sendable {
        case live
        /// A recording: its name, how many times faster than it happened, whether it stands still, and whether it has come to its end.
        case replay(name: String, speed: Double, isPaused: Bool, hasEnded: Bool)
    }

    /// An incident on the bar.
    package struct Mark: Equatable, Sendable {
        /// When it began and, if it is over, ended.
        package var from: Timestamp
        package var until: Timestamp?
        /// How bad it was.
        package var severity: Finding.Severity

        /// Every property as given.
        package init(from: Timestamp, until: Timestamp?, severity: Finding.Severity) {
            (self.from, self.until, self.severity) = (from, until, severity)
        }
    }

    /// A recording that is being written.
    package struct Recording: Equatable, Sendable {
        /// Bytes so far, and bytes a minute.
        package var bytes: Int
        package var rate: Int

        /// Every property as given.
        package init(bytes: Int, rate: Int) { (self.bytes, self.rate) = (bytes, rate) }
    }

    /// What the present is.
    package var mode: Mode
    /// From when to when there is something to show.
    package var from: Timestamp
    package var until: Timestamp
    /// The moment that is shown; `nil` while it is the newest.
    package var moment: Timestamp?
    /// Events that have come since the reader left now.
    package var newEvents: Int
    /// Incidents, in the order in which they began.
    package var marks: [Mark]
    /// Times of which nothing is known.
    package var holes: [ClosedRange<Timestamp>]
    /// What is being recorded.
    package var recording: Recording?
    /// What the reader must know, such as why a time is not possible.
    package var notice: String?
    /// How much memory the last minutes take, in words.
    package var memory: String?

    /// Every property as given.
    package init(
        mode: Mode, from: Timestamp, until: Timestamp, moment: Timestamp? = nil, newEvents: Int = 0,
        marks: [Mark] = [], holes: [ClosedRange<Timestamp>] = [], recording: Recording? = nil, notice: String? = nil,
        memory: String? = nil
    ) {
        (self.mode, self.from, self.until, self.moment) = (mode, from, until, moment)
        (self.newEvents, self.marks, self.holes) = (newEvents, marks, holes)
        (self.recording, self.notice, self.memory) = (recording, notice, memory)
    }

    /// Whether what is shown is not the present, so that nobody may take it for that.
    package var isPast: Bool {
        if case .replay = mode { return true }
        return moment != nil
    }
}

/// What the reader asks of time.
package enum TimeCommand: Hashable, Sendable {
    /// One snapshot back or forth.
    case stepBack
    case stepForth
    /// To the event before or after that is worth stopping at.
    case previousEvent
    case nextEvent
    case previousIncident
    case nextIncident
    /// To a moment, as typed.
    case at(String)
    /// To now; in a replay to its end.
    case live
    /// Lets a replay stand still, or go on.
    case pause
    /// A replay at half or double speed, or at the speed typed.
    case slower
    case faster
    case speed(String)
}

extension TimeCommand {
    /// Reads what was typed behind the colon.
    ///
    /// - Returns: `nil` for nothing; what is no command is taken for a time, so that the answer says what was wrong with it.
    init?(typed text: String) {
        let words = text.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case (nil, _): return nil
        case ("live", 1), ("now", 1): self = .live
        case ("pause", 1): self = .pause
        case ("speed", 2): self = .speed(words[1])
        case ("at", 2...): self = .at(words.dropFirst().joined(separator: " "))
        default: self = .at(text)
        }
    }
}
