// SPDX-License-Identifier: Apache-2.0
import Layout

/// The part of a drawing that an area of the screen shows.
///
/// A drawing has coordinates of its own (``CellPoint``, ``CellRect``), and so has the screen (``Area``). Only this type converts between them.
struct Viewport: Equatable, Sendable {
    let area: Area
    /// The cell of the drawing in the upper left corner of the area; moving it pans.
    let origin: CellPoint

    /// The visible cells of the drawing.
    var cells: CellRect { CellRect(x: origin.x, y: origin.y, width: area.width, height: area.height) }

    /// The column of the screen at which a column of the drawing stands, visible or not.
    func x(_ column: Int) -> Int { area.x + column - origin.x }

    /// The row of the screen at which a row of the drawing stands, visible or not.
    func y(_ row: Int) -> Int { area.y + row - origin.y }
}
