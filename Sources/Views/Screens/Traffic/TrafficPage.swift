// SPDX-License-Identifier: Apache-2.0
import Model

/// What pages about the traffic have in common.
enum TrafficPage {
    static func health(_ health: Health, _ context: ScreenContext, width: Int) -> [PageLine] {
        let level = health.level
        var head = StyledLine("\(level.glyph(in: context.glyphs)) \(level.rawValue)", level.role)
        if let since = health.since, level > .healthy {
            head.append(" for \(Format.span(context.age(of: since)))")
        }
        return [PageLine.field("Health", head)]
            + health.reasons.flatMap { PageLine.field("", wrapping: $0, width: width) }
    }

    /// What answers indicate about their causes.
    static func signs(_ signs: [TrafficSign], width: Int) -> [PageLine] {
        signs.prefix(6).enumerated().flatMap { index, sign in
            PageLine.field(index == 0 ? "Signs" : "", wrapping: sign.text, .degraded, width: width)
        }
    }

    /// A node that one can go to.
    static func node(_ label: String, _ place: Int, _ traffic: TrafficPicture, _ context: ScreenContext) -> PageLine {
        let node = traffic.graph.nodes[place]
        var line = StyledLine("\(node.health.level.glyph(in: context.glyphs)) ", node.health.level.role)
        line.append(traffic.titles[place])
        let about = [TrafficWords.kind(node), node.namespace].compactMap { $0 }.joined(separator: ", ")
        line.append("  \(about)", .muted)
        return .field(label, line, to: .node(node.id))
    }

    /// Which moment the numbers are of.
    static func window(_ graph: ServiceGraph, _ context: ScreenContext) -> StyledLine {
        let age = Format.age(context.age(of: graph.observedAt))
        let line = StyledLine("over \(Format.span(graph.window)) up to \(Format.clock(graph.at, zone: context.zone))")
        return line + StyledLine(", \(age) ago", graph.freshness > .fresh ? .stale : .muted)
    }
}
