// SPDX-License-Identifier: Apache-2.0
import Layout
import Model

extension GraphPicture {
    /// Draws the part of the picture that a viewport shows; nothing is drawn outside of its area.
    func draw(into frame: inout Frame, _ viewport: Viewport, glyphs: GlyphSet) {
        var canvas = LineCanvas(viewport)
        for (index, box) in layout.boxes.enumerated() {
            if let box { canvas.add(box, style: index < boxes.count ? boxes[index].style : Style(.muted)) }
        }
        for (index, route) in layout.routes.enumerated() where !route.isLoop {
            let face = index < routes.count ? routes[index] : RouteFace()
            if !face.isHidden { canvas.add(route, face) }
        }
        canvas.draw(into: &frame, glyphs: glyphs)
        let pen = Pen(viewport: viewport, glyphs: glyphs)
        for (index, box) in layout.boxes.enumerated() where index < boxes.count {
            if let box { pen.title(boxes[index], of: box, &frame) }
        }
        for (index, node) in layout.nodes.enumerated() where node.overlaps(viewport.cells) {
            pen.node(index < nodes.count ? nodes[index] : NodeFace(lines: []), node, &frame)
        }
        for (index, route) in layout.routes.enumerated() {
            let face = index < routes.count ? routes[index] : RouteFace()
            if !face.isHidden { pen.ends(of: route, face, &frame, layout) }
        }
    }
}

/// Draws what is no line: faces, titles, arrowheads, labels.
private struct Pen {
    let viewport: Viewport
    let glyphs: GlyphSet

    private func put(_ text: String, _ x: Int, _ y: Int, _ style: Style, _ frame: inout Frame) {
        frame.put(text, x: viewport.x(x), y: viewport.y(y), style: style, clip: viewport.area)
    }

    /// Writes a line into a number of cells.
    private func put(_ line: StyledLine, _ x: Int, _ y: Int, width: Int, _ frame: inout Frame) {
        let area = viewport.area
        let (left, top) = (viewport.x(x), viewport.y(y))
        let start = max(area.x, left)
        let clip = Area(x: start, y: top, width: min(left + width, area.x + area.width) - start, height: 1)
        guard clip.width > 0, top >= area.y, top < area.y + area.height else { return }
        var column = left
        for span in line.spans { column = frame.put(span.text, x: column, y: top, style: span.style, clip: clip) }
        if line.width > width, width > 1 {
            frame.put(glyphs.cut, x: left + width - 1, y: top, style: line.spans.last?.style ?? .plain, clip: clip)
        }
    }

    func title(_ face: GraphPicture.BoxFace, of box: CellRect, _ frame: inout Frame) {
        guard box.width > 4, !face.title.spans.isEmpty else { return }
        let width = min(face.title.width, box.width - 4)
        put(" ", box.x + 1, box.y, face.style, &frame)
        put(face.title, box.x + 2, box.y, width: width, &frame)
        put(" ", box.x + 2 + width, box.y, face.style, &frame)
    }

    func node(_ face: GraphPicture.NodeFace, _ rect: CellRect, _ frame: inout Frame) {
        let isFramed = face.hasFrame && rect.width > 1 && rect.height > 2
        let inner = isFramed ? 1 : 0
        if isFramed { self.frame(rect, face.style, LineMask.Weight(face.frame), &frame) }
        for row in 0..<(rect.height - 2 * inner) {
            let blank = String(repeating: " ", count: rect.width - 2 * inner)
            put(blank, rect.x + inner, rect.y + inner + row, face.style, &frame)
            guard row < face.lines.count else { continue }
            let margin = isFramed && rect.width > 4 ? 1 : 0
            put(
                face.lines[row], rect.x + inner + margin, rect.y + inner + row,
                width: rect.width - 2 * (inner + margin), &frame)
        }
    }

    private func frame(_ rect: CellRect, _ style: Style, _ weight: LineMask.Weight, _ frame: inout Frame) {
        func sign(_ mask: LineMask) -> String { String(mask.sign(weight, asciiOnly: glyphs.asciiOnly)) }
        let rule = String(repeating: sign([.left, .right]), count: rect.width - 2)
        put(sign([.down, .right]) + rule + sign([.down, .left]), rect.x, rect.y, style, &frame)
        for row in 1..<(rect.height - 1) {
            put(sign([.up, .down]), rect.x, rect.y + row, style, &frame)
            put(sign([.up, .down]), rect.endX - 1, rect.y + row, style, &frame)
        }
        put(sign([.up, .right]) + rule + sign([.up, .left]), rect.x, rect.endY - 1, style, &frame)
    }

    /// Arrowheads, labels, and the sign of a loop.
    func ends(of route: LayoutRoute, _ face: GraphPicture.RouteFace, _ frame: inout Frame, _ layout: GraphLayout) {
        guard let last = route.points.last, let first = route.points.first else { return }
        if route.isLoop {
            put(glyphs.asciiOnly ? "@" : "↻", last.x, last.y, face.style, &frame)
            return
        }
        let count = route.points.count
        put(head(from: route.points[count - 2], to: last, layout), last.x, last.y, face.style, &frame)
        if !route.opposite.isEmpty {
            put(head(from: route.points[1], to: first, layout), first.x, first.y, face.style, &frame)
        }
        if let place = route.label { put(face.label, place.x, place.y, width: place.width, &frame) }
        if let place = route.oppositeLabel { put(face.oppositeLabel, place.x, place.y, width: place.width, &frame) }
    }

    private func head(from before: CellPoint, to point: CellPoint, _ layout: GraphLayout) -> String {
        let isAcross = before.y == point.y && (before.x != point.x || !layout.isTopDown)
        if isAcross {
            return point.x >= before.x ? (glyphs.asciiOnly ? ">" : "▶") : (glyphs.asciiOnly ? "<" : "◀")
        }
        return point.y >= before.y ? (glyphs.asciiOnly ? "v" : "▼") : (glyphs.asciiOnly ? "^" : "▲")
    }
}
