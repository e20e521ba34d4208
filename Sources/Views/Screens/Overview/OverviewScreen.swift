// SPDX-License-Identifier: Apache-2.0
import Model

/// The problems, the worst first, then the state of everything in a few lines, then the latest events.
enum OverviewScreen {
    static func rows(_ context: ScreenContext) -> [Subject] { context.picture.problems.map(\.subject) }

    static func searchTexts(_ context: ScreenContext) -> [String] { context.picture.problems.map(\.headline) }

    static func draw(_ list: ListModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        if area.width >= sideBySide {
            let side = Area(x: area.x + leftWidth, y: area.y, width: area.width - leftWidth, height: area.height)
            drawSide(context, &frame, side.droppingTop(1))
            return drawColumn(list, context, &frame, area.left(leftWidth), withMembers: false)
        }
        drawColumn(list, context, &frame, area, withMembers: area.width >= 60)
    }

    /// From this number of columns on, the members stand at the side.
    private static let sideBySide = 132
    private static let leftWidth = 82
    /// Rows that are reserved for events; they get more only if nothing else needs it.
    private static let eventRows = 4

    /// Members, and below them where everything comes from.
    private static func drawSide(_ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        let sources = min(8, area.height / 3)
        let members = min(context.picture.rowCount + 1, area.height - sources - 1)
        drawMembers(context, &frame, area.top(members))
        let rest = area.droppingTop(members + 1)
        SourcesScreen.drawTable(SourcesScreen.sorted(ListModel(), context), position: nil, context, &frame, rest)
    }

    private static func drawMembers(_ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        let list = ListModel()
        MemberTable.draw(MemberRow.sorted(list, context), sortedBy: list, position: nil, context, &frame, area)
    }

    private static func drawColumn(
        _ list: ListModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area, withMembers: Bool
    ) {
        var rest = area.height > 8 ? area.droppingTop(1) : area
        let summary = summary(context, width: rest.width)
        let forProblems = max(3, rest.height - summary.count - 1 - min(5, rest.height / 4))
        rest = rest.droppingTop(drawProblems(list, context, &frame, rest.top(forProblems)))
        if rest.height > 6 { rest = rest.droppingTop(1) }
        for (row, line) in summary.prefix(rest.height).enumerated() {
            frame.put(line, in: rest, row: row, indent: 1, glyphs: context.glyphs)
        }
        rest = rest.droppingTop(summary.count)
        if rest.height > 3 { rest = rest.droppingTop(1) }
        let members = withMembers ? min(context.picture.rowCount + 1, rest.height - eventRows - 1) : 0
        if members >= 4 {
            drawMembers(context, &frame, rest.top(members))
            rest = rest.droppingTop(members + 1)
        }
        rest = rest.droppingTop(drawTraffic(context, &frame, rest))
        drawEvents(context, &frame, rest)
    }

    /// The worst edges, then those with the most traffic, where there is room that events do not need.
    ///
    /// - Returns: The rows used.
    private static func drawTraffic(_ context: ScreenContext, _ frame: inout Frame, _ area: Area) -> Int {
        guard let traffic = context.picture.traffic else { return 0 }
        let table = TrafficTable(traffic: traffic, kind: .edges, list: ListModel(), context: context)
        let rows = traffic.rows(.edges, sortedBy: table.list)
        let events = max(1, min(context.snapshot.events.newestEntries(area.height).count, area.height / 2))
        let height = min(rows.count + 1, area.height - events - 1)
        guard height >= 4 else { return 0 }
        table.draw(
            rows, position: nil, &frame, area.top(height))
        return height + 1
    }

    // MARK: - Problems

    /// - Returns: The rows used.
    private static func drawProblems(
        _ list: ListModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area
    ) -> Int {
        let problems = context.picture.problems
        guard !problems.isEmpty else {
            frame.put(healthLine(context), in: area, indent: 1, glyphs: context.glyphs)
            return 1
        }
        // What is over does not hide that all is well now.
        if problems.allSatisfy(\.isOver), area.height > 3 {
            frame.put(healthLine(context), in: area, indent: 1, glyphs: context.glyphs)
            return 1 + drawProblems(problems, list, context, &frame, area.droppingTop(1))
        }
        return drawProblems(problems, list, context, &frame, area)
    }

