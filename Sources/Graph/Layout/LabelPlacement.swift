/// Finds places for labels beside or on the lines they belong to, where nothing else is.
struct LabelPlacement {
    private let columns: Int
    private let rows: Int
    /// 0 free, 1 one line, 2 several lines, 3 something that is no line.
    private var cells: [UInt8]

    init(columns: Int, rows: Int, nodes: [CellRect], boxes: [CellRect], routes: [LayoutRoute]) {
        self.columns = columns
        self.rows = rows
        cells = Array(repeating: 0, count: columns * rows)
        for node in nodes { fill(node) }
        for box in boxes {
            fill(CellRect(x: box.x, y: box.y, width: box.width, height: 1))
            fill(CellRect(x: box.x, y: box.endY - 1, width: box.width, height: 1))
            fill(CellRect(x: box.x, y: box.y, width: 1, height: box.height))
            fill(CellRect(x: box.endX - 1, y: box.y, width: 1, height: box.height))
        }
        for route in routes { mark(route.points) }
    }

    /// A label that looks for a place.
    private struct Label {
        let points: [CellPoint]
        /// The longest first.
        let forms: [Int]
        var rect: CellRect?
        /// What was in its cells before.
        var under: [UInt8] = []
    }

    /// Gives routes whose edges have labels a place for them, if there is one: first for the shortest form of each, then for as much more as
    /// there is room for.
    mutating func place(_ routes: inout [LayoutRoute], _ graph: LayoutGraph) {
        var labels: [[Label?]] = []
        for route in routes {
            guard !route.isLoop else {
                labels.append([nil, nil])
                continue
            }
            var both = [label(route.edges, route.points, graph), label(route.opposite, route.points.reversed(), graph)]
            for side in 0..<2 {
                if let shortest = both[side]?.forms.last {
                    both[side] = both[side].map { put(shortest, $0, isLong: false) }
                }
            }
            labels.append(both)
        }
        for index in labels.indices {
            for side in 0..<2 { labels[index][side] = labels[index][side].map { lengthened($0) } }
            guard labels[index][0] != nil || labels[index][1] != nil else { continue }
            routes[index] = routes[index].placing(label: labels[index][0]?.rect, opposite: labels[index][1]?.rect)
        }
    }

    private func label(_ edges: [Int], _ points: [CellPoint], _ graph: LayoutGraph) -> Label? {
        guard let edge = edges.max(by: { graph.edges[$0].labelWidth < graph.edges[$1].labelWidth }) else { return nil }
        let all = graph.edges[edge]
        let forms = (all.labelForms.isEmpty ? [all.labelWidth] : all.labelForms).filter { $0 > 0 }
        return forms.isEmpty ? nil : Label(points: points, forms: forms)
    }

    private mutating func put(_ width: Int, _ label: Label, isLong: Bool) -> Label {
        var label = label
        guard let rect = find(width, along: label.points, isLong: isLong) else { return label }
        let start = rect.y * columns + rect.x
        label.under = Array(cells[start..<(start + rect.width)])
        label.rect = rect
        fill(rect)
        return label
    }

    private mutating func lengthened(_ label: Label) -> Label {
        guard label.forms.count > 1, let rect = label.rect else { return label }
        let start = rect.y * columns + rect.x
        for (offset, cell) in label.under.enumerated() { cells[start + offset] = cell }
        for width in label.forms where width > rect.width {
            let longer = put(width, label, isLong: true)
            if longer.rect != label.rect { return longer }
        }
        fill(rect)
        return label
    }

    private mutating func fill(_ rect: CellRect) {
        for y in max(0, rect.y)..<max(0, rect.y, min(rows, rect.endY)) {
            for x in max(0, rect.x)..<max(0, rect.x, min(columns, rect.endX)) { cells[y * columns + x] = 3 }
        }
    }

