// SPDX-License-Identifier: Apache-2.0
import Model

extension GraphLabel {
    /// What is written on an edge; empty for nothing.
    func text(_ totals: EdgeTotals, _ edge: DrawnGraph.Edge) -> StyledLine {
        switch self {
        case .rate: return rate(totals, edge)
        case .share: return StyledLine(totals.share > 0 ? GraphWords.percent(totals.share) : "")
        case .p50: return time(.p50, totals)
        case .p95: return time(.p95, totals)
        case .p99: return time(.p99, totals)
        case .average: return time(.average, totals)
        case .throughput: return StyledLine(totals.throughput.map(GraphWords.bytes) ?? "")
        case .mtls:
            guard let mtls = totals.mtls else { return .empty }
            return StyledLine("mTLS \(GraphWords.percent(mtls))", mtls < 100 ? .degraded : .plain)
        }
    }

    private func time(_ value: EdgeValue, _ totals: EdgeTotals) -> StyledLine {
        StyledLine(totals.time(value) ?? "")
    }

    /// On an unhealthy edge the errors stand instead of the rate, which is given below the drawing.
    private func rate(_ totals: EdgeTotals, _ edge: DrawnGraph.Edge) -> StyledLine {
        guard edge.level > .healthy, let errors = totals.errors else { return StyledLine(totals.rate) }
        return StyledLine(errors, edge.level.role)
    }

    /// Why nothing of it can be written; `nil` if it can. Times and bytes are asked for once they are wanted.
    func refusal(in graph: ServiceGraph) -> String? {
        guard self == .mtls, !graph.edges.contains(where: { $0.mtls != nil }) else { return nil }
        return "mTLS was not asked for: start meshtop with --edge-values mtls"
    }
}

/// What can be written on one edge: the longest form first, the shortest last.
struct EdgeLabel: Sendable {
    let forms: [StyledLine]

    /// - Parameters:
    ///   - labels: What is wanted, in the order in which it is written.
    ///   - totals: Of the edge.
    ///   - edge: The edge.
    ///   - zone: Local time minus UTC.
    init(_ labels: [GraphLabel], _ totals: EdgeTotals, _ edge: DrawnGraph.Edge, zone: Duration) {
        forms = labels.isEmpty ? [] : Self.forms(labels, totals, edge, zone)
    }

    private static func forms(
        _ labels: [GraphLabel], _ totals: EdgeTotals, _ edge: DrawnGraph.Edge, _ zone: Duration
    ) -> [StyledLine] {
        if let gone = edge.gone {
            let was = "was \(GraphWords.perSecond(gone.rates, bytes: gone.protocol == .tcp))"
            let until = Format.clock(gone.until, zone: zone).prefix(5)
            let rate = was.dropFirst(4)
            return ["\(was) until \(until)", "\(rate) until \(until)", was, "ended"].map { StyledLine($0, .stale) }
        }
        if edge.isIdle { return [StyledLine("idle", .muted)] }
        let parts = labels.map { $0.text(totals, edge) }.filter { !$0.spans.isEmpty }
        return parts.indices.reversed().map { last in
            parts[...last].dropFirst().reduce(parts[0]) { $0 + StyledLine(" ") + $1 }
        }
    }

    var longest: StyledLine { forms.first ?? .empty }

    /// The longest form that a place has room for.
    func form(_ width: Int) -> StyledLine { forms.first { $0.width <= width } ?? forms.last ?? .empty }
}
