import Model

extension AppState {
    /// Does what a key of the matrix says.
    mutating func perform(_ action: MatrixAction) {
        switch action {
        case .left: moveColumn(by: -1)
        case .right: moveColumn(by: 1)
        case .pageLeft: moveColumn(by: -10)
        case .pageRight: moveColumn(by: 10)
        case .showWorst: matrix.mode = .worst
        case .showAssociation: matrix.mode = .association
        case .showPhi: matrix.mode = .phi
        case .showReach: matrix.mode = .reach
        case .nextGrouping:
            matrix.grouping = matrix.grouping.next
            goToWorst()
        case .nextOrder: matrix.order = matrix.order.next
        case .nextCluster: showNextCluster()
        case .nextTrouble: goToTrouble()
        }
    }

    private var grid: MatrixGrid? { context(for: .matrix).flatMap(MatrixScreen.grid) }

    private mutating func moveColumn(by offset: Int) {
        guard let grid, !grid.lines.isEmpty else { return }
        pointColumn(at: matrix.column(in: grid.lines) + offset, in: grid)
    }

    private mutating func pointColumn(at column: Int, in grid: MatrixGrid) {
        matrix.columnIndex = min(max(0, column), grid.lines.count - 1)
        matrix.column = grid.lines[matrix.columnIndex].id
    }

    private mutating func showNextCluster() {
        guard let clusters = shown?.clusters.filter({ !$0.present.isEmpty }), !clusters.isEmpty else { return }
        let present = clusters.firstIndex { $0.snapshot.id == matrix.cluster } ?? 0
        matrix.cluster = clusters[(present + 1) % clusters.count].snapshot.id
    }

    /// A screen is shown: in the matrix the cursor starts on the worst cell.
    mutating func enter(_ screen: ScreenID) {
        guard screen == .matrix, matrix.column == nil, list(of: .matrix).selected == nil else { return }
        goToWorst()
    }

    /// The first of the worst cells; the cursor stays if no cell is in trouble.
    private mutating func goToWorst() {
        guard let grid, let worst = grid.lines.indices.map(grid.rowWorst).max(), worst.isTrouble else { return }
        for row in grid.lines.indices where grid.rowWorst(row) == worst {
            guard let column = grid.lines.indices.first(where: { grid.cell(row, $0)?.sign == worst }) else { continue }
            lists[.matrix, default: ListState()].select(row, in: grid.lines.map(\.id))
            return pointColumn(at: column, in: grid)
        }
    }

    /// The next cell in trouble, row by row, and after the last the first.
    private mutating func goToTrouble() {
        guard let grid, !grid.lines.isEmpty else { return }
        let count = grid.lines.count
        let row = lists[.matrix, default: ListState()].position(in: grid.lines.map(\.id))
        let start = row * count + matrix.column(in: grid.lines)
        let rows = (0...count).map { (row + $0) % count }
        for (step, candidate) in rows.enumerated() where grid.rowWorst(candidate).isTrouble {
            for column in 0..<count {
                let place = candidate * count + column
                let isBehind = step == 0 ? place > start : step == count ? place <= start : true
                guard isBehind, grid.cell(candidate, column)?.sign.isTrouble == true else { continue }
                lists[.matrix, default: ListState()].select(candidate, in: grid.lines.map(\.id))
                return pointColumn(at: column, in: grid)
            }
        }
    }

    /// Opens what the cursor is on: the pair, of groups the worst one in the cell, or the member where it would look at itself.
    mutating func openCell() {
        guard let grid, !grid.lines.isEmpty else { return }
        let row = list(of: .matrix).position(in: grid.lines.map(\.id))
        let column = matrix.column(in: grid.lines)
        pointColumn(at: column, in: grid)
        open(place(row, column, in: grid))
    }

    /// What the cursor is on.
    var cellPlace: Place? {
        guard let grid, !grid.lines.isEmpty else { return nil }
        return place(list(of: .matrix).position(in: grid.lines.map(\.id)), matrix.column(in: grid.lines), in: grid)
    }

    private func place(_ row: Int, _ column: Int, in grid: MatrixGrid) -> Place {
        let (cluster, nodes) = (grid.cluster, grid.cluster.pairs.nodes)
        guard let pair = grid.pair(row, column) else {
            return .member(cluster: cluster.snapshot.id, nodes[grid.lines[row].members[0]])
        }
        return .pair(
            PairID(cluster: cluster.snapshot.id, observer: nodes[pair.observer], subject: nodes[pair.subject]))
    }

    /// Puts the cursor on a pair, in a matrix in which it has a cell of its own.
    mutating func point(at pair: PairID) {
        matrix.cluster = pair.cluster
        matrix.grouping = .none
        matrix.column = .member(cluster: pair.cluster, pair.subject)
        lists[.matrix, default: ListState()].selected = .member(cluster: pair.cluster, pair.observer)
    }
}