    /// Marks the cells of a line; each of its corners belongs to the run that ends there.
    private mutating func mark(_ points: [CellPoint]) {
        guard let first = points.first else { return }
        mark(first, dx: 0, dy: 0, count: 1)
        for (a, b) in zip(points, points.dropFirst()) {
            let (dx, dy) = ((b.x - a.x).signum(), (b.y - a.y).signum())
            mark(CellPoint(x: a.x + dx, y: a.y + dy), dx: dx, dy: dy, count: max(abs(b.x - a.x), abs(b.y - a.y)))
        }
    }

    private mutating func mark(_ start: CellPoint, dx: Int, dy: Int, count: Int) {
        let (columns, rows) = (columns, rows)
        cells.withUnsafeMutableBufferPointer { cells in
            var (x, y) = (start.x, start.y)
            for _ in 0..<count {
                if x >= 0, x < columns, y >= 0, y < rows {
                    let index = y * columns + x
                    cells[index] = cells[index] == 0 ? 1 : max(2, cells[index])
                }
                x += dx
                y += dy
            }
        }
    }

    /// Above the run nearest to the target, on it, below it; then the same with the runs before; then beside a run along rows. A long label
    /// may reach beyond the run that it stands above or below.
    private func find(_ width: Int, along points: [CellPoint], isLong: Bool) -> CellRect? {
        for end in (1..<max(1, points.count)).reversed() {
            let (a, b) = (points[end - 1], points[end])
            let found =
                a.y != b.y
                ? besideColumn(width, a, b) : besideRow(width, a, b) ?? (isLong ? overhanging(width, a, b) : nil)
            if let found { return found }
        }
        return nil
    }

    /// Above or below a run that is shorter than the label; not above nothing but two cells of it.
    private func overhanging(_ width: Int, _ a: CellPoint, _ b: CellPoint) -> CellRect? {
        let (low, high) = (min(a.x, b.x), max(a.x, b.x))
        guard high - low >= 3, high - low < width else { return nil }
        for shift in [-1, 1] {
            for x in (high - width)...low where isFree(x, a.y + shift, width, most: 0) {
                return CellRect(x: x, y: a.y + shift, width: width, height: 1)
            }
        }
        return nil
    }

    private func besideRow(_ width: Int, _ a: CellPoint, _ b: CellPoint) -> CellRect? {
        let (low, high) = (min(a.x, b.x), max(a.x, b.x))
        guard high - low >= width else { return nil }
        let starts = b.x > a.x ? Array((low...(high - width)).reversed()) : Array((low + 1)...(high - width + 1))
        for (shift, most) in [(-1, UInt8(0)), (0, 1), (1, 0)] {
            for x in starts.prefix(80) where isFree(x, a.y + shift, width, most: most) {
                if shift == 0, x <= low || x + width > high { continue }
                return CellRect(x: x, y: a.y + shift, width: width, height: 1)
            }
        }
        return nil
    }

    private func besideColumn(_ width: Int, _ a: CellPoint, _ b: CellPoint) -> CellRect? {
        let (low, high) = (min(a.y, b.y), max(a.y, b.y))
        for y in (low...high).prefix(40) {
            for x in [a.x + 1, a.x - width] where isFree(x, y, width, most: 0) {
                return CellRect(x: x, y: y, width: width, height: 1)
            }
        }
        return nil
    }

    /// Whether a label fits: nothing but its own line there, and no other label right beside it.
    private func isFree(_ x: Int, _ y: Int, _ width: Int, most: UInt8) -> Bool {
        guard x >= 0, y >= 0, y < rows, x + width <= columns else { return false }
        for column in x..<(x + width) where cells[y * columns + column] > most { return false }
        if x > 0, cells[y * columns + x - 1] == 3 { return false }
        return x + width >= columns || cells[y * columns + x + width] != 3
    }
}

extension LayoutRoute {
    /// Calls a function with every cell of the line, in order; corners once.
    package func forEachCell(_ body: (CellPoint) -> Void) {
        guard var at = points.first else { return }
        body(at)
        for next in points.dropFirst() {
            let (dx, dy) = ((next.x - at.x).signum(), (next.y - at.y).signum())
            while at != next {
                at = CellPoint(x: at.x + dx, y: at.y + dy)
                body(at)
            }
        }
    }
}
