// SPDX-License-Identifier: Apache-2.0
/// Columns of plain text, as wide as their widest cell.
struct TextTable {
    private let header: [String]
    private var rows: [[String]] = []

    init(_ header: [String]) {
        self.header = header
    }

    /// Cells are made printable here: a line feed in one of them would shift all columns.
    mutating func add(_ row: [String]) {
        rows.append(row.map(\.printable))
    }

    /// The lines, without spaces at their ends.
    var lines: [String] {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            var line = ""
            for (cell, width) in zip(row, widths) {
                line += cell + String(repeating: " ", count: width - cell.count + 2)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }
}
