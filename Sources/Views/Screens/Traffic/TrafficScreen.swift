// SPDX-License-Identifier: Apache-2.0
import Model

/// The service graph as a table of edges or of nodes, with the page of the selected row below it or beside it.
enum TrafficScreen {
    /// From this number of columns on, the selected row's page stands at the side.
    private static let sideBySide = 132

    private static func listed(_ model: TrafficModel, _ context: ScreenContext) -> (TrafficPicture, [TrafficRow])? {
        context.picture.traffic.map { ($0, $0.rows(model.kind, sortedBy: model.list)) }
    }

    static func searchTexts(_ model: TrafficModel, _ context: ScreenContext) -> [String] {
        guard let (traffic, rows) = listed(model, context) else { return [] }
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

    static func draw(_ model: TrafficModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        guard let (traffic, rows) = listed(model, context) else { return }
        let noun = model.kind == .edges ? "edge" : "node"
        let status = status(traffic, Format.count(rows.count, noun), context, width: area.width - 2)
        frame.put(status, in: area, indent: 1, glyphs: context.glyphs)
        let body = area.droppingTop(1)
        guard !rows.isEmpty else { return drawNothing(traffic, context, &frame, body.droppingTop(1)) }
        let position = model.list.position(in: rows.map(traffic.subject))
        let table = TrafficTable(traffic: traffic, kind: model.kind, list: model.list, context: context)
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
        let lines = page(row, traffic, context, width: area.width - 1).map(\.line)
        for (index, line) in lines.prefix(area.height).enumerated() {
            frame.put(line, in: area, row: index, glyphs: context.glyphs)
        }
        guard lines.count > area.height else { return }
        frame.clear(Area(x: area.x, y: area.y + area.height - 1, width: area.width, height: 1))
        let more = StyledLine("\(lines.count - area.height + 1) more: Enter", .muted)
        frame.put(more, in: area, row: area.height - 1, indent: 2, glyphs: context.glyphs)
    }

    /// The page about a row.
    private static func page(
        _ row: TrafficRow, _ traffic: TrafficPicture, _ context: ScreenContext, width: Int
    ) -> [PageLine] {
        switch row {
        case .edge(let place): EdgePage.lines(of: traffic.edgeIDs[place], context, width: width)
        case .gone(let place): EdgePage.lines(of: traffic.graph.ended.edges[place].id, context, width: width)
        case .node(let place): NodePage.lines(of: traffic.graph.nodes[place].id, context, width: width)
        }
    }

    // MARK: - First line

    /// What is listed, what of it is left out, and of when it is.
    private static func status(
        _ traffic: TrafficPicture, _ count: String, _ context: ScreenContext, width: Int
    ) -> StyledLine {
        let graph = traffic.graph
        var line = StyledLine(count, .title) + StyledLine("  \(graph.type.rawValue)", .muted)
        line = line + StyledLine("  ") + TrafficSummary.rates(traffic)
        if let find = context.traffic.find { line.append("  only ", .muted); line.append(find.text, .accent) }
        if let hide = context.traffic.hide {
            line.append("  hides ", .muted)
            line.append("\(hide.text) (\(traffic.shown.hidden.nodes + traffic.shown.hidden.edges))", .accent)
        }
        let omitted = graph.omitted.edges + graph.omitted.nodes + graph.omitted.series
        if omitted > 0 { line.append("  \(omitted) left out", .degraded) }
        for note in graph.notes.prefix(1) { line.append("  \(note)", .degraded) }
        let window = TrafficPage.window(graph, context)
        guard line.width + window.width + 2 <= width else { return line }
        return line + window.rightAligned(to: width - line.width)
    }

    private static func drawNothing(
        _ traffic: TrafficPicture, _ context: ScreenContext, _ frame: inout Frame, _ area: Area
    ) {
        let isNarrowed = context.traffic.find != nil || context.traffic.hide != nil
        let text =
            isNarrowed
            ? "Nothing is as was asked for: f and ! change what is listed, with nothing typed all of it."
            : "Prometheus answers, but reports no traffic in this window and these namespaces."
        let lines = TextFitting.wrap(text, width: max(10, area.width - 2))
        for (row, line) in lines.enumerated() {
            frame.put(StyledLine(line, .muted), in: area, row: row, indent: 1, glyphs: context.glyphs)
        }
    }
}
