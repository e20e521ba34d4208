// SPDX-License-Identifier: Apache-2.0
package import Model

/// What a scanner found in a line.
struct ScannedEvent: Equatable {
    var event: LifecycleEvent
    /// The pod or container that the line names.
    var label: String?
    /// A first word that may name the node, if it turns out to do so.
    var weakLabel: String?
    /// Whether its time is a guess: the line has none, or one that cannot be.
    var isTimeGuessed = false
}

/// Turns the bytes of one log into events, in one pass: a line without a word of the catalogue costs the search for it, nothing more.
///
/// A value, bounded by the longest line; the catalogue and the parser behind it are shared and never change.
package struct LogScanner {
    private var splitter: LineSplitter
    private var records: RecordScanner
    /// When the log was last written, if that is known.
    var written: Timestamp?

    /// - Parameters:
    ///   - catalogue: what is looked for; shared by all scanners of a thread.
    ///   - zone: the time zone of lines that do not say it.
    ///   - maximumLine: Maximum number of bytes of a line.
    init(catalogue: LogCatalogue, zone: LogZone = .utc, maximumLine: Int = LineSplitter.maximumLine) {
        splitter = LineSplitter(maximum: maximumLine)
        records = RecordScanner(catalogue: catalogue, zone: zone, maximumLine: maximumLine)
    }

    /// How many lines there were since the last restart.
    var lines: Int { records.lines }

    /// Lines that were cut, too long, or no text.
    var unreadableLines: Int { splitter.cutLines + records.unreadable }

    /// Lines with a word of Akka's or Pekko's that are of no pattern.
    var unrecognisedLines: Int { records.losses.unrecognised }

    /// Events whose time is a guess.
    var guessedTimes: Int { records.guessedTimes }

    /// Whether a record waits for its stack trace.
    var hasPending: Bool { records.hasPending }

    /// Takes the next bytes of the log.
    ///
    /// - Parameters:
    ///   - bytes: a chunk, cut anywhere.
    ///   - now: the time.
    /// - Returns: the events that it completes and whose time is settled, in the log's order.
    mutating func receive(_ bytes: UnsafeRawBufferPointer, at now: Timestamp) -> [ScannedEvent] {
        records.set(now: now, written: written)
        splitter.receive(bytes) { line in records.scan(line) }
        return records.drainEvents()
    }

    /// Everything that is there was read: what lines leave open of their times, no other line will settle.
    mutating func settle(at now: Timestamp) -> [ScannedEvent] {
        records.set(now: now, written: written)
        records.settle()
        return records.drainEvents()
    }

    /// Nothing more has come for a while: what waits for a stack trace no longer waits.
    mutating func flush(at now: Timestamp) -> [ScannedEvent] {
        records.set(now: now, written: written)
        records.finishPending()
        return records.drainEvents()
    }

    /// The log has ended.
    mutating func end(at now: Timestamp) -> [ScannedEvent] {
        records.set(now: now, written: written)
        splitter.end { line in records.scan(line) }
        records.end()
        return records.drainEvents()
    }

    /// The log begins again: another file has its name now, or it was cut.
    mutating func restart(at now: Timestamp) -> [ScannedEvent] {
        defer {
            splitter.forget()
            records.forget()
        }
        return flush(at: now) + settle(at: now)
    }
}

extension LogScanner {
    /// Scans a whole log, for tools that look at recorded logs.
    ///
    /// - Parameters:
    ///   - log: the bytes, read in pieces as they come from a file.
    ///   - now: the time, for lines without a date.
    ///   - found: gets each event.
    package static func scan(_ log: [UInt8], at now: Timestamp, _ found: (LifecycleEvent) -> Void) {
        let piece = 256 << 10
        var scanner = LogScanner(catalogue: LogCatalogue())
        log.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: piece) {
                let end = min(bytes.count, start + piece)
                for scanned in scanner.receive(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), at: now) {
                    found(scanned.event)
                }
            }
        }
        for scanned in scanner.end(at: now) { found(scanned.event) }
    }
}
