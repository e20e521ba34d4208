package import Graph

/// The snapshot for Graphviz: a box per cluster, a node per member, an edge for every report of unreachability.
package enum DotReport {
    /// - Parameter snapshot: The picture to print.
    /// - Returns: A digraph, with a line feed at its end.
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
