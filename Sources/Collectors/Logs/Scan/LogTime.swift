// SPDX-License-Identifier: Apache-2.0
internal import Model

/// A date and a time of day as a log line has them; what is missing comes from the context.
struct LogTime: Equatable {
    /// `nil`: the line has a time of day only.
    var date: CivilDate?
    /// Whether the year is missing, as in syslog's dates; then it is the context's.
    var lacksYear = false
    /// Since midnight.
    var microseconds: Int64
    /// What the line says about its zone, in seconds east of Greenwich.
    var offset: Int?

    /// The moment.
    ///
    /// - Parameters:
    ///   - zone: where the line's clock is, if the line does not say.
    ///   - reference: a moment about when the line was written: now, or the line before. A time of day is taken to be the nearest one
    ///     that is not half a day later.
    /// - Returns: the moment.
    func moment(zone: LogZone, reference: Timestamp) -> Timestamp {
        if let date, !lacksYear { return moment(of: date, zone) }
        let local = zone.local(reference)
        let today = CivilDate(daysSinceEpoch: local.flooredDays)
        if let date {
            let guess = moment(of: CivilDate(year: today.year, month: date.month, day: date.day), zone)
            let isFuture = guess > reference + .seconds(86_400)
            guard isFuture else { return guess }
            return moment(of: CivilDate(year: today.year - 1, month: date.month, day: date.day), zone)
        }
        let guess = moment(of: today, zone)
        if guess > reference + .seconds(43_200) { return guess - .seconds(86_400) }
        return guess + .seconds(43_200) < reference ? guess + .seconds(86_400) : guess
    }

    private func moment(of date: CivilDate, _ zone: LogZone) -> Timestamp {
        let local = date.daysSinceEpoch * 86_400_000_000 + microseconds
        if let offset { return Timestamp(microseconds: local - Int64(offset) * 1_000_000) }
        return zone.moment(local: local)
    }
}

extension Timestamp {
    fileprivate var flooredDays: Int64 {
        let day: Int64 = 86_400_000_000
        let days = microseconds / day
        return microseconds % day < 0 ? days - 1 : days
    }
}

/// Reads the usual forms of times in log lines: ISO 8601 with blank or `T`, comma or point, with or without a zone; `MM/dd/yyyy` of
/// akka's standard output; log4j's DATE and COMPACT; syslog's; a time of day; seconds or milliseconds since 1970.
struct LogTimeReader {
    private let bytes: UnsafeRawBufferPointer
    private var position: Int

