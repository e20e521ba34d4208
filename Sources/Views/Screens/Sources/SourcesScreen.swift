// SPDX-License-Identifier: Apache-2.0
import Model

/// Where everything shown comes from, how quickly, and why not.
enum SourcesScreen {
    static func rows(_ list: ListModel, _ context: ScreenContext) -> [Subject] {
        sorted(list, context).map { .source($0.id) }
    }

    static func searchTexts(_ list: ListModel, _ context: ScreenContext) -> [String] {
        sorted(list, context).map { "\($0.id) \($0.state.rawValue) \($0.failure?.message ?? "")" }
    }

    static func sorted(_ list: ListModel, _ context: ScreenContext) -> [SourceSnapshot] {
        let order = SourceOrder.allCases[min(list.sortColumn, SourceOrder.allCases.count - 1)]
        let sorted = context.snapshot.sources.enumerated().sorted { left, right in
            if order.isLess(left.element, right.element) { return true }
            if order.isLess(right.element, left.element) { return false }
            return left.offset < right.offset
        }.map(\.element)
        return list.isInverted ? sorted.reversed() : sorted
    }

    private static func columns(target: Int) -> [TableColumn] {
        [
            TableColumn(title: "SOURCE", minimum: 14, ideal: target, rank: 0, cutsMiddle: true),
            TableColumn(title: "STATE", minimum: 10, ideal: 10, rank: 1),
            TableColumn(title: "AGE", alignment: .right, minimum: 5, ideal: 5, rank: 2),
            TableColumn(title: "NEXT", alignment: .right, minimum: 4, ideal: 4, rank: 4),
            TableColumn(title: "LATENCY", alignment: .right, minimum: 7, ideal: 7, rank: 3),
            TableColumn(title: "", minimum: 10, ideal: 20, rank: 5),
        ]
    }

    static func draw(_ list: ListModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        let sources = sorted(list, context)
        let position = list.position(in: sources.map { .source($0.id) })
        let dropped = dropped(context)
        drawTable(sources, position: position, context, &frame, area.droppingBottom(dropped.width > 0 ? 1 : 0))
        frame.put(dropped, in: area.droppingTop(area.height - 1), indent: 1, glyphs: context.glyphs)
    }

    /// What was dropped because of bounds, of all sources; empty if nothing.
    private static func dropped(_ context: ScreenContext) -> StyledLine {
        let snapshot = context.snapshot
        let counts = snapshot.dropped
        let kinds = [(counts.events, "event"), (counts.samples, "sample"), (counts.lines, "line")]
        var parts = kinds.filter { $0.0 > 0 }.map { Format.count($0.0, $0.1) + " dropped" }
        if snapshot.events.dropped > 0 {
            parts.append(
                "the timeline keeps \(snapshot.events.count) events, \(snapshot.events.dropped) older ones were dropped"
            )
        }
        if let memory = context.memory { parts.append("the last minutes take \(memory)") }
        return StyledLine(parts.joined(separator: "; "), counts == DroppedCounts() ? .muted : .degraded)
    }

    /// Draws the sources as rows; `position` is the selected one, nil where nothing can be selected.
    static func drawTable(
        _ sources: [SourceSnapshot], position: Int?, _ context: ScreenContext, _ frame: inout Frame, _ area: Area
    ) {
        guard area.height > 0 else { return }
        let widest = sources.lazy.map { name(of: $0).utf8.count }.max() ?? 20
        let columns = columns(target: min(60, max(16, widest)))
        let inner = Area(x: area.x + 3, y: area.y, width: area.width - 4, height: area.height)
        let layout = TableLayout(columns, width: inner.width, limit: frame.size.columns < 80 ? 3 : .max)
        let trendWidth = layout.placed.first { $0.index == columns.count - 1 }?.width ?? 0
        let heads = columns.map { StyledLine($0.title, .heading) }
        frame.put(row: heads, of: columns, layout, in: inner, at: 0, glyphs: context.glyphs)
        let complaints = complaints(context.snapshot.probes)
        let entries = entries(sources, complaints)
        let cursor = entries.firstIndex { $0.source == position && !$0.isError } ?? 0
        let window = ListWindow(total: entries.count, position: cursor, height: area.height - 1)
        frame.putMore(window, in: area, glyphs: context.glyphs)
        for (line, index) in window.range.enumerated() {
            let entry = entries[index]
            let source = sources[entry.source]
            let whole = Area(x: area.x, y: area.y + line + 1, width: area.width, height: 1)
            if entry.isError {
                let why = source.state == .failing ? nil : complaints[source.id]
                frame.put(why ?? errorLine(source), in: whole, indent: 7, glyphs: context.glyphs)
                continue
            }
            let cells = cells(source, trendWidth: trendWidth, context)
            frame.put(row: cells, of: columns, layout, in: inner, at: line + 1, glyphs: context.glyphs)
            if entry.source == position { frame.select(whole, glyphs: context.glyphs) }
        }
    }

    /// A failing source has a second line with the reason, and so has a probe that reports a problem.
    private static func entries(
        _ sources: [SourceSnapshot], _ complaints: [SourceID: StyledLine]
    ) -> [(source: Int, isError: Bool)] {
        sources.enumerated().flatMap { index, source in
            source.state == .failing || complaints[source.id] != nil
                ? [(index, false), (index, true)] : [(index, false)]
        }
    }

    private static func cells(_ source: SourceSnapshot, trendWidth: Int, _ context: ScreenContext) -> [StyledLine] {
        let next = source.nextAttempt.map { Format.age($0 - context.now) }
        return [
            StyledLine(name(of: source)),
            StyledLine(source.state.rawValue, source.state.role),
            context.ageCell(source.lastSuccess),
            StyledLine(next ?? context.glyphs.none, .muted),
            latency(source, context),
            trend(source, width: trendWidth, context),
        ]
    }

