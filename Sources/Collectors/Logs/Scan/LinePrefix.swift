// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What collectors of logs put in front of a line: CRI's and docker's times and streams, the names of pods by `kubectl logs --prefix`,
/// stern and docker compose, bytes of rotation and colour.
struct LinePrefix {
    /// Maximum number of bytes of `[pod/…/…]`.
    static let maximumPrefix = 400

    /// Where the line itself begins.
    private(set) var end = 0
    /// The pod or container that is named.
    private(set) var label: Range<Int>?
    /// When the container runtime got the line, as CRI's prefix says.
    private(set) var time: LogTime?

    /// - Parameter bytes: a line.
    init(_ bytes: UnsafeRawBufferPointer) {
        skipFill(bytes)
        for _ in 0..<4 where !skipOne(bytes) { break }
    }

    /// A file that was truncated while it was written begins with zeros; a file of an editor with a byte order mark.
    private mutating func skipFill(_ bytes: UnsafeRawBufferPointer) {
        while end < bytes.count, bytes[end] == 0 { end += 1 }
        if bytes[end...].starts(with: [0xEF, 0xBB, 0xBF]) { end += 3 }
        // A line of a server-sent stream.
        if bytes[end...].starts(with: "data:".utf8) { end += bytes[(end + 5)...].first == 32 ? 6 : 5 }
    }

    private mutating func skipOne(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard end < bytes.count else { return false }
        let byte = bytes[end]
        if byte == UInt8(ascii: "[") { return skipPod(bytes) }
        if byte >= 48, byte <= 57, skipCRI(bytes) { return true }
        return skipNames(bytes)
    }

    /// `[pod/shop-0/app] `
    private mutating func skipPod(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes[end...].starts(with: "[pod/".utf8),
            let close = bytes[end...].prefix(Self.maximumPrefix).firstIndex(of: 93)
        else {
            return false
        }
        let start = end + 5
        label = start..<(bytes[start..<close].firstIndex(of: 47) ?? close)
        end = close + 1
        if end < bytes.count, bytes[end] == 32 { end += 1 }
        return true
    }

    /// `2024-05-01T10:00:00.123456789Z stdout F `
    private mutating func skipCRI(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[end...].prefix(60))
        guard let blank = rest.firstIndex(of: 32), blank >= 20, rest[blank...].starts(with: " std".utf8),
            blank + 10 <= rest.count, rest[blank + 7] == 32, rest[blank + 9] == 32, let time = LogTimeReader.whole(rest)
        else { return false }
        self.time = time
        end += blank + 10
        return true
    }

    /// `shop-0 app ` of stern, `shop-1  | ` of docker compose: names in front of what begins like a line.
    private mutating func skipNames(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var position = end
        var first: Range<Int>?
        var last: Range<Int>?
        for _ in 0..<3 {
            let start = position
            while position < bytes.count, Self.isName(bytes[position]), position - start <= RecordScanner.maximumLabel {
                position += 1
            }
            guard position > start, position < bytes.count, bytes[position] == 32 else { return false }
            (first, last) = (first ?? last, start..<position)
            while position < bytes.count, bytes[position] == 32 { position += 1 }
            if position + 1 < bytes.count, bytes[position] == 124, bytes[position + 1] == 32 {
                (label, end) = (last, position + 2)
                return true
            }
            if let first, Self.beginsLine(bytes, position) {
                (label, end) = (first, position)
                return true
            }
            if first == nil { first = nil }
        }
        return false
    }

    private static func beginsLine(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Bool {
        guard position < bytes.count else { return false }
        let byte = bytes[position]
        // An upper-case letter begins a level.
        return byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") || (48...57).contains(byte)
            || (65...90).contains(byte)
    }

    private static func isName(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte) || byte == 45 || byte == 46 || byte == 95
    }
}

/// Tells whether a line begins a record, or goes on with the stack trace of the one before.
enum LineStart {
    /// Maximum number of bytes in which the name of an exception's class ends.
    private static let maximumName = 200

    @inline(__always)
    static func isHead(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let first = bytes.first else { return false }
        switch first {
        case 48...57, 91, 123, 27: return true
        case 32, 9, 93, 125: return false
        default: return isHeadWord(bytes)
        }
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
