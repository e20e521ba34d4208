// SPDX-License-Identifier: Apache-2.0
/// One cell of a frame.
package struct Cell: Equatable, Sendable {
    /// What it shows.
    package var glyph: Glyph
    /// What that means.
    package var style: Style

    static let blank = Cell(glyph: .blank, style: .plain)
}

/// A screen as a value: a size and its cells, row after row. Two invariants hold after every operation: a cell of width 2 is followed by
/// its tail in the same row, and a tail follows nothing else.
package struct Frame: Equatable, Sendable {
    /// Of the whole screen.
    package let size: Size
    /// Row after row, each from left to right.
    package private(set) var cells: [Cell]
    /// Whether text that is not ASCII becomes question marks.
    let asciiOnly: Bool

    /// An empty frame.
    ///
    /// - Parameters:
    ///   - size: Its size; 0 by 0 is allowed.
    ///   - asciiOnly: Whether text that is not ASCII becomes question marks.
    init(size: Size, asciiOnly: Bool = false) {
        self.size = size
        self.asciiOnly = asciiOnly
        self.cells = Array(repeating: .blank, count: size.columns * size.rows)
    }

    /// The cell at a place, or nil outside the frame.
    package subscript(x: Int, y: Int) -> Cell? {
        guard x >= 0, x < size.columns, y >= 0, y < size.rows else { return nil }
        return cells[y * size.columns + x]
    }

    /// Writes one line of text, clipped to an area. A wide glyph that would cross the right edge becomes a space.
    ///
    /// - Parameters:
    ///   - text: Any text; control characters are left out.
    ///   - x: Column of the first glyph.
    ///   - y: Row.
    ///   - style: Style of the cells.
    ///   - clip: Nothing is written outside this area; nil is the whole frame.
    /// - Returns: The column behind the last cell written.
    @discardableResult
    mutating func put(_ text: some StringProtocol, x: Int, y: Int, style: Style = .plain, clip: Area? = nil)
        -> Int
    {
        let limits = columns(of: clip ?? Area(size), row: y)
        guard !limits.isEmpty else { return x }
        var column = x
        Glyph.split(text, asciiOnly: asciiOnly) { glyph in
            guard column < limits.upperBound else { return false }
            if column >= limits.lowerBound {
                column += write(glyph, x: column, y: y, style: style, end: limits.upperBound)
            } else {
                column += Int(glyph.width)
                if column > limits.lowerBound { write(.blank, x: limits.lowerBound, y: y, style: style, end: column) }
            }
            return true
        }
        return column
    }

    /// Gives every cell of an area a style, keeping what it shows.
    mutating func restyle(_ area: Area, _ change: (inout Style) -> Void) {
        for y in max(0, area.y)..<max(0, area.y, min(size.rows, area.y + area.height)) {
            for x in columns(of: area, row: y) { change(&cells[y * size.columns + x].style) }
        }
    }

    /// Makes every cell of an area a blank of one style.
    mutating func clear(_ area: Area, style: Style = .plain) {
        for y in max(0, area.y)..<max(0, area.y, min(size.rows, area.y + area.height)) {
            let limits = columns(of: area, row: y)
            for x in limits { write(.blank, x: x, y: y, style: style, end: limits.upperBound) }
        }
    }

    /// Puts a cell from a diff back; the caller keeps wide glyphs whole.
    mutating func setCell(_ cell: Cell, x: Int, y: Int) {
        cells[y * size.columns + x] = cell
    }

    /// The columns of an area that exist in a row of this frame.
    private func columns(of area: Area, row: Int) -> Range<Int> {
        guard row >= area.y, row < area.y + area.height, row >= 0, row < size.rows else { return 0..<0 }
        let start = min(max(0, area.x), size.columns)
        return start..<max(start, min(size.columns, area.x + area.width))
    }

    /// Writes a glyph and repairs the wide glyphs it cut in half.
    ///
    /// - Returns: The columns taken.
    @discardableResult
    private mutating func write(_ glyph: Glyph, x: Int, y: Int, style: Style, end: Int) -> Int {
        let index = y * size.columns + x
        let fits = glyph.width < 2 || x + 1 < end
        let width = fits && glyph.width == 2 ? 2 : 1
        if cells[index].glyph.width == 0 { cells[index - 1].glyph = .blank }
        let last = index + width - 1
        if cells[last].glyph.width == 2 { cells[last + 1].glyph = .blank }
        cells[index] = Cell(glyph: fits ? glyph : .blank, style: style)
        if width == 2 { cells[last] = Cell(glyph: .tail, style: style) }
        return width
    }
}
