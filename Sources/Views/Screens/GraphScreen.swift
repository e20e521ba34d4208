import Graph

/// Who talks to whom, drawn.
enum GraphScreen {
    static let entry = ScreenEntry(id: .graph, sortColumns: [], rows: { _ in [] }, searchTexts: { _ in [] }, draw: draw)

    private static func draw(_ context: ScreenContext, _ frame: inout Frame, _ area: Area) {}
}
