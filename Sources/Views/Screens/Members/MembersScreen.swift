import Model

/// All members in a table, and how every observer sees the selected one.
enum MembersScreen {
    static let entry = ScreenEntry(
        id: .members, sortColumns: MemberOrder.allCases.map(\.name), rows: { MemberRow.sorted($0).map(\.id) },
        searchTexts: searchTexts,
        draw: draw)

    /// From so many columns on the detail stands at the side.
    private static let sideBySide = 132
    private static let tableWidth = 82

    private static func searchTexts(_ context: ScreenContext) -> [String] {
        let several = context.picture.clusters.count > 1
        return MemberRow.sorted(context).map { row in
            let member = row.member
            let cluster = several ? "\(row.cluster.snapshot.id) " : ""
            return "\(cluster)\(member.node.address) \(member.status.name) \(member.roles.names.joined(separator: " "))"
        }
    }

    private static func draw(_ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        let rows = MemberRow.sorted(context)
        guard !rows.isEmpty else {
            let line = StyledLine("No member is known: no source has answered with a list that has any.", .muted)
            frame.put(line, in: area.droppingTop(1), indent: 1, glyphs: context.glyphs)
            return
        }
        let position = context.list.position(in: rows.map(\.id))
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

/// A member with the cluster it is in: a place in its list, because a thousand members are sorted for every frame.
struct MemberRow {
    let cluster: ClusterPicture
    let index: Int

    var member: MemberSnapshot { cluster.snapshot.members[index] }
    var id: RowID { .member(cluster: cluster.snapshot.id, cluster.snapshot.members[index].node) }
    var isRemoved: Bool { cluster.snapshot.members[index].removedAt != nil }

    /// All members, sorted as the list says; clusters stay together.
    static func sorted(_ context: ScreenContext) -> [MemberRow] {
        let orders = MemberOrder.allCases
        let order = orders[min(context.list.sortColumn, orders.count - 1)]
        return context.picture.clusters.flatMap { cluster in
            let indices = cluster.order(by: order)
            let rows = indices.map { MemberRow(cluster: cluster, index: $0) }
            return context.list.isInverted ? rows.reversed() : rows
        }
    }
}

extension ClusterPicture {
    /// The members' places in an order; those that are equal in it stay in address order.
    fileprivate func order(by order: MemberOrder) -> [Int] {
        let members = snapshot.members
        return members.indices.sorted { left, right in
            if order.isLess(members[left], members[right]) { return true }
            return !order.isLess(members[right], members[left]) && left < right
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

    func isLess(_ left: MemberSnapshot, _ right: MemberSnapshot) -> Bool {
        switch self {
        case .health:
            return (left.removedAt == nil ? 0 : 1, right.health.level) < (
                right.removedAt == nil ? 0 : 1, left.health.level
            )
        case .address: return left.node < right.node
        case .status: return left.status.priority > right.status.priority
        case .age: return left.observedAt < right.observedAt
        case .ready: return left.readyRank < right.readyRank
        case .seen: return left.unreachableBy.count > right.unreachableBy.count
        case .roles: return left.roles.names.lexicographicallyPrecedes(right.roles.names)
        case .dataCenter: return left.roles.dataCenter < right.roles.dataCenter
        }
    }
}

extension MemberSnapshot {
    fileprivate var readyRank: Int {
        switch ready {
        case .notPassed: 0
        case .unavailable: 1
        case nil: 2
        case .passed: 3
        }
    }
}
