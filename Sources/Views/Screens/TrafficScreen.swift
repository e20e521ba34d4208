import Graph

/// Who talks to whom, as a table.
enum TrafficScreen {
    static let entry = ScreenEntry(
        id: .traffic, sortColumns: [], rows: { _ in [] }, searchTexts: { _ in [] }, draw: draw)

    private static func draw(_ context: ScreenContext, _ frame: inout Frame, _ area: Area) {}
}
