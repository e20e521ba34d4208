// SPDX-License-Identifier: Apache-2.0
import Model

/// The traffic of the whole mesh in a few words.
enum TrafficSummary {
    /// `412/s  5xx 0.4%`: 5xx, errors of gRPC and no response at all; bytes where there is nothing else.
    static func rates(_ traffic: TrafficPicture) -> StyledLine {
        let totals = traffic.totals
        let isOld = traffic.graph.freshness > .fresh
        var line = StyledLine(TrafficWords.requests(totals.requests), isOld ? .stale : .plain)
        if totals.requests > 0 {
            let percent = totals.failures / totals.requests * 100
            let role: Role = isOld ? .stale : percent > 0 ? .degraded : .muted
            line.append("  5xx \(TrafficWords.percent(percent))", role)
        }
        if totals.bytes > 0, totals.requests <= 0 {
            line = StyledLine(GraphWords.bytes(totals.bytes), isOld ? .stale : .plain)
        }
        return line
    }

    /// The same with the slowest and the worst edge, for the overview.
    static func line(_ traffic: TrafficPicture, _ context: ScreenContext, width: Int) -> StyledLine {
        let graph = traffic.graph
        var line = StyledLine.empty
        if let place = traffic.extremes.worst {
            let edge = graph.edges[place]
            line.append("  worst \(traffic.title(of: edge, context.glyphs)) ", edge.health.level.role)
            let flag = GraphWords.errorFlags(edge).first.map { " \($0)" } ?? ""
            line.append("\(TrafficWords.percent(edge.rates.percentErrors))\(flag)", edge.health.level.role)
        } else if !graph.edges.isEmpty {
            line.append("  \(Format.count(graph.edges.count, "edge")), none is bad", .muted)
        }
        if graph.freshness > .fresh { line.append("  [\(Format.age(context.age(of: graph.observedAt)))]", .stale) }
        let sum = rates(traffic)
        if let place = traffic.extremes.slowest, let time = TrafficWords.shownTime(graph.edges[place]) {
            let slowest = "  slowest \(time)"
            if sum.width + line.width + slowest.cellWidth <= width { line.append(slowest, .muted) }
        }
        let trend = TrafficTrendLine(context.snapshot.trend, context.glyphs).short(context.snapshot.trend.all)
        return sum.width + trend.width + line.width <= width ? sum + trend + line : sum + line
    }
}
