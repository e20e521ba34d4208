// SPDX-License-Identifier: Apache-2.0
/// Turns drawings of parts into the layout of the caller's graph.
struct Assembly {
    let layout: GraphLayout

    init(
        _ graph: LayoutGraph, _ canonical: CanonicalGraph, _ parts: [Packing], _ memory: LayoutMemory?,
        _ continuity: GraphLayout.Continuity, isTopDown: Bool
    ) {
        var nodes = [CellRect](repeating: CellRect(x: 0, y: 0, width: 0, height: 0), count: graph.nodes.count)
        var boxes = [CellRect?](repeating: nil, count: graph.boxes.count)
        var lines = [Line?](repeating: nil, count: canonical.bundles.count)
        var next = LayoutMemory()
        next.generation = (memory?.generation ?? 0) + 1
        next.isTopDown = isTopDown
        next.places = (memory?.places ?? [:]).filter { next.generation - $0.value.seen < LayoutMemory.retention }
        next.trails = (memory?.trails ?? [:]).filter { next.generation - $0.value.seen < LayoutMemory.retention }
        var crossings = 0
        for part in parts {
            let drawing = part.drawing
            crossings += drawing.crossings
            for (local, number) in drawing.part.nodes.enumerated() {
                let index = canonical.nodes[number]
                nodes[index] = part.rect(drawing.nodes[local], isTopDown)
                let area = drawing.nodes[local]
                next.places[graph.nodes[index].id] = LayoutMemory.Place(
                    rank: drawing.ranks[local], middle: area.cross + area.crossExtent / 2, seen: next.generation)
            }
            for (local, box) in drawing.part.boxes.enumerated() {
                boxes[box] = part.rect(drawing.boxes[local], isTopDown)
            }
            for (line, places) in drawing.trails.enumerated() where !places.isEmpty {
                func id(_ node: Int) -> String { graph.nodes[canonical.nodes[drawing.part.nodes[node]]].id }
                let key = LayoutMemory.LineKey(tail: id(drawing.part.tail[line]), head: id(drawing.part.head[line]))
                next.trails[key] = LayoutMemory.Trail(places: places, seen: next.generation)
            }
            for line in 0..<drawing.part.lineCount {
                lines[drawing.part.bundle[line]] = Line(
                    points: drawing.lines[line].map { part.point($0, isTopDown) }, heads: drawing.part.heads[line],
                    startsAtFirst: drawing.part.nodes[drawing.part.tail[line]]
                        == canonical.bundles[drawing.part.bundle[line]].first)
            }
        }
        next.baselineCrossings = continuity == .kept ? memory?.baselineCrossings ?? 0 : crossings
        next.baselineEdges = continuity == .kept ? memory?.baselineEdges ?? 0 : canonical.bundles.count
        let columns = parts.map { $0.x + $0.width(isTopDown) }.max() ?? 0
        let rows = parts.map { $0.y + $0.height(isTopDown) }.max() ?? 0
        var routes = Self.routes(canonical, lines, nodes)
        if graph.edges.contains(where: { $0.labelWidth > 0 || !$0.labelForms.isEmpty }) {
            var labels = LabelPlacement(
                columns: columns, rows: rows, nodes: nodes, boxes: boxes.compactMap { $0 }, routes: routes)
            labels.place(&routes, graph)
        }
        var routeOfEdge = [Int?](repeating: nil, count: graph.edges.count)
        for (index, route) in routes.enumerated() {
            for edge in route.edges + route.opposite { routeOfEdge[edge] = index }
        }
        layout = GraphLayout(
            columns: columns, rows: rows, isTopDown: isTopDown, nodes: nodes, boxes: boxes, routes: routes,
            routeOfEdge: routeOfEdge, crossings: crossings, continuity: continuity, memory: next)
    }

    struct Line {
        let points: [CellPoint]
        let heads: Heads
        /// Whether the first point is beside the bundle's first node.
        let startsAtFirst: Bool
    }

    /// Routes from source to target, in the order of bundles, loops last.
    private static func routes(_ canonical: CanonicalGraph, _ lines: [Line?], _ nodes: [CellRect]) -> [LayoutRoute] {
        var routes: [LayoutRoute] = []
        for (bundle, line) in zip(canonical.bundles, lines) {
            guard let line else { continue }
            routes.append(
                LayoutRoute(
                    edges: bundle.forward.isEmpty ? bundle.backward : bundle.forward,
                    opposite: bundle.forward.isEmpty ? [] : bundle.backward,
                    points: bundle.forward.isEmpty == line.startsAtFirst ? line.points.reversed() : line.points,
                    isAgainstFlow: line.heads == .backward, label: nil, oppositeLabel: nil))
        }
        for loop in canonical.loops {
            let node = nodes[canonical.nodes[loop.node]]
            routes.append(
                LayoutRoute(
                    edges: loop.edges, opposite: [], points: [CellPoint(x: node.endX, y: node.y)], isAgainstFlow: false,
                    label: nil, oppositeLabel: nil))
        }
        return routes
    }
}

extension Packing {
    func width(_ isTopDown: Bool) -> Int { isTopDown ? drawing.crossExtent : drawing.mainExtent }
    func height(_ isTopDown: Bool) -> Int { isTopDown ? drawing.mainExtent : drawing.crossExtent }

    func rect(_ area: PartDrawing.Area, _ isTopDown: Bool) -> CellRect {
        isTopDown
            ? CellRect(x: x + area.cross, y: y + area.main, width: area.crossExtent, height: area.mainExtent)
            : CellRect(x: x + area.main, y: y + area.cross, width: area.mainExtent, height: area.crossExtent)
    }

    func point(_ point: (main: Int, cross: Int), _ isTopDown: Bool) -> CellPoint {
        isTopDown ? CellPoint(x: x + point.cross, y: y + point.main) : CellPoint(x: x + point.main, y: y + point.cross)
    }
}
