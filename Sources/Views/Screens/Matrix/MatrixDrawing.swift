// SPDX-License-Identifier: Apache-2.0
import Model

/// Puts the matrix on a frame.
struct MatrixDrawing {
    let grid: MatrixGrid
    let layout: MatrixLayout
    /// The cursor.
    let row: Int
    let column: Int
    let context: ScreenContext

    private var glyphs: GlyphSet { context.glyphs }
    private var cluster: ClusterPicture { grid.cluster }

    func draw(_ frame: inout Frame, _ area: Area) {
        frame.put(modes(width: area.width - 2), in: area, indent: 1, glyphs: glyphs)
        drawHead(&frame, area.droppingTop(1).top(layout.headHeight))
        var rest = area.droppingTop(1 + layout.headHeight)
        for (offset, index) in layout.rows.range.enumerated() {
            draw(row: index, &frame, rest.droppingTop(offset).top(1))
        }
        rest = rest.droppingTop(layout.rows.count)
        if let more = more() {
            frame.put(more, in: rest, indent: 1, glyphs: glyphs)
            rest = rest.droppingTop(1)
        }
        drawTotals(&frame, rest.top(1))
        frame.put(summary(width: area.width - 2), in: rest.droppingTop(1), indent: 1, glyphs: glyphs)
        rest = rest.droppingTop(3)
        let pane = pane(width: area.width - 2, height: min(rest.height, layout.paneHeight - 1))
        for (offset, line) in pane.enumerated() { frame.put(line, in: rest, row: offset, indent: 1, glyphs: glyphs) }
    }

    // MARK: - Above

    /// What is shown, and the keys that change it.
    private func modes(width: Int) -> StyledLine {
        var line = StyledLine.empty
        for mode in MatrixMode.allCases {
            if !line.spans.isEmpty { line.append("  ") }
            line.append("\(mode.key) ", .key)
            line.append(mode.name, mode == grid.mode ? .title : .muted)
        }
        let several = context.picture.clusters.filter { !$0.present.isEmpty }
        if several.count > 1, let place = several.firstIndex(where: { $0.snapshot.id == cluster.snapshot.id }) {
            let part =
                StyledLine("   c ", .key) + StyledLine("\(cluster.snapshot.id) ", .title)
                + StyledLine("\(place + 1)/\(several.count)", .muted)
            if line.width + part.width <= width { line = line + part }
        }
        let order = grid.settings.order == .automatic ? grid.order.automaticName : grid.settings.order.name
        for (key, name, value) in [("g", "group", grid.settings.grouping.name), ("o", "order", order)] {
            let part = StyledLine("   \(key) ", .key) + StyledLine("\(name) ", .muted) + StyledLine(value)
            if line.width + part.width <= width { line = line + part }
        }
        return line
    }

    private func drawHead(_ frame: inout Frame, _ area: Area) {
        let last = area.y + area.height - 1
        let corner = layout.labelWidth >= 18 ? "observer \\ subject" : "observer"
        frame.put(
            StyledLine(corner, .heading), in: area.left(layout.cellsX - 1), row: area.height - 1, indent: 1,
            glyphs: glyphs)
        for index in layout.columns.range {
            let label = MatrixLabels.column(grid.lines[index], cluster)
            let style = Style(index == column ? .title : .heading)
            let x = layout.x(index)
            if layout.isFlat {
                let text =
                    layout.pitch >= MatrixLayout.wordy
                    ? TextFitting.cutMiddle(
                        MatrixLabels.row(grid.lines[index], cluster, layout.form), to: layout.pitch - 2, glyphs: glyphs)
                    : label
                frame.put(text, x: x + (layout.pitch >= 3 ? 1 : 0), y: last, style: style, clip: area)
                continue
            }
            // Upright: names differ most at their ends.
            let letters = Array(label.suffix(area.height))
            for (offset, letter) in letters.enumerated() {
                frame.put(
                    String(letter), x: x + (layout.pitch >= 3 ? 1 : 0), y: last - letters.count + 1 + offset,
                    style: style,
                    clip: area)
            }
        }
        let totals = Area(x: layout.totalsX, y: last, width: area.width - layout.totalsX, height: 1)
        frame.put(StyledLine("WORST", .heading), in: totals, indent: 1, glyphs: glyphs)
        frame.put(StyledLine("MONITORS", .heading), in: totals.droppingLeft(9), glyphs: glyphs)
    }

