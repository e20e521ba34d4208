// SPDX-License-Identifier: Apache-2.0
import Model

/// Where versions are nodes of their own, each node has the shares of all versions of its app.
enum AppVersions {
    private struct App: Hashable {
        let cluster: String?
        let namespace: String?
        let name: String
    }

    static func add(to graph: inout ServiceGraph) {
        var places: [App: [Int]] = [:]
        for (place, node) in graph.nodes.enumerated() where node.kind == .app && node.version != nil {
            guard let name = node.app else { continue }
            places[App(cluster: node.cluster, namespace: node.namespace, name: name), default: []].append(place)
        }
        for found in places.values where found.count > 1 {
            // Two workloads may serve one version.
            var rates: [String: EdgeRates] = [:]
            for place in found {
                rates[graph.nodes[place].version ?? "", default: EdgeRates()].add(
                    graph.nodes[place].rates.requestRatesIn)
            }
            let shares = VersionShare.shares(rates.map { ($0.key, $0.value) })
            for place in found { graph.nodes[place].versions = shares }
        }
    }
}
