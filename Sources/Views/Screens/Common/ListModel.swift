/// Where the reader is in a list, and how it is sorted. Every screen keeps its own, so that coming back finds everything as it was.
struct ListState: Equatable, Sendable {
    /// The selected row; nil until a key selects one: then it is the first.
    var selected: RowID?
    /// Where it was last seen, for when it goes away.
    var index = 0
    var sortColumn = 0
    var isInverted = false

    /// The selected row's index in the rows there are now; -1 without rows.
    func position(in rows: [RowID]) -> Int {
        guard !rows.isEmpty else { return -1 }
        guard let selected else { return min(index, rows.count - 1) }
        // Mostly it is where it was.
        if index < rows.count, rows[index] == selected { return index }
        return rows.firstIndex(of: selected) ?? min(index, rows.count - 1)
    }

    mutating func select(_ position: Int, in rows: [RowID]) {
        guard !rows.isEmpty else { return }
        index = min(max(0, position), rows.count - 1)
        selected = rows[index]
    }
}

/// Which part of a long list is shown: the selected row is kept in the middle as far as possible, so that what comes is seen.
struct ListWindow {
    let top: Int
    let count: Int

    /// - Parameters:
    ///   - total: Rows of the list.
    ///   - position: The row to keep in sight.
    ///   - height: Rows of the area.
    init(total: Int, position: Int, height: Int) {
        self.total = total
        count = min(total, max(0, height))
        top = min(max(0, position - count / 2), total - count)
    }

    var above: Int { top }
    var below: Int { total - top - count }
    private let total: Int

    var range: Range<Int> { top..<(top + count) }
}

extension Frame {
    /// Tells in the head of a table how many of its rows are out of sight.
    mutating func putMore(_ window: ListWindow, in area: Area, glyphs: GlyphSet) {
        var line = StyledLine.empty
        if window.above > 0 { line.append(" \(glyphs.moreAbove)\(window.above)", .muted) }
        if window.below > 0 { line.append(" \(glyphs.moreBelow)\(window.below)", .muted) }
        guard line.width > 0, line.width < area.width else { return }
        put(line, in: area, indent: area.width - line.width, glyphs: glyphs)
    }
}
