import Graph

/// The service graph laid out for one size of screen: made when data, settings or size change, not once per frame.
final class GraphScene: Sendable {
    let picture: Picture
    let settings: GraphSettings
    /// What there is for the picture.
    let room: Size
    let graph: ServiceGraph
    let drawn: DrawnGraph
    let zoom: GraphZoom
    /// By item.
    let faces: [[StyledLine]]
    /// By edge of ``drawn``.
    let totals: [EdgeTotals]
    let labels: [StyledLine]
    let layout: GraphLayout
    /// Whether ranks were moved apart for labels.
    let hasRoomForLabels: Bool
    let shape: LayoutGraph
    /// What an expression finds.
    let found: GraphFound
    /// How many layouts it took to get here; for tests.
    let layouts: Int

    private init(_ draft: GraphSceneDraft, _ chosen: GraphSceneDraft.Variant, layouts: Int) {
        picture = draft.picture
        settings = draft.settings
        room = draft.room
        graph = draft.graph
        drawn = draft.drawn
        totals = draft.totals
        labels = draft.labels
        zoom = chosen.zoom
        faces = chosen.faces
        shape = chosen.shape
        layout = chosen.layout
        hasRoomForLabels = chosen.hasRoomForLabels
        found = draft.graph.found.map { GraphFound($0, draft.drawn, chosen.layout) } ?? GraphFound()
        self.layouts = layouts
    }

    /// Lays a graph out, or takes what is there already.
    ///
    /// - Parameters:
    ///   - picture: The data.
    ///   - settings: What the reader wants to see of it.
    ///   - room: What there is for the picture.
    ///   - glyphs: The signs to draw with.
    ///   - last: What was shown before: nodes keep their places.
    ///   - settles: Whether places are to be found anew.
    /// - Returns: Nil if there is no graph.
    static func make(
        _ picture: Picture, _ settings: GraphSettings, room: Size, glyphs: GlyphSet, last: GraphScene?,
        settles: Bool = false
    ) -> GraphScene? {
        if let last, !settles, last.picture === picture, last.settings == settings, last.room == room { return last }
        guard let graph = graph(of: picture, settings, last: last) else { return nil }
        let draft = GraphSceneDraft(picture, settings, room, graph, glyphs, last: last, settles: settles)
        return draft.scene { GraphScene(draft, $0, layouts: $1) }
    }

    /// The graph of the type wanted; another type than the one asked for is made of the same answers, once.
    private static func graph(of picture: Picture, _ settings: GraphSettings, last: GraphScene?) -> ServiceGraph? {
        guard let type = settings.type else { return picture.snapshot.graph }
        if let last, last.picture === picture, last.graph.type == type { return last.graph }
        return picture.snapshot.graph(as: type)
    }

    /// Whether an edge of ``drawn`` is shown now.
    func isShown(_ edge: DrawnGraph.Edge) -> Bool {
        switch settings.edges {
        case .strongest, .all: true
        case .unhealthy: edge.level > .healthy
        case .none: false
        }
    }

    func title(_ item: Int) -> String { GraphWords.title(drawn.items[item], in: graph) }

    func title(_ edge: DrawnGraph.Edge, _ glyphs: GlyphSet) -> String {
        "\(title(edge.from)) \(glyphs.arrow) \(title(edge.to))"
    }
}

/// What a scene is made of.
struct GraphSceneDraft {
    /// One zoom, tried.
    struct Variant {
        let zoom: GraphZoom
        let faces: [[StyledLine]]
        let shape: LayoutGraph
        let layout: GraphLayout
        let hasRoomForLabels: Bool
    }

    let picture: Picture
    let settings: GraphSettings
    let room: Size
    let graph: ServiceGraph
    let drawn: DrawnGraph
    let totals: [EdgeTotals]
    let labels: [StyledLine]
    private let glyphs: GlyphSet
    private let last: GraphScene?
    private let settles: Bool

    init(
        _ picture: Picture, _ settings: GraphSettings, _ room: Size, _ graph: ServiceGraph, _ glyphs: GlyphSet,
        last: GraphScene?, settles: Bool
    ) {
        self.picture = picture
        self.settings = settings
        self.room = room
        self.graph = graph
        self.glyphs = glyphs
        self.last = last
        self.settles = settles
        let drawn = DrawnGraphBuilder.build(graph, settings)
        let totals = drawn.edges.map { edge in EdgeTotals(edge.edges.map { graph.edges[$0] }) }
        self.drawn = drawn
        self.totals = totals
        labels = zip(drawn.edges, totals).map { settings.label.text($1, $0) }
    }

    func scene(_ make: (Variant, Int) -> GraphScene) -> GraphScene {
        let before = last?.layouts ?? 0
        if let last, let zoom = keptZoom {
            let (variant, isNew) = variant(
                zoom, isTopDown: last.layout.isTopDown, hasRoomForLabels: last.hasRoomForLabels)
            return make(variant, before + (isNew ? 1 : 0))
        }
        var best: Variant?
        var tried = 0
        for (zoom, isTopDown, hasRoomForLabels) in candidates {
            let variant = variant(zoom, isTopDown: isTopDown, hasRoomForLabels: hasRoomForLabels).0
            tried += 1
            if best.map({ excess(variant.layout) < excess($0.layout) }) ?? true { best = variant }
            // A frame says more than a name: what fits is taken at once.
            if excess(variant.layout) <= 100 { break }
        }
        return make(best ?? variant(.line, isTopDown: false, hasRoomForLabels: true).0, before + tried)
    }

