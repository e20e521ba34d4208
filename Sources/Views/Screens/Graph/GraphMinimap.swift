// SPDX-License-Identifier: Apache-2.0
import Layout
import Model

/// The whole drawing in a few cells, where only a part of it is visible: where nodes are, the worst health in each cell, which part is shown.
struct GraphMinimap {
    let width: Int
    let height: Int
    private let scene: GraphScene
    private let origin: CellPoint

    /// - Returns: Nil where the whole drawing is visible, or there is no room.
    init?(_ scene: GraphScene, origin: CellPoint, height: Int) {
        let (columns, rows) = (scene.layout.columns, scene.layout.rows)
        let (wide, high) = (max(columns, scene.room.columns), max(rows, scene.room.rows))
        let isBig = wide * high * 2 >= scene.room.columns * scene.room.rows * 3
        guard isBig, height >= 3, scene.room.columns >= 70 else { return nil }
        self.scene = scene
        self.origin = origin
        width = min(24, max(6, columns * height * 2 / max(1, rows)))
        self.height = min(height, max(1, rows * width / max(1, 2 * columns)))
    }

    func draw(into frame: inout Frame, x: Int, y: Int, glyphs: GlyphSet) {
        var levels = [Health.Level?](repeating: nil, count: width * height)
        for (rect, item) in zip(scene.layout.nodes, scene.drawn.items) {
            let cell = row(rect.y + rect.height / 2) * width + column(rect.x + rect.width / 2)
            levels[cell] = max(levels[cell] ?? .unknown, item.level)
        }
        let columns = column(origin.x)...column(origin.x + scene.room.columns - 1)
        let rows = row(origin.y)...row(origin.y + scene.room.rows - 1)
        for cellY in 0..<height {
            for cellX in 0..<width {
                let isSeen = columns.contains(cellX) && rows.contains(cellY)
                let level = levels[cellY * width + cellX]
                let sign = level.map { $0.isTrouble ? $0.glyph(in: glyphs) : isSeen ? glyphs.healthy : glyphs.idle }
                let blank = isSeen ? (glyphs.asciiOnly ? "_" : "░") : " "
                let role: Role = level.map { $0.isTrouble ? $0.role : isSeen ? .plain : .muted } ?? .muted
                frame.put(sign ?? blank, x: x + cellX, y: y + cellY, style: Style(role))
            }
        }
    }

    private func column(_ x: Int) -> Int { min(width - 1, max(0, x * width / max(1, scene.layout.columns))) }

    private func row(_ y: Int) -> Int { min(height - 1, max(0, y * height / max(1, scene.layout.rows))) }
}
