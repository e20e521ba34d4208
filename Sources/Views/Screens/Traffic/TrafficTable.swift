// SPDX-License-Identifier: Apache-2.0
import Model
import Traffic

/// The tables of edges and of nodes.
struct TrafficTable {
    static let indent = 3

    let traffic: TrafficPicture
    let kind: TrafficRowKind
    /// How the rows are sorted.
    let list: ListModel
    let context: ScreenContext

    private var glyphs: GlyphSet { context.glyphs }
    private var graph: ServiceGraph { traffic.graph }

    /// Draws rows; `position` is the selected one, if this is the screen where one selects.
    func draw(_ rows: [TrafficRow], position: Int?, _ frame: inout Frame, _ area: Area) {
        guard area.height > 0 else { return }
        let inner = Area(x: area.x + Self.indent, y: area.y, width: area.width - Self.indent - 1, height: area.height)
        let columns = columns(rows)
        let layout = TableLayout(columns, width: inner.width, limit: frame.size.columns < 60 ? 3 : .max)
        frame.put(row: heads(columns), of: columns, layout, in: inner, at: 0, glyphs: glyphs)
        let window = ListWindow(total: rows.count, position: position ?? 0, height: area.height - 1)
        frame.putMore(window, in: area, glyphs: glyphs)
        for (line, index) in window.range.enumerated() {
            let whole = Area(x: area.x, y: area.y + line + 1, width: area.width, height: 1)
            frame.put(sign(rows[index]), in: whole, indent: 1, glyphs: glyphs)
            frame.put(row: cells(rows[index]), of: columns, layout, in: inner, at: line + 1, glyphs: glyphs)
            if index == position { frame.select(whole, glyphs: glyphs) }
        }
    }

    // MARK: - Columns

    private func columns(_ rows: [TrafficRow]) -> [TableColumn] {
        // As wide as what stands in them; the few rows that are longer than all before them are cut.
        var (name, why, namespace) = (4, 0, 0)
        for row in rows.prefix(500) {
            name = max(name, self.name(row).cellWidth)
            why = max(why, self.why(row).cellWidth)
            namespace = max(namespace, self.namespace(row).cellWidth)
        }
        let widths = (name: name, why: why, namespace: namespace)
        return kind == .edges ? edgeColumns(widths) : nodeColumns(widths)
    }

    private typealias Widths = (name: Int, why: Int, namespace: Int)

    private func edgeColumns(_ widths: Widths) -> [TableColumn] {
        let edges = graph.edges
        return [
            TableColumn(
                title: "EDGE", minimum: min(28, widths.name), ideal: min(56, widths.name), rank: 0, cutsMiddle: true,
                separator: " \(glyphs.arrow) "),
            TableColumn(title: "PROTO", minimum: 5, ideal: 5, rank: 5),
            TableColumn(title: "RATE", alignment: .right, minimum: 7, ideal: 8, rank: 1),
            TableColumn(title: "ERR", alignment: .right, minimum: 6, ideal: 6, rank: 2),
            TableColumn(
                title: timeTitle, alignment: .right, minimum: 6, ideal: 6, rank: 3,
                isHidden: !edges.contains { $0.responseTime?.shown != nil }),
            TableColumn(
                title: "MTLS", alignment: .right, minimum: 5, ideal: 5, rank: 6,
                isHidden: !edges.contains { $0.mtls != nil }),
            TableColumn(
                title: "THRU", alignment: .right, minimum: 7, ideal: 8, rank: 9,
                isHidden: !edges.contains { $0.throughput != nil }),
            TableColumn(title: "GAP", alignment: .right, minimum: 5, ideal: 5, rank: 7),
            TableColumn(
                title: "WHY", minimum: max(3, min(20, widths.why)), ideal: min(48, widths.why), rank: 4,
                isHidden: widths.why == 0),
            namespaceColumn(widths.namespace, rank: 8),
        ]
    }

    private func namespaceColumn(_ widest: Int, rank: Int) -> TableColumn {
        TableColumn(
            title: "NAMESPACE", minimum: max(9, min(16, widest)), ideal: min(40, widest), rank: rank, cutsMiddle: true,
            separator: " \(glyphs.arrow) ", isHidden: !traffic.hasNamespaces)
    }

