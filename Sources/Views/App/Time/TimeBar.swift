// SPDX-License-Identifier: Apache-2.0
import Model

/// The second line while the reader is not at now: the whole span, incidents as marks, where one is as a block, what is not known as blanks.
enum TimeBar {
    static func line(_ time: TimeState, zone: Duration, glyphs: GlyphSet, width: Int) -> StyledLine {
        let (start, end) = (Format.minute(time.from, zone), Format.minute(time.until, zone))
        let columns = max(10, width - start.count - end.count - 2)
        let span = max(1, (time.until - time.from).inSeconds)
        func column(_ moment: Timestamp) -> Int {
            let part = (min(max(moment, time.from), time.until) - time.from).inSeconds / span
            return min(columns - 1, max(0, Int(part * Double(columns))))
        }
        var cells: [(String, Role)] = Array(repeating: (glyphs.barEmpty, .muted), count: columns)
        for mark in time.marks where mark.from <= time.until {
            let first = column(mark.from)
            let last = column(mark.until ?? time.until)
            for place in first...max(first, last) { cells[place] = (glyphs.barSpan, mark.severity.level.role) }
            cells[first] = (mark.severity.level.glyph(in: glyphs), mark.severity.level.role)
        }
        for hole in time.holes where hole.upperBound >= time.from && hole.lowerBound <= time.until {
            for place in column(hole.lowerBound)...column(hole.upperBound) { cells[place] = (" ", .muted) }
        }
        cells[column(time.moment ?? time.until)] = (glyphs.barHere, .accent)
        var line = StyledLine("\(start) ", .muted)
        for (text, role) in cells { line.append(text, role) }
        line.append(" \(end)", .muted)
        return line
    }
}

extension GlyphSet {
    fileprivate var barEmpty: String { asciiOnly ? "." : "·" }
    fileprivate var barSpan: String { asciiOnly ? "=" : "▓" }
    fileprivate var barHere: String { asciiOnly ? "#" : "█" }
    var isBack: String { asciiOnly ? "<" : "◀" }
}

extension Format {
    /// Hours and minutes.
    fileprivate static func minute(_ time: Timestamp, _ zone: Duration) -> String {
        String(Format.clock(time, zone: zone).prefix(5))
    }
}