    /// The scheme of plain HTTP and the fixed paths of event streams and bridges are left out: they say nothing and take room.
    private static func name(of source: SourceSnapshot) -> String {
        let target = source.id.kind == .kubernetes ? collection(source.id.target) : source.id.target
        var short = target.hasPrefix("http://") ? String(target.dropFirst(7)) : target
        let paths: [SourceKind: String] = [.sse: "/cluster/domain-events", .bridge: "/meshtop/remoting"]
        if let path = paths[source.id.kind], short.hasSuffix(path) { short = String(short.dropLast(path.count)) }
        return TextFitting.pad(source.id.kind.rawValue, to: 11) + short
    }

    /// `shop/pods` for the path of a collection of the Kubernetes API: what stands before is the same for all.
    private static func collection(_ target: String) -> String {
        let parts = target.split(separator: "/").map(String.init)
        guard let last = parts.last, target.contains("/api") else { return target }
        let group = parts.firstIndex(of: "apis").flatMap { $0 + 1 < parts.count ? parts[$0 + 1] : nil }
        let isCommon = group == nil || group == "apps" || group?.hasSuffix(".k8s.io") == true
        let name = isCommon ? last : "\(last).\(group ?? "")"
        guard let place = parts.firstIndex(of: "namespaces"), place + 2 < parts.count else { return name }
        return "\(parts[place + 1])/\(name)"
    }

    private static func latency(_ source: SourceSnapshot, _ context: ScreenContext) -> StyledLine {
        guard source.state == .ok else { return StyledLine(context.glyphs.none, .unknown) }
        if let log = source.log { return StyledLine("\(Format.rate(log.linesPerSecond))/s") }
        if let latency = source.latency { return StyledLine(Format.latency(latency)) }
        return source.nextAttempt == nil ? StyledLine("live", .healthy) : StyledLine(context.glyphs.none, .unknown)
    }

    /// A sparkline of answers, or what a stream has delivered.
    private static func trend(_ source: SourceSnapshot, width: Int, _ context: ScreenContext) -> StyledLine {
        if source.id.kind == .sse { return StyledLine(Format.count(source.events, "event"), .muted) }
        if let log = source.log { return logged(log) }
        let values = source.recentLatencies.map(\.inSeconds)
        return StyledLine(Sparkline.draw(values, width: width, floor: 0.02, glyphs: context.glyphs), .accent)
    }

    /// What health endpoints report, of those that report a problem.
    static func complaints(_ probes: [ProbeSnapshot]) -> [SourceID: StyledLine] {
        var lines: [SourceID: StyledLine] = [:]
        for probe in probes where probe.report != nil && probe.health.level > .healthy {
            guard let reason = probe.health.reasons.first else { continue }
            lines[probe.id] =
                StyledLine("\(probe.health.level.rawValue) ", probe.health.level.role)
                + StyledLine("\(probe.subject.text): \(reason)", .muted)
        }
        return lines
    }

    /// What a log reported, and what of it could not be used.
    private static func logged(_ log: LogReading) -> StyledLine {
        let progress = log.progress
        var line = StyledLine(Format.count(Int(progress.events), "event"), .muted)
        if progress.dropped > 0 { line = StyledLine("\(progress.dropped) dropped  ", .degraded) + line }
        if progress.withoutObserver > 0 { line.append("  \(progress.withoutObserver) without observer", .degraded) }
        if progress.unrecognised > 0 { line.append("  \(progress.unrecognised) unknown", .muted) }
        return line
    }

    static func errorLine(_ source: SourceSnapshot) -> StyledLine {
        guard let failure = source.failure else { return StyledLine("failing", .failure) }
        let code = StyledLine("\(failure.code.rawValue)", .failure)
        // What is missing comes first: the rule is what is to be added.
        if source.id.kind == .kubernetes, failure.code == .auth {
            return code + StyledLine(" \(failure.message)", .muted)
        }
        return code + StyledLine(" \(source.failuresInARow) in a row: \(failure.message)", .muted)
    }

    /// A source where there is nothing else to show yet.
    static func brief(
        _ source: SourceSnapshot, _ complaint: StyledLine? = nil, now: Timestamp, width: Int, glyphs: GlyphSet
    ) -> [StyledLine] {
        var head = StyledLine("  \(source.state.rawValue) ", source.state.role) + StyledLine(source.id.description)
        if let next = source.nextAttempt, source.state == .failing {
            head.append("  next try in \(Format.age(next - now))", .muted)
        }
        guard let failure = source.failure else {
            return [head] + (complaint.map { [StyledLine("      ") + $0] } ?? [])
        }
        let text = TextFitting.wrap("\(failure.code.rawValue): \(failure.message)", width: max(10, width - 6))
        return [head] + text.prefix(3).map { StyledLine("      " + $0, .muted) }
    }
}

/// What sources can be sorted by; at the start by state, failing ones on top.
enum SourceOrder: CaseIterable {
    case state
    case source
    case latency
    case age

    var name: String {
        switch self {
        case .state: "state"
        case .source: "source"
        case .latency: "latency"
        case .age: "age"
        }
    }

    func isLess(_ left: SourceSnapshot, _ right: SourceSnapshot) -> Bool {
        switch self {
        case .state: rank(left.state) < rank(right.state)
        case .source: left.id < right.id
        case .latency: (left.latency ?? .zero) > (right.latency ?? .zero)
        case .age: (left.lastSuccess?.microseconds ?? .min) < (right.lastSuccess?.microseconds ?? .min)
        }
    }

    private func rank(_ state: SourceState) -> Int {
        switch state {
        case .failing: 0
        case .connecting: 1
        case .ok: 2
        }
    }
}
