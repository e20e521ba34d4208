// SPDX-License-Identifier: Apache-2.0
/// Finds places for labels beside or on the lines they belong to, where nothing else is.
///
/// The contents of cells are kept in bits: runs along rows in words along rows, runs along columns in words along columns, so that a large
/// drawing, whose lines pass millions of cells, is marked 64 cells at a time.
struct LabelPlacement {
    /// Maximum number of places that are tried along one run in a row.
    static let rowTries = 80
    /// Maximum number of rows that are tried along one run in a column.
    static let columnTries = 40

    private let columns: Int
    private let rows: Int
    /// Cells of lines that run along their row, and cells that several such lines share.
    private var alongRows: CellBits
    private var alongRowsTwice: CellBits
    /// The same along columns; here a row of bits is a column of cells.
    private var alongColumns: CellBits
    private var alongColumnsTwice: CellBits
    /// Cells of nodes, frames and labels.
    private var solid: CellBits
    private var candidates: [Int] = []

    init(columns: Int, rows: Int, nodes: [CellRect], boxes: [CellRect], routes: [LayoutRoute]) {
        self.columns = columns
        self.rows = rows
        alongRows = CellBits(length: columns, count: rows)
        alongRowsTwice = alongRows
        solid = alongRows
        alongColumns = CellBits(length: rows, count: columns)
        alongColumnsTwice = alongColumns
        for node in nodes { fill(node) }
        for box in boxes {
            fill(CellRect(x: box.x, y: box.y, width: box.width, height: 1))
            fill(CellRect(x: box.x, y: box.endY - 1, width: box.width, height: 1))
            fill(CellRect(x: box.x, y: box.y, width: 1, height: box.height))
            fill(CellRect(x: box.endX - 1, y: box.y, width: 1, height: box.height))
        }
        for route in routes { mark(route.points) }
    }

    /// A label without a place.
    private struct Label {
        let points: [CellPoint]
        /// The longest first.
        let forms: [Int]
        var rect: CellRect?
    }

    /// Places the labels of routes where there is room: first the shortest form of each, then the longest that fits.
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
        label.rect = rect
        fill(rect)
        return label
    }

    private mutating func lengthened(_ label: Label) -> Label {
        guard label.forms.count > 1, let rect = label.rect else { return label }
        // A label stands where nothing solid was.
        solid.clear(rect.x..<rect.endX, of: rect.y)
        for width in label.forms where width > rect.width {
            let longer = put(width, label, isLong: true)
            if longer.rect != label.rect { return longer }
        }
        fill(rect)
        return label
    }

    private mutating func fill(_ rect: CellRect) {
        for y in max(0, rect.y)..<max(0, rect.y, min(rows, rect.endY)) { solid.set(rect.x..<rect.endX, of: y) }
    }

    /// Marks the cells of a line; each of its corners belongs to the run that ends there.
    private mutating func mark(_ points: [CellPoint]) {
        guard let first = points.first else { return }
        markRow(first.y, first.x..<(first.x + 1))
        for (a, b) in zip(points, points.dropFirst()) {
            if a.y == b.y {
                markRow(a.y, a.x < b.x ? (a.x + 1)..<(b.x + 1) : b.x..<a.x)
            } else if a.x >= 0, a.x < columns {
                alongColumns.set(a.y < b.y ? (a.y + 1)..<(b.y + 1) : b.y..<a.y, of: a.x, again: &alongColumnsTwice)
            }
        }
    }

    private mutating func markRow(_ y: Int, _ range: Range<Int>) {
        guard y >= 0, y < rows else { return }
        alongRows.set(range, of: y, again: &alongRowsTwice)
    }

    /// Above the run nearest to the target, on it, below it; then the same with the runs before. Nowhere beside a piece that lines share:
    /// which of them such a label belongs to could not be seen. A long label may reach beyond the run that it stands above or below.
    private mutating func find(_ width: Int, along points: [CellPoint], isLong: Bool) -> CellRect? {
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
            for x in (high - width)...low where isFree(x, a.y + shift, width, isOnLine: false) {
                return CellRect(x: x, y: a.y + shift, width: width, height: 1)
            }
        }
        return nil
    }

    /// The nearest place to the end of the run.
    private mutating func besideRow(_ width: Int, _ a: CellPoint, _ b: CellPoint) -> CellRect? {
        let (low, high) = (min(a.x, b.x), max(a.x, b.x))
        guard high - low >= width else { return nil }
        candidates.removeAll(keepingCapacity: true)
        for step in 0..<min(Self.rowTries, high - width - low + 1) {
            let x = b.x > a.x ? high - width - step : low + 1 + step
            if isOwnRow(x..<(x + width), a.y) { candidates.append(x) }
        }
        for (shift, isOnLine) in [(-1, false), (0, true), (1, false)] {
            for x in candidates where isFree(x, a.y + shift, width, isOnLine: isOnLine) {
                if isOnLine, x <= low || x + width > high { continue }
                return CellRect(x: x, y: a.y + shift, width: width, height: 1)
            }
        }
        return nil
    }

    /// Whether one line only runs along these cells, and none joins it there.
    private func isOwnRow(_ range: Range<Int>, _ y: Int) -> Bool {
        !alongRowsTwice.contains(any: range, of: y)
            && range.allSatisfy { !alongColumns.contains(any: y..<(y + 1), of: $0) }
    }

    private func besideColumn(_ width: Int, _ a: CellPoint, _ b: CellPoint) -> CellRect? {
        let (low, high) = (min(a.y, b.y), max(a.y, b.y))
        for y in (low...high).prefix(Self.columnTries) {
            let isShared = alongColumnsTwice.contains(any: y..<(y + 1), of: a.x)
            if isShared || alongRows.contains(any: a.x..<(a.x + 1), of: y) { continue }
            for x in [a.x + 1, a.x - width] where isFree(x, y, width, isOnLine: false) {
                return CellRect(x: x, y: y, width: width, height: 1)
            }
        }
        return nil
    }

    /// Whether a label fits: nothing there, or nothing but its own line along the row, and no other label right beside it.
    private func isFree(_ x: Int, _ y: Int, _ width: Int, isOnLine: Bool) -> Bool {
        guard x >= 0, y >= 0, y < rows, x + width <= columns else { return false }
        let besides = max(0, x - 1)..<min(columns, x + width + 1)
        if solid.contains(any: besides, of: y) { return false }
        if (isOnLine ? alongRowsTwice : alongRows).contains(any: x..<(x + width), of: y) { return false }
        for column in x..<(x + width) where alongColumns.contains(any: y..<(y + 1), of: column) { return false }
        return true
    }
}

