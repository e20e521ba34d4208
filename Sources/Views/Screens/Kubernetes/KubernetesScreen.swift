// SPDX-License-Identifier: Apache-2.0
import Model

/// Workloads with their rollouts, below each its pods, and what happened to them.
enum KubernetesScreen {
    /// What a line is about.
    enum Entry: Equatable {
        case workload(KubernetesRow)
        case pod(KubernetesSnapshot.PodRow)
        /// How a container of the pod above ended, or why it does not run.
        case trouble(StyledLine)

        var subject: Subject? {
            switch self {
            case .workload(let row): row.subject
            case .pod(let row): .pod(row.pod.name)
            case .trouble: nil
            }
        }
    }

    /// Rows that are kept for events, where there are any.
    private static let eventRows = 6

    static func rows(_ context: ScreenContext) -> [Subject] { entries(context).compactMap(\.subject) }

    static func searchTexts(_ context: ScreenContext) -> [String] {
        entries(context).compactMap { entry in
            switch entry {
            case .workload(let row): "\(row.title) \(row.rollout)"
            case .pod(let row): "\(row.pod.name.name) \(row.pod.statusWord) \(row.pod.node ?? "")"
            case .trouble: nil
            }
        }
    }

    private static func entries(_ context: ScreenContext) -> [Entry] {
        guard let kubernetes = context.snapshot.kubernetes else { return [] }
        return KubernetesRow.all(kubernetes).flatMap { row in
            [.workload(row)]
                + row.pods.flatMap { pod in
                    [.pod(pod)] + (PodLine.trouble(pod, context).map { [.trouble($0)] } ?? [])
                }
        }
    }

    // MARK: - Drawing

    private static func columns(title: Int) -> [TableColumn] {
        [
            TableColumn(title: "WORKLOAD", minimum: 14, ideal: title, rank: 0, cutsMiddle: true),
            TableColumn(title: "READY", minimum: 5, ideal: 5, rank: 1),
            TableColumn(title: "UPDATED", minimum: 7, ideal: 7, rank: 3),
            TableColumn(title: "REVISION", minimum: 8, ideal: 10, rank: 4),
            TableColumn(title: "ROLLOUT", minimum: 11, ideal: 60, rank: 2),
            TableColumn(title: "AGE", alignment: .right, minimum: 4, ideal: 4, rank: 5),
        ]
    }

    static func draw(_ list: ListModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        let entries = entries(context)
        guard !entries.isEmpty else {
            let line = StyledLine("No pod and no workload is there, or none may be read; screen 7 says which.", .muted)
            frame.put(line, in: area.droppingTop(1), indent: 1, glyphs: context.glyphs)
            return
        }
        let events = context.snapshot.kubernetes?.events.count ?? 0
        let wanted = min(events, max(eventRows, area.height - entries.count - 2))
        let forEvents = area.height < 14 ? 0 : min(wanted, area.height / 2)
        drawTable(entries, list, context, &frame, area.droppingBottom(forEvents > 0 ? forEvents + 1 : 0))
        guard forEvents > 0 else { return }
        drawEvents(context, &frame, area.droppingTop(area.height - forEvents))
    }

    private static func drawTable(
        _ entries: [Entry], _ list: ListModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area
    ) {
        let titles = entries.map { if case .workload(let row) = $0 { row.title.cellWidth } else { 0 } }
        let columns = columns(title: min(40, max(20, titles.max() ?? 0)))
        let inner = Area(x: area.x + 3, y: area.y, width: area.width - 4, height: area.height)
        let layout = TableLayout(columns, width: inner.width)
        frame.put(
            row: columns.map { StyledLine($0.title, .heading) }, of: columns, layout, in: inner, at: 0,
            glyphs: context.glyphs)
        let subjects = entries.compactMap(\.subject)
        let position = list.position(in: subjects)
        let selected = position >= 0 && position < subjects.count ? subjects[position] : nil
        let cursor = entries.firstIndex { $0.subject != nil && $0.subject == selected } ?? 0
        let window = ListWindow(total: entries.count, position: cursor, height: area.height - 1)
        frame.putMore(window, in: area, glyphs: context.glyphs)
        let names = entries.map { if case .pod(let row) = $0 { row.pod.name.name.cellWidth } else { 0 } }
        let podWidth = min(max(12, area.width / 3), names.max() ?? 12)
        for (line, index) in window.range.enumerated() {
            let whole = Area(x: area.x, y: area.y + line + 1, width: area.width, height: 1)
            switch entries[index] {
            case .workload(let row):
                frame.put(
                    row: cells(row, context), of: columns, layout, in: inner, at: line + 1, glyphs: context.glyphs)
            case .pod(let row):
                frame.put(
                    PodLine.line(row, nameWidth: podWidth, context), in: whole, indent: 5, glyphs: context.glyphs)
            case .trouble(let text): frame.put(text, in: whole, indent: 9, glyphs: context.glyphs)
            }
            if entries[index].subject != nil, index == cursor { frame.select(whole, glyphs: context.glyphs) }
        }
    }

    private static func cells(_ row: KubernetesRow, _ context: ScreenContext) -> [StyledLine] {
        guard let workload = row.workload else {
            return [StyledLine(row.title, .title)] + [StyledLine](repeating: .empty, count: 5)
        }
        let replicas = workload.replicas
        let isShort = replicas.ready < replicas.wanted
        return [
            StyledLine(row.title, .title),
            StyledLine("\(replicas.ready)/\(replicas.wanted)", isShort ? .degraded : .plain),
            StyledLine("\(replicas.updated)/\(replicas.wanted)"),
            StyledLine(row.revisions(context.glyphs)),
            row.rolloutLine(context),
            StyledLine(workload.createdAt.map { Format.age(context.age(of: $0)) } ?? context.glyphs.none, .muted),
        ]
    }

    /// The newest first.
    private static func drawEvents(_ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        guard let events = context.snapshot.kubernetes?.events.suffix(area.height) else { return }
        let nameWidth = min(max(12, area.width / 3), events.map(\.subject.name.cellWidth).max() ?? 12)
        for (row, event) in events.reversed().enumerated() {
            frame.put(
                eventLine(event, nameWidth: nameWidth, context), in: area, row: row, indent: 1, glyphs: context.glyphs)
        }
    }

    static func eventLine(_ event: KubernetesEvent, nameWidth: Int, _ context: ScreenContext) -> StyledLine {
        let name = TextFitting.cutMiddle(event.subject.name, to: nameWidth, glyphs: context.glyphs)
        var line = StyledLine(Format.clock(event.at, zone: context.zone) + "  ", .muted)
        line.append(TextFitting.pad(name, to: nameWidth) + "  ")
        line.append(event.reason, event.isWarning ? .degraded : .plain)
        if event.count > 1 { line.append(" \(event.count) times", .muted) }
        line.append("  \(event.text)", .muted)
        return line
    }
}
