// SPDX-License-Identifier: Apache-2.0
/// The rows of a screen: which one is selected, and how they are sorted.
///
/// It is all the state of the overview, the members and the sources; the models of other screens hold one. Each screen has its own, so that
/// coming back finds everything as it was.
struct ListModel: Equatable, Sendable {
    /// The selected row; nil until a key selects one: then it is the first.
    var selected: Subject?
    /// Where the selected row was last seen, for when it disappears.
    private(set) var index = 0
    private(set) var sortColumn = 0
    private(set) var isInverted = false

    /// The selected row's index among the present rows; -1 without rows.
    func position(in rows: [Subject]) -> Int {
        guard !rows.isEmpty else { return -1 }
        guard let selected else { return min(index, rows.count - 1) }
        // Mostly it is where it was.
        if index < rows.count, rows[index] == selected { return index }
        return rows.firstIndex(of: selected) ?? min(index, rows.count - 1)
    }

    /// Selects the row at a position, or the nearest one.
    mutating func select(_ position: Int, in rows: [Subject]) {
        guard !rows.isEmpty else { return }
        index = min(max(0, position), rows.count - 1)
        selected = rows[index]
    }

    /// Begins at the first row again, for other rows than before.
    mutating func restart() { (selected, index) = (nil, 0) }

    /// Sorts by a column; the direction stays.
    mutating func sort(by column: Int) { sortColumn = column }

    // MARK: - Keys

    /// - Parameters:
    ///   - action: What a key does.
    ///   - rows: The present rows, in the order shown.
    ///   - page: Rows of a page.
    /// - Returns: What the application has to do.
    mutating func handle(_ action: ListAction, in rows: [Subject], page: Int) -> [Request] {
        switch action {
        case .move(let move): select(position(in: rows) + move.offset(page: page), in: rows)
        case .open:
            guard !rows.isEmpty else { return [] }
            select(position(in: rows), in: rows)
            return [.open(rows[index])]
        }
        return []
    }

    /// - Parameters:
    ///   - action: What a key does.
    ///   - columns: By how many columns the rows can be sorted.
    /// - Returns: What the application has to do.
    mutating func handle(_ action: SortAction, columns: Int) -> [Request] {
        switch action {
        case .next: sortColumn = (sortColumn + 1) % max(1, columns)
        case .invert: isInverted.toggle()
        case .pick: return [.ask(.sortColumn)]
        }
        return []
    }
}
