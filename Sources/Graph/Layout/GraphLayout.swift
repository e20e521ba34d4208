// SPDX-License-Identifier: Apache-2.0
/// A cell of the drawing: columns count to the right, rows downwards, both from 0.
package struct CellPoint: Equatable, Hashable, Sendable {
    /// The column.
    package var x: Int
    /// The row.
    package var y: Int

    /// - Parameters:
    ///   - x: the column.
    ///   - y: the row.
    package init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }
}

/// A rectangle of cells of the drawing.
package struct CellRect: Equatable, Hashable, Sendable {
    /// The leftmost column.
    package var x: Int
    /// The top row.
    package var y: Int
    /// Number of columns.
    package var width: Int
    /// Number of rows.
    package var height: Int

    /// - Parameters:
    ///   - x: the leftmost column.
    ///   - y: the top row.
    ///   - width: number of columns.
    ///   - height: number of rows.
    package init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// The column behind the last one.
    package var endX: Int { x + width }
    /// The row below the last one.
    package var endY: Int { y + height }

    /// Whether a cell is in it.
    package func contains(_ point: CellPoint) -> Bool {
        point.x >= x && point.x < endX && point.y >= y && point.y < endY
    }

    /// Whether a rectangle is in it as a whole.
    package func contains(_ other: CellRect) -> Bool {
        other.x >= x && other.endX <= endX && other.y >= y && other.endY <= endY
    }

    /// Whether the two have a cell in common.
    package func overlaps(_ other: CellRect) -> Bool {
        x < other.endX && other.x < endX && y < other.endY && other.y < endY
    }
}

/// The line that stands for all edges between two nodes, or for the loops of one.
package struct LayoutRoute: Equatable, Sendable {
    /// The indices of the edges that lead from the first point to the last, ascending; never empty.
    package let edges: [Int]
    /// The indices of the edges that lead from the last point to the first, ascending.
    package let opposite: [Int]
    /// The corners of the line, from the cell beside the source to the cell beside the target; two neighbours share a row or a column.
    /// An arrowhead stands on the last cell and, if there are opposite edges, on the first. A loop is one cell beside its node.
    package let points: [CellPoint]
    /// Whether the line runs against the direction of the ranks, as in a cycle.
    package let isAgainstFlow: Bool
    /// Where the label of ``edges`` is written, if it has one and a place was found.
    package let label: CellRect?
    /// Where the label of ``opposite`` is written, if it has one and a place was found.
    package let oppositeLabel: CellRect?

    /// Whether it stands for edges from a node to itself.
    package var isLoop: Bool { points.count == 1 }
}

/// Where everything of a graph is drawn.
package struct GraphLayout: Equatable, Sendable {
    /// What became of an earlier layout.
    package enum Continuity: Equatable, Sendable {
        /// There was none, or a new one was asked for.
        case settled
        /// Known nodes kept their ranks and their order.
        case kept
        /// It had become so much worse than a new one that it was replaced.
        case replaced
    }

    /// Columns that the drawing takes.
    package let columns: Int
    /// Rows that the drawing takes.
    package let rows: Int
    /// Whether ranks are rows.
    package let isTopDown: Bool
    /// The cells of each node, in the order of the graph's nodes.
    package let nodes: [CellRect]
    /// The cells of each box, its lines included, in the order of the graph's boxes; nil for a box without nodes.
    package let boxes: [CellRect?]
    /// The lines. Every edge that joins nodes of the graph is in exactly one.
    package let routes: [LayoutRoute]
    /// The index of the route that stands for each edge, in the order of the graph's edges; nil if its nodes do not exist.
    package let routeOfEdge: [Int?]
    /// Number of pairs of lines between neighbouring ranks that cross, each edge between two nodes drawn by itself.
    package let crossings: Int
    /// What became of the earlier layout.
    package let continuity: Continuity
    /// What the next layout needs to know to keep things where they are.
    package let memory: LayoutMemory

    /// The same drawing with places for other labels: nothing else moves.
    ///
    /// - Parameter graph: That of this layout, with other labels.
    /// - Returns: The drawing; labels for which there is no room have no place.
    package func relabelled(for graph: LayoutGraph) -> GraphLayout {
        var routes = routes.map { $0.placing(label: nil, opposite: nil) }
        var labels = LabelPlacement(
            columns: columns, rows: rows, nodes: nodes, boxes: boxes.compactMap { $0 }, routes: routes)
        labels.place(&routes, graph)
        return GraphLayout(
            columns: columns, rows: rows, isTopDown: isTopDown, nodes: nodes, boxes: boxes, routes: routes,
            routeOfEdge: routeOfEdge, crossings: crossings, continuity: .kept, memory: memory)
    }
}

extension LayoutRoute {
    /// The same line with other places for its labels.
    func placing(label: CellRect?, opposite: CellRect?) -> LayoutRoute {
        LayoutRoute(
            edges: edges, opposite: self.opposite, points: points, isAgainstFlow: isAgainstFlow, label: label,
            oppositeLabel: opposite)
    }
}
