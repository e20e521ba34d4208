// SPDX-License-Identifier: Apache-2.0
import Layout

/// The lines of a picture in the visible cells. The directions in which lines leave a cell are combined, so that the order of drawing does not matter.
struct LineCanvas {
    private let viewport: Viewport
    private var masks: [LineMask]
    private var weights: [LineMask.Weight]
    private var styles: [Style]

    init(_ viewport: Viewport) {
        self.viewport = viewport
        let count = viewport.area.width * viewport.area.height
        masks = Array(repeating: [], count: count)
        weights = Array(repeating: .light, count: count)
        styles = Array(repeating: .plain, count: count)
    }

    /// Adds the frame of a box.
    mutating func add(_ rect: CellRect, style: Style) {
        let corners = [
            CellPoint(x: rect.x, y: rect.y), CellPoint(x: rect.endX - 1, y: rect.y),
            CellPoint(x: rect.endX - 1, y: rect.endY - 1), CellPoint(x: rect.x, y: rect.endY - 1),
            CellPoint(x: rect.x, y: rect.y),
        ]
        for index in 1..<corners.count { add(from: corners[index - 1], to: corners[index], .light, style) }
    }

    /// Adds a line.
    mutating func add(_ route: LayoutRoute, _ face: GraphPicture.RouteFace) {
        let weight = LineMask.Weight(face.line)
        for index in 1..<max(1, route.points.count) {
            add(from: route.points[index - 1], to: route.points[index], weight, face.style)
        }
    }

    /// Adds a straight piece, along a row or along a column.
    private mutating func add(from a: CellPoint, to b: CellPoint, _ weight: LineMask.Weight, _ style: Style) {
        let (width, height, origin) = (viewport.area.width, viewport.area.height, viewport.origin)
        if a.y == b.y {
            let y = a.y - origin.y
            guard (0..<height).contains(y) else { return }
            let ends = (min(a.x, b.x) - origin.x, max(a.x, b.x) - origin.x)
            add(from: ends.0, to: ends.1, of: width, (.left, .right), weight, style) { y * width + $0 }
        } else {
            let x = a.x - origin.x
            guard (0..<width).contains(x) else { return }
            let ends = (min(a.y, b.y) - origin.y, max(a.y, b.y) - origin.y)
            add(from: ends.0, to: ends.1, of: height, (.up, .down), weight, style) { $0 * width + x }
        }
    }

    /// Adds the visible part of a piece.
    ///
    /// - Parameters:
    ///   - low: Where it begins along its row or column, visible or not.
    ///   - high: Where it ends, inclusive.
    ///   - room: The number of visible cells of the row or column.
    ///   - ways: How the line leaves its cells, towards the low and towards the high end.
    ///   - weight: How it is drawn.
    ///   - style: In which style.
    ///   - index: The cell at a place of the row or column.
    private mutating func add(
        from low: Int, to high: Int, of room: Int, _ ways: (LineMask, LineMask), _ weight: LineMask.Weight,
        _ style: Style, index: (Int) -> Int
    ) {
        for place in max(0, low)..<max(0, low, min(room, high + 1)) {
            var mask: LineMask = []
            if place > low { mask.insert(ways.0) }
            if place < high { mask.insert(ways.1) }
            add(mask, index(place), weight, style)
        }
    }

    /// A strong line is drawn whole and others pass under it, so is a double one; a dashed one only where nothing else is.
    private mutating func add(_ mask: LineMask, _ index: Int, _ weight: LineMask.Weight, _ style: Style) {
        let (present, own) = (weights[index].standing, weight.standing)
        guard own >= present else { return }
        if own > present { masks[index] = mask } else { masks[index].formUnion(mask) }
        weights[index] = own > 0 || masks[index] == mask ? weight : .light
        styles[index] = style
    }

    /// Draws what was added.
    func draw(into frame: inout Frame, glyphs: GlyphSet) {
        let area = viewport.area
        for y in 0..<area.height {
            for x in 0..<area.width {
                let index = y * area.width + x
                guard !masks[index].isEmpty else { continue }
                let sign = masks[index].sign(weights[index], asciiOnly: glyphs.asciiOnly)
                frame.put(String(sign), x: area.x + x, y: area.y + y, style: styles[index], clip: area)
            }
        }
    }
}

extension LineMask.Weight {
    init(_ line: GraphPicture.RouteFace.Line) {
        self =
            switch line {
            case .ordinary: .light
            case .strong: .heavy
            case .dashed: .dashed
            case .dotted: .dotted
            case .double: .double
            }
    }

    /// Lines of a higher standing are drawn over others.
    fileprivate var standing: Int {
        switch self {
        case .light, .dashed, .dotted: 0
        case .double: 1
        case .heavy: 2
        }
    }
}
