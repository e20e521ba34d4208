// SPDX-License-Identifier: Apache-2.0
import Model

/// What `doctor` says of a log that is read: what of it could not be used, and what to do about it.
enum LogAdvice {
    static func notes(on progress: LogProgress) -> [String] {
        var notes: [String] = []
        func add(_ count: Int64, _ text: String) { if count > 0 { notes.append("\(count) \(text)") } }
        if progress.events == 0, progress.hasReachedEnd, progress.lines > 0 {
            notes.append("none of its \(progress.lines) lines is of Akka's or Pekko's cluster, remoting or bootstrap")
        }
        add(
            progress.withoutObserver,
            "events name no node: name it with --events HOST:PORT=FILE, or by pod with --observer PATTERN=HOST:PORT")
        add(
            progress.guessedTimes,
            "events have no time that can be: what stands in their lines lies in the future, or is no time")
        add(progress.unrecognised, "lines are of Akka or Pekko and of no known pattern")
        add(progress.unreadable, "lines were cut, too long, or no text")
        return notes
    }
}
