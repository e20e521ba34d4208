// SPDX-License-Identifier: Apache-2.0
import Model

/// Observers down, time across: in each cell the worst event that the observer reported in that time.
struct TimelineLanes {
    /// One observer, or all those that have no lane of their own.
    private struct Line {
        var label: String
        /// The lanes of the index that it stands for.
        var lanes: [Int]
        /// How many columns lie before it was last heard.
        var heard: Int
        var marks: [EventMark?]
    }

    let axis: TimeAxis
    private let lines: [Line]
    private let labelWidth: Int
    private static let maximumLabelWidth = 24

    /// - Parameters:
    ///   - model: The state of the timeline.
    ///   - context: What is shown.
    ///   - width: Columns for labels and lanes.
    ///   - rows: Lanes at most.
    init(_ model: TimelineModel, _ context: ScreenContext, width: Int, rows: Int) {
        let index = model.index
        let lanes = Self.lanes(model, context, rows: rows)
        let labels = Self.labels(lanes.shown, context)
        let others = lanes.others.isEmpty ? nil : "\(lanes.others.count) more"
        let widest = (labels + [others ?? ""]).map(\.cellWidth).max() ?? 0
        labelWidth = min(widest, Self.maximumLabelWidth, width / 3)
        let axis = model.axis(now: context.now, columns: max(1, width - labelWidth - 2))
        self.axis = axis
        let numbers = Dictionary(
            index.passingLanes.map { (index.lanes[$0], $0) }, uniquingKeysWith: { first, _ in first })
        var lines = zip(lanes.shown, labels).map { lane, label in
            Line(
                label: label, lanes: numbers[lane].map { [$0] } ?? [], heard: Self.heard(lane, axis, context), marks: []
            )
        }
        if let others {
            let columns = Self.columns(to: context.now, axis)
            lines.append(Line(label: others, lanes: lanes.others, heard: columns, marks: []))
        }
        Self.mark(&lines, index, axis)
        self.lines = lines
    }

    var count: Int { lines.count }

    // MARK: - Which

    /// Those with a lane of their own and, as numbers of the index, those that share the last one.
    private static func lanes(
        _ model: TimelineModel, _ context: ScreenContext, rows: Int
    ) -> (shown: [TimelineLane], others: [Int]) {
        let index = model.index
        let reporting = index.passingLanes.map { index.lanes[$0] }
        if reporting.count <= rows {
            return ((reporting + silent(model, context, besides: reporting, room: rows - reporting.count)).sorted(), [])
        }
        var worst = [Int](repeating: -1, count: index.lanes.count)
        let axis = model.axis(now: context.now, columns: 1)
        index.forEach(from: axis.start, to: axis.end) { worst[$0.lane] = max(worst[$0.lane], Int($0.mark.rawValue)) }
        let ranked = index.passingLanes.enumerated().sorted { left, right in
            let (one, other) = (worst[left.element], worst[right.element])
            return one == other ? left.offset < right.offset : one > other
        }
        let chosen = Set(ranked.prefix(max(0, rows - 1)).map(\.element))
        return (
            index.passingLanes.filter(chosen.contains).map { index.lanes[$0] },
            index.passingLanes.filter { !chosen.contains($0) }
        )
    }

    /// Members that have reported nothing get lanes too if there is room for all of them: their silence matters.
    private static func silent(
        _ model: TimelineModel, _ context: ScreenContext, besides reporting: [TimelineLane], room: Int
    ) -> [TimelineLane] {
        guard model.index.question.isOpen else { return [] }
        let known = Set(reporting)
        let members = context.picture.clusters.reduce(0) { $0 + $1.present.count }
        guard members <= reporting.count + room else { return [] }
        let silent = context.picture.clusters.flatMap { cluster in
            cluster.present.map { TimelineLane(cluster: cluster.snapshot.id, observer: $0.node.address) }
        }.filter { !known.contains($0) }
        return silent.count <= room ? silent : []
    }

