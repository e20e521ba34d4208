// SPDX-License-Identifier: Apache-2.0
import Layout
import Model

/// Gives a laid-out graph its faces, with the selection.
struct GraphDressing {
    let scene: GraphScene
    let selection: GraphSelection
    let glyphs: GlyphSet

    var picture: GraphPicture {
        GraphPicture(
            layout: scene.layout, nodes: scene.drawn.items.indices.map(node), boxes: scene.drawn.boxes.map(box),
            routes: scene.layout.routes.indices.map(route))
    }

    private func node(_ item: Int) -> GraphPicture.NodeFace {
        let isSelected = selection == .item(item)
        let isFound = scene.found.items.contains(item)
        let level = scene.drawn.items[item].level
        let isGone = scene.drawn.items[item].goneAt != nil
        let style = Style(level.isTrouble ? level.role : isGone ? .muted : .plain)
        let rect = scene.layout.nodes[item]
        switch scene.zoom {
        case .full:
            var lines = scene.faces[item]
            if isFound { lines[0] = lines[0].marked() }
            if isSelected { lines[0] = lines[0].selected(width: rect.width - 4) }
            return GraphPicture.NodeFace(
                lines: lines, style: style, frame: isSelected ? .strong : isFound ? .double : .ordinary)
        case .line:
            var line = scene.faces[item][0]
            if isFound { line = line.marked() }
            line = StyledLine(isSelected ? "[" : isFound ? "{" : " ", isFound ? .match : .plain) + line
            if isSelected {
                line = (line + StyledLine("]")).selected(width: line.width + 1)
            } else if isFound {
                line.append("}", .match)
            }
            return GraphPicture.NodeFace(lines: [line], style: style, hasFrame: false)
        case .dot:
            let isPlain = isFound && !level.isTrouble
            let line = isPlain ? StyledLine(glyphs.found, .match) : scene.faces[item][0]
            return GraphPicture.NodeFace(
                lines: [isSelected ? line.selected(width: 1) : line], style: style, hasFrame: false)
        }
    }

    private func box(_ box: DrawnGraph.Box) -> GraphPicture.BoxFace {
        let name = TextFitting.cutMiddle(box.name, to: GraphFaces.maximumNameWidth, glyphs: glyphs)
        return GraphPicture.BoxFace(title: StyledLine(name, box.level.isTrouble ? box.level.role : .heading))
    }

    private func route(_ index: Int) -> GraphPicture.RouteFace {
        let route = scene.layout.routes[index]
        let all = route.edges + route.opposite
        let shown = all.filter { scene.isShown(scene.drawn.edges[$0]) }
        guard !shown.isEmpty else { return .hidden }
        let worst = shown.map { scene.drawn.edges[$0].level }.max() ?? .unknown
        let isIdle = shown.allSatisfy { scene.drawn.edges[$0].isIdle }
        let isGone = shown.allSatisfy { scene.drawn.edges[$0].gone != nil }
        return GraphPicture.RouteFace(
            line: isStrong(all) ? .strong : isFound(shown) ? .double : isGone ? .dotted : isIdle ? .dashed : .ordinary,
            style: Style(isIdle ? .muted : worst == .unknown ? .plain : worst.role),
            label: label(route.edges, route.label), oppositeLabel: label(route.opposite, route.oppositeLabel))
    }

    /// The selected edge, and those of the selected node.
    private func isStrong(_ edges: [Int]) -> Bool {
        switch selection {
        case .nothing: false
        case .edge(let edge): edges.contains(edge)
        case .item(let item):
            edges.contains { scene.drawn.edges[$0].from == item || scene.drawn.edges[$0].to == item }
        }
    }

    private func isFound(_ edges: [Int]) -> Bool { edges.contains(where: scene.found.edges.contains) }

    private func label(_ edges: [Int], _ place: CellRect?) -> StyledLine {
        guard let place, let edge = edges.first, scene.zoom != .dot, scene.isShown(scene.drawn.edges[edge]) else {
            return .empty
        }
        let written = scene.labels[edge].form(place.width)
        let label = isFound([edge]) ? written.marked() : written
        return selection == .edge(edge) ? label.selected(width: label.width) : label
    }
}

extension StyledLine {
    /// The line as that of something found: what says something already keeps its look.
    func marked() -> StyledLine {
        var line = self
        for index in line.spans.indices where line.spans[index].style.role == .plain {
            line.spans[index].style.role = .match
        }
        return line
    }

    /// The line in reverse video, filled up to a width.
    func selected(width: Int) -> StyledLine {
        var line = self
        line.append(String(repeating: " ", count: max(0, width - self.width)))
        for index in line.spans.indices { line.spans[index].style.selected = true }
        return line
    }
}