    // MARK: - Rows

    private func draw(row index: Int, _ frame: inout Frame, _ area: Area) {
        let line = grid.lines[index]
        let freshness: Freshness = line.single.map { self.freshness(of: $0) } ?? .fresh
        var label = MatrixLabels.row(line, cluster, layout.form)
        if freshness >= .stale {
            // A cut name would lose its distinctive end first.
            let isShort = label.utf8.count + 2 > layout.labelWidth
            label = "[\(isShort ? MatrixLabels.row(line, cluster, .ending) : label)]"
        }
        let cut = TextFitting.cutMiddle(label, to: layout.labelWidth, glyphs: glyphs)
        frame.put(cut, x: area.x + 1, y: area.y, style: Style(freshness > .fresh ? .stale : .plain), clip: area)
        for subject in layout.columns.range { draw(index, subject, &frame, area) }
        let totals = Area(x: layout.totalsX, y: area.y, width: area.width - layout.totalsX, height: 1)
        frame.put(worst(index), in: totals.left(8), indent: 1, glyphs: glyphs)
        if totals.width > 15 {
            frame.put(monitors(line, freshness), in: totals.droppingLeft(9).left(totals.width - 10), glyphs: glyphs)
        }
        guard index == row else { return }
        frame.put(glyphs.cursor, x: area.x, y: area.y, clip: area)
        frame.restyle(area.left(layout.cellsX - 1)) { $0.selected = true }
        frame.restyle(Area(x: layout.x(column), y: area.y, width: layout.pitch, height: 1)) { $0.selected = true }
    }

    private func freshness(of observer: Int) -> Freshness {
        guard let view = cluster.view(of: cluster.present[observer].node.address) else { return .fresh }
        return context.freshness(view.observedAt)
    }

    private func draw(_ observer: Int, _ subject: Int, _ frame: inout Frame, _ area: Area) {
        let x = layout.x(subject)
        guard let cell = grid.cell(observer, subject) else {
            frame.put("\\", x: x + (layout.pitch >= 3 ? 1 : 0), y: area.y, style: Style(.muted), clip: area)
            return
        }
        let isOld = cell.freshness > .fresh && cell.sign != .none
        let style = Style(isOld ? .stale : cell.sign.role)
        let sign = cell.sign.glyph(in: glyphs)
        switch layout.pitch {
        case 1: frame.put(sign, x: x, y: area.y, style: style, clip: area)
        case 2:
            frame.put(sign + (cell.isAsymmetric ? glyphs.asymmetric : ""), x: x, y: area.y, style: style, clip: area)
        default:
            let isBracketed = isOld && cell.freshness >= .stale
            let text =
                "\(isBracketed ? "[" : " ")\(sign)\(isBracketed ? "]" : cell.isAsymmetric ? glyphs.asymmetric : "")"
            frame.put(text, x: x, y: area.y, style: style, clip: area)
            guard layout.pitch >= MatrixLayout.wordy else { return }
            // Behind the mark of an asymmetric pair one column stays free; half a word says less than the sign.
            let words = words(cell, observer, subject)
            let start = grid.isGrouped ? 3 : 4
            guard words.unicodeScalars.count <= layout.pitch - start else { return }
            frame.put(words, x: x + start, y: area.y, style: style, clip: area)
        }
    }