/// One bit for each cell of a drawing, in rows of words.
private struct CellBits {
    private var words: [UInt64]
    private let perRow: Int
    private let length: Int

    /// Nothing set.
    ///
    /// - Parameters:
    ///   - length: Cells of a row.
    ///   - count: Rows.
    init(length: Int, count: Int) {
        self.length = length
        perRow = (length + 63) / 64
        words = Array(repeating: 0, count: perRow * count)
    }

    /// Sets the cells of a row that exist.
    mutating func set(_ range: Range<Int>, of row: Int) {
        forEachWord(of: range, row) { words, index, mask in words[index] |= mask }
    }

    /// Takes away the cells of a row that exist.
    mutating func clear(_ range: Range<Int>, of row: Int) {
        forEachWord(of: range, row) { words, index, mask in words[index] &= ~mask }
    }

    /// The same as setting; those that were set already are set in a second plane as well.
    mutating func set(_ range: Range<Int>, of row: Int, again: inout CellBits) {
        forEachWord(of: range, row) { words, index, mask in
            let known = words[index] & mask
            if known != 0 { again.words[index] |= known }
            words[index] |= mask
        }
    }

    /// Whether any of these cells of a row is set; cells beside the drawing are not.
    func contains(any range: Range<Int>, of row: Int) -> Bool {
        guard row >= 0, row * perRow < words.count else { return false }
        var at = max(0, range.lowerBound)
        let end = min(length, range.upperBound)
        while at < end {
            let bit = at & 63
            let count = min(64 - bit, end - at)
            if words[row * perRow + (at >> 6)] & Self.mask(bit, count) != 0 { return true }
            at += count
        }
        return false
    }

    @inline(__always)
    private mutating func forEachWord(
        of range: Range<Int>, _ row: Int, _ body: (inout [UInt64], Int, UInt64) -> Void
    ) {
        var at = max(0, range.lowerBound)
        let end = min(length, range.upperBound)
        while at < end {
            let bit = at & 63
            let count = min(64 - bit, end - at)
            body(&words, row * perRow + (at >> 6), Self.mask(bit, count))
            at += count
        }
    }

    @inline(__always)
    private static func mask(_ bit: Int, _ count: Int) -> UInt64 {
        ((~0 as UInt64) >> UInt64(64 - count)) << UInt64(bit)
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
