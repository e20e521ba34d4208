// SPDX-License-Identifier: Apache-2.0
import Model

/// The first line of the graph: how it is shown, and what of it is not.
enum GraphStatusLine {
    static func line(
        _ scene: GraphScene, _ selection: GraphSelection, isMoving: Bool, _ context: ScreenContext, width: Int
    ) -> StyledLine {
        let graph = scene.graph
        let settings = scene.settings
        var parts: [StyledLine] = [
            StyledLine(graph.type.rawValue, .heading)
        ]
        parts += expressions(scene, selection, context)
        parts += warnings(scene, context)
        if let rank = settings.rank { parts.append(named("rank by", rank.text)) }
        if isMoving { parts.append(StyledLine("moving", .accent)) }
        parts += [
            named("window", Format.span(graph.window)), named("labels", settings.labels.name),
            named("edges", edges(scene)),
        ]
        if settings.zoom != nil || scene.zoom != .full { parts.append(named("zoom", scene.zoom.name)) }
        if settings.boxing != .apps { parts.append(named("boxes", settings.boxing.name)) }
        var left = StyledLine.empty
        let right = counts(scene)
        for part in parts {
            let gap = left.spans.isEmpty ? "" : "  "
            guard left.width + gap.count + part.width + 2 + right.width <= width else { break }
            left = left + StyledLine(gap) + part
        }
        return left + right.rightAligned(to: max(right.width, width - left.width))
    }

    private static func named(_ name: String, _ value: String) -> StyledLine {
        StyledLine("\(name) ", .muted) + StyledLine(value)
    }

    /// What is found, with the place among it of what is selected; what is hidden.
    private static func expressions(
        _ scene: GraphScene, _ selection: GraphSelection, _ context: ScreenContext
    ) -> [StyledLine] {
        func text(_ expression: FindExpression) -> String {
            TextFitting.cutEnd(expression.text, to: 30, glyphs: context.glyphs)
        }
        var result: [StyledLine] = []
        if let find = context.traffic.find {
            let order = scene.found.order
            let place = order.firstIndex(of: selection).map { "\($0 + 1) of " } ?? ""
            let count = order.isEmpty ? "nothing" : "\(place)\(order.count)"
            result.append(
                StyledLine("find ", .muted) + StyledLine(text(find), .match) + StyledLine(" \(count)", .accent))
        }
        if let hide = context.traffic.hide {
            let count = scene.shown.hidden.nodes + scene.shown.hidden.edges
            result.append(
                StyledLine("hides ", .muted) + StyledLine(text(hide), .accent) + StyledLine(" (\(count))", .muted))
        }
        return result
    }

    /// What makes the picture less than the whole, or old.
    private static func warnings(_ scene: GraphScene, _ context: ScreenContext) -> [StyledLine] {
        let graph = scene.graph
        var result: [StyledLine] = []
        if let focus = scene.settings.focus, let item = scene.drawn.item(focus) {
            result.append(
                StyledLine("focus \(scene.title(item)), \(Format.count(scene.settings.hops, "hop"))", .accent))
        }
        if graph.freshness > .fresh {
            result.append(StyledLine("[\(Format.age(context.age(of: graph.observedAt)))]", .stale))
        }
        let omitted = graph.omitted.nodes + graph.omitted.edges
        if omitted > 0 { result.append(StyledLine("\(omitted) left out", .degraded)) }
        if graph.omitted.series > 0 { result.append(StyledLine("\(graph.omitted.series) series dropped", .degraded)) }
        return result
    }

    /// Where all can be followed nothing is said of the strongest.
    private static func edges(_ scene: GraphScene) -> String {
        let mode = scene.settings.edges
        return mode == .strongest && scene.drawn.gathered.isEmpty ? EdgeMode.all.name : mode.name
    }

    private static func counts(_ scene: GraphScene) -> StyledLine {
        let drawn = scene.drawn
        let folded = drawn.items.count { $0.kind == .box }
        let all = drawn.edges.count + drawn.gathered.count
        let edges = drawn.gathered.isEmpty ? "" : "\(drawn.edges.count) of "
        let gone = drawn.edges.count { $0.gone != nil }
        var text = "\(Format.count(drawn.items.count, "node")), \(edges)\(Format.count(all, "edge"))"
        if gone > 0 { text += ", \(gone) ended" }
        if folded > 0 { text += ", \(folded) folded" }
        return StyledLine(text, .muted)
    }
}