    /// The shortest names; with several clusters the first lane of each has the cluster's name.
    private static func labels(_ lanes: [TimelineLane], _ context: ScreenContext) -> [String] {
        let names = context.picture.names
        let texts = lanes.map { $0.observer.map { names.text(of: $0, .ending) } ?? context.glyphs.unknown }
        let clusters = Set(lanes.map(\.cluster)).sorted()
        guard clusters.count > 1 else { return texts }
        let width = min(10, clusters.map(\.cellWidth).max() ?? 0)
        return zip(lanes.indices, texts).map { index, text in
            let isFirst = index == 0 || lanes[index - 1].cluster != lanes[index].cluster
            let cluster = isFirst ? TextFitting.cutEnd(lanes[index].cluster, to: width, glyphs: context.glyphs) : ""
            return TextFitting.pad(cluster, to: width) + " " + text
        }
    }

    /// How many columns begin before a moment.
    private static func columns(to moment: Timestamp, _ axis: TimeAxis) -> Int {
        if moment < axis.start { return 0 }
        return axis.column(of: moment).map { $0 + 1 } ?? axis.columns
    }

    /// Up to which column an observer was heard: its lane ends there.
    private static func heard(_ lane: TimelineLane, _ axis: TimeAxis, _ context: ScreenContext) -> Int {
        let view = lane.observer.flatMap { context.picture.cluster(lane.cluster)?.view(of: $0) }
        guard let view, context.freshness(view.observedAt) > .late else { return columns(to: context.now, axis) }
        return columns(to: view.observedAt, axis)
    }

    private static func mark(_ lines: inout [Line], _ index: TimelineIndex, _ axis: TimeAxis) {
        var lineOf = [Int](repeating: -1, count: index.lanes.count)
        for (number, line) in lines.enumerated() {
            for lane in line.lanes { lineOf[lane] = number }
        }
        let columns = axis.columns
        var marks = [EventMark?](repeating: nil, count: lines.count * columns)
        index.forEach(from: axis.start, to: axis.end) { row in
            guard lineOf[row.lane] >= 0, let column = axis.column(of: row.place) else { return }
            let cell = lineOf[row.lane] * columns + column
            if marks[cell].map({ $0.rawValue < row.mark.rawValue }) ?? true { marks[cell] = row.mark }
        }
        for number in lines.indices {
            lines[number].marks = Array(marks[(number * columns)..<((number + 1) * columns)])
        }
    }

    // MARK: - Drawing

    /// Draws a row of times and a row per lane.
    func draw(_ model: TimelineModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        drawTimes(model.selected, context, &frame, area)
        for (row, line) in lines.enumerated() where row + 1 < area.height {
            draw(line, context, &frame, Area(x: area.x, y: area.y + row + 1, width: area.width, height: 1))
        }
    }

    private func drawTimes(
        _ selected: EventLog.Entry?, _ context: ScreenContext, _ frame: inout Frame, _ area: Area
    ) {
        let left = area.x + labelWidth + 2
        // Where the selected event is. A sign and not the selection itself, which is a row of the list.
        let selected = selected.flatMap { axis.column(of: $0.place) }
        for tick in axis.ticks(zone: context.zone) {
            if let selected, (tick.column - 1...tick.column + tick.text.utf8.count).contains(selected) { continue }
            frame.put(tick.text, x: left + tick.column, y: area.y, style: Style(.muted), clip: area.top(1))
        }
        frame.put(StyledLine(axis.length, .heading), in: area.top(1), indent: 1, glyphs: context.glyphs)
        guard let selected else { return }
        frame.put(context.glyphs.descending, x: left + selected, y: area.y, style: Style(.accent), clip: area.top(1))
    }

    private func draw(_ line: Line, _ context: ScreenContext, _ frame: inout Frame, _ row: Area) {
        let label = TextFitting.cutMiddle(line.label, to: labelWidth, glyphs: context.glyphs)
        frame.put(StyledLine(label, .plain), in: row, indent: 1, glyphs: context.glyphs)
        let lane = row.droppingLeft(labelWidth + 2)
        let dots = String(repeating: context.glyphs.idle, count: min(line.heard, lane.width))
        frame.put(dots, x: lane.x, y: lane.y, style: Style(.muted), clip: lane)
        for (column, mark) in line.marks.enumerated() {
            guard let mark else { continue }
            let glyph = mark.glyph(in: context.glyphs)
            frame.put(glyph, x: lane.x + column, y: lane.y, style: Style(mark.role), clip: lane)
        }
    }
}