    private init(_ bytes: UnsafeRawBufferPointer, at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// The first time in the head of a line.
    ///
    /// - Parameters:
    ///   - bytes: the head of a line.
    ///   - limit: so many bytes are looked at.
    /// - Returns: the time and where it lies, or `nil`.
    static func first(in bytes: UnsafeRawBufferPointer, limit: Int = 120) -> (time: LogTime, range: Range<Int>)? {
        for start in 0..<min(limit, bytes.count) where isBeginning(bytes, start) {
            var reader = LogTimeReader(bytes, at: start)
            if let time = reader.time() { return (time, start..<reader.position) }
        }
        return nil
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
        return !isDigit(before) && !((before | 32) >= 97 && (before | 32) <= 122)
            && ![46, 45, 58, 95, 47].contains(before)
    }

    // MARK: - Forms

    private mutating func time() -> LogTime? {
        let start = position
        if let time = yearFirst() { return time }
        position = start
        if let time = dayFirst() { return time }
        position = start
        if let time = slashes() { return time }
        position = start
        if let time = monthName() { return time }
        position = start
        if let time = compact() { return time }
        position = start
        if let time = clockOnly() { return time }
        position = start
        return epoch()
    }

    /// `2026-11-21 05:10:13,116`, `2026-11-21T05:10:13.116Z`, `2026/11/21 …`.
    private mutating func yearFirst() -> LogTime? {
        guard let year = digits(4), skip("-/."), let month = digits(2), skip("-/."), let day = digits(2), skip("T t_")
        else { return nil }
        return clock(on: civil(year, month, day))
    }

    /// `21 Nov 2026 05:10:13,116`, `21-Nov-2026 …`, `21.11.2026 …`, `21/Nov/2026:05:10:13 +0000`.
    private mutating func dayFirst() -> LogTime? {
        guard let day = digits(2), skip(" -./") else { return nil }
        guard let month = month() ?? digits(2), skip(" -./"), let year = digits(4), skip(" T:"), skip(" ") || true
        else { return nil }
        return clock(on: civil(year, month, day))
    }

    /// `11/21/2026 05:10:13.116`, of `akka.event.Logging.StdOutLogger`.
    private mutating func slashes() -> LogTime? {
        guard let first = digits(2), skip("/"), let second = digits(2), skip("/"), let year = digits(4), skip(" T:")
        else { return nil }
        return clock(on: civil(year, first, second) ?? civil(year, second, first))
    }

    /// `Nov 21 05:10:13`, `Nov 21, 2026 05:10:13`.
    private mutating func monthName() -> LogTime? {
        guard let month = month(), skip(" ") else { return nil }
        while skip(" ") {}
        guard let day = digits(2) ?? digits(1) else { return nil }
        if skip(","), skip(" "), let year = digits(4), skip(" ") { return clock(on: civil(year, month, day)) }
        guard skip(" "), var time = clock(on: civil(2024, month, day)) else { return nil }
        time.lacksYear = true
        return time
    }

    /// `20261121T051013,116`, `20261121051013116`.
    private mutating func compact() -> LogTime? {
        guard let year = digits(4), let month = digits(2), let day = digits(2) else { return nil }
        _ = skip("T")
        guard let hour = digits(2), let minute = digits(2), let second = digits(2), hour < 24, minute < 60,
            second <= 60,
            (1970..<2200).contains(year), let date = civil(year, month, day)
        else { return nil }
        let fraction = skip(".,") ? fraction() : isDigit() ? fraction() : 0
        return LogTime(
            date: date, microseconds: Int64(hour * 3600 + minute * 60 + second) * 1_000_000 + Int64(fraction ?? 0),
            offset: zone())
    }

    /// `05:10:13.116`, of logback without a pattern and of MDC's `akkaTimestamp`.
    private mutating func clockOnly() -> LogTime? {
        clockFields().map { LogTime(date: nil, microseconds: $0, offset: zone()) }
    }

    /// `1714557600123`, `1714557600`, `1714557600.123`: between 2001 and 2286.
    private mutating func epoch() -> LogTime? {
        guard position == 0, let seconds = digits(10), seconds >= 1_000_000_000 else { return nil }
        let fraction: Int? = isDigit() || skip(".") ? fraction() : 0
        guard let fraction, !isDigit() else { return nil }
        let (days, rest) = Int64(seconds).quotientAndRemainder(dividingBy: 86_400)
        return LogTime(
            date: CivilDate(daysSinceEpoch: days), microseconds: rest * 1_000_000 + Int64(fraction), offset: 0)
    }

    // MARK: - Parts

    private mutating func clock(on date: CivilDate?) -> LogTime? {
        guard let date, let microseconds = clockFields() else { return nil }
        return LogTime(date: date, microseconds: microseconds, offset: zone())
    }

    private mutating func clockFields() -> Int64? {
        guard let hour = digits(2), skip(":"), let minute = digits(2), skip(":"), let second = digits(2), hour < 24,
            minute < 60, second <= 60
        else { return nil }
        let start = position
        var fraction = 0
        if skip(".,:") {
            if let read = self.fraction() { fraction = read } else { position = start }
        }
        return Int64(hour * 3600 + minute * 60 + second) * 1_000_000 + Int64(fraction)
    }

    /// The zone behind a time: `Z`, `UTC`, `GMT`, `+01`, `+0100`, `+01:00`, with or without a blank; `nil` if there is none of these.
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
        if skip("Z") { return isLetter() ? nil : 0 }
        for name in ["UTC", "GMT"] where word(name) { return isLetter() ? nil : 0 }
        let sign = skip("+") ? 1 : -1
        guard sign == 1 || skip("-"), let hours = digits(2), hours <= 18 else { return nil }
        guard skip(":") || isDigit() else { return sign * hours * 3600 }
        guard let minutes = digits(2), minutes < 60, !isDigit() else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private mutating func month() -> Int? {
        for (number, name) in Self.months.enumerated() where word(name) { return number + 1 }
        return nil
    }

    private func civil(_ year: Int, _ month: Int, _ day: Int) -> CivilDate? {
        guard (1...12).contains(month), day >= 1, day <= CivilDate.days(inMonth: month, of: year) else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    private mutating func digits(_ count: Int) -> Int? {
        guard position + count <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[position..<(position + count)] {
            guard isDigit(byte) else { return nil }
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

    private func isDigit() -> Bool { position < bytes.count && LogTimeReader.isDigit(bytes[position]) }
    private func isDigit(_ byte: UInt8) -> Bool { Self.isDigit(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    private func isLetter() -> Bool {
        position < bytes.count && (bytes[position] | 32) >= 97 && (bytes[position] | 32) <= 122
    }
}
