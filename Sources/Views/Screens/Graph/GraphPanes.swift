// SPDX-License-Identifier: Apache-2.0
import Model

/// The parts of the graph's screen.
struct GraphPanes {
    let status: Area
    let picture: Area
    let rule: Area
    let words: Area

    /// - Parameter body: Between the first two lines of the screen and the last one.
    init(_ body: Area) {
        let rows = body.height >= 36 ? 6 : body.height >= 16 ? 4 : body.height >= 10 ? 2 : 0
        let below = rows > 0 ? rows + 1 : 0
        status = body.top(1)
        picture = Area(x: body.x, y: body.y + 1, width: body.width, height: body.height - 1 - below)
        rule = Area(x: body.x, y: body.y + body.height - below, width: body.width, height: min(1, below))
        words = Area(x: body.x, y: body.y + body.height - rows, width: body.width, height: rows)
    }

    /// What the drawing may take: a column on each side stays free.
    var room: Size { Size(columns: picture.width - 2, rows: picture.height) }

    var canvas: Area { Area(x: picture.x + 1, y: picture.y, width: picture.width - 2, height: picture.height) }
}
