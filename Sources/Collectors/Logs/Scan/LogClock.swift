// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The clock of one log: in which order it writes dates, and which day its times of day are of.
///
/// What the first lines leave open, later ones may settle: 08/09 is a day of August or of September until a number above 12 or a day in the
/// future rules one of them out, and a time of day alone is of the last day on which it can have been written. Until then lines wait
/// (`RecordScanner`); `settle` ends that.
struct LogClock {
    /// How far ahead of the present a line may be: its clock is another one than ours.
    static let tolerance = Duration.seconds(300)

    /// What is known of the order of dates.
    private enum Order {
        /// No line has shown it. → `settled`, `proven`
        case open
        /// No line has shown it so far, and the usual order was used. → `proven`
        case settled
        /// A line has shown it. It stays so.
        case proven(DateOrder)
    }

    /// When a line was written, as far as that is known.
    struct Reading {
        var at: Timestamp
        /// Whether the line has no time of its own, or one that cannot be.
        var isGuessed: Bool
    }

    private let zone: LogZone
    /// The present: no line is later.
    private var now = Timestamp(microseconds: 0)
    /// The present, or when the log was last written if that was earlier: what a line leaves open of its time is not later.
    private var latest = Timestamp(microseconds: 0)
    private var order = Order.open
    /// The time of the last line: one without a time is of about that time.
    private var last: Timestamp?
    /// Whether everything that was there has been read, so that lines come as they are written.
    private var isLive = false

    init(zone: LogZone) { self.zone = zone }

    /// Sets the present.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - written: when the log was last written, if that is known. Archives may set it to anything, so it says nothing of whole dates.
    mutating func set(now: Timestamp, written: Timestamp?) {
        self.now = now
        let isKnown = written.map { $0 > Self.firstWritten && $0 < now } ?? false
        latest = isKnown ? written ?? now : now
    }

    /// No log of Akka Cluster is older: a file that claims to be says nothing.
    private static let firstWritten = Timestamp(microseconds: 1_356_998_400_000_000)

    /// Whether a line leaves open when it was written, until others settle it.
    func isOpen(_ time: LogTime) -> Bool {
        guard !isLive else { return false }
        guard let written = time.written else { return last == nil }
        if case .open = order { return written.isAmbiguous }
        return false
    }

    /// Takes note of a line's date: it may show the order in which the log writes dates.
    ///
    /// - Returns: Whether it has.
    mutating func learn(_ time: LogTime) -> Bool {
        if case .proven = order { return false }
        guard let written = time.written, written.orders.count > 0, !time.lacksYear, written.isOfNumbers else {
            return false
        }
        let possible = written.orders.filter { moment(time, in: $0) <= latest + .seconds(86_400) }
        guard let only = possible.first, possible.count == 1 else { return false }
        order = .proven(only)
        return true
    }

    /// Nothing more will show what is open: the usual order holds, and from now on lines come as they are written.
    mutating func settle() {
        if case .open = order { order = .settled }
        isLive = true
    }

    /// When a line was written.
    ///
    /// - Parameter time: what it says; `nil` if it says nothing.
    /// - Returns: its moment, or a guess.
    mutating func read(_ time: LogTime?) -> Reading {
        guard let time else { return Reading(at: last ?? latest, isGuessed: true) }
        var at: Timestamp
        if time.isComplete {
            at = time.moment(zone: zone, reference: latest, order: known)
        } else {
            let isNear = time.written == nil && !isLive
            at = time.moment(zone: zone, reference: isNear ? last ?? latest : latest, order: known)
            if time.written == nil, at > latest + Self.tolerance { at = at - .seconds(86_400) }
        }
        guard at <= now + Self.tolerance else { return Reading(at: now, isGuessed: true) }
        last = at
        return Reading(at: at, isGuessed: false)
    }

    /// When lines that have waited were written: those without a date are counted from one that has a date, or else the last of them is
    /// of the last day on which it can have been written.
    mutating func read(waiting times: [LogTime?]) -> [Reading] {
        var found: [Timestamp?] = times.map { _ in nil }
        var reference = last
        let anchor = last == nil ? times.firstIndex { $0?.isComplete == true } : nil
        if let anchor, let time = times[anchor] {
            reference = time.moment(zone: zone, reference: latest, order: known)
            var later = reference ?? latest
            for place in stride(from: anchor - 1, through: 0, by: -1) {
                guard let time = times[place] else { continue }
                var at = time.moment(zone: zone, reference: later)
                if at > later + LogTime.disorder { at = at - .seconds(86_400) }
                (found[place], later) = (at, at)
            }
        }
        var days = 0
        for (place, time) in times.enumerated() where found[place] == nil {
            guard let time else { continue }
            if time.isComplete { reference = time.moment(zone: zone, reference: latest, order: known) }
            guard time.written == nil else { continue }
            let at = time.moment(zone: zone, reference: reference ?? latest)
            (found[place], reference) = (at, at)
            let ahead = at - (latest + Self.tolerance)
            if anchor == nil, last == nil, ahead > .zero { days = max(days, Int(ahead.inSeconds / 86_400) + 1) }
        }
        return times.enumerated().map { place, time in
            guard let at = found[place] else { return read(time) }
            let moved = at - .seconds(86_400 * days)
            last = moved
            return Reading(at: min(moved, now + Self.tolerance), isGuessed: false)
        }
    }

    private var known: DateOrder? { if case .proven(let order) = order { order } else { nil } }

    private func moment(_ time: LogTime, in order: DateOrder) -> Timestamp {
        time.moment(zone: zone, reference: latest, order: order)
    }
}
