// SPDX-License-Identifier: Apache-2.0
/// The size of a screen in character cells; never negative.
package struct Size: Equatable, Hashable, Sendable {
    /// Cells from left to right.
    package let columns: Int
    /// Cells from top to bottom.
    package let rows: Int

    /// A size; negative numbers count as 0.
    ///
    /// - Parameters:
    ///   - columns: Cells from left to right.
    ///   - rows: Cells from top to bottom.
    package init(columns: Int, rows: Int) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
    }
}

/// A rectangle of cells, in the coordinates of the whole screen. Screens draw into one, and cannot draw outside it.
struct Area: Equatable, Sendable {
    let x: Int
    let y: Int
    let width: Int
    let height: Int

    /// A rectangle; a negative width or height counts as 0.
    ///
    /// - Parameters:
    ///   - x: Its leftmost column, from 0.
    ///   - y: Its top row, from 0.
    ///   - width: Columns.
    ///   - height: Rows.
    init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = max(0, width)
        self.height = max(0, height)
    }

    /// The whole of a screen.
    init(_ size: Size) {
        self.init(x: 0, y: 0, width: size.columns, height: size.rows)
    }

    var isEmpty: Bool { width == 0 || height == 0 }

    /// The part below the first `rows` rows.
    func droppingTop(_ rows: Int) -> Area {
        let cut = min(max(0, rows), height)
        return Area(x: x, y: y + cut, width: width, height: height - cut)
    }

    /// The part above the last `rows` rows.
    func droppingBottom(_ rows: Int) -> Area {
        Area(x: x, y: y, width: width, height: height - max(0, rows))
    }

    /// The first `rows` rows.
    func top(_ rows: Int) -> Area {
        Area(x: x, y: y, width: width, height: min(max(0, rows), height))
    }

    /// The first `columns` columns.
    func left(_ columns: Int) -> Area {
        Area(x: x, y: y, width: min(max(0, columns), width), height: height)
    }

    /// The part after the first `columns` columns.
    func droppingLeft(_ columns: Int) -> Area {
        let cut = min(max(0, columns), width)
        return Area(x: x + cut, y: y, width: width - cut, height: height)
    }
}
