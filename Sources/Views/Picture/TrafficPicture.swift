// SPDX-License-Identifier: Apache-2.0
import Model
import Traffic

/// The service graph with what the screens look up in it, made once per snapshot.
struct TrafficPicture: Sendable {
    let shown: ShownGraph
    var graph: ServiceGraph { shown.graph }
    /// What each node is called.
    let titles: [String]
    /// The id of each edge.
    let edgeIDs: [String]
    /// The edges that lead to each node, and those that leave it.
    let incoming: [[Int]]
    let outgoing: [[Int]]
    /// What the tables list: everything, or what an expression finds.
    let edges: [Int]
    let nodes: [Int]
    let totals: TrafficTotals
    let extremes: Extremes
    /// The rank of each node.
    let ranks: [Int]
    /// Whether there are several namespaces.
    let hasNamespaces: Bool

    /// What stands out.
    struct Extremes: Sendable {
        /// The edge that is worst, if any is bad.
        var worst: Int?
        /// The edge that takes longest, where times were asked for.
        var slowest: Int?
    }

    init(_ snapshot: MeshSnapshot, _ shown: ShownGraph) {
        self.shown = shown
        let graph = shown.graph
        titles = TrafficWords.titles(graph.nodes)
        edgeIDs = graph.edges.map(graph.id)
        var (incoming, outgoing) = (
            [[Int]](repeating: [], count: graph.nodes.count), [[Int]](repeating: [], count: graph.nodes.count)
        )
        for (place, edge) in graph.edges.enumerated() {
            outgoing[edge.source].append(place)
            incoming[edge.target].append(place)
        }
        (self.incoming, self.outgoing) = (incoming, outgoing)
        totals = graph.totals
        extremes = Extremes(graph)
        ranks = shown.ranks
        hasNamespaces = Set(graph.nodes.lazy.compactMap(\.namespace)).count > 1
        guard let found = shown.found else {
            (edges, nodes) = (Array(graph.edges.indices), Array(graph.nodes.indices))
            return
        }
        // An expression about nodes alone lists the edges at them, one about edges alone the nodes at these.
        let edges = graph.edges.indices.filter { place in
            let ends =
                found.nodes.contains(graph.edges[place].source) || found.nodes.contains(graph.edges[place].target)
            return found.edges.contains(place) || (found.edges.isEmpty && ends)
        }
        let ends = Set(found.edges.flatMap { [graph.edges[$0].source, graph.edges[$0].target] })
        self.edges = edges
        nodes = graph.nodes.indices.filter { found.nodes.contains($0) || (found.nodes.isEmpty && ends.contains($0)) }
    }

    /// The place of an edge.
    func edge(_ id: String) -> Int? { edgeIDs.firstIndex(of: id) }

    /// `web v1 → cart v1`.
    func title(of edge: TrafficEdge, _ glyphs: GlyphSet) -> String {
        "\(titles[edge.source]) \(glyphs.arrow) \(titles[edge.target])"
    }

    func title(of gone: EndedEdge, _ glyphs: GlyphSet) -> String {
        "\(title(ofNode: gone.source)) \(glyphs.arrow) \(title(ofNode: gone.target))"
    }

    /// A node that may have ended itself.
    private func title(ofNode id: String) -> String {
        graph.index(of: id).map { titles[$0] } ?? graph.ended.nodes.first { $0.id == id }.map(TrafficWords.title) ?? id
    }
}

extension TrafficPicture.Extremes {
    init(_ graph: ServiceGraph) {
        var worst: (level: Health.Level, failures: Double)?
        var longest = 0.0
        for (place, edge) in graph.edges.enumerated() {
            if edge.health.level > .healthy,
                worst.map({ ($0.level, $0.failures) < (edge.health.level, edge.rates.errors) }) ?? true
            {
                worst = (edge.health.level, edge.rates.errors)
                self.worst = place
            }
            if let time = edge.responseTime?.shown, time > longest { (longest, slowest) = (time, place) }
        }
    }
}
