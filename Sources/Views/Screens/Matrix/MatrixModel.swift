// SPDX-License-Identifier: Apache-2.0
import Model

/// The state of the matrix: what its cells show, and where the cursor is.
struct MatrixModel: Equatable, Sendable {
    /// The row of the cursor is the selected row.
    var list = ListModel()
    private(set) var settings = MatrixSettings()
    /// The cluster that is shown, of several; nil is the first.
    private(set) var cluster: String?
    /// The line of the cursor's column; nil until a key has moved it.
    private(set) var column: Subject?
    /// Where that column was last seen, for when it disappears.
    private var columnIndex = 1

    /// The cursor's column among the present lines.
    func column(in lines: [MatrixLine]) -> Int {
        if columnIndex < lines.count, lines[columnIndex].id == column { return columnIndex }
        return lines.firstIndex { $0.id == column } ?? min(columnIndex, max(0, lines.count - 1))
    }

    /// The cursor's row among the present lines; -1 without lines.
    func row(in lines: [MatrixLine]) -> Int { list.position(in: lines.map(\.id)) }

    /// The cursor starts on the worst cell when the screen is shown for the first time.
    mutating func begin(in context: ScreenContext) {
        guard column == nil, list.selected == nil else { return }
        goToWorst(in: context)
    }

    /// Puts the cursor on a pair, in a matrix in which it has a cell of its own.
    mutating func point(at pair: PairID) {
        cluster = pair.cluster
        settings.grouping = .none
        column = .member(cluster: pair.cluster, pair.subject)
        list.selected = .member(cluster: pair.cluster, pair.observer)
    }

    /// What the cursor is on: a pair, of groups the worst one in the cell, or the member where it would look at itself.
    func subject(in context: ScreenContext) -> Subject? {
        guard let grid = grid(in: context), !grid.lines.isEmpty else { return nil }
        return grid.subject(row(in: grid.lines), column(in: grid.lines))
    }

    /// The lines and cells of the cluster that is shown; nil if no cluster has members.
    func grid(in context: ScreenContext) -> MatrixGrid? {
        let known = context.picture.clusters.filter { !$0.present.isEmpty }
        let shown = known.first { $0.snapshot.id == cluster } ?? known.first
        return shown.map { MatrixGrid($0, settings, rows: MatrixLayout.room(context.size.rows - 3)) }
    }

    // MARK: - Keys

    /// - Returns: What the application has to do.
    mutating func handle(_ action: ListAction, in context: ScreenContext) -> [Request] {
        guard let grid = grid(in: context), !grid.lines.isEmpty else { return [] }
        let rows = grid.lines.map(\.id)
        switch action {
        case .move: return list.handle(action, in: rows, page: context.pageHeight)
        case .open:
            let row = list.position(in: rows)
            list.select(row, in: rows)
            pointColumn(at: column(in: grid.lines), in: grid)
            return [.open(grid.subject(row, columnIndex))]
        }
    }

    /// - Returns: What the application has to do.
    mutating func handle(_ action: MatrixAction, in context: ScreenContext) -> [Request] {
        switch action {
        case .left: moveColumn(by: -1, in: context)
        case .right: moveColumn(by: 1, in: context)
        case .pageLeft: moveColumn(by: -10, in: context)
        case .pageRight: moveColumn(by: 10, in: context)
        case .show(let mode): settings.mode = mode
        case .nextGrouping:
            settings.grouping = settings.grouping.next
            goToWorst(in: context)
        case .nextOrder: settings.order = settings.order.next
        case .nextCluster: showNextCluster(in: context)
        case .nextTrouble: goToTrouble(in: context)
        }
        return []
    }

    private mutating func moveColumn(by offset: Int, in context: ScreenContext) {
        guard let grid = grid(in: context), !grid.lines.isEmpty else { return }
        pointColumn(at: column(in: grid.lines) + offset, in: grid)
    }

    private mutating func pointColumn(at place: Int, in grid: MatrixGrid) {
        columnIndex = min(max(0, place), grid.lines.count - 1)
        column = grid.lines[columnIndex].id
    }

    private mutating func showNextCluster(in context: ScreenContext) {
        let clusters = context.picture.clusters.filter { !$0.present.isEmpty }
        guard !clusters.isEmpty else { return }
        let present = clusters.firstIndex { $0.snapshot.id == cluster } ?? 0
        cluster = clusters[(present + 1) % clusters.count].snapshot.id
    }

    /// The first of the worst cells; the cursor stays if no cell is in trouble.
    private mutating func goToWorst(in context: ScreenContext) {
        guard let grid = grid(in: context), let worst = grid.lines.indices.map(grid.rowWorst).max(), worst.isTrouble
        else { return }
        for row in grid.lines.indices where grid.rowWorst(row) == worst {
            guard let column = grid.lines.indices.first(where: { grid.cell(row, $0)?.sign == worst }) else { continue }
            list.select(row, in: grid.lines.map(\.id))
            return pointColumn(at: column, in: grid)
        }
    }

    /// The next cell in trouble, row by row, and after the last the first.
    private mutating func goToTrouble(in context: ScreenContext) {
        guard let grid = grid(in: context), !grid.lines.isEmpty else { return }
        let count = grid.lines.count
        let row = row(in: grid.lines)
        let start = row * count + column(in: grid.lines)
        let rows = (0...count).map { (row + $0) % count }
        for (step, candidate) in rows.enumerated() where grid.rowWorst(candidate).isTrouble {
            for column in 0..<count {
                let place = candidate * count + column
                let isBehind = step == 0 ? place > start : step == count ? place <= start : true
                guard isBehind, grid.cell(candidate, column)?.sign.isTrouble == true else { continue }
                list.select(candidate, in: grid.lines.map(\.id))
                return pointColumn(at: column, in: grid)
            }
        }
    }
}
