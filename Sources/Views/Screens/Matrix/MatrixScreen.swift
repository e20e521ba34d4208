// SPDX-License-Identifier: Apache-2.0
import Model

/// How observers see subjects: observers down, subjects across.
enum MatrixScreen {
    static func searchTexts(_ model: MatrixModel, _ context: ScreenContext) -> [String] {
        guard let grid = model.grid(in: context) else { return [] }
        return grid.lines.map { MatrixLabels.row($0, grid.cluster, .hostPort) }
    }

    static func draw(_ model: MatrixModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        guard let grid = model.grid(in: context), !grid.lines.isEmpty else {
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
