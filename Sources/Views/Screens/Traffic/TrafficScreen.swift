import Model

/// Who talks to whom, as a table of edges or of nodes, with the selected one below it or beside it.
enum TrafficScreen {
    static let entry = ScreenEntry(
        id: .traffic, sortColumns: TrafficOrder.allCases.map(\.name), rows: rows, searchTexts: searchTexts, draw: draw)

    /// From so many columns on the selected row's page stands at the side.
    private static let sideBySide = 132

    private static func listed(_ context: ScreenContext) -> (TrafficPicture, [TrafficRow])? {
        context.picture.traffic.map { ($0, $0.rows(context.traffic, context.list)) }
    }

    private static func rows(_ context: ScreenContext) -> [RowID] {
        guard let (traffic, rows) = listed(context) else { return [] }
        return rows.map(traffic.id)
    }

    private static func searchTexts(_ context: ScreenContext) -> [String] {
        guard let (traffic, rows) = listed(context) else { return [] }
        let graph = traffic.graph
        return rows.map { row in
            switch row {
            case .edge(let place):
                let edge = graph.edges[place]
                return "\(traffic.title(of: edge, context.glyphs)) \(edge.protocol.name) \(TrafficWords.why(edge))"
            case .gone(let place): return traffic.title(of: graph.ended.edges[place], context.glyphs)
            case .node(let place):
                let node = graph.nodes[place]
                return
                    ([traffic.titles[place], node.namespace ?? ""] + node.members.map(\.hostPort)
                    + node.health.reasons).joined(separator: " ")
            }
        }
    }

    private static func draw(_ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        guard let (traffic, rows) = listed(context) else { return }
        frame.put(
            status(traffic, rows.count, context, width: area.width - 2), in: area, indent: 1, glyphs: context.glyphs)
        let body = area.droppingTop(1)
        guard !rows.isEmpty else { return drawNothing(traffic, context, &frame, body.droppingTop(1)) }
        let position = context.list.position(in: rows.map(traffic.id))
        let table = TrafficTable(traffic: traffic, context: context)
        if area.width >= sideBySide {
            let width = min(112, max(82, area.width * 56 / 100))
            table.draw(rows, position: position, &frame, body.left(width))
            drawPage(rows[position], traffic, context, &frame, body.droppingLeft(width + 1))
        } else {
            let detail = body.height < 12 ? 0 : min(body.height / 2, max(6, body.height - rows.count - 2))
            table.draw(rows, position: position, &frame, body.droppingBottom(detail))
            let below = body.droppingTop(body.height - detail + 1)
            drawPage(rows[position], traffic, context, &frame, below.droppingLeft(1))
        }
    }

    private static func drawPage(
        _ row: TrafficRow, _ traffic: TrafficPicture, _ context: ScreenContext, _ frame: inout Frame, _ area: Area
    ) {
        guard area.height > 0, area.width > 20 else { return }
        let lines = page(traffic.id(of: row), context, width: area.width - 1).map(\.line)
        for (index, line) in lines.prefix(area.height).enumerated() {
            frame.put(line, in: area, row: index, glyphs: context.glyphs)
        }
        guard lines.count > area.height else { return }
        frame.clear(Area(x: area.x, y: area.y + area.height - 1, width: area.width, height: 1))
        let more = StyledLine("\(lines.count - area.height + 1) more: Enter", .muted)
        frame.put(more, in: area, row: area.height - 1, indent: 2, glyphs: context.glyphs)
    }

    /// The page about a row.
    private static func page(_ row: RowID, _ context: ScreenContext, width: Int) -> [PageLine] {
        switch row {
        case .edge(let id): EdgePage.lines(of: id, context, width: width)
        case .node(let id): NodePage.lines(of: id, context, width: width)
        default: []
        }
    }

    // MARK: - First line

