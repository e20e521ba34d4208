// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Layout

@Suite("Places of labels") struct LabelPlacementTests {
    private static let size = (columns: 130, rows: 60)

    private static func line(_ edge: Int, _ points: (Int, Int)...) -> LayoutRoute {
        LayoutRoute(
            edges: [edge], opposite: [], points: points.map { CellPoint(x: $0.0, y: $0.1) }, isAgainstFlow: false,
            label: nil, oppositeLabel: nil)
    }

    /// The places of the labels of some routes, each with an edge of its own.
    private static func places(
        _ routes: [LayoutRoute], widths: [[Int]], nodes: [CellRect] = [], boxes: [CellRect] = []
    ) -> [CellRect?] {
        var routes = routes
        var graph = LayoutGraph()
        for forms in widths {
            var edge = LayoutGraph.Edge(from: 0, to: 0, labelWidth: forms.last ?? 0)
            edge.labelForms = forms
            graph.edges.append(edge)
        }
        var placement = LabelPlacement(
            columns: size.columns, rows: size.rows, nodes: nodes, boxes: boxes, routes: routes)
        placement.place(&routes, graph)
        return routes.map(\.label)
    }

    private static func rect(_ x: Int, _ y: Int, _ width: Int) -> CellRect {
        CellRect(x: x, y: y, width: width, height: 1)
    }

    @Test("a label stands above its line, near the end of it")
    func above() {
        #expect(Self.places([Self.line(0, (0, 2), (19, 2))], widths: [[6]]) == [Self.rect(13, 1, 6)])
        #expect(Self.places([Self.line(0, (19, 2), (0, 2))], widths: [[6]]) == [Self.rect(1, 1, 6)])
    }

    @Test("one free cell is kept between a label and the next, and none more", arguments: [0, 1, 2])
    func apart(gap: Int) {
        // The first label ends in column 9. The second has room in one place only: below its line, right behind the gap.
        let start = 10 + gap
        let routes = [Self.line(0, (0, 2), (10, 2)), Self.line(1, (start, 0), (start + 9, 0))]
        let places = Self.places(routes, widths: [[4], [9]])
        #expect(places[0] == Self.rect(6, 1, 4))
        #expect(places[1] == (gap == 0 ? nil : Self.rect(start, 1, 9)))
    }

    @Test("the same before a label as behind it", arguments: [0, 1, 2])
    func apartBefore(gap: Int) {
        // The first label begins in column 30, the second would end that far before it.
        let end = 30 - gap
        let routes = [Self.line(0, (40, 2), (29, 2)), Self.line(1, (end - 9, 0), (end, 0))]
        let places = Self.places(routes, widths: [[4], [9]])
        #expect(places[0] == Self.rect(30, 1, 4))
        #expect(places[1] == (gap == 0 ? nil : Self.rect(end - 9, 1, 9)))
    }

    @Test("a label touches neither a node nor a frame", arguments: [0, 1])
    func besideSolids(gap: Int) {
        let route = Self.line(0, (20, 2), (29, 2))
        let above = gap == 0 ? Self.rect(20, 3, 9) : Self.rect(20, 1, 9)
        for x in [20 - gap - 5, 29 + gap] {
            let node = CellRect(x: x, y: 1, width: 5, height: 1)
            #expect(Self.places([route], widths: [[9]], nodes: [node]) == [above], "node at \(x)")
        }
        // The right side of a frame that the line leaves, and the left side of one that it enters.
        for box in [
            CellRect(x: 20 - gap - 8, y: 0, width: 8, height: 2), CellRect(x: 29 + gap, y: 0, width: 8, height: 2),
        ] {
            #expect(Self.places([route], widths: [[9]], boxes: [box]) == [above], "box at \(box.x)")
        }
    }

