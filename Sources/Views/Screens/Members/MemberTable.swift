// SPDX-License-Identifier: Apache-2.0
import Model

/// The table of the members screen.
enum MemberTable {
    private static let indent = 3

    private static func columns(
        names: Int, roles: Int, dataCenters: Int, hasPhi: Bool, hasPods: Bool
    ) -> [TableColumn] {
        [
            TableColumn(
                title: "MEMBER", minimum: hasPods ? min(names, 20) : 12, ideal: names, rank: 0, cutsMiddle: true),
            TableColumn(title: "STATUS", minimum: 9, ideal: 12, rank: 1),
            TableColumn(title: "SEEN BY", alignment: .right, minimum: 7, ideal: 7, rank: 2),
            TableColumn(title: "READY", minimum: 5, ideal: 5, rank: 3),
            TableColumn(title: "AGE", alignment: .right, minimum: 5, ideal: 5, rank: 4),
            TableColumn(title: "PHI MAX", alignment: .right, minimum: 7, ideal: 7, rank: 5, isHidden: !hasPhi),
            TableColumn(title: "FOR", alignment: .right, minimum: 4, ideal: 4, rank: 7),
            // Where all are in one data centre its name says nothing.
            TableColumn(title: "DC", minimum: 7, ideal: 12, rank: 8, isHidden: dataCenters < 2),
            TableColumn(title: "ROLES", minimum: 6, ideal: roles, rank: hasPods ? 9 : 6),
            TableColumn(title: "POD", minimum: 16, ideal: 22, rank: 3, isHidden: !hasPods),
            TableColumn(title: "RESTARTS", alignment: .right, minimum: 8, ideal: 8, rank: 3, isHidden: !hasPods),
            TableColumn(title: "WORKLOAD", minimum: 8, ideal: 24, rank: 8, isHidden: !hasPods),
        ]
    }

    /// Draws the members as rows.
    ///
    /// - Parameters:
    ///   - rows: In the order shown.
    ///   - list: How they are sorted.
    ///   - position: The selected row; nil where nothing can be selected.
    ///   - context: The data.
    ///   - frame: What is drawn on.
    ///   - area: Where.
    static func draw(
        _ rows: [MemberRow], sortedBy list: ListModel, position: Int?, _ context: ScreenContext,
        _ frame: inout Frame, _ area: Area
    ) {
        guard area.height > 0 else { return }
        let names = context.picture.names
        let room = area.width >= 60 ? 28 : 14
        let form = names.form(width: area.width >= 80 ? 34 : room - 3)
        let roles = rows.lazy.prefix(200).map { $0.member.visibleRoles.utf8.count }.max() ?? 5
        let columns = columns(
            names: min(38, names.width(of: form) + 3), roles: min(40, max(5, roles)),
            dataCenters: context.picture.dataCenters,
            hasPhi: context.picture.clusters.contains { $0.hottest.worst != nil },
            hasPods: context.snapshot.kubernetes?.podOfMember.isEmpty == false)
        let inner = Area(x: area.x + indent, y: area.y, width: area.width - indent - 1, height: area.height)
        let layout = TableLayout(columns, width: inner.width, limit: frame.size.columns < 80 ? 3 : .max)
        frame.put(
            row: heads(columns, list, context.glyphs), of: columns, layout, in: inner, at: 0, glyphs: context.glyphs)
        let entries = entries(rows, context)
        let cursor = position.flatMap { wanted in entries.firstIndex { $0 == .member(wanted) } } ?? 0
        let window = ListWindow(total: entries.count, position: cursor, height: area.height - 1)
        frame.putMore(window, in: area, glyphs: context.glyphs)
        for (line, index) in window.range.enumerated() {
            let whole = Area(x: area.x, y: area.y + line + 1, width: area.width, height: 1)
            switch entries[index] {
            case .cluster(let title): frame.put(title, in: whole, indent: 1, glyphs: context.glyphs)
            case .member(let number):
                let cells = cells(rows[number], form, context)
                frame.put(row: cells, of: columns, layout, in: inner, at: line + 1, glyphs: context.glyphs)
                if number == position { frame.select(whole, glyphs: context.glyphs) }
            }
        }
    }

    // MARK: - Rows

    private enum Entry: Equatable {
        /// A heading where there are several clusters.
        case cluster(StyledLine)
        case member(Int)
    }

    private static func entries(_ rows: [MemberRow], _ context: ScreenContext) -> [Entry] {
        guard context.picture.clusters.count > 1 else { return rows.indices.map { .member($0) } }
        var result: [Entry] = []
        var cluster: String?
        for (index, row) in rows.enumerated() {
            if row.cluster.snapshot.id != cluster {
                cluster = row.cluster.snapshot.id
                result.append(.cluster(heading(row.cluster, context)))
            }
            result.append(.member(index))
        }
        return result
    }

    private static func heading(_ cluster: ClusterPicture, _ context: ScreenContext) -> StyledLine {
        let level = cluster.snapshot.health.level
        return StyledLine("\(cluster.snapshot.id)  ", .title)
            + StyledLine("\(level.glyph(in: context.glyphs)) \(level.word)", level.role)
            + StyledLine("  \(Format.count(cluster.present.count, "member"))", .muted)
    }

