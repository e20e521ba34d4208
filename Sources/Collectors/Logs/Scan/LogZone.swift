// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Model

/// The time zone of log lines that do not say it: `--log-zone`.
package enum LogZone: Hashable, Sendable {
    /// Seconds east of Greenwich.
    case fixed(seconds: Int)
    /// A zone of the system's time zone database.
    case named(ZoneFile)

    /// Maximum number of bytes of a zone's name, and of its file.
    static let maximumName = 64
    private static let maximumFile = 64 << 10

    /// The default of log lines in containers.
    package static let utc = LogZone.fixed(seconds: 0)

    /// Reads the name of a zone.
    ///
    /// - Parameters:
    ///   - name: `UTC`, `Z`, `GMT`, `+01:00`, `-0530`, `local`, or a name such as `Europe/Berlin`.
    ///   - directory: where the database is.
    package init?(_ name: String, directory: String = "/usr/share/zoneinfo") {
        if ["utc", "z", "gmt"].contains(name.lowercased()) {
            self = .utc
        } else if let seconds = Self.offset(name) {
            self = .fixed(seconds: seconds)
        } else if let bytes = Self.contents(name, directory), let file = ZoneFile(bytes) {
            self = .named(file)
        } else {
            return nil
        }
    }

    private static func offset(_ name: String) -> Int? {
        let bytes = Array(name.utf8)
        guard let first = bytes.first, first == 43 || first == 45 else { return nil }
        let digits = bytes.dropFirst().filter { $0 != 58 }
        guard digits.count == 2 || digits.count == 4, digits.allSatisfy({ (48...57).contains($0) }),
            let value = Int(String(decoding: digits, as: UTF8.self))
        else { return nil }
        let (hours, minutes) = digits.count == 2 ? (value, 0) : value.quotientAndRemainder(dividingBy: 100)
        guard hours <= 18, minutes < 60 else { return nil }
        return (first == 45 ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    /// A name is a path below the database, and never leads out of it.
    private static func contents(_ name: String, _ directory: String) -> [UInt8]? {
        let isPlain = name.utf8.allSatisfy { byte in
            (byte | 32) >= 97 && (byte | 32) <= 122 || (48...57).contains(byte) || [43, 45, 47, 95].contains(byte)
        }
        guard isPlain, !name.isEmpty, name.utf8.count <= maximumName else { return nil }
        let path = name == "local" ? "/etc/localtime" : directory + "/" + name
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: maximumFile)
        let count = read(descriptor, &bytes, bytes.count)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }

    /// What the clock there shows at a moment, as if it were UTC.
    func local(_ moment: Timestamp) -> Timestamp {
        switch self {
        case .fixed(let seconds): moment + .seconds(seconds)
        case .named(let file): moment + .seconds(file.offset(atSecond: moment.microseconds / 1_000_000))
        }
    }

    /// The moment at which the clock there shows a time. Of the two moments of a repeated hour it is the first; a time that was
    /// skipped is read as if the clock had not been moved yet.
    ///
    /// - Parameter local: the clock's microseconds since 1970, as if it were UTC.
    /// - Returns: the moment.
    func moment(local: Int64) -> Timestamp {
        switch self {
        case .fixed(let seconds): return Timestamp(microseconds: local) - .seconds(seconds)
        case .named(let file):
            let second = local / 1_000_000
            // The offset a day earlier is the one before a change, if there is one.
            let before = file.offset(atSecond: second - 86_400)
            let first = second - Int64(before)
            let offset = file.offset(atSecond: first)
            let isMoved = offset != before && file.offset(atSecond: second - Int64(offset)) == offset
            return Timestamp(microseconds: local) - .seconds(isMoved ? offset : before)
        }
    }
}

/// A file of the time zone database (RFC 8536): when which offset began, and the rule for all later times.
package struct ZoneFile: Hashable, Sendable {
    private var starts: [Int64] = []
    private var offsets: [Int] = []
    private var firstOffset = 0
    private var rule: ZoneRule?

    /// - Parameter bytes: a file of version 2 or later; `nil` comes of any other.
    init?(_ bytes: [UInt8]) {
        guard let first = Header(bytes, at: 0), first.version >= 2 else { return nil }
        let second = first.end(timeSize: 4)
        guard let header = Header(bytes, at: second) else { return nil }
        let times = second + Header.size
        let kinds = times + header.timeCount * 8
        let types = kinds + header.timeCount
        let end = header.end(timeSize: 8) + second
        guard header.typeCount > 0, end <= bytes.count else { return nil }
        func offset(_ type: Int) -> Int { Int(Int32(truncatingIfNeeded: Self.number(bytes, types + type * 6, 4))) }
        firstOffset = offset(0)
        for index in 0..<header.timeCount {
            let type = Int(bytes[kinds + index])
            guard type < header.typeCount else { return nil }
            starts.append(Self.number(bytes, times + index * 8, 8))
            offsets.append(offset(type))
        }
        let footer = bytes[min(end + 1, bytes.count)...].prefix { $0 != 10 }
        rule = ZoneRule(String(decoding: footer, as: UTF8.self))
    }

    /// Seconds east of Greenwich at a moment.
    func offset(atSecond second: Int64) -> Int {
        guard let last = starts.last, second < last else {
            return rule?.offset(atSecond: second) ?? offsets.last ?? firstOffset
        }
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= second { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? firstOffset : offsets[low - 1]
    }

    private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int64 {
        bytes[start..<(start + count)].reduce(0) { $0 << 8 | Int64($1) }
    }

    private struct Header {
        static let size = 44
        let version: Int
        let timeCount: Int
        let typeCount: Int
        private let rest: (isutc: Int, isstd: Int, leap: Int, chars: Int)

        init?(_ bytes: [UInt8], at start: Int) {
            guard start >= 0, bytes.count >= start + Self.size, bytes[start...].starts(with: "TZif".utf8) else {
                return nil
            }
            func count(_ index: Int) -> Int { Int(ZoneFile.number(bytes, start + 20 + index * 4, 4)) }
            version = Int(bytes[start + 4]) - 48
            rest = (count(0), count(1), count(2), count(5))
            timeCount = count(3)
            typeCount = count(4)
            guard [rest.isutc, rest.isstd, rest.leap, rest.chars, timeCount, typeCount].allSatisfy({ $0 < 1 << 16 })
            else { return nil }
        }

        /// Where the block ends, counted from its header.
        func end(timeSize: Int) -> Int {
            Self.size + timeCount * (timeSize + 1) + typeCount * 6 + rest.chars + rest.leap * (timeSize + 4)
                + rest.isstd + rest.isutc
        }
    }
}
