import Graph

/// Who sees whom how: observers down, subjects across.
enum MatrixScreen {
    static let entry = ScreenEntry(
        id: .matrix, sortColumns: [], rows: { _ in [] }, searchTexts: { _ in [] }, draw: draw)

    private static func draw(_ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        let counts = context.snapshot.clusters.map(\.associationCounts)
        let text = "\(counts.reduce(0) { $0 + $1.active }) active associations"
        frame.put(StyledLine(text), in: area.droppingTop(1), indent: 1, glyphs: context.glyphs)
    }
}
