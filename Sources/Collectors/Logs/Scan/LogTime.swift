// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The order in which a log writes day, month and year as numbers.
enum DateOrder: Hashable, CaseIterable {
    case yearFirst
    case monthFirst
    case dayFirst
}

/// A date of numbers, read in each order in which it is a date of the years in which there are such logs.
struct WrittenDate: Equatable {
    /// Akka Cluster is of 2013, so that no line is older.
    static let firstYear = 2013
    /// Two digits of a year reach this far.
    static let lastYear = 2099

    private var readings: [CivilDate?] = [nil, nil, nil]
    /// The orders in which it is a date, the usual one of its separator first.
    private(set) var orders: [DateOrder] = []

    /// A date that can be read in one way only.
    init(_ date: CivilDate) {
        readings[0] = date
        orders = [.yearFirst]
    }

    /// - Parameters:
    ///   - first: the first number.
    ///   - second: the second number.
    ///   - third: the third number.
    ///   - orders: the orders in which such a date may be meant, the usual one first; `nil` comes of what is no date in any of them.
    init?(_ first: Int, _ second: Int, _ third: Int, in orders: [DateOrder]) {
        isOfNumbers = true
        for order in orders {
            let date =
                switch order {
                case .yearFirst: Self.date(first, second, third)
                case .monthFirst: Self.date(third, first, second)
                case .dayFirst: Self.date(third, second, first)
                }
            guard let date else { continue }
            readings[order.index] = date
            self.orders.append(order)
        }
        if self.orders.isEmpty { return nil }
    }

    /// The date in an order; in its usual one where it is none in that.
    func date(in order: DateOrder?) -> CivilDate? {
        order.flatMap { readings[$0.index] } ?? orders.first.flatMap { readings[$0.index] }
    }

    /// Whether it is of three numbers whose order the log decides.
    private(set) var isOfNumbers = false

    /// Whether it may mean several dates.
    var isAmbiguous: Bool { Set(orders.compactMap { readings[$0.index]?.daysSinceEpoch }).count > 1 }

    private static func date(_ year: Int, _ month: Int, _ day: Int) -> CivilDate? {
        let year = year < 100 ? 2000 + year : year
        guard (firstYear...lastYear).contains(year), (1...12).contains(month), day >= 1,
            day <= CivilDate.days(inMonth: month, of: year)
        else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }
}

extension DateOrder {
    fileprivate var index: Int {
        switch self {
        case .yearFirst: 0
        case .monthFirst: 1
        case .dayFirst: 2
        }
    }
}

/// A date and a time of day as a log line has them; what is missing comes from the context.
struct LogTime: Equatable {
    /// `nil`: the line has a time of day only.
    var written: WrittenDate?
    /// Whether the year is missing, as in syslog's dates; then it is the context's.
    var lacksYear = false
    /// Since midnight.
    var microseconds: Int64
    /// What the line says about its zone, in seconds east of Greenwich.
    var offset: Int?

    init(_ written: WrittenDate?, microseconds: Int64, offset: Int?) {
        self.written = written
        self.microseconds = microseconds
        self.offset = offset
    }

    init(date: CivilDate, microseconds: Int64, offset: Int?) {
        self.init(WrittenDate(date), microseconds: microseconds, offset: offset)
    }

    /// A moment.
    init(_ moment: Timestamp) {
        let days = moment.flooredDays
        self.init(
            date: CivilDate(daysSinceEpoch: days), microseconds: moment.microseconds - days * 86_400_000_000, offset: 0)
    }

    /// How far lines of one log may be out of their order.
    static let disorder = Duration.seconds(3600)

    /// Whether day, month and year are known, so that nothing has to be guessed.
    var isComplete: Bool { written != nil && !lacksYear }

    /// The moment, of a date that is known or nearly so.
    ///
    /// - Parameters:
    ///   - zone: where the line's clock is, if the line does not say.
    ///   - reference: when the line before was written: a time of day is the next one behind it, but for some disorder.
    ///   - order: how dates are to be read, if that is known.
    /// - Returns: the moment.
    func moment(zone: LogZone, reference: Timestamp, order: DateOrder? = nil) -> Timestamp {
        let date = written?.date(in: order)
        if let date, !lacksYear { return moment(of: date, zone) }
        let local = offset.map { reference + .seconds($0) } ?? zone.local(reference)
        let today = CivilDate(daysSinceEpoch: local.flooredDays)
        if let date {
            let guess = moment(of: CivilDate(year: today.year, month: date.month, day: date.day), zone)
            let isFuture = guess > reference + .seconds(86_400)
            guard isFuture else { return guess }
            return moment(of: CivilDate(year: today.year - 1, month: date.month, day: date.day), zone)
        }
        let guess = moment(of: today, zone)
        if guess > reference + .seconds(86_400) - Self.disorder { return guess - .seconds(86_400) }
        return guess + Self.disorder < reference ? guess + .seconds(86_400) : guess
    }

    private func moment(of date: CivilDate, _ zone: LogZone) -> Timestamp {
        let local = date.daysSinceEpoch * 86_400_000_000 + microseconds
        if let offset { return Timestamp(microseconds: local - Int64(offset) * 1_000_000) }
        return zone.moment(local: local)
    }

    /// The same, with the zone that a second clock in the line gives away: a local time and the same moment in UTC differ by the zone.
    ///
    /// - Parameter utc: the time of day in UTC, as MDC's `akkaTimestamp` has it.
    /// - Returns: the time, zoned if the two fit together.
    func zoned(by utc: LogTime) -> LogTime {
        guard offset == nil, utc.offset == 0 else { return self }
        let (day, quarter): (Int64, Int64) = (86_400_000_000, 900_000_000)
        var difference = microseconds - utc.microseconds
        // Zones reach from 12 hours west of Greenwich to 14 hours east of it.
        if difference > 14 * 3_600_000_000 { difference -= day }
        if difference <= -12 * 3_600_000_000 { difference += day }
        let rounded = (difference + (difference < 0 ? -1 : 1) * quarter / 2) / quarter * quarter
        guard (difference - rounded).magnitude < 60_000_000 else { return self }
        var result = self
        result.offset = Int(rounded / 1_000_000)
        return result
    }

    /// A time of day with the date that another clock has for the same line; the other's time if they do not fit together.
    func dated(by other: LogTime?) -> LogTime {
        guard let other, other.isComplete else { return self }
        guard let date = other.written?.date(in: nil), let offset = zoned(by: other).offset else { return other }
        let (day, half): (Int64, Int64) = (86_400_000_000, 43_200_000_000)
        var difference = microseconds - Int64(offset) * 1_000_000 - other.microseconds
        difference -= (difference > half ? day : difference < -half ? -day : 0)
        let moment = date.daysSinceEpoch * day + other.microseconds - Int64(other.offset ?? 0) * 1_000_000 + difference
        return LogTime(Timestamp(microseconds: moment))
    }
}

extension Timestamp {
    fileprivate var flooredDays: Int64 {
        let day: Int64 = 86_400_000_000
        let days = microseconds / day
        return microseconds % day < 0 ? days - 1 : days
    }
}
