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

    /// Gives routes whose edges have labels a place for them, if there is one.
    mutating func place(_ routes: inout [LayoutRoute], _ graph: LayoutGraph) {
        for index in routes.indices where !routes[index].isLoop {
            let route = routes[index]
            let width = route.edges.map { graph.edges[$0].labelWidth }.max() ?? 0
            let opposite = route.opposite.map { graph.edges[$0].labelWidth }.max() ?? 0
            guard width > 0 || opposite > 0 else { continue }
            let label = width > 0 ? take(width, along: route.points) : nil
            let other = opposite > 0 ? take(opposite, along: route.points.reversed()) : nil
            routes[index] = LayoutRoute(
                edges: route.edges, opposite: route.opposite, points: route.points, isAgainstFlow: route.isAgainstFlow,
                label: label, oppositeLabel: other)
        }
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

    /// Above the run nearest to the target, on it, below it; then the same with the runs before; then beside a run along rows.
    private mutating func take(_ width: Int, along points: [CellPoint]) -> CellRect? {
        for end in (1..<max(1, points.count)).reversed() {
            let (a, b) = (points[end - 1], points[end])
            let found = a.y == b.y ? besideRow(width, a, b) : besideColumn(width, a, b)
            guard let found else { continue }
            fill(found)
            return found
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
