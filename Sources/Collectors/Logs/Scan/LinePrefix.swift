// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What collectors of logs put in front of a line: CRI's and docker's times and streams, the names of pods by `kubectl logs --prefix`,
/// stern, kubetail, docker compose and sbt's multi-jvm runs, bytes of rotation and colour.
struct LinePrefix {
    /// Maximum number of bytes of `[pod/…/…]`.
    static let maximumPrefix = 400

    /// Where the line itself begins.
    private(set) var end = 0
    /// The pod or container that is named.
    private(set) var label: Range<Int>?
    /// A first word that may name the node, if it turns out to do so: a host, a name in brackets.
    private(set) var weakLabel: Range<Int>?
    /// When the container runtime got the line, as CRI's prefix says.
    private(set) var time: LogTime?

    /// - Parameter bytes: a line.
    init(_ bytes: UnsafeRawBufferPointer) {
        skipFill(bytes)
        for _ in 0..<4 where !skipOne(bytes) { break }
        if label == nil { findWeakLabel(bytes) }
    }

    /// A file that was truncated while it was written begins with zeros; a file of an editor with a byte order mark.
    private mutating func skipFill(_ bytes: UnsafeRawBufferPointer) {
        while end < bytes.count, bytes[end] == 0 { end += 1 }
        if bytes[end...].starts(with: [0xEF, 0xBB, 0xBF]) { end += 3 }
        // A line of a server-sent stream.
        if bytes[end...].starts(with: "data:".utf8) { end += bytes[(end + 5)...].first == 32 ? 6 : 5 }
        if end < bytes.count, bytes[end] == 32,
            let indent = LineStart.indent(UnsafeRawBufferPointer(rebasing: bytes[end...]))
        {
            end += indent
        }
    }

    private mutating func skipOne(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard end < bytes.count else { return false }
        let byte = bytes[end]
        if byte == UInt8(ascii: "[") { return skipPod(bytes) || skipNamesInBrackets(bytes) }
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

    /// `[shop-7f9c-abcde app] ` of kubetail, `[JVM-1] ` of multi-jvm runs.
    private mutating func skipNamesInBrackets(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let start = end + 1
        var place = start
        while place < bytes.count, Self.isName(bytes[place]) || (65...90).contains(bytes[place]) { place += 1 }
        guard place > start, place < bytes.count else { return false }
        let name = start..<place
        if bytes[place] == 32 {
            let second = place + 1
            place = second
            while place < bytes.count, Self.isName(bytes[place]) { place += 1 }
            guard place > second else { return false }
        } else if !bytes[name].starts(with: "JVM-".utf8) {
            return false
        }
        guard place + 1 < bytes.count, bytes[place] == 93, bytes[place + 1] == 32,
            name.count <= RecordScanner.maximumLabel
        else { return false }
        label = name
        end = place + 2
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
            guard position > start, position < bytes.count, bytes[position] == 32,
                bytes[start..<position].contains(where: { (97...122).contains($0) })
            else { return false }
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
        }
        return false
    }

    // MARK: - Names that may be those of nodes

    /// `[shop-1] `, `shop-1: `, `shop-1 `, and the host behind syslog's date.
    private mutating func findWeakLabel(_ bytes: UnsafeRawBufferPointer) {
        var start = end
        guard start < bytes.count else { return }
        let isBracketed = bytes[start] == UInt8(ascii: "[")
        if isBracketed { start += 1 }
        if (65...90).contains(bytes[start...].first ?? 0), !isBracketed, let host = hostBehindDate(bytes) {
            start = host
        }
        var place = start
        while place < bytes.count, Self.isName(bytes[place]) || (65...90).contains(bytes[place]),
            place - start <= RecordScanner.maximumLabel
        {
            place += 1
        }
        guard place > start, place + 1 < bytes.count, Self.isNodeName(bytes, start..<place) else { return }
        let isClosed: Bool =
            if isBracketed {
                bytes[place] == 93
            } else {
                bytes[place] == 32
                    || (bytes[place] == 58 && (bytes[place + 1] == 32 || Self.isFile(bytes, start..<place)))
            }
        if isClosed { weakLabel = start..<place }
    }

    /// The name of a log, as grep writes it in front of a line.
    private static func isFile(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        [".log", ".out", ".txt"].contains { bytes[range].suffix(4).elementsEqual($0.utf8) }
    }

    /// A name with a digit, or in lower case with a hyphen; no level, no number, no name of a class.
    private static func isNodeName(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        let name = bytes[range]
        let letters = name.filter { ($0 | 32) >= 97 && ($0 | 32) <= 122 }.count
        return letters > 0 && name.contains { (48...57).contains($0) || $0 == 45 || $0 == 95 }
            && !LineStart.isLevel(UnsafeRawBufferPointer(rebasing: name))
            && LogTimeReader.whole(UnsafeRawBufferPointer(rebasing: name)) == nil && !name.starts(with: "akka".utf8)
    }

    /// Where the host of syslog begins, `Nov 21 05:10:13 node7 shop[1234]: `.
    private func hostBehindDate(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[end...].prefix(40))
        guard let found = LogTimeReader.first(in: rest, limit: 1), found.time.lacksYear else { return nil }
        let start = end + found.range.upperBound + 1
        return start < bytes.count && bytes[start - 1] == 32 ? start : nil
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
