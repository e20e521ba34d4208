import Graph

/// All members in a table, and how every observer sees the selected one.
enum MembersScreen {
    static let entry = ScreenEntry(
        id: .members, sortColumns: MemberOrder.allCases.map(\.name), rows: rows, draw: draw)

    /// From so many columns on the detail stands at the side.
    private static let sideBySide = 132
    private static let tableWidth = 82

    private static func rows(_ context: ScreenContext) -> [SelectableRow] {
        let several = context.picture.clusters.count > 1
        return MemberRow.sorted(context).map { row in
            let text =
                "\(row.member.node.address) \(row.member.status.name) \(row.member.roles.names.joined(separator: " "))"
            return SelectableRow(id: row.id, searchText: several ? "\(row.cluster.snapshot.id) \(text)" : text)
        }
    }

    private static func draw(_ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        let rows = MemberRow.sorted(context)
        guard !rows.isEmpty else {
            let line = StyledLine("No member is known: no source has answered with a list that has any.", .muted)
            frame.put(line, in: area.droppingTop(1), indent: 1, glyphs: context.glyphs)
            return
        }
        let selectable = rows.map { SelectableRow(id: $0.id, searchText: "") }
        let position = context.list.position(in: selectable)
        let selected = rows[position]
        if area.width >= sideBySide {
            MemberTable.draw(rows, position: position, context, &frame, area.left(tableWidth))
            let side = area.droppingLeft(tableWidth + 1)
            drawPage(selected, context, &frame, side)
        } else {
            let detail = area.height < 12 ? 0 : min(area.height / 2, max(6, area.height - rows.count - 2))
            MemberTable.draw(rows, position: position, context, &frame, area.droppingBottom(detail))
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

/// A member with the cluster it is in.
struct MemberRow {
    let cluster: ClusterPicture
    let member: MemberSnapshot

    var id: RowID { .member(cluster: cluster.snapshot.id, member.node) }

    /// All members, sorted as the list says; clusters stay together.
    static func sorted(_ context: ScreenContext) -> [MemberRow] {
        let orders = MemberOrder.allCases
        let order = orders[min(context.list.sortColumn, orders.count - 1)]
        return context.picture.clusters.flatMap { cluster in
            let rows = cluster.snapshot.members.map { MemberRow(cluster: cluster, member: $0) }
            let sorted = rows.enumerated().sorted { left, right in
                if order.isLess(left.element, right.element) { return true }
                if order.isLess(right.element, left.element) { return false }
                return left.offset < right.offset
            }.map(\.element)
            return context.list.isInverted ? sorted.reversed() : sorted
        }
    }
}

/// What the members can be sorted by; the first is how they stand at the start: the worst on top.
enum MemberOrder: CaseIterable {
    case health
    case address
    case status
    case age
    case ready
    case seen
    case roles
    case dataCenter

    var name: String {
        switch self {
        case .health: "health"
        case .address: "member"
        case .status: "status"
        case .age: "age"
        case .ready: "ready"
        case .seen: "seen by"
        case .roles: "roles"
        case .dataCenter: "data centre"
        }
    }

    func isLess(_ left: MemberRow, _ right: MemberRow) -> Bool {
        let (first, second) = (left.member, right.member)
        switch self {
        case .health:
            return (left.isRemoved ? 1 : 0, second.health.level) < (right.isRemoved ? 1 : 0, first.health.level)
        case .address: return first.node < second.node
        case .status: return first.status.priority > second.status.priority
        case .age: return first.observedAt < second.observedAt
        case .ready: return left.readyRank < right.readyRank
        case .seen: return first.unreachableBy.count > second.unreachableBy.count
        case .roles: return first.roles.names.lexicographicallyPrecedes(second.roles.names)
        case .dataCenter: return first.roles.dataCenter < second.roles.dataCenter
        }
    }
}

extension MemberRow {
    var isRemoved: Bool { member.removedAt != nil }

    fileprivate var readyRank: Int {
        switch member.ready {
        case .notPassed: 0
        case .unavailable: 1
        case nil: 2
        case .passed: 3
        }
    }
}
