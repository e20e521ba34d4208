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
