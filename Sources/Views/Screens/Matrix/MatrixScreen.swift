import Model

/// Who sees whom how: observers down, subjects across.
enum MatrixScreen {
    static func rows(_ model: MatrixModel, _ context: ScreenContext) -> [Subject] {
        grid(model, context)?.lines.map(\.id) ?? []
    }

    static func searchTexts(_ model: MatrixModel, _ context: ScreenContext) -> [String] {
        guard let grid = grid(model, context) else { return [] }
        return grid.lines.map { MatrixLabels.row($0, grid.cluster, .hostPort) }
    }

    /// The cluster that is shown, of those with members.
    private static func cluster(_ model: MatrixModel, _ context: ScreenContext) -> ClusterPicture? {
        let known = context.picture.clusters.filter { !$0.present.isEmpty }
        return known.first { $0.snapshot.id == model.cluster } ?? known.first
    }

    /// The lines and cells of the cluster that is shown; nil if no cluster has members.
    static func grid(_ model: MatrixModel, _ context: ScreenContext) -> MatrixGrid? {
        cluster(model, context).map {
            MatrixGrid($0, model.settings, rows: MatrixLayout.room(context.size.rows - 3))
        }
    }

    static func draw(_ model: MatrixModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        guard let grid = grid(model, context), !grid.lines.isEmpty else {
            let line = StyledLine("No member is known: no source has answered with a list that has any.", .muted)
            frame.put(line, in: area.droppingTop(1), indent: 1, glyphs: context.glyphs)
            return
        }
        let (row, column) = (model.row(in: grid.lines), model.column(in: grid.lines))
        let layout = MatrixLayout(grid, row: row, column: column, in: area)
        let drawing = MatrixDrawing(grid: grid, layout: layout, row: row, column: column, context: context)
        drawing.draw(&frame, area)
    }
}
