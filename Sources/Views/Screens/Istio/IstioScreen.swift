// SPDX-License-Identifier: Apache-2.0
import Model

/// What the mesh is told to do: the ways of members' ports past their proxies, the objects with their checks, and the shares of versions.
enum IstioScreen {
    /// What a line is about.
    private enum Entry {
        case head([String])
        case port(PortRow)
        case object(IstioSnapshot.ObjectRow, IstioCheck?)
        case split(TrafficSplit)
        case note(StyledLine)

        var subject: Subject? {
            switch self {
            case .port(let row): row.subject
            case .object(let row, _): .object(row.object)
            case .split(let split): .object(split.object)
            case .head, .note: nil
            }
        }
    }

    static func rows(_ context: ScreenContext) -> [Subject] {
        var seen: Set<Subject> = []
        return entries(context).compactMap(\.subject).filter { seen.insert($0).inserted }
    }

    static func searchTexts(_ context: ScreenContext) -> [String] {
        var seen: Set<Subject> = []
        return entries(context).compactMap { entry in
            guard let subject = entry.subject, seen.insert(subject).inserted else { return nil }
            switch entry {
            case .port(let row): return "\(row.title) \(row.port)"
            case .object(let row, let check):
                return "\(row.object.text) \(check?.code ?? "") \(check?.text ?? row.summary)"
            case .split(let split): return split.object.text
            case .head, .note: return nil
            }
        }
    }

    private static func entries(_ context: ScreenContext) -> [Entry] {
        guard let istio = context.snapshot.istio else { return [] }
        var entries: [Entry] = []
        let ports = PortRow.all(istio.policies)
        if !ports.isEmpty {
            entries.append(.head(["POD", "PORT", "INBOUND", "OUTBOUND", "MTLS"]))
            entries += ports.map { .port($0) }
            entries += PortRow.advice(istio.policies).map { advice in
                .note(
                    StyledLine("add to the pod template of \(advice.workload):  ", .muted)
                        + StyledLine(advice.line, .key))
            }
        }
        let odd = istio.splits.filter { SplitShares($0, context.snapshot.graph?.graph).isKnown }
        if !odd.isEmpty {
            entries.append(.head(["VERSIONS"]))
            entries += odd.map { .split($0) }
        }
        entries.append(.head(["OBJECT", "CHECK"]))
        entries += istio.objects.map { .object($0, $0.checks.first) }
        let others = istio.checks.filter { check in !istio.objects.contains { $0.object == check.object } }
        entries += others.map { .note(sign($0, context) + StyledLine(" \($0.object.text)  \($0.code)  \($0.text)")) }
        entries += istio.assumptions.map { .note(StyledLine($0, .muted)) }
        entries += istio.unjudgedTexts.map { .note(StyledLine($0, .muted)) }
        return entries
    }

    // MARK: - Drawing

    static func draw(_ list: ListModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        let entries = entries(context)
        let rows = rows(context)
        let position = list.position(in: rows)
        let selected = position >= 0 && position < rows.count ? rows[position] : nil
        let cursor = entries.firstIndex { $0.subject != nil && $0.subject == selected } ?? 0
        let window = ListWindow(total: entries.count, position: cursor, height: area.height)
        frame.putMore(window, in: area, glyphs: context.glyphs)
        let widths = Widths(entries.compactMap { if case .port(let row) = $0 { row } else { nil } }, area.width)
        let named = entries.compactMap { entry -> Int? in
            if case .object(let row, _) = entry { name(row.object).cellWidth } else { nil }
        }
        let nameWidth = min(max(20, area.width / 3), named.max() ?? 20)
        for (line, index) in window.range.enumerated() {
            let row = Area(x: area.x, y: area.y + line, width: area.width, height: 1)
            frame.put(text(entries[index], widths, nameWidth, context), in: row, indent: 3, glyphs: context.glyphs)
            if entries[index].subject != nil, index == cursor { frame.select(row, glyphs: context.glyphs) }
        }
    }

    private static func text(_ entry: Entry, _ widths: Widths, _ nameWidth: Int, _ context: ScreenContext) -> StyledLine
    {
        switch entry {
        case .head(let titles) where titles.count == 5: return widths.line(titles.map { StyledLine($0, .heading) })
        case .head(let titles):
            let first = TextFitting.pad(titles[0], to: nameWidth + 2)
            return StyledLine("\(first)  \(titles.dropFirst().joined())", .heading)
        case .port(let row):
            let name = TextFitting.cutMiddle(row.title, to: widths.title, glyphs: context.glyphs)
            return widths.line([StyledLine(name), StyledLine(row.port)] + row.cells(context.glyphs))
        case .object(let row, let check):
            let name = TextFitting.cutMiddle(name(row.object), to: nameWidth, glyphs: context.glyphs)
            var line = sign(check, context) + StyledLine(" " + TextFitting.pad(name, to: nameWidth) + "  ")
            if let check {
                line.append("\(check.code)  ", .muted)
                line.append(check.text)
                if row.checks.count > 1 { line.append("  and \(row.checks.count - 1) more", .muted) }
            } else {
                line.append(row.summary, .muted)
            }
            return line
        case .split(let split): return SplitShares(split, context.snapshot.graph?.graph).line(context)
        case .note(let line): return line
        }
    }

    private static func name(_ object: ObjectReference) -> String { object.text }

    private static func sign(_ check: IstioCheck?, _ context: ScreenContext) -> StyledLine {
        switch check?.severity {
        case .error: StyledLine(context.glyphs.failure, .failure)
        case .warning: StyledLine(context.glyphs.degraded, .degraded)
        case .info: StyledLine(context.glyphs.notReady, .passing)
        case nil: StyledLine(context.glyphs.healthy, .healthy)
        }
    }

    /// Widths of the columns of ports.
    private struct Widths {
        let title: Int
        private let columns: [Int]

        init(_ rows: [PortRow], _ width: Int) {
            title = min(max(8, width / 4), rows.map(\.title.cellWidth).max() ?? 8)
            columns = [title, 17, 13, 13]
        }

        func line(_ cells: [StyledLine]) -> StyledLine {
            var line = StyledLine.empty
            for (place, cell) in cells.enumerated() {
                line = line + cell
                guard place < columns.count else { continue }
                line.append(String(repeating: " ", count: max(1, columns[place] - cell.width + 1)))
            }
            return line
        }
    }
}