    private func nodeColumns(_ widths: Widths) -> [TableColumn] {
        [
            TableColumn(title: "NODE", minimum: 14, ideal: min(48, widths.name), rank: 0, cutsMiddle: true),
            TableColumn(title: "RANK", alignment: .right, minimum: 4, ideal: 4, rank: 8),
            TableColumn(title: "KIND", minimum: 8, ideal: 8, rank: 6),
            TableColumn(title: "IN", alignment: .right, minimum: 7, ideal: 8, rank: 1),
            TableColumn(title: "ERR", alignment: .right, minimum: 6, ideal: 6, rank: 2),
            TableColumn(title: "OUT", alignment: .right, minimum: 7, ideal: 8, rank: 4),
            TableColumn(
                title: "MEMBERS", minimum: 8, ideal: 14, rank: 3,
                isHidden: !graph.nodes.contains { !$0.members.isEmpty }),
            TableColumn(
                title: "WHY", minimum: max(3, min(22, widths.why)), ideal: min(60, widths.why), rank: 5,
                isHidden: widths.why == 0),
            namespaceColumn(widths.namespace, rank: 7),
        ]
    }

    /// Which of the times stands in the column.
    private var timeTitle: String {
        let times = graph.edges.lazy.compactMap(\.responseTime)
        if times.contains(where: { $0.p95 != nil }) { return "P95" }
        if times.contains(where: { $0.p99 != nil }) { return "P99" }
        return times.contains { $0.p50 != nil } ? "P50" : "AVG"
    }

    private func heads(_ columns: [TableColumn]) -> [StyledLine] {
        let order = TrafficOrder.allCases[min(list.sortColumn, TrafficOrder.allCases.count - 1)]
        let titles = order.titles(timeTitle)
        let sign = list.isInverted ? glyphs.descending : glyphs.ascending
        return columns.map { StyledLine($0.title + (titles.contains($0.title) ? sign : ""), .heading) }
    }

    // MARK: - Rows

    private func name(_ row: TrafficRow) -> String {
        switch row {
        case .edge(let place): traffic.title(of: graph.edges[place], glyphs)
        case .gone(let place): traffic.title(of: graph.ended.edges[place], glyphs)
        case .node(let place): traffic.titles[place]
        }
    }

    /// Why a row is not well, or what has become of it.
    private func why(_ row: TrafficRow) -> String {
        switch row {
        case .edge(let place): TrafficWords.why(graph.edges[place])
        case .gone(let place): was(graph.ended.edges[place])
        case .node(let place): why(graph.nodes[place])
        }
    }

    private func why(_ node: TrafficNode) -> String {
        node.health.reasons.first ?? NodePage.badges(node).joined(separator: ", ")
    }

    private func namespace(_ row: TrafficRow) -> String {
        switch row {
        case .edge(let place): namespaces(graph.edges[place])
        case .gone: ""
        case .node(let place): graph.nodes[place].namespace ?? ""
        }
    }

    private func sign(_ row: TrafficRow) -> StyledLine {
        let level: Health.Level
        switch row {
        case .edge(let place): level = graph.edges[place].health.level
        case .node(let place): level = graph.nodes[place].health.level
        case .gone: return StyledLine(glyphs.none, .unknown)
        }
        return StyledLine(level.glyph(in: glyphs), graph.freshness >= .stale ? .stale : level.role)
    }

    private func cells(_ row: TrafficRow) -> [StyledLine] {
        switch row {
        case .edge(let place): edge(graph.edges[place])
        case .gone(let place): gone(graph.ended.edges[place])
        case .node(let place): node(graph.nodes[place], place)
        }
    }

    private var plain: Role { graph.freshness > .fresh ? .stale : .plain }

    private func edge(_ edge: TrafficEdge) -> [StyledLine] {
        let isIdle = edge.rates.total <= 0
        let role: Role = isIdle ? .muted : plain
        let bad = edge.health.level > .healthy ? edge.health.level.role : plain
        return [
            StyledLine(traffic.title(of: edge, glyphs), role), StyledLine(edge.protocol.name, .muted),
            StyledLine(isIdle ? "idle" : TrafficWords.rate(edge.rates.total, edge.protocol), role),
            errors(edge.rates.percentErrors, isKnown: edge.protocol != .tcp && !isIdle, bad),
            TrafficWords.shownTime(edge).map { StyledLine($0, plain) } ?? none,
            edge.mtls.map { StyledLine(TrafficWords.percent($0), $0 < 100 ? .degraded : plain) } ?? none,
            edge.throughput.map { StyledLine(GraphWords.bytes($0), plain) } ?? none,
            gap(edge), StyledLine(TrafficWords.why(edge), bad), StyledLine(namespaces(edge), .muted),
        ]
    }

