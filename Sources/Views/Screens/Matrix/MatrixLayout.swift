// SPDX-License-Identifier: Apache-2.0
import Model

/// Where everything of the matrix stands in an area.
struct MatrixLayout {
    /// One column of a cell at its narrowest; wide cells say more than a sign.
    private static let widest = 15
    /// From this width on a cell has room for a word or a time.
    static let wordy = 8
    private static let worstWidth = 8
    /// The room that is kept for the column of monitored members before names get room for brackets.
    private static let monitorsWidth = 12

    /// Columns of a cell.
    let pitch: Int
    let labelWidth: Int
    /// Lines of the head; 1 if the labels of the columns lie flat.
    let headHeight: Int
    let isFlat: Bool
    let columns: ListWindow
    let rows: ListWindow
    let paneHeight: Int
    let form: AddressNames.Form

    /// Rows of the pane below the matrix, with a blank one above it.
    static func paneHeight(_ height: Int) -> Int {
        switch height {
        case ..<12: 0
        case ..<16: 3
        case ..<30: 5
        default: 9
        }
    }

    /// How many rows there are for members, if nothing is out of sight.
    static func room(_ height: Int) -> Int { max(1, height - 4 - paneHeight(height)) }

    init(_ grid: MatrixGrid, row: Int, column: Int, in area: Area) {
        let lines = grid.lines
        let names = grid.cluster.names
        form = names.width(of: .distinct) <= max(6, min(24, area.width / 4)) ? .distinct : .ending
        let groups = lines.lazy.filter(\.isGroup).map { MatrixLabels.row($0, grid.cluster, .distinct).utf8.count }.max()
        let widestName = max(lines.contains { !$0.isGroup } ? names.width(of: form) : 0, groups ?? 0)
        let nameWidth = min(max(4, area.width / 3), max(8, widestName))
        let room = max(1, area.width - 2 - nameWidth - 1 - Self.worstWidth)
        let label = lines.lazy.map { MatrixLabels.column($0, grid.cluster).utf8.count }.max() ?? 1
        let isGrouped = lines.contains(where: \.isGroup)
        let full = min(Self.widest, max(Self.wordy, widestName + 2))
        let wishes = (isGrouped ? [full, Self.wordy] : [Self.widest, full]) + [max(3, label + 1), 3, 2, 1]
        pitch = wishes.first { $0 * lines.count <= room } ?? (isGrouped ? Self.wordy : room >= 40 ? 1 : 2)
        let spare = room - pitch * lines.count
        labelWidth = nameWidth + (spare >= 2 + Self.monitorsWidth ? 2 : 0)
        isFlat = label + 1 <= pitch || pitch >= Self.wordy
        headHeight = isFlat ? 1 : max(1, min(label, area.height >= 40 ? 6 : area.height >= 18 ? 4 : 2))
        columns = ListWindow(total: lines.count, position: column, height: room / pitch)
        paneHeight = Self.paneHeight(area.height)
        // Mode, head, totals, summary, and a line about what is out of sight.
        let fixed = 3 + headHeight + paneHeight
        let all = area.height - fixed
        let isCut = lines.count > all || columns.count < lines.count
        rows = ListWindow(total: lines.count, position: row, height: max(1, all - (isCut ? 1 : 0)))
    }

    /// The first column of the cells.
    var cellsX: Int { 1 + labelWidth + 1 }
    /// Behind the cells.
    var totalsX: Int { cellsX + columns.count * pitch + 1 }

    func x(_ column: Int) -> Int { cellsX + (column - columns.top) * pitch }
}

/// How lines are called: at length before a row, as short as can be above a column.
enum MatrixLabels {
    static func row(_ line: MatrixLine, _ cluster: ClusterPicture, _ form: AddressNames.Form) -> String {
        switch line.id {
        case .group(_, let name):
            line.members.count > 1 && !name.hasSuffix("others") && !name.hasPrefix("all ")
                ? "\(name.isEmpty ? "no role" : name) (\(line.members.count))" : name.isEmpty ? "no role" : name
        default: cluster.names.text(of: cluster.pairs.nodes[line.members[0]].address, form)
        }
    }

    static func column(_ line: MatrixLine, _ cluster: ClusterPicture) -> String {
        switch line.id {
        case .group(_, let name):
            if name.isEmpty { "no role" } else if name.hasSuffix("others") { "+\(line.members.count)" } else { name }
        default: cluster.names.brief(cluster.pairs.nodes[line.members[0]].address)
        }
    }
}
