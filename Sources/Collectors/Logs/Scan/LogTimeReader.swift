// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Reads the usual forms of times in log lines: ISO 8601 with blank or `T`, comma or point, with or without a zone; `MM/dd/yyyy` of
/// akka's standard output; years of two digits; log4j's DATE and COMPACT; syslog's and java.util.logging's; a time of day; seconds,
/// milliseconds or more since 1970.
struct LogTimeReader {
    /// How far into the head of a line a time may begin.
    static let maximumPlace = 160
    /// How far in front of a time of day a date in an unknown form is looked for.
    private static let maximumDate = 16

    private let bytes: UnsafeRawBufferPointer
    private(set) var position: Int

    init(_ bytes: UnsafeRawBufferPointer, at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// The first time in the head of a line; one with a date, if there is any.
    ///
    /// - Parameters:
    ///   - bytes: the head of a line.
    ///   - limit: so many bytes are looked at.
    /// - Returns: the time and where it lies, or `nil`.
    static func first(
        in bytes: UnsafeRawBufferPointer, limit: Int = maximumPlace
    ) -> (time: LogTime, range: Range<Int>)? {
        var clock: (time: LogTime, range: Range<Int>)?
        var start = 0
        while start < min(limit, bytes.count) {
            defer { start += 1 }
            guard isBeginning(bytes, start) else { continue }
            var reader = LogTimeReader(bytes, at: start)
            guard let time = reader.time() else { continue }
            let found = (time, start..<reader.position)
            if time.written != nil { return found }
            clock = clock ?? found
            start = reader.position - 1
        }
        return clock
    }

    /// The time that a whole text is.
    static func whole(_ bytes: UnsafeRawBufferPointer) -> LogTime? {
        var reader = LogTimeReader(bytes, at: 0)
        return reader.time()
    }

    private static func isBeginning(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Bool {
        let byte = bytes[start]
        guard isDigit(byte) || (65...90).contains(byte) else { return false }
        guard start > 0 else { return true }
        let before = bytes[start - 1]
        // Behind the name of a file and a line's number, as grep writes them, a whole date may stand.
        if before == 58 { return isDate(bytes, start) }
        return !isDigit(before) && !((before | 32) >= 97 && (before | 32) <= 122)
            && ![46, 45, 58, 95, 47].contains(before)
    }

    /// Whether four digits and a separator stand there, and two digits behind.
    private static func isDate(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Bool {
        guard start + 7 <= bytes.count else { return false }
        return bytes[start..<(start + 4)].allSatisfy(isDigit) && [45, 47].contains(bytes[start + 4])
            && isDigit(bytes[start + 5]) && isDigit(bytes[start + 6])
    }

    // MARK: - Forms

    private mutating func time() -> LogTime? {
        let start = position
        if let time = yearFirst() { return time }
        position = start
        if let time = numbers() { return time }
        position = start
        if let time = dayFirst() { return time }
        position = start
        if let time = monthName() { return time }
        position = start
        if let time = compact() { return time }
        position = start
        if let time = levelAndDay() { return time }
        position = start
        if let time = clockOnly() { return time }
        position = start
        return epoch()
    }

    /// `2026-11-21 05:10:13,116`, `2026-11-21T05:10:13.116Z`, `2026/11/21 …`.
    private mutating func yearFirst() -> LogTime? {
        guard let year = digits(4), skip("-/."), let month = digits(2), skip("-/."), let day = digits(2),
            skip("T t_-:"), let date = civil(year, month, day)
        else { return nil }
        skipMark()
        return clock(on: WrittenDate(date))
    }

    /// Three numbers of which the last or the first is the year: `11/21/2026 05:10:13.116` of `akka.event.Logging.StdOutLogger`,
    /// `21.11.2026 …`, `26/11/21 …`, `21-11-26 …`. With slashes the month comes first, as in Akka's own format; with points the day.
    private mutating func numbers() -> LogTime? {
        guard let first = digits(2) ?? digits(1), let separator = byteHere, skip("/-."),
            let second = digits(2) ?? digits(1), byteHere == separator, skip("/-.")
        else { return nil }
        let isLong: Bool
        let third: Int
        if let year = digits(4) {
            (isLong, third) = (true, year)
        } else if let short = digits(2) {
            (isLong, third) = (false, short)
        } else {
            return nil
        }
        guard skip(" T:,_") else { return nil }
        skipMark()
        guard let date = WrittenDate(first, second, third, in: Self.orders(separator, isLong: isLong)) else {
            return nil
        }
        return clock(on: date)
    }

    private static func orders(_ separator: UInt8, isLong: Bool) -> [DateOrder] {
        switch (separator, isLong) {
        case (UInt8(ascii: "/"), true): [.monthFirst, .dayFirst]
        case (UInt8(ascii: "/"), false): [.yearFirst, .monthFirst, .dayFirst]
        case (UInt8(ascii: "-"), true): [.dayFirst, .monthFirst]
        case (UInt8(ascii: "-"), false): [.yearFirst, .dayFirst, .monthFirst]
        case (_, true): [.dayFirst]
        case (_, false): [.dayFirst, .yearFirst]
        }
    }

    /// `21 Nov 2026 05:10:13,116`, `21-Nov-2026 …`, `21/Nov/2026:05:10:13 +0000`.
    private mutating func dayFirst() -> LogTime? {
        guard let day = digits(2) ?? digits(1), skip(" -./"), let month = month(), skip(" -./"),
            let year = digits(4) ?? digits(2).map({ 2000 + $0 }), skip(" T:,"), let date = civil(year, month, day)
        else { return nil }
        skipMark()
        return clock(on: WrittenDate(date))
    }

    /// `Nov 21 05:10:13`, `Nov 21, 2026 05:10:13`, `Nov 21, 2026, 5:10:13 AM`, `Nov 21, 2026 @ 05:10:13.116`, `Nov 21 05:10:13 UTC 2026`.
    private mutating func monthName() -> LogTime? {
        guard let month = month(), skip(" ") else { return nil }
        while skip(" ") {}
        guard let day = digits(2) ?? digits(1) else { return nil }
        let comma = skip(",")
        guard skip(" ") else { return nil }
        let start = position
        if let year = digits(4), skip(" ,"), let date = civil(year, month, day) {
            skipMark()
            return clock(on: WrittenDate(date))
        }
        position = start
        guard !comma, let date = civil(2024, month, day), var time = clock(on: WrittenDate(date)) else { return nil }
        let end = position
        if skip(" "), let year = digits(4), !isDigit(), let date = civil(year, month, day),
            year >= WrittenDate.firstYear, year <= WrittenDate.lastYear
        {
            time.written = WrittenDate(date)
        } else {
            position = end
            time.lacksYear = true
        }
        return time
    }

    /// `W1121 05:10:13.116000`, as glog and klog write it: level, month, day.
    private mutating func levelAndDay() -> LogTime? {
        guard position == 0 || bytes[position - 1] == 32, skip("IWEFD"), let month = digits(2), let day = digits(2),
            skip(" "), let date = civil(2024, month, day), var time = clock(on: WrittenDate(date))
        else { return nil }
        time.lacksYear = true
        return time
    }

    /// `20261121T051013,116`, `20261121 05:10:13.116`, `20261121051013116`.
    private mutating func compact() -> LogTime? {
        guard let year = digits(4), let month = digits(2), let day = digits(2) else { return nil }
        _ = skip("T-_ ")
        guard let hour = digits(2), let minute = digitsBehindColon(), let second = digitsBehindColon(), hour < 24,
            minute < 60,
            second <= 60, (1970..<2200).contains(year), let date = civil(year, month, day)
        else { return nil }
        let fraction = skip(".,") ? fraction() : isDigit() ? fraction() : 0
        return LogTime(
            date: date, microseconds: Int64(hour * 3600 + minute * 60 + second) * 1_000_000 + Int64(fraction ?? 0),
            offset: zone())
    }

    /// `05:10:13.116`, of logback without a pattern and of MDC's `akkaTimestamp`. A time of day behind a date of an unknown form is not
    /// read: it would become today's.
    private mutating func clockOnly() -> LogTime? {
        guard !isBehindDate else { return nil }
        return clockFields(isLoose: false).map { LogTime(nil, microseconds: $0, offset: zone()) }
    }

    /// Whether something that looks like a date stands in front: numbers or a name with separators between.
    private var isBehindDate: Bool {
        var end = position
        let start = max(0, position - Self.maximumDate)
        while end > start, [32, 44, 64, 84, 95].contains(bytes[end - 1]) { end -= 1 }
        guard end < position || end == 0 else { return false }
        var place = end
        var (digits, separators) = (0, 0)
        while place > start {
            let byte = bytes[place - 1]
            if Self.isDigit(byte) {
                digits += 1
            } else if [45, 46, 47].contains(byte) {
                separators += 1
            } else {
                break
            }
            place -= 1
        }
        return digits >= 2 && (1...2).contains(separators) && (place == 0 || !Self.isNamePart(bytes[place - 1]))
    }

    /// `1714557600123`, `1714557600`, `1714557600.123`: between 2001 and 2286.
    private mutating func epoch() -> LogTime? {
        guard position == 0 || isValue, let seconds = digits(10), seconds >= 1_000_000_000 else {
            return nil
        }
        let fraction: Int? = isDigit() || skip(".") ? fraction() : 0
        guard let fraction, !isDigit(), !isLetter() else { return nil }
        let (days, rest) = Int64(seconds).quotientAndRemainder(dividingBy: 86_400)
        return LogTime(
            date: CivilDate(daysSinceEpoch: days), microseconds: rest * 1_000_000 + Int64(fraction), offset: 0)
    }

    /// Whether what stands here is the value of a name: behind an equals sign, or a quote behind one.
    private var isValue: Bool {
        let before = bytes[position - 1]
        return before == 61 || (before == 34 && position > 1 && bytes[position - 2] == 61)
    }

    // MARK: - Parts

    private mutating func clock(on date: WrittenDate) -> LogTime? {
        clockFields(isLoose: true).map { LogTime(date, microseconds: $0, offset: zone()) }
    }

    /// Hours, minutes and seconds. `isLoose`: behind a date an hour may have one digit, and be of twelve.
    private mutating func clockFields(isLoose: Bool) -> Int64? {
        guard var hour = digits(2) ?? (isLoose ? digits(1) : nil), skip(":"), let minute = digits(2), skip(":"),
            let second = digits(2), hour < 24, minute < 60, second <= 60
        else { return nil }
        let start = position
        var fraction = 0
        if skip(".,:") {
            if let read = self.fraction() { fraction = read } else { position = start }
        }
        if isLoose, let isAfternoon = halfOfDay(), (1...12).contains(hour) {
            hour = hour % 12 + (isAfternoon ? 12 : 0)
        }
        return Int64(hour * 3600 + minute * 60 + second) * 1_000_000 + Int64(fraction)
    }

    /// ` AM`, ` PM`, with the narrow blank that newer Javas write.
    private mutating func halfOfDay() -> Bool? {
        let start = position
        if !skip(" ") { for part: UInt8 in [0xE2, 0x80, 0xAF] where byteHere == part { position += 1 } }
        if word("AM") || word("am"), !isLetter() { return false }
        if word("PM") || word("pm"), !isLetter() { return true }
        position = start
        return nil
    }

    /// Kibana's ` @ ` and further blanks between date and time.
    private mutating func skipMark() {
        while skip(" ") {}
        if skip("@") { while skip(" ") {} }
    }

    /// The zone behind a time: `Z`, `UTC`, `EST`, `GMT+1`, `+01`, `+0100`, `+01:00`, with or without a blank; `nil` if there is none of these.
    private mutating func zone() -> Int? {
        let start = position
        if let offset = zoneHere() { return offset }
        position = start
        guard skip(" "), let offset = zoneHere() else {
            position = start
            return nil
        }
        return offset
    }

    private mutating func zoneHere() -> Int? {
        let start = position
        while isUpper(), position - start <= ZoneNames.longest { position += 1 }
        if position > start {
            let name = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
            guard !isLetter(), let seconds = ZoneNames.offset(name) else { return nil }
            let end = position
            if seconds == 0, let more = offset() { return more }
            position = end
            return seconds
        }
        return offset()
    }

    /// `+01`, `-0530`, `+05:30`; of one digit behind a name only.
    private mutating func offset() -> Int? {
        let isNamed = position > 0 && (65...90).contains(bytes[position - 1])
        let sign = skip("+") ? 1 : -1
        guard sign == 1 || skip("-"), let hours = digits(2) ?? (isNamed ? digits(1) : nil), hours <= 18 else {
            return nil
        }
        guard skip(":") || isDigit() else { return sign * hours * 3600 }
        guard let minutes = digits(2), minutes < 60, !isDigit() else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// A month's name, short or in full.
    private mutating func month() -> Int? {
        for (number, name) in Self.months.enumerated() where word(name) {
            while byteHere.map({ (97...122).contains($0) }) == true { position += 1 }
            return number + 1
        }
        return nil
    }

    private func civil(_ year: Int, _ month: Int, _ day: Int) -> CivilDate? {
        guard (1...12).contains(month), day >= 1, day <= CivilDate.days(inMonth: month, of: year) else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    private mutating func digitsBehindColon() -> Int? {
        _ = skip(":")
        return digits(2)
    }

    private mutating func digits(_ count: Int) -> Int? {
        guard position + count <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[position..<(position + count)] {
            guard Self.isDigit(byte) else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        position += count
        return value
    }

    /// Digits of a fraction of a second, as microseconds.
    private mutating func fraction() -> Int? {
        var (value, count) = (0, 0)
        while isDigit(), count < 9 {
            if count < 6 { value = value * 10 + Int(bytes[position] - 48) }
            (position, count) = (position + 1, count + 1)
        }
        guard count > 0 else { return nil }
        for _ in min(count, 6)..<6 { value *= 10 }
        return value
    }

    private mutating func skip(_ accepted: StaticString) -> Bool {
        guard position < bytes.count else { return false }
        let byte = bytes[position]
        let isAccepted = accepted.withUTF8Buffer { $0.contains(byte) }
        if isAccepted { position += 1 }
        return isAccepted
    }

    private mutating func word(_ text: String) -> Bool {
        guard bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }

    private var byteHere: UInt8? { position < bytes.count ? bytes[position] : nil }
    private func isDigit() -> Bool { byteHere.map(Self.isDigit) ?? false }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    private static func isNamePart(_ byte: UInt8) -> Bool { (byte | 32) >= 97 && (byte | 32) <= 122 || isDigit(byte) }
    private func isLetter() -> Bool { byteHere.map { ($0 | 32) >= 97 && ($0 | 32) <= 122 } ?? false }
    private func isUpper() -> Bool { byteHere.map { (65...90).contains($0) } ?? false }
}

/// Zones by the names that Java prints. Of names with several meanings it is the one that servers are likelier to be in.
enum ZoneNames {
    private static let hours: [(name: String, hours: Double)] = [
        ("Z", 0), ("UTC", 0), ("GMT", 0), ("UT", 0), ("WET", 0), ("WEST", 1), ("BST", 1), ("CET", 1), ("CEST", 2),
        ("MEZ", 1), ("MESZ", 2), ("EET", 2), ("EEST", 3), ("SAST", 2), ("MSK", 3), ("IST", 5.5), ("PKT", 5), ("ICT", 7),
        ("WIB", 7), ("SGT", 8), ("HKT", 8), ("AWST", 8), ("JST", 9), ("KST", 9), ("ACST", 9.5), ("AEST", 10),
        ("AEDT", 11),
        ("NZST", 12), ("NZDT", 13), ("BRT", -3), ("ART", -3), ("EST", -5), ("EDT", -4), ("CST", -6), ("CDT", -5),
        ("MST", -7), ("MDT", -6), ("PST", -8), ("PDT", -7), ("AKST", -9), ("AKDT", -8), ("HST", -10),
    ]

    /// The length of the longest name.
    static let longest = 4

    private static let table = hours.map { (name: Array($0.name.utf8), seconds: Int($0.hours * 3600)) }

    /// Seconds east of Greenwich; `nil` of a name that is none of these.
    static func offset(_ name: UnsafeRawBufferPointer) -> Int? {
        guard name.count <= longest else { return nil }
        return table.first { $0.name.count == name.count && name.elementsEqual($0.name) }?.seconds
    }
}
