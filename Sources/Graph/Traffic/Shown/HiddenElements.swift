package import Model

extension ServiceGraph {
    /// What an expression finds.
    ///
    /// - Parameters:
    ///   - expression: Nodes are looked at if it asks of nodes, edges if it asks of edges.
    ///   - clusters: Where the members on the nodes are.
    ///   - now: Ages are counted to it.
    /// - Returns: Places in ``nodes`` and ``edges``.
    package func selection(
        of expression: FindExpression, clusters: [ClusterSnapshot], now: Timestamp
    ) -> FoundElements {
        GraphFinder(self, clusters: clusters, now: now).selection(expression)
    }

    /// The edges of which an expression holds; words about nodes ask of their ends.
    ///
    /// - Parameters:
    ///   - expression: What is asked.
    ///   - clusters: Where the members on the nodes are.
    ///   - now: Ages are counted to it.
    /// - Returns: Places in ``edges``.
    package func edges(_ expression: FindExpression, clusters: [ClusterSnapshot], now: Timestamp) -> [Int] {
        let finder = GraphFinder(self, clusters: clusters, now: now)
        return edges.indices.filter { finder.holds(expression, edge: $0) }
    }

    /// Leaves out what is hidden, as Kiali does: the edges of hidden nodes too, and nodes all of whose edges are hidden.
    ///
    /// - Parameter selection: What an expression has found.
    package mutating func hide(_ selection: FoundElements) {
        guard !selection.nodes.isEmpty || !selection.edges.isEmpty else { return }
        var hadEdge = [Bool](repeating: false, count: nodes.count)
        var hasEdge = hadEdge
        var kept: [TrafficEdge] = []
        kept.reserveCapacity(edges.count)
        for (place, edge) in edges.enumerated() {
            (hadEdge[edge.source], hadEdge[edge.target]) = (true, true)
            let ends = selection.nodes.contains(edge.source) || selection.nodes.contains(edge.target)
            guard !ends, !selection.edges.contains(place) else { continue }
            (hasEdge[edge.source], hasEdge[edge.target]) = (true, true)
            kept.append(edge)
        }
        let stays = nodes.indices.map { place in
            // Members are the reason to look at all, so their node stays.
            let isLeftAlone = hadEdge[place] && !hasEdge[place] && nodes[place].members.isEmpty
            return !selection.nodes.contains(place) && !isLeftAlone
        }
        let hiddenNodes = Set(selection.nodes.map { nodes[$0].id })
        gone.removeAll { hiddenNodes.contains($0.source) || hiddenNodes.contains($0.target) }
        hidden.edges += edges.count - kept.count
        hidden.nodes += stays.count { !$0 }
        keep(stays, kept)
    }

    /// Takes over some of the nodes, and edges between them.
    private mutating func keep(_ stays: [Bool], _ kept: [TrafficEdge]) {
        var places = [Int](repeating: -1, count: nodes.count)
        var count = 0
        for (place, isKept) in stays.enumerated() where isKept {
            places[place] = count
            count += 1
        }
        nodes = nodes.enumerated().filter { stays[$0.offset] }.map(\.element)
        edges = kept.map { edge in
            var edge = edge
            (edge.source, edge.target) = (places[edge.source], places[edge.target])
            return edge
        }
    }
}
