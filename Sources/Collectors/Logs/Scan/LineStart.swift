// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Tells whether a line begins a record, or goes on with the stack trace of the one before.
enum LineStart {
    /// Maximum number of bytes in which the name of an exception's class ends.
    private static let maximumName = 200
    /// Maximum number of blanks in front of a level that is aligned to the right.
    static let maximumIndent = 24

    private static let levels = [
        "INFO", "WARN", "WARNING", "ERROR", "DEBUG", "TRACE", "FATAL", "SEVERE", "CONFIG", "FINE", "FINER", "FINEST",
        "NOTICE", "CRITICAL",
    ].flatMap { [Array($0.utf8), Array($0.lowercased().utf8)] }

    /// The levels of java.util.logging, which stand in front of the message on the second line of a record.
    private static let secondLines = ["SEVERE", "WARNING", "INFO", "CONFIG", "FINE", "FINER", "FINEST"].map {
        Array(($0 + ": ").utf8)
    }

    @inline(__always)
    static func isHead(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let first = bytes.first else { return false }
        switch first {
        case 48...57, 91, 123, 27: return true
        case 32, 9: return indent(bytes) != nil
        case 93, 125: return false
        default: return isHeadWord(bytes)
        }
    }

    /// How many blanks stand in front of a level or a time with which a line begins; `nil` if it begins otherwise. Layouts that align the
    /// level to the right begin lines so.
    static func indent(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var start = 0
        while start < bytes.count, start <= maximumIndent, bytes[start] == 32 || bytes[start] == 9 { start += 1 }
        guard start > 0, start < bytes.count, start <= maximumIndent else { return nil }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
        if isLevel(rest) { return start }
        switch rest[0] {
        case 48...57: return LogTimeReader.whole(rest)?.written != nil ? start : nil
        case 91: return isBracketedHead(rest) ? start : nil
        default: return nil
        }
    }

    /// `[INFO]`, `[2026-11-21 …`.
    private static func isBracketedHead(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[1...])
        return isLevel(rest) || LogTimeReader.whole(rest)?.written != nil
    }

    /// Whether bytes begin with a level, which ends there.
    static func isLevel(_ bytes: UnsafeRawBufferPointer) -> Bool {
        levels.contains { level in
            guard bytes.starts(with: level) else { return false }
            guard bytes.count > level.count else { return true }
            let next = bytes[level.count]
            return !((next | 32) >= 97 && (next | 32) <= 122 || next == 46 || next == 95 || (48...57).contains(next))
        }
    }

    /// Whether a line is the second one of a record of java.util.logging, `WARNING: message`.
    static func isSecondLine(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let first = bytes.first, (67...87).contains(first) else { return false }
        return secondLines.contains { bytes.starts(with: $0) }
    }

    /// A line that begins with a word: a name of a stack trace, or a level, or the name of a pod.
    private static func isHeadWord(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for word in ["Caused by:", "Suppressed:", "..."] where bytes.starts(with: word.utf8) { return false }
        // `akka.remote.InvalidAssociation: Invalid address`: the class of an exception.
        var hasDot = false
        for byte in bytes.prefix(maximumName) {
            if byte == 58 { return !hasDot }
            if byte == 32 { return true }
            hasDot = hasDot || byte == 46
        }
        return !hasDot
    }
}