    private static func drawProblems(
        _ problems: [Problem], _ list: ListModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area
    ) -> Int {
        let position = list.position(in: problems.map(\.subject))
        let evidenceRows = max(0, min(5, area.height / max(1, problems.count) - 1))
        let perProblem = 1 + evidenceRows
        let window = ListWindow(total: problems.count, position: position, height: max(1, area.height / perProblem))
        var used = 0
        for index in window.range {
            used += draw(
                problems[index], isSelected: index == position && list.selected != nil, evidenceRows, context,
                &frame, area.droppingTop(used))
        }
        if window.count < problems.count, used < area.height {
            let more = "\(problems.count - window.count) more"
            frame.put(StyledLine(more, .muted), in: area, row: used, indent: 3, glyphs: context.glyphs)
            used += 1
        }
        return used
    }

    private static func draw(
        _ problem: Problem, isSelected: Bool, _ evidenceRows: Int, _ context: ScreenContext, _ frame: inout Frame,
        _ area: Area
    ) -> Int {
        let headline =
            problem.isOver
            ? StyledLine(
                "\(context.glyphs.healthy) \(problem.since.map { Format.clock($0, zone: context.zone) } ?? "") \(problem.headline)",
                .muted)
            : problem.sign(context.glyphs) + StyledLine(" \(problem.headline)", .plain)
        let age = problem.isOver ? "" : problem.since.map { Format.span(context.age(of: $0)) } ?? ""
        let since = [problem.remark, age].filter { !$0.isEmpty }.joined(separator: " ")
        let text = Area(x: area.x, y: area.y, width: area.width - since.cellWidth - 3, height: 1)
        frame.put(headline, in: text, indent: 1, glyphs: context.glyphs)
        frame.put(since, x: area.x + area.width - 1 - since.cellWidth, y: area.y, clip: area.top(1))
        var used = 1
        let evidence = evidenceRows > 0 ? ProblemEvidence.lines(of: problem, context.picture) : []
        for line in evidence.prefix(evidenceRows) {
            frame.put(StyledLine(line, .muted), in: area, row: used, indent: 5, glyphs: context.glyphs)
            used += 1
        }
        if isSelected { frame.select(area.top(1), glyphs: context.glyphs) }
        return min(used, area.height)
    }

    /// The one line about a mesh without problems.
    private static func healthLine(_ context: ScreenContext) -> StyledLine {
        let members = context.picture.clusters.reduce(0) { $0 + $1.present.count }
        let level = context.snapshot.health.level
        if context.picture.clusters.isEmpty, level > .unknown {
            return StyledLine("\(level.glyph(in: context.glyphs)) ", level.role)
                + StyledLine("traffic only: no cluster is looked at")
        }
        guard level == .healthy else {
            let isFromLines = context.picture.clusters.contains { $0.snapshot.isFromLines }
            let reason = isFromLines ? context.snapshot.health.reasons.first : nil
            return StyledLine("\(level.glyph(in: context.glyphs)) \(reason ?? "nothing is known yet")", level.role)
        }
        let since = context.snapshot.health.since.map { ", for \(Format.span(context.age(of: $0)))" } ?? ""
        let who =
            members == 1 ? "the only member is Up" : "all \(members) members Up, reachable by everyone"
        return StyledLine("\(context.glyphs.healthy) ", .healthy) + StyledLine(who + since)
    }

    // MARK: - Summary

    private static func summary(_ context: ScreenContext, width: Int) -> [StyledLine] {
        let clusters = context.picture.clusters
        var lines: [StyledLine] = []
        if clusters.count == 1 {
            lines = OverviewSummary.lines(of: clusters[0], context, width: width)
        } else {
            lines = clusters.map { OverviewSummary.brief($0, context, width: width) }
        }
        return lines
            + [OverviewSummary.traffic(context, width: width), OverviewSummary.sources(context)].compactMap { $0 }
    }

    // MARK: - Events

    /// The newest first.
    private static func drawEvents(_ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        let entries = context.snapshot.events.newestEntries(area.height)
        for (row, line) in EventRow.lines(entries.reversed(), context).enumerated() {
            frame.put(line, in: area, row: row, indent: 1, glyphs: context.glyphs)
        }
        guard entries.isEmpty, area.height > 0 else { return }
        frame.put(StyledLine("no events since the start", .muted), in: area, indent: 1, glyphs: context.glyphs)
    }
}