    /// What a wide cell says behind its sign.
    private func words(_ cell: MatrixCell, _ row: Int, _ column: Int) -> String {
        if cell.total > 1 || grid.lines[row].isGroup || grid.lines[column].isGroup {
            return cell.count == cell.total ? "\(cell.total)" : "\(cell.count)/\(cell.total)"
        }
        guard let pair = grid.pair(row, column) else { return "" }
        let facts = PairFacts(cluster, pair.observer, pair.subject)
        switch (grid.mode, cell.sign) {
        case (.phi, _): return facts.phi.map { PhiText.value($0, glyphs) } ?? ""
        case (_, .gated): return facts.status.until.map { Format.tenths(max(.zero, $0 - context.now)) } ?? ""
        case (_, .passed): return facts.phi.map { "phi \(PhiText.value($0, glyphs))" } ?? ""
        case (_, .late), (_, .imminent): return facts.phi?.untilThreshold.map(Format.tenths) ?? ""
        case (_, .inferred): return "inferred"
        default: return cell.sign == .none ? "" : cell.sign.word
        }
    }

    // MARK: - Totals

    private func worst(_ index: Int) -> StyledLine {
        let sign = grid.rowWorst(index)
        var line = StyledLine(sign.glyph(in: glyphs), sign.role)
        if sign == .gated, let until = grid.lines[index].members.lazy.compactMap(grid.table.gate).max() {
            line.append(" \(Format.tenths(max(.zero, until - context.now)))", sign.role)
        }
        return line
    }

    /// The members that the observer monitors, as a bridge reports or else as the ring expects; or why nothing is known.
    private func monitors(_ line: MatrixLine, _ freshness: Freshness) -> StyledLine {
        guard let observer = line.single else { return .empty }
        if freshness > .fresh, let view = cluster.view(of: cluster.present[observer].node.address) {
            return StyledLine("silent \(Format.age(context.age(of: view.observedAt)))", .stale)
        }
        let monitoring = Monitoring(cluster, observer)
        let names = monitoring.subjects.sorted { grid.table.rank(of: $0) < grid.table.rank(of: $1) }
            .map { cluster.names.brief(cluster.pairs.nodes[$0].address) }.joined(separator: " ")
        let count = monitoring.text
        let room = context.size.columns - layout.totalsX - 10
        guard !names.isEmpty, names.utf8.count + count.utf8.count + 2 <= room else {
            return StyledLine(count, monitoring.role)
        }
        return StyledLine(count + "  ", monitoring.role) + StyledLine(names, .muted)
    }

    private func drawTotals(_ frame: inout Frame, _ area: Area) {
        let label = ["column worst", "col worst"].first { $0.utf8.count <= layout.labelWidth } ?? "worst"
        frame.put(StyledLine(label, .heading), in: area.left(layout.cellsX - 1), indent: 1, glyphs: glyphs)
        for index in layout.columns.range {
            let sign = grid.columnWorst(index)
            frame.put(
                sign.glyph(in: glyphs), x: layout.x(index) + (layout.pitch >= 3 ? 1 : 0), y: area.y,
                style: Style(sign.role),
                clip: area)
        }
    }

    /// What is out of sight, with the worst of it.
    private func more() -> StyledLine? {
        var parts: [StyledLine] = []
        let (rows, columns) = (layout.rows, layout.columns)
        if rows.count < grid.lines.count {
            parts.append(
                hidden(rows, "row", glyphs.moreAbove, glyphs.moreBelow) { grid.rowWorst($0) })
        }
        if columns.count < grid.lines.count {
            parts.append(
                hidden(columns, "column", glyphs.moreLeft, glyphs.moreRight) { grid.columnWorst($0) })
        }
        guard let first = parts.first else { return nil }
        return parts.dropFirst().reduce(first) { $0 + StyledLine("     ") + $1 }
    }