    @Test("a label may end at the edge of the drawing, and not beyond it", arguments: [0, 1])
    func edges(excess: Int) {
        let columns = Self.size.columns
        let line = Self.line(0, (columns - 3, 5), (columns - 3, 6))
        // Beside a column there is room on the right for two cells.
        let place = Self.places([line], widths: [[2 + excess]])[0]
        #expect(place == (excess == 0 ? Self.rect(columns - 2, 6, 2) : Self.rect(columns - 6, 6, 3)))
    }

    @Test("on its own line there is a cell of it on both sides", arguments: [(11, true), (10, false)])
    func onLine(end: Int, fits: Bool) {
        // Above and below everything is taken.
        let walls = [CellRect(x: 0, y: 1, width: 40, height: 1), CellRect(x: 0, y: 3, width: 40, height: 1)]
        let place = Self.places([Self.line(0, (0, 2), (end, 2))], widths: [[10]], nodes: walls)[0]
        #expect(place == (fits ? Self.rect(1, 2, 10) : nil))
    }

    @Test("no label stands where lines share their way, or one joins")
    func shared() {
        let both = [Self.line(0, (0, 2), (10, 2)), Self.line(1, (0, 2), (10, 2))]
        #expect(Self.places(both, widths: [[4], [4]]) == [nil, nil])
        // The second line runs with the first as far as column 20 and then parts from it.
        let parting = [Self.line(0, (0, 2), (40, 2)), Self.line(1, (0, 2), (20, 2), (20, 9))]
        let places = Self.places(parting, widths: [[4], [0]])
        #expect(places == [Self.rect(36, 1, 4), nil])
        let tight = [Self.line(0, (0, 2), (24, 2)), Self.line(1, (0, 2), (20, 2), (20, 9))]
        #expect(
            Self.places(tight, widths: [[4], [0]])[0] == nil,
            "cells 21 to 24 are its own, of which the last is no place")
        let roomy = [Self.line(0, (0, 2), (25, 2)), Self.line(1, (0, 2), (20, 2), (20, 9))]
        #expect(Self.places(roomy, widths: [[4], [0]])[0] == Self.rect(21, 1, 4))
    }

    @Test("the shortest form of every label comes before more of any")
    func forms() {
        #expect(Self.places([Self.line(0, (0, 2), (19, 2))], widths: [[12, 9, 3]]) == [Self.rect(7, 1, 12)])
        // Two lines above each other, with one free row between and none outside: both labels share it.
        let walls = [CellRect(x: 0, y: 1, width: 60, height: 1), CellRect(x: 0, y: 5, width: 60, height: 1)]
        let routes = [Self.line(0, (0, 2), (19, 2)), Self.line(1, (0, 4), (19, 4))]
        let places = Self.places(routes, widths: [[30, 5], [30, 5]], nodes: walls)
        #expect(places.allSatisfy { $0 != nil })
    }

    @Test("along a row a bounded number of places is tried", arguments: [0, 1])
    func rowBound(excess: Int) {
        // Candidates count from the end of the line. A node above, on and below it leaves room for none but the last that is tried.
        let (end, width) = (120, 4)
        let last = end - width - (LabelPlacement.rowTries - 1)
        let wall = last + width + 1 - excess
        let nodes = [1, 3].map { CellRect(x: wall, y: $0, width: 130 - wall, height: 1) }
        let crossing = (wall - 1...end).map { Self.line(1, ($0, 10), ($0, 2)) }
        let place = Self.places([Self.line(0, (0, 2), (end, 2))] + crossing, widths: [[width], [0]], nodes: nodes)[0]
        #expect(place == (excess == 0 ? Self.rect(last, 1, width) : nil))
    }

    @Test("along a column a bounded number of rows is tried", arguments: [0, 1])
    func columnBound(excess: Int) {
        let last = LabelPlacement.columnTries - 1
        let wall = CellRect(x: 0, y: 0, width: Self.size.columns, height: last + excess)
        let place = Self.places([Self.line(0, (50, 0), (50, 55))], widths: [[5]], nodes: [wall])[0]
        #expect(place == (excess == 0 ? Self.rect(51, last, 5) : nil))
    }
}
