// SPDX-License-Identifier: Apache-2.0
import Model

/// The service graph as plain tables, for people and simple scripts.
enum TrafficReport {
    /// One row per edge, those that are worst first.
    ///
    /// - Parameters:
    ///   - traffic: the graph.
    ///   - isWide: whether to add namespaces, all times, throughput and ids.
    /// - Returns: the lines of a table.
    static func edges(_ traffic: TrafficPicture, isWide: Bool) -> [String] {
        var table = TextTable(isWide ? basicColumns + wideColumns : basicColumns)
        for case .edge(let place) in traffic.rows(.edges, sortedBy: ListModel()) {
            let edge = traffic.graph.edges[place]
            table.add(isWide ? basic(edge, traffic) + wide(edge, place, traffic) : basic(edge, traffic))
        }
        for ended in traffic.graph.ended.edges {
            let was = "was \(TrafficWords.rate(ended.rates.total, ended.protocol)) until \(ended.until)"
            let row = [title(ended.source, traffic), title(ended.target, traffic), ended.protocol.name, "ended"]
            table.add(row + [String](repeating: "-", count: 4) + [was] + (isWide ? wideEnded(ended) : []))
        }
        return table.lines
    }

    private static let basicColumns = [
        "SOURCE", "TARGET", "PROTOCOL", "RATE", "ERRORS", "TIME", "GAP", "HEALTH", "WHY",
    ]
    private static let wideColumns = [
        "FROM NAMESPACE", "TO NAMESPACE", "AVG", "P50", "P95", "P99", "THROUGHPUT", "MTLS", "ID",
    ]

    private static func basic(_ edge: TrafficEdge, _ traffic: TrafficPicture) -> [String] {
        let isCounted = edge.protocol != .tcp && edge.rates.total > 0
        let why = TrafficWords.why(edge)
        return [
            traffic.titles[edge.source], traffic.titles[edge.target], edge.protocol.name,
            edge.rates.total > 0 ? TrafficWords.rate(edge.rates.total, edge.protocol) : "idle",
            isCounted ? TrafficWords.percent(edge.rates.percentErrors) : "-", TrafficWords.shownTime(edge) ?? "-",
            edge.gap.map { gap in
                (gap.percent <= -0.05 ? "-" : "") + TrafficWords.percent(abs(gap.percent))
            } ?? "-", edge.health.level.rawValue, why.isEmpty ? "-" : why,
        ]
    }

    private static func wide(_ edge: TrafficEdge, _ place: Int, _ traffic: TrafficPicture) -> [String] {
        let kinds: [EdgeValue] = [.average, .p50, .p95, .p99]
        let times = kinds.map { kind in edge.responseTime.flatMap { TrafficWords.time($0, kind) } ?? "-" }
        return [
            traffic.graph.nodes[edge.source].namespace ?? "-", traffic.graph.nodes[edge.target].namespace ?? "-",
        ] + times + [
            edge.throughput.map(GraphWords.bytes) ?? "-", edge.mtls.map(TrafficWords.percent) ?? "-",
            traffic.edgeIDs[place],
        ]
    }

    private static func wideEnded(_ ended: EndedEdge) -> [String] {
        [String](repeating: "-", count: wideColumns.count - 1) + [ended.id]
    }

    private static func title(_ id: String, _ traffic: TrafficPicture) -> String {
        traffic.graph.index(of: id).map { traffic.titles[$0] } ?? id
    }

    /// What is drawn, of when, and how much in all.
    static func heading(_ traffic: TrafficPicture) -> String {
        let graph = traffic.graph
        let counts = "\(Format.count(graph.nodes.count, "node")), \(Format.count(graph.edges.count, "edge"))"
        var text = "traffic  \(graph.type.rawValue)  \(TrafficSummary.rates(traffic).text)  \(counts)  "
        text += "over \(Format.span(graph.window)) up to \(graph.at)"
        let hidden = traffic.shown.hidden.nodes + traffic.shown.hidden.edges
        if hidden > 0 { text += "  \(hidden) hidden" }
        let omitted = graph.omitted.nodes + graph.omitted.edges + graph.omitted.series
        return omitted > 0 ? text + "  \(omitted) left out" : text
    }

    /// The members on a node in words: `6 members: 5 Up, 1 unreachable`.
    static func members(_ node: TrafficNode, _ clusters: [ClusterSnapshot]) -> String? {
        guard !node.members.isEmpty else { return nil }
        let wanted = Set(node.members)
        let members = clusters.flatMap(\.currentMembers).filter { wanted.contains($0.node.address) }
        var words: [String] = []
        for status in MemberStatus.named {
            let count = members.count { $0.status == status }
            if count > 0 { words.append("\(count) \(status.name)") }
        }
        let lost = members.count { !$0.unreachableBy.isEmpty }
        if lost > 0 { words.append("\(lost) unreachable") }
        return "\(Format.count(node.members.count, "member")): \(words.joined(separator: ", "))"
    }
}
