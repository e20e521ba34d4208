// SPDX-License-Identifier: Apache-2.0
internal import Model

/// When summer time begins and ends in every year, as the last line of a zone's file says: `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX,
/// "Environment Variables", TZ). Only the form with months is used in the database's rules.
struct ZoneRule: Hashable, Sendable {
    /// A change: in a month, in its nth week (5: the last), on a weekday (0: Sunday), at a second of that day.
    private struct Change: Hashable, Sendable {
        var month: Int
        var week: Int
        var weekday: Int
        var second: Int

        /// The moment in a year as seconds of the local clock, read as UTC.
        func second(in year: Int) -> Int64 {
            let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
            // 1970-01-01 was a Thursday.
            let firstWeekday = Int(((first + 4) % 7 + 7) % 7)
            var day = 1 + (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
            if day > CivilDate.days(inMonth: month, of: year) { day -= 7 }
            return (first + Int64(day) - 1) * 86_400 + Int64(second)
        }
    }

    private let standard: Int
    private var summer: (offset: Int, start: Change, end: Change)? {
        guard let summerOffset, let start, let end else { return nil }
        return (summerOffset, start, end)
    }
    private var summerOffset: Int?
    private var start: Change?
    private var end: Change?

    /// - Parameter text: the line; `nil` comes of one that is empty or of another form.
    init?(_ text: String) {
        var reader = Reader(bytes: Array(text.utf8))
        guard reader.name(), let west = reader.clock() else { return nil }
        standard = -west
        guard !reader.isAtEnd else { return }
        guard reader.name() else { return nil }
        summerOffset = reader.peek(44) ? standard + 3600 : reader.clock().map { -$0 }
        guard summerOffset != nil, reader.skip(44), let start = reader.change(), reader.skip(44),
            let end = reader.change()
        else { return nil }
        (self.start, self.end) = (start, end)
    }

    /// Seconds east of Greenwich at a moment.
    func offset(atSecond second: Int64) -> Int {
        guard let summer else { return standard }
        let year = CivilDate(daysSinceEpoch: (second + Int64(standard)) / 86_400).year
        let start = summer.start.second(in: year) - Int64(standard)
        let end = summer.end.second(in: year) - Int64(summer.offset)
        // South of the equator summer lasts over the turn of the year.
        let isSummer = start < end ? second >= start && second < end : second >= start || second < end
        return isSummer ? summer.offset : standard
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        var isAtEnd: Bool { position >= bytes.count }
        func peek(_ byte: UInt8) -> Bool { position < bytes.count && bytes[position] == byte }

        mutating func skip(_ byte: UInt8) -> Bool {
            guard peek(byte) else { return false }
            position += 1
            return true
        }

        /// `CET`, `<+03>`.
        mutating func name() -> Bool {
            let start = position
            if skip(60) {
                while position < bytes.count, bytes[position] != 62 { position += 1 }
                return skip(62)
            }
            while position < bytes.count, (bytes[position] | 32) >= 97, (bytes[position] | 32) <= 122 { position += 1 }
            return position > start
        }

        mutating func number() -> Int? {
            let start = position
            while position < bytes.count, (48...57).contains(bytes[position]), position - start < 4 { position += 1 }
            return Int(String(decoding: bytes[start..<position], as: UTF8.self))
        }

        /// `-1`, `+3:30`, as seconds.
        mutating func clock() -> Int? {
            let sign = skip(45) ? -1 : 1
            _ = skip(43)
            guard let hours = number() else { return nil }
            var seconds = hours * 3600
            if skip(58), let minutes = number() { seconds += minutes * 60 }
            if skip(58), let rest = number() { seconds += rest }
            return sign * seconds
        }

        /// `M3.5.0/2`.
        mutating func change() -> Change? {
            guard skip(UInt8(ascii: "M")), let month = number(), skip(46), let week = number(), skip(46),
                let weekday = number(), (1...12).contains(month), (1...5).contains(week), weekday < 7
            else { return nil }
            let second = skip(47) ? clock() : 7200
            return second.map { Change(month: month, week: week, weekday: weekday, second: $0) }
        }
    }
}