    /// What is tried until it fits: from what says most to what takes least room.
    private var candidates: [(GraphZoom, isTopDown: Bool, hasRoomForLabels: Bool)] {
        let count = drawn.items.count
        if let zoom = settings.zoom {
            return count > Self.mostTried || zoom == .dot
                ? [(zoom, false, true)] : [(zoom, false, true), (zoom, true, true)]
        }
        guard count <= Self.mostTried else { return [(.line, false, true)] }
        let names: [(GraphZoom, Bool, Bool)] = [(.line, false, true), (.line, true, true)]
        guard count <= Self.mostFramed else { return names + [(.line, false, false)] }
        return [(.full, false, true), (.full, true, true), (.full, false, false)] + names + [(.line, false, false)]
    }

    /// How many screens a drawing takes, in hundredths; 100 is one that fits.
    private func excess(_ layout: GraphLayout) -> Int {
        let (columns, rows) = (max(1, room.columns), max(1, room.rows))
        return max(100, layout.columns * 100 / columns) * max(100, layout.rows * 100 / rows) / 100
    }

    /// Laying out more things than this several times takes too long for a key.
    private static let mostTried = 80

    /// More frames than this fit on no screen.
    private static let mostFramed = 40

    /// A zoom that was found stays while the data change, so that the picture does not jump when one node comes or goes.
    private var keptZoom: GraphZoom? {
        guard let last, !settles, last.room == room else { return nil }
        let isAlike = abs(last.drawn.items.count - drawn.items.count) * 5 <= last.drawn.items.count
        return last.settings.drawsSameNodes(as: settings) && isAlike ? last.zoom : nil
    }

    private func variant(_ zoom: GraphZoom, isTopDown: Bool, hasRoomForLabels: Bool) -> (Variant, isNew: Bool) {
        let faces = GraphFaces(graph: graph, drawn: drawn, picture: picture, glyphs: glyphs)
        let lines = drawn.items.map { faces.lines($0, zoom) }
        let shape = shape(lines, zoom)
        let isSame = last.map { $0.layout.isTopDown == isTopDown && $0.hasRoomForLabels == hasRoomForLabels } ?? false
        if let last, isSame, !settles, last.shape == shape {
            return (
                Variant(
                    zoom: zoom, faces: lines, shape: shape, layout: last.layout, hasRoomForLabels: hasRoomForLabels),
                false
            )
        }
        let options = LayoutOptions(
            direction: isTopDown ? .topDown : .leftToRight, nodeGap: 0,
            makesRoomForLabels: zoom != .dot && hasRoomForLabels, packingWidth: max(40, room.columns))
        let layout = LayeredLayout.arrange(shape, options: options, previous: memory(zoom))
        return (
            Variant(zoom: zoom, faces: lines, shape: shape, layout: layout, hasRoomForLabels: hasRoomForLabels), true
        )
    }

    /// While only data change, things keep their rows; when the reader asks for another picture, they keep their order.
    private func memory(_ zoom: GraphZoom) -> LayoutMemory? {
        guard let last, !settles else { return nil }
        return last.settings.drawsSameNodes(as: settings) && last.zoom == zoom && last.room == room
            ? last.layout.memory : last.layout.memory.withoutPositions
    }

    private func shape(_ lines: [[StyledLine]], _ zoom: GraphZoom) -> LayoutGraph {
        let widths = knownWidths(zoom)
        var nodes = zip(drawn.items, lines).map { item, lines -> LayoutGraph.Node in
            let widest = lines.map(\.width).max() ?? 1
            let width = max(widest, widths[item.id] ?? 0)
            switch zoom {
            case .full:
                return LayoutGraph.Node(id: item.id, width: width + 4, height: lines.count + 2, inset: 1, box: item.box)
            case .line: return LayoutGraph.Node(id: item.id, width: width + 2, box: item.box)
            case .dot: return LayoutGraph.Node(id: item.id, width: 1, box: item.box)
            }
        }
        widen(&nodes)
        let boxes = drawn.boxes.map {
            LayoutGraph.Box(id: $0.id, parent: $0.parent, titleWidth: titleWidth($0))
        }
        let edges = drawn.edges.enumerated().map { index, edge in
            LayoutGraph.Edge(from: edge.from, to: edge.to, labelWidth: labelWidth(index, zoom))
        }
        return LayoutGraph(nodes: nodes, boxes: boxes, edges: edges)
    }

    private func titleWidth(_ box: DrawnGraph.Box) -> Int { min(GraphFaces.longestName, box.name.cellWidth) }

    /// Makes a node of each box as wide as the box's title.
    private func widen(_ nodes: inout [LayoutGraph.Node]) {
        var widest = [Int?](repeating: nil, count: drawn.boxes.count)
        for (index, node) in nodes.enumerated() {
            var box = node.box
            while let at = box {
                if widest[at].map({ nodes[$0].width < node.width }) ?? true { widest[at] = index }
                box = drawn.boxes[at].parent
            }
        }
        for (box, index) in zip(drawn.boxes, widest) {
            if let index { nodes[index].width = max(nodes[index].width, titleWidth(box)) }
        }
    }

    /// Steps of three, so that a number that becomes longer does not move the picture.
    private func labelWidth(_ edge: Int, _ zoom: GraphZoom) -> Int {
        let width = labels[edge].width
        return zoom == .dot || width == 0 ? 0 : (width + 2) / 3 * 3
    }

    /// Nodes do not become narrower while their contents change.
    private func knownWidths(_ zoom: GraphZoom) -> [String: Int] {
        guard let last, !settles, last.zoom == zoom, last.settings.drawsSameNodes(as: settings) else { return [:] }
        let margin = zoom == .full ? 4 : 2
        return Dictionary(
            last.shape.nodes.map { ($0.id, $0.width - margin) }, uniquingKeysWith: { first, _ in first })
    }
}