    private var none: StyledLine { StyledLine(glyphs.none, .unknown) }

    private func errors(_ percent: Double, isKnown: Bool, _ bad: Role) -> StyledLine {
        guard isKnown else { return none }
        return percent > 0 ? StyledLine(TrafficWords.percent(percent), bad) : StyledLine("0", .muted)
    }

    private func gap(_ edge: TrafficEdge) -> StyledLine {
        guard let gap = edge.gap else { return none }
        let percent = gap.percent
        guard abs(percent) >= 1 else { return StyledLine("0", .muted) }
        return StyledLine(
            "\(percent < 0 ? "-" : "")\(TrafficWords.percent(abs(percent)))", abs(percent) >= 5 ? .degraded : plain)
    }

    private func namespaces(_ edge: TrafficEdge) -> String {
        let (from, to) = (graph.nodes[edge.source].namespace, graph.nodes[edge.target].namespace)
        if from == to { return from ?? "" }
        return "\(from ?? glyphs.none) \(glyphs.arrow) \(to ?? glyphs.none)"
    }

    /// `was 12/s until 14:03:22`.
    private func was(_ edge: EndedEdge) -> String {
        "was \(TrafficWords.rate(edge.rates.total, edge.protocol)) until \(Format.clock(edge.until, zone: context.zone))"
    }

    private func gone(_ edge: EndedEdge) -> [StyledLine] {
        [
            StyledLine(traffic.title(of: edge, glyphs), .stale), StyledLine(edge.protocol.name, .muted),
            StyledLine("ended", .stale), none, none, none, none, none, StyledLine(was(edge), .stale), .empty,
        ]
    }

    private func node(_ node: TrafficNode, _ place: Int) -> [StyledLine] {
        let rates = node.rates
        let bad = node.health.level > .healthy ? node.health.level.role : plain
        return [
            StyledLine(traffic.titles[place], plain), StyledLine(String(traffic.ranks[place])),
            StyledLine(TrafficWords.kind(node), .muted),
            flow(rates.requestsIn, rates.tcpIn), errors(rates.percentErrorsIn, isKnown: rates.requestsIn > 0, bad),
            flow(rates.httpOut + rates.grpcOut, rates.tcpOut), members(node, place),
            StyledLine(why(node), node.health.level > .healthy ? bad : .muted),
            StyledLine(node.namespace ?? "", .muted),
        ]
    }

    private func flow(_ requests: Double, _ bytes: Double) -> StyledLine {
        if requests > 0 { return StyledLine(TrafficWords.requests(requests), plain) }
        return bytes > 0 ? StyledLine(GraphWords.bytes(bytes), plain) : none
    }

    private func members(_ node: TrafficNode, _ place: Int) -> StyledLine {
        guard !node.members.isEmpty else { return .empty }
        let members = context.picture.members(on: node)
        guard members.count <= 12 else {
            let lost = members.count { $0.member.isUnreachable }
            return StyledLine("\(members.count)")
                + (lost > 0 ? StyledLine(" \(lost)\(glyphs.unreachable)", .unreachable) : .empty)
        }
        return members.reduce(.empty) { $0 + $1.member.sign(in: glyphs) }
    }
}

extension TrafficOrder {
    /// The columns under which its sign stands.
    fileprivate func titles(_ time: String) -> [String] {
        switch self {
        case .health: []
        case .name: ["EDGE", "NODE"]
        case .namespace: ["NAMESPACE"]
        case .rate: ["RATE", "IN"]
        case .errors: ["ERR"]
        case .time: [time]
        case .gap: ["GAP"]
        case .rank: ["RANK"]
        }
    }
}

extension Picture {
    /// The members on a node, with their clusters.
    func members(on node: TrafficNode) -> [MemberRow] {
        guard !node.members.isEmpty else { return [] }
        let wanted = Set(node.members)
        return clusters.flatMap { cluster in
            cluster.snapshot.members.indices.filter {
                let member = cluster.snapshot.members[$0]
                return member.removedAt == nil && wanted.contains(member.node.address)
            }.map { MemberRow(cluster: cluster, index: $0) }
        }
    }
}