    /// What is listed, what of it is left out, and of when it is.
    private static func status(
        _ traffic: TrafficPicture, _ count: Int, _ context: ScreenContext, width: Int
    ) -> StyledLine {
        let graph = traffic.graph
        let what = context.traffic.rows == .edges ? Format.count(count, "edge") : Format.count(count, "node")
        var line = StyledLine(what, .title) + StyledLine("  \(graph.type.rawValue)", .muted)
        line = line + StyledLine("  ") + TrafficSummary.rates(traffic)
        let options = context.traffic.options(context.snapshot.options.graph)
        if let find = options.find { line.append("  only ", .muted); line.append(find.text, .accent) }
        if let hide = options.hide {
            line.append("  hides ", .muted)
            line.append("\(hide.text) (\(traffic.shown.hidden.nodes + traffic.shown.hidden.edges))", .accent)
        }
        let omitted = graph.omitted.edges + graph.omitted.nodes + graph.omitted.series
        if omitted > 0 { line.append("  \(omitted) left out", .degraded) }
        for note in graph.notes.prefix(1) { line.append("  \(note)", .degraded) }
        let told = TrafficPage.told(graph, context)
        guard line.width + told.width + 2 <= width else { return line }
        return line + told.rightAligned(to: width - line.width)
    }

    private static func drawNothing(
        _ traffic: TrafficPicture, _ context: ScreenContext, _ frame: inout Frame, _ area: Area
    ) {
        let options = context.traffic.options(context.snapshot.options.graph)
        let isNarrowed = options.find != nil || options.hide != nil
        let text =
            isNarrowed
            ? "Nothing is as was asked for: f and ! change what is listed, with nothing typed all of it."
            : "Prometheus answers, but tells of no traffic in this window and these namespaces."
        let lines = TextFitting.wrap(text, width: max(10, area.width - 2))
        for (row, line) in lines.enumerated() {
            frame.put(StyledLine(line, .muted), in: area, row: row, indent: 1, glyphs: context.glyphs)
        }
    }
}

/// The traffic of the whole mesh in a few words.
enum TrafficSummary {
    /// `412/s  5xx 0.4%`: 5xx, errors of gRPC and no response at all; bytes where there is nothing else.
    static func rates(_ traffic: TrafficPicture) -> StyledLine {
        let totals = traffic.totals
        let isOld = traffic.graph.freshness > .fresh
        var line = StyledLine(TrafficWords.requests(totals.requests), isOld ? .stale : .plain)
        if totals.requests > 0 {
            let percent = totals.failures / totals.requests * 100
            let role: Role = isOld ? .stale : percent > 0 ? .degraded : .muted
            line.append("  5xx \(TrafficWords.percent(percent))", role)
        }
        if totals.bytes > 0, totals.requests <= 0 {
            line = StyledLine(GraphWords.bytes(totals.bytes), isOld ? .stale : .plain)
        }
        return line
    }

    /// The same with the slowest and the worst edge, for the overview.
    static func line(_ traffic: TrafficPicture, _ context: ScreenContext, width: Int) -> StyledLine {
        let graph = traffic.graph
        var line = StyledLine.empty
        if let place = traffic.extremes.worst {
            let edge = graph.edges[place]
            line.append("  worst \(traffic.title(of: edge, context.glyphs)) ", edge.health.level.role)
            let flag = GraphWords.errorFlags(edge).first.map { " \($0)" } ?? ""
            line.append("\(TrafficWords.percent(edge.rates.percentErrors))\(flag)", edge.health.level.role)
        } else if !graph.edges.isEmpty {
            line.append("  \(Format.count(graph.edges.count, "edge")), none is bad", .muted)
        }
        if graph.freshness > .fresh { line.append("  [\(Format.age(context.age(of: graph.observedAt)))]", .stale) }
        let sum = rates(traffic)
        if let place = traffic.extremes.slowest, let time = TrafficWords.shownTime(graph.edges[place]) {
            let slowest = "  slowest \(time)"
            if sum.width + line.width + slowest.cellWidth <= width { line.append(slowest, .muted) }
        }
        let trend = TrafficTrendLine(context.snapshot.trend, context.glyphs).short(context.snapshot.trend.all)
        return sum.width + trend.width + line.width <= width ? sum + trend + line : sum + line
    }
}
