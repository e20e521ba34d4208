/// How the matrix is looked at; only ``AppState`` changes it. The row of the cursor is the selection of the screen's list.
struct MatrixState: Equatable, Sendable {
    var mode = MatrixMode.worst
    var grouping = MatrixGrouping.none
    var order = MatrixOrder.automatic
    /// The cluster that is shown, of several; nil is the first.
    var cluster: String?
    /// The column of the cursor; nil until a key moved it.
    var column: RowID?
    /// Where that column was last seen, for when it goes away.
    var columnIndex = 1

    /// The cursor's column among those there are now.
    func column(in lines: [MatrixLine]) -> Int {
        if columnIndex < lines.count, lines[columnIndex].id == column { return columnIndex }
        return lines.firstIndex { $0.id == column } ?? min(columnIndex, max(0, lines.count - 1))
    }
}

/// What a key of the matrix does.
package enum MatrixAction: Hashable, Sendable {
    case left
    case right
    /// A screenful of columns.
    case pageLeft
    case pageRight
    case showWorst
    case showAssociation
    case showPhi
    case showReach
    case nextGrouping
    case nextOrder
    case nextCluster
    case nextTrouble
}

/// Which members are one row and one column together.
enum MatrixGrouping: CaseIterable, Sendable {
    case none
    case role
    case dataCenter
    /// Those in trouble by themselves, the others as one.
    case trouble

    var name: String {
        switch self {
        case .none: "none"
        case .role: "role"
        case .dataCenter: "data centre"
        case .trouble: "those well"
        }
    }
}

enum MatrixOrder: CaseIterable, Sendable {
    /// The worst first if not all fit, by partition if there are several, otherwise by name.
    case automatic
    case name
    case worst
    /// By data centre, then role.
    case place

    var name: String {
        switch self {
        case .automatic: "auto"
        case .name: "name"
        case .worst: "worst first"
        case .place: "data centre"
        }
    }
}

extension CaseIterable where Self: Equatable, AllCases.Index == Int {
    /// The next one, and after the last the first.
    var next: Self {
        let all = Self.allCases
        guard let index = all.firstIndex(of: self) else { return self }
        return all[(index + 1) % all.count]
    }
}
