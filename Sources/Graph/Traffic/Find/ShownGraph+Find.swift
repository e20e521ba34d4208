// SPDX-License-Identifier: Apache-2.0
package import Model

extension ShownGraph {
    /// Ranks nodes, then hides and finds what the reader wants hidden and found.
    ///
    /// - Parameters:
    ///   - graph: with everything in it.
    ///   - options: the reader's expressions, and what ranks count.
    ///   - clusters: the members on the nodes.
    ///   - now: the moment to which ages are counted.
    package init(_ graph: ServiceGraph, _ options: GraphOptions, clusters: [ClusterSnapshot], now: Timestamp) {
        self.init(graph, rankedBy: options.rank)
        if let hide = options.hide { self.hide(selection(of: hide, clusters: clusters, now: now)) }
        if let find = options.find { found = selection(of: find, clusters: clusters, now: now) }
    }

    /// What an expression finds.
    ///
    /// - Parameters:
    ///   - expression: nodes are looked at if it asks about nodes, edges if it asks about edges.
    ///   - clusters: the members on the nodes.
    ///   - now: the moment to which ages are counted.
    /// - Returns: places in the graph's nodes and edges.
    package func selection(
        of expression: FindExpression, clusters: [ClusterSnapshot], now: Timestamp
    ) -> FoundElements {
        FindEvaluator(self, clusters: clusters, now: now).selection(expression)
    }
}
