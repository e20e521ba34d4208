import Graph

/// What happened, the newest first.
enum TimelineScreen {
    static let entry = ScreenEntry(
        id: .timeline, sortColumns: [], rows: { _ in [] }, searchTexts: { _ in [] }, draw: draw)

    private static func draw(_ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        for (row, event) in context.snapshot.events.newest(area.height).reversed().enumerated() {
            frame.put(EventLine.line(event, context), in: area, row: row, indent: 1, glyphs: context.glyphs)
        }
    }
}
