// SPDX-License-Identifier: Apache-2.0
import Layout

/// What is wrong with a layout, in words; nothing, for a good one.
struct LayoutFaults {
    let graph: LayoutGraph
    let layout: GraphLayout
    private(set) var faults: [String] = []

    init(_ graph: LayoutGraph, _ layout: GraphLayout) {
        self.graph = graph
        self.layout = layout
        checkNodes()
        checkBoxes()
        checkRoutes()
        checkCells()
        checkLabels()
    }

    private var canvas: CellRect { CellRect(x: 0, y: 0, width: layout.columns + 1, height: layout.rows) }

    private mutating func checkNodes() {
        for (index, rect) in layout.nodes.enumerated() {
            if rect.width != graph.nodes[index].width || rect.height != graph.nodes[index].height {
                faults.append("node \(index) has another size: \(rect)")
            }
            if !canvas.contains(rect) { faults.append("node \(index) is outside: \(rect)") }
            for other in (index + 1)..<max(index + 1, layout.nodes.count) where rect.overlaps(layout.nodes[other]) {
                faults.append("nodes \(index) and \(other) overlap")
            }
        }
    }

    private mutating func checkBoxes() {
        for (index, rect) in layout.boxes.enumerated() {
            let members = graph.nodes.indices.filter { isInside(graph.nodes[$0].box, index) }
            guard let rect else {
                if !members.isEmpty { faults.append("box \(index) is not drawn") }
                continue
            }
            if !canvas.contains(rect) { faults.append("box \(index) is outside: \(rect)") }
            let inner = CellRect(x: rect.x + 1, y: rect.y + 1, width: rect.width - 2, height: rect.height - 2)
            for node in graph.nodes.indices {
                let isMember = members.contains(node)
                if isMember, !inner.contains(layout.nodes[node]) {
                    faults.append("node \(node) is not in box \(index)")
                }
                if !isMember, rect.overlaps(layout.nodes[node]) { faults.append("node \(node) is in box \(index)") }
            }
            for other in graph.boxes.indices where other != index {
                guard let second = layout.boxes[other], !isInside(other, index), !isInside(index, other) else {
                    continue
                }
                if rect.overlaps(second) { faults.append("boxes \(index) and \(other) overlap") }
            }
        }
    }

    private func isInside(_ box: Int?, _ outer: Int) -> Bool {
        var at = box
        while let known = at {
            if known == outer { return true }
            at = graph.boxes[known].parent
        }
        return false
    }

    private mutating func checkRoutes() {
        for (index, edge) in graph.edges.enumerated() {
            guard let number = layout.routeOfEdge[index] else {
                faults.append("edge \(index) is not drawn")
                continue
            }
            let route = layout.routes[number]
            if route.isLoop != (edge.from == edge.to) { faults.append("edge \(index) and loop") }
            if route.edges.contains(index) == route.opposite.contains(index) {
                faults.append("edge \(index) twice or never")
            }
            guard !route.isLoop, let first = route.points.first, let last = route.points.last else { continue }
            let (start, end) = route.edges.contains(index) ? (first, last) : (last, first)
            if !isBeside(start, layout.nodes[edge.from]) { faults.append("edge \(index) starts elsewhere: \(start)") }
            if !isBeside(end, layout.nodes[edge.to]) { faults.append("edge \(index) ends elsewhere: \(end)") }
            for step in 1..<route.points.count {
                let (a, b) = (route.points[step - 1], route.points[step])
                if (a.x == b.x) == (a.y == b.y) { faults.append("edge \(index) is slanted at \(a), \(b)") }
            }
        }
    }

    private func isBeside(_ point: CellPoint, _ rect: CellRect) -> Bool {
        let isAcross = (point.x == rect.x - 1 || point.x == rect.endX) && point.y >= rect.y && point.y < rect.endY
        let isAlong = (point.y == rect.y - 1 || point.y == rect.endY) && point.x >= rect.x && point.x < rect.endX
        return isAcross || isAlong
    }

    /// Lines keep off nodes and do not run along frames; where four ways meet, two lines cross.
    private mutating func checkCells() {
        var occupied: Set<CellPoint> = []
        for node in layout.nodes {
            for y in node.y..<node.endY { for x in node.x..<node.endX { occupied.insert(CellPoint(x: x, y: y)) } }
        }
        var ways: [CellPoint: (mask: Int, turns: Bool)] = [:]
        for (index, route) in layout.routes.enumerated() where !route.isLoop {
            var cells: [CellPoint] = []
            route.forEachCell { cells.append($0) }
            for (step, cell) in cells.enumerated() {
                if occupied.contains(cell) { faults.append("route \(index) runs through a node at \(cell)") }
                if !canvas.contains(cell) { faults.append("route \(index) leaves the drawing at \(cell)") }
                var mask = 0
                if step > 0 { mask |= way(from: cell, to: cells[step - 1]) }
                if step + 1 < cells.count { mask |= way(from: cell, to: cells[step + 1]) }
                let isStraight = mask == 3 || mask == 12 || step == 0 || step + 1 == cells.count
                let known = ways[cell] ?? (0, false)
                ways[cell] = (known.mask | mask, known.turns || !isStraight)
            }
        }
        for (cell, way) in ways where way.mask == 15 && way.turns {
            faults.append("four ways meet unclearly at \(cell)")
        }
    }

    private func way(from a: CellPoint, to b: CellPoint) -> Int { b.y < a.y ? 1 : b.y > a.y ? 2 : b.x < a.x ? 4 : 8 }

    private mutating func checkLabels() {
        var taken: [CellRect] = layout.nodes
        var lines: [CellPoint: Set<Int>] = [:]
        for (index, route) in layout.routes.enumerated() { route.forEachCell { lines[$0, default: []].insert(index) } }
        for (index, route) in layout.routes.enumerated() {
            for label in [route.label, route.oppositeLabel].compactMap({ $0 }) {
                // A label that touches the next one, or a node, would read as one word with it.
                let apart = CellRect(x: label.x - 1, y: label.y, width: label.width + 2, height: 1)
                if taken.contains(where: { $0.overlaps(apart) }) {
                    faults.append("label of route \(index) covers or touches something")
                }
                if !canvas.contains(label) { faults.append("label of route \(index) is outside") }
                if !isBesideItsOwn(label, index, lines) { faults.append("label of route \(index) could be another's") }
                for x in label.x..<label.endX {
                    let others = lines[CellPoint(x: x, y: label.y), default: []].subtracting([index])
                    if !others.isEmpty { faults.append("label of route \(index) covers another line") }
                }
                taken.append(label)
            }
        }
    }

    /// Whether a label is on or next to a cell of its route that no other route uses.
    private func isBesideItsOwn(_ label: CellRect, _ index: Int, _ lines: [CellPoint: Set<Int>]) -> Bool {
        for y in (label.y - 1)...label.endY {
            for x in (label.x - 1)...label.endX where lines[CellPoint(x: x, y: y)] == [index] { return true }
        }
        return false
    }
}
