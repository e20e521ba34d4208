// SPDX-License-Identifier: Apache-2.0
/// How far a log was read, and what was left out of it. Counted since the source was first opened.
package struct LogProgress: Hashable, Sendable {
    /// Bytes that were read.
    package var bytes: Int64 = 0
    /// Lines that were read.
    package var lines: Int64 = 0
    /// Lines that became events.
    package var events: Int64 = 0
    /// Events whose observer is not known.
    package var withoutObserver: Int64 = 0
    /// Lines that were cut, too long, or no text.
    package var unreadable: Int64 = 0
    /// Lines and events that bounds made us drop.
    package var dropped: Int64 = 0
    /// Lines with a word of Akka's or Pekko's that are of no pattern.
    package var unrecognised: Int64 = 0
    /// Events whose time is a guess: their lines have none that can be.
    package var guessedTimes: Int64 = 0
    /// Whether the end was reached at least once.
    package var hasReachedEnd = false

    /// Nothing was read yet.
    package init() {}
}

/// What is shown of a log.
package struct LogReading: Hashable, Sendable {
    /// How far the log was read.
    package var progress: LogProgress
    /// Over the newest reports of progress.
    package var linesPerSecond: Double

    /// Every property as given.
    package init(progress: LogProgress, linesPerSecond: Double) {
        self.progress = progress
        self.linesPerSecond = linesPerSecond
    }
}
