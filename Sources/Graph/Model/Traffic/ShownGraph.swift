// SPDX-License-Identifier: Apache-2.0
/// The service graph as a reader wants to see it.
package struct ShownGraph: Hashable, Sendable {
    /// Without what is hidden.
    package private(set) var graph: ServiceGraph
    /// What the reader's expression left out.
    package private(set) var hidden = ServiceGraph.Omitted()
    /// What the reader's expression finds; `nil` if there is none.
    package var found: FoundElements?
    /// The rank of each node, as it was before anything was hidden: 1 for the highest.
    package private(set) var ranks: [Int]
    /// The ended edges that ``withEnded()`` has put back, by their places in the graph's edges.
    package private(set) var endedEdges: [Int: EndedEdge] = [:]
    /// The ended nodes that it has put back, by their places in the graph's nodes, with the moment at which they were last seen.
    package private(set) var endedNodes: [Int: Timestamp] = [:]

    /// A graph with nothing hidden and nothing found.
    ///
    /// - Parameters:
    ///   - graph: with everything in it.
    ///   - rank: the edges that a node's rank counts.
    package init(_ graph: ServiceGraph, rankedBy rank: GraphRank = .all) {
        self.graph = graph
        ranks = graph.ranks(by: rank)
    }

    /// The same graph with another age of its answers.
    package func with(_ freshness: Freshness) -> ShownGraph {
        var copy = self
        copy.graph.freshness = freshness
        return copy
    }

    // MARK: - Hiding

    /// Leaves out what is hidden, as Kiali does: also the edges of hidden nodes, and nodes of which all edges are hidden.
    ///
    /// - Parameter selection: what an expression has found.
    package mutating func hide(_ selection: FoundElements) {
        guard !selection.nodes.isEmpty || !selection.edges.isEmpty else { return }
        let nodes = graph.nodes
        var hadEdge = [Bool](repeating: false, count: nodes.count)
        var hasEdge = hadEdge
        var kept: [TrafficEdge] = []
        kept.reserveCapacity(graph.edges.count)
        for (place, edge) in graph.edges.enumerated() {
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
        graph.ended.edges.removeAll { hiddenNodes.contains($0.source) || hiddenNodes.contains($0.target) }
        hidden.edges += graph.edges.count - kept.count
        hidden.nodes += stays.count { !$0 }
        keep(stays, kept)
    }

    /// Keeps some of the nodes, and edges between them.
    private mutating func keep(_ stays: [Bool], _ kept: [TrafficEdge]) {
        var places = [Int](repeating: -1, count: graph.nodes.count)
        var count = 0
        for (place, isKept) in stays.enumerated() where isKept {
            places[place] = count
            count += 1
        }
        ranks = ranks.enumerated().filter { stays[$0.offset] }.map(\.element)
        graph.nodes = graph.nodes.enumerated().filter { stays[$0.offset] }.map(\.element)
        graph.edges = kept.map { edge in
            var edge = edge
            (edge.source, edge.target) = (places[edge.source], places[edge.target])
            return edge
        }
    }

    // MARK: - What has ended

    /// The graph with what has ended in its old place again, for a picture from which nothing is to vanish: without rates, without health,
    /// and named in ``endedEdges`` and ``endedNodes``.
    ///
    /// - Returns: the same if nothing has ended.
    package func withEnded() -> ShownGraph {
        guard !graph.ended.edges.isEmpty else { return self }
        var whole = self
        let count = graph.nodes.count
        let ghosts = graph.ended.nodes.map(Self.ghost)
        let places = whole.graph.insert(ghosts)
        whole.found?.nodes = Set(found?.nodes.map { places[$0] } ?? [])
        whole.putBackEdges()
        for place in places[count...] {
            let id = whole.graph.nodes[place].id
            let ends = graph.ended.edges.filter { $0.source == id || $0.target == id }
            whole.endedNodes[place] = ends.map(\.until).max() ?? graph.at
        }
        // Nodes that have ended have no rank from before, so all are ranked again.
        if !ghosts.isEmpty { whole.ranks = whole.graph.ranks(by: .all) }
        return whole
    }

    private mutating func putBackEdges() {
        var known: [String: Int] = [:]
        for (place, edge) in graph.edges.enumerated() where edge.rates.total <= 0 {
            known[graph.id(of: edge)] = place
        }
        for edge in graph.ended.edges {
            if let place = known[edge.id] {
                endedEdges[place] = edge
                continue
            }
            guard let source = graph.index(of: edge.source), let target = graph.index(of: edge.target) else { continue }
            endedEdges[graph.edges.count] = edge
            graph.edges.append(TrafficEdge(source: source, target: target, protocol: edge.protocol))
        }
    }

    /// What is left of a node that has left the graph.
    private static func ghost(of node: TrafficNode) -> TrafficNode {
        var node = node
        (node.rates, node.health, node.members) = (NodeRates(), Health(level: .unknown), [])
        node.flags.subtract([.isRoot, .isIdle])
        return node
    }
}
