// SPDX-License-Identifier: Apache-2.0
/// A column of a table: how wide, how important, on which side its text stands.
struct TableColumn {
    enum Alignment {
        case left
        case right
    }

    var title: String
    var alignment = Alignment.left
    /// Fewer cells than this and the column is left out.
    var minimum: Int
    /// More cells than this are of no use.
    var ideal: Int
    /// Columns with higher numbers are left out first; 0 stays to the end.
    var rank: Int
    /// Whether text too long for it is cut in the middle.
    var cutsMiddle = false
    /// What stays when such a text has two parts: each is cut by itself.
    var separator: String?
    /// Left out whatever room there is.
    var isHidden = false
}

/// Which columns fit, and how wide they are.
struct TableLayout: Equatable {
    /// Index into the columns, first cell relative to the table, width.
    struct Placed: Equatable {
        var index: Int
        var x: Int
        var width: Int
    }

    private static let gap = 2

    let placed: [Placed]

    /// - Parameters:
    ///   - columns: In the order from left to right.
    ///   - width: Cells there are.
    ///   - limit: The maximum number of columns.
    init(_ columns: [TableColumn], width: Int, limit: Int = .max) {
        var chosen = columns.indices.filter { !columns[$0].isHidden }
        func minimum() -> Int { chosen.reduce(0) { $0 + columns[$1].minimum + Self.gap } - Self.gap }
        while chosen.count > 1, chosen.count > limit || minimum() > width {
            guard let worst = chosen.max(by: { columns[$0].rank < columns[$1].rank }) else { break }
            chosen.removeAll { $0 == worst }
        }
        var spare = max(0, width - minimum())
        var widths: [Int: Int] = [:]
        for index in chosen.sorted(by: { columns[$0].rank < columns[$1].rank }) {
            let extra = min(spare, max(0, columns[index].ideal - columns[index].minimum))
            widths[index] = columns[index].minimum + extra
            spare -= extra
        }
        var x = 0
        placed = chosen.map { index in
            defer { x += (widths[index] ?? 0) + Self.gap }
            return Placed(index: index, x: x, width: min(widths[index] ?? 0, max(0, width - x)))
        }
    }
}