    private func hidden(
        _ window: ListWindow, _ noun: String, _ before: String, _ behind: String, _ worst: (Int) -> PairSign
    ) -> StyledLine {
        let hidden = grid.lines.count - window.count
        var line = StyledLine(
            "\(window.above > 0 ? "\(before)\(window.above) " : "")\(window.below > 0 ? "\(behind)\(window.below) " : "")",
            .muted)
        let sign = grid.lines.indices.lazy.filter { !window.range.contains($0) }.map(worst).max() ?? .none
        line.append("more \(noun)\(hidden == 1 ? "" : "s"), at worst ", .muted)
        return line + StyledLine(sign == .none ? sign.word : "\(sign.glyph(in: glyphs)) \(sign.word)", sign.role)
    }

    private func summary(width: Int) -> StyledLine {
        let totals = grid.table.totals(grid.mode)
        let pairs = grid.table.count * (grid.table.count - 1) / 2
        var line = StyledLine("asymmetric pairs: ", .heading)
        line.append("\(totals.asymmetric) of \(pairs)", totals.asymmetric > 0 ? .degraded : .plain)
        if totals.undecided > 0 { line.append(", \(totals.undecided) unknown", .unknown) }
        let counts = AssociationText.counts(cluster.snapshot.associationCounts, glyphs)
        return line.width + 3 + counts.width <= width ? line + StyledLine("   ") + counts : line
    }

    // MARK: - Below

    private func pane(width: Int, height: Int) -> [StyledLine] {
        guard height > 0 else { return [] }
        guard let pair = grid.pair(row, column) else {
            let name = MatrixLabels.row(grid.lines[row], cluster, .distinct)
            return [StyledLine(name, .title) + StyledLine("  itself; Enter opens the member", .muted)]
        }
        let facts = PairFacts(cluster, pair.observer, pair.subject)
        guard let cell = grid.cell(row, column), grid.lines[row].isGroup || grid.lines[column].isGroup else {
            return PairPane.lines(facts, grid.mode, context, width: width, height: height)
        }
        let names = [row, column].map { MatrixLabels.row(grid.lines[$0], cluster, .distinct) }
        let head =
            StyledLine("\(names[0]) \(glyphs.arrow) \(names[1])  ", .title)
            + StyledLine(
                cell.count == cell.total
                    ? "\(Format.count(cell.total, "pair")), all \(cell.sign.word)"
                    : "\(cell.count) of \(cell.total) pairs \(cell.sign.word)", cell.sign.role)
        return [head] + PairPane.lines(facts, grid.mode, context, width: width, height: height - 1)
    }
}

/// The members that an observer monitors, compared with what the heartbeat ring expects.
struct Monitoring {
    /// Places of the members that it monitors; where that is not reported, of those that it should.
    let subjects: [Int]
    let text: String
    let role: Role

    init(_ cluster: ClusterPicture, _ observer: Int) {
        let rows = cluster.snapshot.associations
        let entries = cluster.pairs.entries(of: observer)
        let expected = entries.filter { $0.isExpected == true }.map { Int($0.subject) }
        let reported = entries.filter { $0.row >= 0 && rows[Int($0.row)].isMonitored != nil }
        guard !reported.isEmpty else {
            subjects = expected
            text = expected.isEmpty ? "" : "ring \(expected.count)"
            role = .muted
            return
        }
        let real = reported.filter { rows[Int($0.row)].isMonitored == true }.map { Int($0.subject) }
        subjects = real
        let missing = Set(expected).subtracting(real).count
        text = missing == 0 ? "\(real.count)" : "\(real.count), not \(missing)"
        role = missing == 0 ? .plain : .degraded
    }
}

extension MatrixMode {
    /// The key that shows it.
    var key: String {
        switch self {
        case .worst: "w"
        case .association: "a"
        case .phi: "p"
        case .reach: "r"
        }
    }
}

extension MatrixOrder {
    /// What the automatic order came to.
    var automaticName: String { self == .automatic ? "partition" : name }
}
