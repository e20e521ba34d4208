// SPDX-License-Identifier: Apache-2.0
import Model

/// What a time axis is to show: moments in the order of the log.
struct TimelineContent: Equatable {
    var oldest: Timestamp?
    var newest: Timestamp?
    var selected: Timestamp?
}

/// The span of time that the lanes show. It moves by whole columns, so that marks keep their places among each other.
struct TimeAxis: Equatable {
    /// Spans to zoom through, in seconds.
    static let spans: [Int64] = [
        1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 259_200, 604_800,
    ]
    /// Zoom levels that are chosen automatically: from a minute, so that the axis does not change all the time at the start, to an hour,
    /// because on a longer one all recent events would be in one column.
    private static let automaticZooms = 5...10

    /// Stamps further away than this, some 100,000 years, come from broken files; sums with them must not overflow.
    private static let farthest: Int64 = 1 << 62

    let start: Timestamp
    let columns: Int
    /// Of one column, in microseconds.
    let step: Int64
    let zoom: Int

    /// - Parameters:
    ///   - content: What is to be seen.
    ///   - zoom: The level that was chosen; nil chooses one automatically.
    ///   - now: The right end, while the newest events are followed.
    ///   - columns: Cells there are, at least one.
    init(_ content: TimelineContent, zoom: Int?, now: Timestamp, columns: Int) {
        self.columns = columns
        self.zoom = Self.zoom(zoom, oldest: content.oldest, now: now)
        step = max(1, Self.spans[self.zoom] * 1_000_000 / Int64(columns))
        let span = step * Int64(columns)
        var end = Self.bounded(now)
        // A clock that is a little ahead is shown; one that is far ahead must not push everything else out of sight.
        if let newest = content.newest { end = max(end, min(newest.microseconds, end + span / 4)) }
        if let place = content.selected {
            let selected = Self.bounded(place)
            if selected < end - span + step || selected > end { end = selected + span / 2 }
        }
        start = Timestamp(microseconds: end.flooredToMultiple(of: step) - span + step)
    }

    private static func bounded(_ moment: Timestamp) -> Int64 { min(max(moment.microseconds, -farthest), farthest) }

    /// The zoom level that is in effect.
    ///
    /// - Parameters:
    ///   - chosen: The level that was chosen, if any.
    ///   - oldest: The oldest event, which is to be seen without a choice.
    ///   - now: The right end.
    /// - Returns: An index into ``spans``.
    static func zoom(_ chosen: Int?, oldest: Timestamp?, now: Timestamp) -> Int {
        if let chosen { return min(max(0, chosen), spans.count - 1) }
        guard let oldest else { return automaticZooms.lowerBound }
        let needed = (now - oldest).wholeMicroseconds / 1_000_000
        let fitting = spans.firstIndex { $0 > needed } ?? spans.count - 1
        return min(max(automaticZooms.lowerBound, fitting), automaticZooms.upperBound)
    }

    var end: Timestamp { start + .microseconds(step * Int64(columns) - 1) }

    /// The column of a moment; nil outside.
    func column(of moment: Timestamp) -> Int? {
        let offset = moment.microseconds &- start.microseconds
        guard moment >= start, offset >= 0 else { return nil }
        let column = Int(offset / step)
        return column < columns ? column : nil
    }

    /// Times to write above the columns: round ones in local time, `zone` ahead of UTC, with room for each.
    func ticks(zone: Duration) -> [(column: Int, text: String)] {
        let room = 8
        let span = step * Int64(columns)
        let wanted = span / Int64(max(1, columns / (room + 4)))
        let interval = Self.rounds.first { $0 * 1_000_000 >= wanted } ?? 604_800
        let local = start + zone
        var next = local.microseconds.flooredToMultiple(of: interval * 1_000_000)
        var ticks: [(column: Int, text: String)] = []
        while next <= local.microseconds + span {
            let text = Self.label(Timestamp(microseconds: next), interval: interval)
            if let column = column(of: Timestamp(microseconds: next) - zone), column + text.utf8.count <= columns {
                ticks.append((column, text))
            }
            next += interval * 1_000_000
        }
        return ticks
    }

    private static let rounds: [Int64] = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
    ]

    private static func label(_ local: Timestamp, interval: Int64) -> String {
        if interval % 86_400 == 0 { return Format.date(local, zone: .zero) }
        let text = Format.clock(local, zone: .zero)
        return interval % 60 == 0 ? String(text.prefix(5)) : text
    }

    /// The length of the axis in words: `1m`, `1h`.
    var length: String { Format.span(.seconds(Self.spans[zoom])) }
}

extension Int64 {
    fileprivate func flooredToMultiple(of step: Int64) -> Int64 {
        let rest = self % step
        return self - (rest < 0 ? rest + step : rest)
    }
}