    private static func heads(_ columns: [TableColumn], _ list: ListModel, _ glyphs: GlyphSet) -> [StyledLine] {
        let order = MemberOrder.allCases[min(list.sortColumn, MemberOrder.allCases.count - 1)]
        let sign = list.isInverted ? glyphs.descending : glyphs.ascending
        return columns.map { column in
            let isSorted = column.title == order.columnTitle
            return StyledLine(column.title + (isSorted ? sign : ""), .heading)
        }
    }

    private static func cells(_ row: MemberRow, _ form: AddressNames.Form, _ context: ScreenContext) -> [StyledLine] {
        let member = row.member
        if row.isRemoved { return removedCells(row, form, context) }
        let freshness = context.freshness(member.observedAt)
        let heard = context.picture.heard(member, in: row.cluster)
        return [
            name(row, form, context),
            status(member, freshness, context),
            seen(row, context),
            ready(member, context.freshness(heard), context),
            context.ageCell(heard),
            phi(row, context),
            StyledLine(Format.age(context.age(of: member.since)), .muted),
            StyledLine(member.roles.dataCenter),
            StyledLine(member.visibleRoles),
        ] + podCells(row, context)
    }

    /// What Kubernetes says of the member's pod, in kubectl's words.
    private static func podCells(_ row: MemberRow, _ context: ScreenContext) -> [StyledLine] {
        guard let pod = context.snapshot.kubernetes?.pod(of: row.member.node) else {
            return [StyledLine](repeating: StyledLine(context.glyphs.none, .unknown), count: 3)
        }
        let restarts = pod.pod.restarts
        return [
            StyledLine("\(pod.pod.readyWord) ") + StyledLine(pod.pod.statusWord, PodLine.role(pod.pod)),
            StyledLine("\(restarts)", restarts > 0 ? .degraded : .plain),
            StyledLine(pod.workload?.name ?? context.glyphs.none),
        ]
    }

    private static func removedCells(
        _ row: MemberRow, _ form: AddressNames.Form, _ context: ScreenContext
    ) -> [StyledLine] {
        let member = row.member
        let none = StyledLine(context.glyphs.none, .removed)
        return [
            StyledLine(context.picture.names.text(of: member.node.address, form), .removed),
            StyledLine("\(member.status.glyph(in: context.glyphs))  Removed", .removed), none, none, none, none,
            StyledLine(Format.age(context.age(of: member.removedAt ?? member.since)), .removed),
            StyledLine(member.roles.dataCenter, .removed), StyledLine(member.visibleRoles, .removed),
        ]
    }

    private static func name(_ row: MemberRow, _ form: AddressNames.Form, _ context: ScreenContext) -> StyledLine {
        var line = StyledLine(context.picture.names.text(of: row.member.node.address, form))
        let marks = (row.member.isLeader == true ? "L" : "") + (row.member.isOldest == true ? "O" : "")
        line.append(marks.isEmpty ? "" : " \(marks)", .joining)
        return line
    }

    private static func status(_ member: MemberSnapshot, _ freshness: Freshness, _ context: ScreenContext) -> StyledLine
    {
        let role = freshness >= .stale ? .stale : member.status.role
        let glyph = StyledLine(member.status.glyph(in: context.glyphs), role)
        let overlay = StyledLine(member.isUnreachable ? context.glyphs.unreachable : " ", .unreachable)
        return glyph + overlay + StyledLine(" ") + context.aged(member.status.name, .plain, freshness)
    }

    private static func seen(_ row: MemberRow, _ context: ScreenContext) -> StyledLine {
        let seen = row.cluster.seen(row.member)
        guard seen.all > 0 else { return StyledLine(context.glyphs.none, .unknown) }
        return StyledLine("\(seen.reaching)/\(seen.all)", row.member.isUnreachable ? .unreachable : .plain)
    }

    /// The greatest phi that any observer measures of it, behind a bar of the elapsed part of the time to the threshold.
    private static func phi(_ row: MemberRow, _ context: ScreenContext) -> StyledLine {
        guard let phi = row.cluster.phi(of: row.member.node) else { return StyledLine(context.glyphs.none, .unknown) }
        let sign = PairSign(phi)
        let freshness = context.freshness(phi.observedAt)
        guard freshness < .lost else { return StyledLine(context.glyphs.none, .unknown) }
        let value = context.aged(PhiText.value(phi, context.glyphs), sign == .calm ? .plain : sign.role, freshness)
        return StyledLine("\(sign.glyph(in: context.glyphs)) ", freshness == .fresh ? sign.role : .stale)
            + value.rightAligned(to: 4)
    }

    private static func ready(_ member: MemberSnapshot, _ freshness: Freshness, _ context: ScreenContext) -> StyledLine
    {
        switch member.ready {
        case .passed: context.aged("yes", .plain, freshness)
        case .notPassed: context.aged("no", .passing, freshness)
        case .unavailable, nil: StyledLine(context.glyphs.none, .unknown)
        }
    }
}

extension MemberOrder {
    /// The column under which its sign stands; health has none.
    fileprivate var columnTitle: String {
        switch self {
        case .health: ""
        case .address: "MEMBER"
        case .status: "STATUS"
        case .age: "AGE"
        case .ready: "READY"
        case .seen: "SEEN BY"
        case .roles: "ROLES"
        case .dataCenter: "DC"
        }
    }
}
