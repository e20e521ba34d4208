// SPDX-License-Identifier: Apache-2.0
import Model

/// Events in one line each: time, observer, what happened; and on the timeline the kind of source.
struct EventRow {
    private let context: ScreenContext
    /// Whether some of those shown are not of today.
    private let hasDates: Bool
    private let names: EventWords.Names
    private static let widestName = 21
    /// On a screen with fewer columns than this, names are as short as possible.
    private static let narrowest = 60
    /// `moved bridge`.
    private static let originWidth = 12
    /// With fewer columns than this there is no room for the kind of source.
    private static let narrowestWithOrigin = 76

    /// - Parameters:
    ///   - context: What is shown.
    ///   - entries: All that stand below each other.
    init(_ context: ScreenContext, entries: [EventLog.Entry]) {
        self.context = context
        names = EventWords.Names(
            names: context.picture.names, form: context.size.columns < Self.narrowest ? .ending : .distinct)
        hasDates = entries.contains { !Format.isSameDay($0.time, context.now, zone: context.zone) }
    }

    func line(_ entry: EventLog.Entry) -> StyledLine {
        let event = entry.event
        let mark = EventMark(event)
        let date = hasDates ? Format.date(entry.time, zone: context.zone) + " " : ""
        var line = StyledLine("\(date)\(Format.clockWithMilliseconds(entry.time, zone: context.zone))  ", .muted)
        line = line + StyledLine(mark.glyph(in: context.glyphs), mark.role) + StyledLine(" ")
        let width = min(Self.widestName, names.names.width(of: names.form))
        let observer = event.observer.map(names.text) ?? context.glyphs.none
        let cut = TextFitting.cutMiddle(observer, to: width, glyphs: context.glyphs)
        line.append(TextFitting.pad(cut, to: width) + "  ", .muted)
        line.append(EventWords.text(event, names, context.glyphs), entry.isLate ? .stale : .plain)
        if context.picture.clusters.count > 1 { line.append("  \(event.cluster)", .muted) }
        return line
    }

    /// Draws the line with its origin at the right end.
    func draw(_ entry: EventLog.Entry, _ frame: inout Frame, _ area: Area) {
        guard area.width >= Self.narrowestWithOrigin else {
            frame.put(line(entry), in: area, indent: 1, glyphs: context.glyphs)
            return
        }
        let text = area.left(area.width - Self.originWidth - 2)
        frame.put(line(entry), in: text, indent: 1, glyphs: context.glyphs)
        // One that was put behind its cause stands where its own time does not say.
        let remark = entry.isLate ? StyledLine("late ", .degraded) : StyledLine(entry.isMoved ? "moved " : "", .muted)
        let origin = remark + StyledLine(entry.event.origin.brief, .muted)
        frame.put(
            origin.rightAligned(to: Self.originWidth), in: area, indent: area.width - Self.originWidth - 1,
            glyphs: context.glyphs)
    }
}

extension EventRow {
    /// The lines of a list within a page.
    static func lines(_ entries: [EventLog.Entry], _ context: ScreenContext) -> [StyledLine] {
        let row = EventRow(context, entries: entries)
        return entries.map(row.line)
    }
}

extension SourceKind {
    /// In little room.
    fileprivate var brief: String { self == .management ? "poll" : rawValue }
}
