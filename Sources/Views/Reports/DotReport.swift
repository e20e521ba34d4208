// SPDX-License-Identifier: Apache-2.0
package import Model

/// The snapshot for Graphviz: a box per cluster, a node per member, an edge for every report of unreachability; and of the service graph a box
/// per namespace, a node per service, an edge for what they send.
package enum DotReport {
    /// - Parameter snapshot: the picture to print.
    /// - Returns: a digraph, with a line feed at its end.
    package static func dot(_ snapshot: MeshSnapshot) -> String {
        var lines = ["digraph meshtop {", "  node [shape=box style=rounded];"]
        for (index, cluster) in snapshot.clusters.enumerated() {
            lines.append("  subgraph cluster_\(index) {")
            lines.append("    label=\(quoted(cluster.id)) color=\(colour(cluster.health.level));")
            lines += cluster.members.map { member in
                let label = "\(member.node.address.hostPort)\n\(member.status.name)"
                return "    \(quoted(member.node.description)) [label=\(quoted(label)) "
                    + "color=\(colour(member.health.level))];"
            }
            lines.append("  }")
            lines += unreachableEdges(cluster)
        }
        if let graph = snapshot.graph { lines += trafficLines(snapshot, TrafficPicture(snapshot, graph)) }
        return (lines + ["}"]).map { "\($0)\n" }.joined()
    }

    private static func unreachableEdges(_ cluster: ClusterSnapshot) -> [String] {
        let nodes = Dictionary(cluster.currentMembers.map { ($0.node.address, $0.node) }) { first, _ in first }
        return cluster.currentMembers.flatMap { member in
            member.unreachableBy.compactMap { nodes[$0] }.map { observer in
                "  \(quoted(observer.description)) -> \(quoted(member.node.description)) "
                    + "[label=unreachable color=red];"
            }
        }
    }

    // MARK: - Traffic

    private static func trafficLines(_ snapshot: MeshSnapshot, _ traffic: TrafficPicture) -> [String] {
        let graph = traffic.graph
        var boxes: [String: [Int]] = [:]
        // A node that only stands for a cluster is that cluster's box already.
        for (place, node) in graph.nodes.enumerated() where node.kind != .cluster {
            boxes[[node.cluster ?? "", node.namespace ?? ""].joined(separator: "/"), default: []].append(place)
        }
        var lines: [String] = []
        for (index, box) in boxes.sorted(by: { $0.key < $1.key }).enumerated() {
            let title = graph.nodes[box.value[0]].namespace ?? "unknown"
            lines.append("  subgraph cluster_traffic_\(index) {")
            lines.append("    label=\(quoted(title)) style=dashed;")
            lines += box.value.map { "    \(node($0, traffic, snapshot))" }
            lines.append("  }")
        }
        return lines + graph.edges.map { "  \(edge($0, traffic))" }
    }

    private static func node(_ place: Int, _ traffic: TrafficPicture, _ snapshot: MeshSnapshot) -> String {
        let node = traffic.graph.nodes[place]
        let members = TrafficReport.members(node, snapshot.clusters)
        let label = [traffic.titles[place], members].compactMap { $0 }.joined(separator: "\n")
        let shape = node.kind == .service ? "diamond" : node.kind == .workload ? "ellipse" : "box"
        return "\(quoted(node.id)) [label=\(quoted(label)) shape=\(shape) color=\(colour(node.health.level))];"
    }

    private static func edge(_ edge: TrafficEdge, _ traffic: TrafficPicture) -> String {
        let graph = traffic.graph
        var words = [edge.rates.total > 0 ? TrafficWords.rate(edge.rates.total, edge.protocol) : "idle"]
        if edge.rates.errors > 0 {
            let flag = GraphWords.errorFlags(edge).first.map { " \($0)" } ?? ""
            words.append(TrafficWords.percent(edge.rates.percentErrors) + flag)
        }
        if let time = TrafficWords.shownTime(edge) { words.append(time) }
        let label = "\(edge.protocol.name) \(words.joined(separator: " "))"
        let style = edge.rates.total > 0 ? "" : " style=dashed"
        return "\(quoted(graph.nodes[edge.source].id)) -> \(quoted(graph.nodes[edge.target].id)) "
            + "[label=\(quoted(label)) color=\(colour(edge.health.level))\(style)];"
    }

    private static func colour(_ level: Health.Level) -> String {
        switch level {
        case .failure: "red"
        case .degraded: "orange"
        case .notReady: "gold"
        case .healthy: "green"
        case .unknown: "gray"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for character in text.split(separator: "\n", omittingEmptySubsequences: false).map({ String($0).printable })
            .joined(separator: "\n")
        {
            switch character {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default: result.append(character)
            }
        }
        return result + "\""
    }
}
