// SPDX-License-Identifier: Apache-2.0
// How the widgets are put on a frame.

extension Frame {
    /// Writes a line into a row of an area; what does not fit is cut off with a sign that says so.
    ///
    /// - Returns: The column behind the last cell written.
    @discardableResult
    mutating func put(_ line: StyledLine, in area: Area, row: Int = 0, indent: Int = 0, glyphs: GlyphSet) -> Int {
        guard row < area.height else { return area.x }
        var column = area.x + indent
        for span in line.spans {
            column = put(span.text, x: column, y: area.y + row, style: span.style, clip: area)
        }
        if indent + line.width > area.width, area.width > 1 {
            let last = area.x + area.width - 1
            put(glyphs.cut, x: last, y: area.y + row, style: self[last, area.y + row]?.style ?? .plain, clip: area)
        }
        return column
    }

    /// Writes lines of text from one of them on, and signs where there are more.
    mutating func put(_ lines: [StyledLine], from first: Int, in area: Area, glyphs: GlyphSet) {
        guard area.height > 0 else { return }
        for (row, line) in lines.dropFirst(first).prefix(area.height).enumerated() {
            put(line, in: area, row: row, glyphs: glyphs)
        }
        let right = Area(x: area.x + area.width, y: area.y, width: 1, height: area.height)
        if first > 0 { put(StyledLine(glyphs.moreAbove, .muted), in: right, glyphs: glyphs) }
        if first + area.height < lines.count {
            put(StyledLine(glyphs.moreBelow, .muted), in: right, row: area.height - 1, glyphs: glyphs)
        }
    }

    /// Writes one row of a table.
    mutating func put(
        row cells: [StyledLine], of columns: [TableColumn], _ layout: TableLayout, in area: Area, at y: Int,
        glyphs: GlyphSet
    ) {
        guard y < area.height else { return }
        for place in layout.placed where place.index < cells.count {
            let column = columns[place.index]
            var cell = cells[place.index]
            if cell.width > place.width, column.cutsMiddle, let first = cell.spans.first {
                let rest = cell.spans.dropFirst().reduce(0) { $0 + $1.text.cellWidth }
                let room = max(0, place.width - rest)
                cell.spans[0].text =
                    column.separator.map { TextFitting.cutAround($0, first.text, to: room, glyphs: glyphs) }
                    ?? TextFitting.cutMiddle(first.text, to: room, glyphs: glyphs)
            }
            if column.alignment == .right { cell = cell.rightAligned(to: place.width) }
            let room = Area(x: area.x + place.x, y: area.y + y, width: place.width, height: 1)
            put(cell, in: room, glyphs: glyphs)
        }
    }

    /// Writes in the head of a table how many of its rows are out of sight.
    mutating func putMore(_ window: ListWindow, in area: Area, glyphs: GlyphSet) {
        var line = StyledLine.empty
        if window.above > 0 { line.append(" \(glyphs.moreAbove)\(window.above)", .muted) }
        if window.below > 0 { line.append(" \(glyphs.moreBelow)\(window.below)", .muted) }
        guard line.width > 0, line.width < area.width else { return }
        put(line, in: area, indent: area.width - line.width, glyphs: glyphs)
    }

    /// Shows a row as selected: reverse video, and a sign where there is none.
    mutating func select(_ row: Area, glyphs: GlyphSet) {
        put(glyphs.cursor, x: row.x, y: row.y, style: .plain, clip: row)
        restyle(row) { $0.selected = true }
    }

    /// Marks every place where text is found in an area; it must stand in one row.
    mutating func highlight(_ needle: String, in area: Area) {
        let wanted = Array(needle.lowercased().unicodeScalars)
        for y in area.y..<(area.y + area.height) {
            let columns = (area.x..<(area.x + area.width)).filter { (self[$0, y]?.glyph.width ?? 0) > 0 }
            let row = columns.map { Search.folded(self[$0, y]?.glyph.base ?? " ") }
            for start in Search.matches(of: wanted, in: row) {
                let last = columns[start + wanted.count - 1]
                let width = last - columns[start] + Int(self[last, y]?.glyph.width ?? 1)
                restyle(Area(x: columns[start], y: y, width: width, height: 1)) { $0.role = .match }
            }
        }
    }
}
