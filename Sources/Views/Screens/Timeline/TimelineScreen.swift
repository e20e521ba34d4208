// SPDX-License-Identifier: Apache-2.0
import Model

/// What happened: lanes of all observers over time, and below them every event, the newest first.
enum TimelineScreen {
    /// With fewer rows than this there are no lanes, only the list.
    private static let lowestWithLanes = 10
    /// From this number of columns on, the selected event is shown in full at the side.
    private static let sideBySide = 132

    static func draw(_ model: TimelineModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        let head = TimelineHead.line(model, context, width: area.width - 2)
        frame.put(head, in: area, indent: 1, glyphs: context.glyphs)
        var rest = area.droppingTop(1)
        guard model.index.count > 0 else { return drawReasons(model, context, &frame, rest.droppingTop(1)) }
        if area.height >= lowestWithLanes {
            let lanes = TimelineLanes(model, context, width: area.width - 2, rows: max(3, area.height / 3))
            lanes.draw(model, context, &frame, rest)
            rest = rest.droppingTop(lanes.count + 1)
            drawRule(model, context, &frame, rest.top(1))
            rest = rest.droppingTop(1)
        }
        guard area.width >= sideBySide else { return drawList(model, context, &frame, rest) }
        let listWidth = max(84, area.width * 11 / 20)
        drawList(model, context, &frame, rest.left(listWidth))
        drawDetail(model, context, &frame, rest.droppingLeft(listWidth + 1))
    }

    /// Why there is nothing to show, and what to do.
    private static func drawReasons(
        _ model: TimelineModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area
    ) {
        let log = model.index.log
        let text =
            log.count > 0
            ? "No event passes. esc shows all \(log.count)."
            : "Nothing has happened since meshtop looks, and no log has reported anything from before. Events come from polls, event streams, the bridge, and logs: --events FILE."
        let lines = TextFitting.wrap(text, width: max(10, area.width - 3))
        for (row, line) in lines.prefix(area.height).enumerated() {
            frame.put(StyledLine(line, .muted), in: area, row: row, indent: 1, glyphs: context.glyphs)
        }
    }

    /// Between lanes and list; it says how many newer events are out of sight.
    private static func drawRule(
        _ model: TimelineModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area
    ) {
        frame.put(
            String(repeating: context.glyphs.rule, count: area.width), x: area.x, y: area.y, style: Style(.muted),
            clip: area)
        let newer = model.position
        guard !model.isFollowing, newer > 0 else { return }
        let text = StyledLine(" \(newer) newer ", .accent) + StyledLine("home", .key) + StyledLine(" follows ", .muted)
        frame.put(text, in: area, indent: max(1, area.width - text.width - 3), glyphs: context.glyphs)
    }

    private static func drawList(
        _ model: TimelineModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area
    ) {
        let position = model.position
        let window = ListWindow(total: model.index.count, position: position, height: area.height)
        let entries = window.range.compactMap { model.entry(at: $0) }
        let row = EventRow(context, entries: entries)
        for (line, entry) in entries.enumerated() {
            let whole = Area(x: area.x, y: area.y + line, width: area.width, height: 1)
            row.draw(entry, &frame, whole)
            if window.top + line == position { frame.select(whole, glyphs: context.glyphs) }
        }
    }

    private static func drawDetail(
        _ model: TimelineModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area
    ) {
        guard let entry = model.selected else { return }
        let lines = EventPage.lines(of: entry, context, width: area.width - 1)
        for (row, line) in lines.prefix(area.height).enumerated() {
            frame.put(line, in: area, row: row, glyphs: context.glyphs)
        }
    }
}
