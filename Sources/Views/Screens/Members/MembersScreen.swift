// SPDX-License-Identifier: Apache-2.0
import Model

/// All members in a table, and how every observer sees the selected one.
enum MembersScreen {
    static func rows(_ list: ListModel, _ context: ScreenContext) -> [Subject] {
        MemberRow.sorted(list, context).map(\.subject)
    }

    /// From this number of columns on, the detail stands at the side.
    private static let sideBySide = 132
    private static let tableWidth = 82

    static func searchTexts(_ list: ListModel, _ context: ScreenContext) -> [String] {
        let several = context.picture.clusters.count > 1
        return MemberRow.sorted(list, context).map { row in
            let member = row.member
            let cluster = several ? "\(row.cluster.snapshot.id) " : ""
            return "\(cluster)\(member.node.address) \(member.status.name) \(member.roles.names.joined(separator: " "))"
        }
    }

    static func draw(_ list: ListModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        let rows = MemberRow.sorted(list, context)
        guard !rows.isEmpty else {
            let line = StyledLine("No member is known: no source has answered with a list that has any.", .muted)
            frame.put(line, in: area.droppingTop(1), indent: 1, glyphs: context.glyphs)
            return
        }
        let position = list.position(in: rows.map(\.subject))
        let selected = rows[position]
        if area.width >= sideBySide {
            MemberTable.draw(rows, sortedBy: list, position: position, context, &frame, area.left(tableWidth))
            let side = area.droppingLeft(tableWidth + 1)
            drawPage(selected, context, &frame, side)
        } else {
            let detail = area.height < 12 ? 0 : min(area.height / 2, max(6, area.height - rows.count - 2))
            MemberTable.draw(rows, sortedBy: list, position: position, context, &frame, area.droppingBottom(detail))
            drawDetail(selected, context, &frame, area.droppingTop(area.height - detail + 1))
        }
    }

    /// Where there is room, everything about the selected member stands beside the table.
    private static func drawPage(_ row: MemberRow, _ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        let lines = MemberPage.lines(
            of: row.member.node, in: row.cluster.snapshot.id, context, width: area.width - 1)
        for (index, line) in lines.prefix(area.height).enumerated() {
            frame.put(line, in: area, row: index, glyphs: context.glyphs)
        }
    }

    private static func drawDetail(_ row: MemberRow, _ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        let lines =
            MemberDetail.summary(row, context, width: area.width - 2)
            + ObserverTable.lines(row, context, width: area.width - 2)
        for (index, line) in lines.prefix(area.height).enumerated() {
            frame.put(line, in: area, row: index, indent: 1, glyphs: context.glyphs)
        }
        guard lines.count > area.height, area.height > 0 else { return }
        let more = StyledLine("\(lines.count - area.height + 1) more: Enter", .muted)
        frame.clear(Area(x: area.x, y: area.y + area.height - 1, width: area.width, height: 1))
        frame.put(more, in: area, row: area.height - 1, indent: 3, glyphs: context.glyphs)
    }
}
