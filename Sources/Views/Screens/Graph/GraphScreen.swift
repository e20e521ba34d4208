// SPDX-License-Identifier: Apache-2.0
import Layout
import Model

/// The service graph as a drawing.
enum GraphScreen {
    static func searchTexts(_ model: GraphModel) -> [String] {
        guard let scene = model.scene else { return [] }
        return scene.reading.map { item in
            let nodes = scene.drawn.items[item].nodes.map { scene.graph.nodes[$0] }
            let words = nodes.flatMap { [TrafficWords.title($0), $0.namespace ?? ""] + $0.members.map(\.hostPort) }
            return ([scene.title(item)] + words).joined(separator: " ")
        }
    }

    static func draw(_ model: GraphModel, _ context: ScreenContext, _ frame: inout Frame, _ area: Area) {
        guard let scene = model.scene else { return }
        let panes = GraphPanes(area)
        let glyphs = context.glyphs
        let selection = model.selection
        frame.put(
            GraphStatusLine.line(scene, selection, isMoving: model.isMoving, context, width: area.width - 2),
            in: panes.status, indent: 1, glyphs: glyphs)
        if scene.drawn.items.isEmpty {
            let why = StyledLine(
                "Prometheus answers, but reports no traffic in this window and these namespaces.", .muted)
            frame.put(why, in: panes.canvas.droppingTop(1), glyphs: glyphs)
        } else {
            let picture = GraphDressing(scene: scene, selection: selection, glyphs: glyphs).picture
            let viewport = Viewport(area: panes.canvas, origin: model.origin)
            picture.draw(into: &frame, viewport, glyphs: glyphs)
            model.motion?.draw(at: context.now, into: &frame, viewport, glyphs: glyphs)
        }
        guard panes.words.height > 0 else { return }
        let rule = String(repeating: glyphs.rule, count: area.width - 2)
        frame.put(StyledLine(rule, .muted), in: panes.rule, indent: 1, glyphs: glyphs)
        drawWords(scene, selection, model.origin, context, &frame, panes)
    }

    private static func drawWords(
        _ scene: GraphScene, _ selection: GraphSelection, _ origin: CellPoint, _ context: ScreenContext,
        _ frame: inout Frame, _ panes: GraphPanes
    ) {
        let map = GraphMinimap(scene, origin: origin, height: panes.words.height)
        let mapWidth = map.map { $0.width + 2 } ?? 0
        let width = panes.words.width - 2 - mapWidth
        let words = Area(x: panes.words.x + 1, y: panes.words.y, width: width, height: panes.words.height)
        let lines = GraphPane(scene: scene, context: context, width: width).lines(selection)
        for (row, line) in lines.prefix(words.height).enumerated() {
            frame.put(line, in: words, row: row, glyphs: context.glyphs)
        }
        if lines.count > words.height {
            let more = StyledLine(" +\(lines.count - words.height + 1) lines ", .muted)
            frame.put(more.rightAligned(to: words.width), in: words, row: words.height - 1, glyphs: context.glyphs)
        }
        map?.draw(into: &frame, x: words.x + width + 2, y: words.y, glyphs: context.glyphs)
    }
}
