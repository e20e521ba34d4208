// SPDX-License-Identifier: Apache-2.0
import Model

/// The service graph as it is drawn: some of its nodes stand for themselves, others together as a folded box, and edges between the same two
/// things are one.
struct DrawnGraph: Sendable {
    /// A thing with a place of its own.
    struct Item: Sendable {
        enum Kind: Equatable, Sendable {
            case node
            /// Versions of one app.
            case app
            /// A folded namespace or mesh cluster.
            case box
            /// What was too much to be drawn.
            case rest
        }

        /// The node's id, or that of the box.
        let id: String
        let kind: Kind
        /// Of the app or the box; empty for a node.
        let name: String
        /// Places in the service graph, ascending.
        var nodes: [Int]
        /// The box around it.
        var box: Int?
        var level = Health.Level.unknown
        /// When all that it stands for was last observed, if it has ended.
        var goneAt: Timestamp?
        /// Edges that both begin and end in it; places in the service graph.
        var inner: [Int] = []
        var innerEdges: Int { inner.count }
        /// Edges at it that are counted instead of drawn.
        var gatheredEdges = 0

        /// What it is called, by the service graph that its places are of.
        func title(in graph: ServiceGraph) -> String {
            switch kind {
            case .node: TrafficWords.title(graph.nodes[nodes[0]])
            case .app, .box: name
            case .rest: "\(nodes.count) more"
            }
        }
    }

    struct Box: Sendable {
        let id: String
        let name: String
        let parent: Int?
        /// The worst of what is in it.
        var level = Health.Level.unknown
    }

    struct Edge: Sendable {
        /// Places in ``items``.
        let from: Int
        let to: Int
        /// Places in the service graph.
        var edges: [Int]
        var level = Health.Level.unknown
        /// Whether nothing travels on it.
        var isIdle = true
        /// What it was, if all of it has ended.
        var gone: EndedEdge?
    }

    var items: [Item] = []
    var boxes: [Box] = []
    /// Sorted by their ends.
    var edges: [Edge] = []
    /// Those that are counted at both ends instead of drawn, because they would make it a tangle; sorted by their ends.
    var gathered: [Edge] = []
    /// The item that each node of the service graph is part of; -1 for those out of focus.
    var itemOfNode: [Int] = []

    /// The id of an edge, made of those of its ends.
    func id(of edge: Edge) -> String { "\(items[edge.from].id)|\(items[edge.to].id)" }

    func item(_ id: String) -> Int? { items.firstIndex { $0.id == id } }

    func edge(_ id: String) -> Int? { edges.firstIndex { self.id(of: $0) == id } }
}
