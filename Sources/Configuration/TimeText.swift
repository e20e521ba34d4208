// SPDX-License-Identifier: Apache-2.0
package import Model

/// A moment as typed at `--at`: complete, a time of a day in the local zone, or in relation to a journal.
package enum TimeValue: Hashable, Sendable {
    case instant(Timestamp)
    /// Seconds since local midnight of the day on which the program runs.
    case clock(secondOfDay: Int)
    /// So long after a journal begins.
    case afterStart(Duration)
    /// So long before a journal ends.
    case beforeEnd(Duration)

    /// Whether only a journal has such a moment.
    package var needsJournal: Bool {
        switch self {
        case .afterStart, .beforeEnd: true
        case .instant, .clock: false
        }
    }
}

/// Moments as people and other programs write them: RFC 3339, `HH:MM[:SS]`, `+D`, `-D`.
package enum TimeText {
    /// Reads a moment.
    ///
    /// - Parameter text: `2026-11-21T14:03:22.5Z`, the same with an offset or a blank for the T, `14:03[:22]`, `+5m`, `-30s`.
    /// - Returns: the moment, or nil when the text is none of these.
    package static func value(_ text: String) -> TimeValue? {
        if text.hasPrefix("+") { return DurationText.duration(String(text.dropFirst())).map(TimeValue.afterStart) }
        if text.hasPrefix("-") { return DurationText.duration(String(text.dropFirst())).map(TimeValue.beforeEnd) }
        if let seconds = clock(text) { return .clock(secondOfDay: seconds) }
        return Timestamp(rfc3339: text).map(TimeValue.instant)
    }

    /// A moment as it would be typed.
    package static func text(_ value: TimeValue) -> String {
        switch value {
        case .instant(let moment): moment.description
        case .afterStart(let duration): "+\(DurationText.text(duration))"
        case .beforeEnd(let duration): "-\(DurationText.text(duration))"
        case .clock(let second):
            [second / 3_600, second / 60 % 60, second % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        }
    }

    private static func clock(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count) else { return nil }
        let numbers = parts.compactMap { part in
            part.utf8.count == 2 && part.utf8.allSatisfy { (48...57).contains($0) } ? Int(part) : nil
        }
        guard numbers.count == parts.count, numbers[0] < 24, numbers[1] < 60 else { return nil }
        let seconds = numbers.count == 3 ? numbers[2] : 0
        return seconds < 60 ? numbers[0] * 3_600 + numbers[1] * 60 + seconds : nil
    }
}
