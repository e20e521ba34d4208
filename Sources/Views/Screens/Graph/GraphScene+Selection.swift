// SPDX-License-Identifier: Apache-2.0
import Layout
import Model

extension GraphScene {
    /// Finds what a row's identity stands for now. A node that was folded away is the thing that it is in.
    func selection(_ row: Subject?) -> GraphSelection {
        switch row {
        case .node(let id):
            if let item = drawn.item(id) { return .item(item) }
            guard let node = graph.index(of: id), drawn.itemOfNode[node] >= 0 else { return .nothing }
            return .item(drawn.itemOfNode[node])
        case .edge(let id):
            if let edge = drawn.edge(id) { return .edge(edge) }
            return edge(ofTraffic: id)
        case .cluster, .member, .group, .pair, .source, .incident, .pod, .workload, .object, .event, nil:
            return .nothing
        }
    }

    /// An edge of the service graph by its own id: `SOURCE|TARGET|PROTOCOL`.
    private func edge(ofTraffic id: String) -> GraphSelection {
        guard let bar = id.lastIndex(of: "|"), let place = graph.edges.firstIndex(where: { graph.id(of: $0) == id }),
            bar > id.startIndex
        else { return .nothing }
        return drawn.edges.firstIndex { $0.edges.contains(place) }.map { .edge($0) } ?? .nothing
    }

    func subject(of selection: GraphSelection) -> Subject? {
        switch selection {
        case .nothing: nil
        case .item(let item): .node(drawn.items[item].id)
        case .edge(let edge): .edge(drawn.id(of: drawn.edges[edge]))
        }
    }

    /// Items as one reads: by column, then downwards.
    var reading: [Int] {
        drawn.items.indices.sorted {
            let (a, b) = (layout.nodes[$0], layout.nodes[$1])
            return (a.x, a.y, $0) < (b.x, b.y, $1)
        }
    }

    /// What the items are about, in this order: the rows of the screen.
    var subjects: [Subject] { reading.map { .node(drawn.items[$0].id) } }

    // MARK: - Going along edges

    /// Edges that lead away from an item, from the highest target down; then those that lead to it.
    func edges(around item: Int) -> [Int] { outgoing(item) + incoming(item) }

    func outgoing(_ item: Int) -> [Int] {
        let found = drawn.edges.indices.filter { drawn.edges[$0].from == item && isShown(drawn.edges[$0]) }
        return found.sorted { place(drawn.edges[$0].to) < place(drawn.edges[$1].to) }
    }

    /// Without loops, which are among the outgoing ones.
    func incoming(_ item: Int) -> [Int] {
        let found = drawn.edges.indices.filter {
            drawn.edges[$0].to == item && drawn.edges[$0].from != item && isShown(drawn.edges[$0])
        }
        return found.sorted { place(drawn.edges[$0].from) < place(drawn.edges[$1].from) }
    }

    private func place(_ item: Int) -> (Int, Int, Int) { (layout.nodes[item].y, layout.nodes[item].x, item) }

    /// Everything that is not well, the worst first.
    var troubles: [GraphSelection] {
        var found: [(level: Health.Level, order: Int, what: GraphSelection)] = []
        for (order, item) in reading.enumerated() where drawn.items[item].level.isTrouble {
            found.append((drawn.items[item].level, 2 * order, .item(item)))
        }
        for (order, edge) in drawn.edges.enumerated() where edge.level.isTrouble && isShown(edge) {
            found.append((edge.level, 2 * order + 1, .edge(order)))
        }
        return found.sorted { ($1.level, $0.order) < ($0.level, $1.order) }.map(\.what)
    }

    /// The nearest item in a direction: what lies straight ahead is nearer than what lies aside. A cell is twice as high as wide.
    func nearest(to item: Int, dx: Int, dy: Int) -> Int? {
        let here = layout.nodes[item]
        var best: (cost: Int, item: Int)?
        for other in layout.nodes.indices where other != item {
            let there = layout.nodes[other]
            let ahead = dx != 0 ? Self.distance(here, there, dx) : 2 * Self.rows(here, there, dy)
            guard ahead > 0 else { continue }
            let aside =
                dx != 0
                ? 2 * Self.gap(here.y, here.endY, there.y, there.endY)
                : Self.gap(here.x, here.endX, there.x, there.endX)
            let cost = ahead + 3 * aside
            if best.map({ (cost, other) < $0 }) ?? true { best = (cost, other) }
        }
        return best?.item
    }

    private static func distance(_ a: CellRect, _ b: CellRect, _ dx: Int) -> Int {
        dx > 0 ? b.x - a.endX + 1 : a.x - b.endX + 1
    }

    private static func rows(_ a: CellRect, _ b: CellRect, _ dy: Int) -> Int {
        dy > 0 ? b.y - a.endY + 1 : a.y - b.endY + 1
    }

    private static func gap(_ a: Int, _ aEnd: Int, _ b: Int, _ bEnd: Int) -> Int { max(0, b - aEnd + 1, a - bEnd + 1) }

    /// The cells of what is selected that are to be seen; of an edge its label, or its end.
    func cells(of selection: GraphSelection) -> CellRect? {
        switch selection {
        case .nothing: return nil
        case .item(let item): return layout.nodes[item]
        case .edge(let edge):
            guard let route = layout.routeOfEdge[edge].map({ layout.routes[$0] }), let last = route.points.last,
                let first = route.points.first
            else { return nil }
            let (x, y) = (min(first.x, last.x), min(first.y, last.y))
            let whole = CellRect(x: x, y: y, width: abs(first.x - last.x) + 1, height: abs(first.y - last.y) + 1)
            let fits = whole.width <= room.columns && whole.height <= room.rows
            return fits ? whole : route.label ?? CellRect(x: last.x, y: last.y, width: 1, height: 1)
        }
    }
}
