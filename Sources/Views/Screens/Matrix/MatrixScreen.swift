import Model

/// Who sees whom how: observers down, subjects across.
enum MatrixScreen {
    static let entry = ScreenEntry(
        id: .matrix, sortColumns: [], rows: { grid($0)?.lines.map(\.id) ?? [] }, searchTexts: searchTexts, draw: draw)

    private static func searchTexts(_ context: ScreenContext) -> [String] {
        guard let grid = grid(context) else { return [] }
        return grid.lines.map { MatrixLabels.row($0, grid.cluster, .hostPort) }
    }

    /// The cluster that is shown.
    static func cluster(_ context: ScreenContext) -> ClusterPicture? {
        let known = context.picture.clusters.filter { !$0.present.isEmpty }
        return known.first { $0.snapshot.id == context.matrix.cluster } ?? known.first
    }

    static func grid(_ context: ScreenContext) -> MatrixGrid? {
        cluster(context).map {
            MatrixGrid($0, context.matrix, rows: MatrixLayout.room(context.size.rows - 3))
        }
    }

    private static func draw(_ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        guard let grid = grid(context), !grid.lines.isEmpty else {
            let line = StyledLine("No member is known: no source has answered with a list that has any.", .muted)
            frame.put(line, in: area.droppingTop(1), indent: 1, glyphs: context.glyphs)
            return
        }
        let row = context.list.position(in: grid.lines.map(\.id))
        let column = context.matrix.column(in: grid.lines)
        let layout = MatrixLayout(grid, row: row, column: column, in: area)
        let drawing = MatrixDrawing(grid: grid, layout: layout, row: row, column: column, context: context)
        drawing.draw(&frame, area)
    }
}
