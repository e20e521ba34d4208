// SPDX-License-Identifier: Apache-2.0
import Layout
import Model

/// What a scene is made of.
struct GraphSceneDraft {
    /// One zoom, tried.
    struct Variant {
        let arrangement: GraphArrangement
        let faces: [[StyledLine]]
        let shape: LayoutGraph
        let layout: GraphLayout
    }

    let picture: Picture
    let settings: GraphSettings
    let room: Size
    let shown: ShownGraph
    var graph: ServiceGraph { shown.graph }
    let drawn: DrawnGraph
    let totals: [EdgeTotals]
    let labels: [EdgeLabel]
    let foldsNamespaces: Bool
    private let glyphs: GlyphSet
    private let last: GraphScene?
    private let settles: Bool

    init(
        _ picture: Picture, _ settings: GraphSettings, _ room: Size, _ shown: ShownGraph, _ glyphs: GlyphSet,
        _ zone: Duration, _ foldsNamespaces: Bool, last: GraphScene?, settles: Bool
    ) {
        self.picture = picture
        self.settings = settings
        self.room = room
        self.shown = shown
        self.glyphs = glyphs
        self.last = last
        self.settles = settles
        self.foldsNamespaces = foldsNamespaces
        let drawn = DrawnGraphBuilder.build(shown, settings, foldsNamespaces: foldsNamespaces)
        let totals = drawn.edges.map { edge in EdgeTotals(edge.edges.map { shown.graph.edges[$0] }) }
        self.drawn = drawn
        self.totals = totals
        labels = zip(drawn.edges, totals).map { EdgeLabel(settings.labels, $1, $0, zone: zone) }
    }

    func scene(_ make: (Variant, Int) -> GraphScene) -> GraphScene {
        let before = last?.layouts ?? 0
        if let kept = keptArrangement {
            let (variant, isNew) = variant(kept)
            return make(variant, before + (isNew ? 1 : 0))
        }
        var tried: [Variant] = []
        for candidate in candidates {
            let variant = variant(candidate).0
            tried.append(variant)
            // What says most stands first: what fits is taken at once.
            if excess(variant.layout) <= 100 { break }
        }
        return make(best(of: tried), before + tried.count)
    }

    /// What fits; else what says more, unless what stands closer is nearly whole.
    private func best(of tried: [Variant]) -> Variant {
        func least(_ variants: [Variant]) -> Variant? {
            variants.enumerated().min { (excess($0.1.layout), $0.0) < (excess($1.1.layout), $1.0) }?.1
        }
        if let last = tried.last, excess(last.layout) <= 100 { return last }
        let close = least(tried.filter(\.arrangement.isCompact))
        if let close, excess(close.layout) <= Self.nearlyWhole { return close }
        return least(tried.filter { !$0.arrangement.isCompact }) ?? close ?? variant(GraphArrangement()).0
    }

    /// A little is worth having to look for, in hundredths of a screen.
    private static let nearlyWhole = 125

    /// What is tried until it fits: from what says most to what takes least room.
    private var candidates: [GraphArrangement] {
        let count = drawn.items.count
        if let zoom = settings.zoom {
            let across = GraphArrangement(zoom: zoom)
            guard count <= Self.maximumTried, zoom != .dot else { return [across] }
            return [across, GraphArrangement(zoom: zoom, isTopDown: true)]
        }
        guard count <= Self.maximumTried else { return [GraphArrangement()] }
        let names = GraphArrangement.all(.line) + GraphArrangement.close
        return count <= Self.maximumFramed ? GraphArrangement.all(.full) + names : names
    }

    private func excess(_ layout: GraphLayout) -> Int { Self.excess(layout, room) }

    /// How many screens a drawing takes, in hundredths; 100 is one that fits.
    static func excess(_ layout: GraphLayout, _ room: Size) -> Int {
        let (columns, rows) = (max(1, room.columns), max(1, room.rows))
        return max(100, layout.columns * 100 / columns) * max(100, layout.rows * 100 / rows) / 100
    }

    /// Laying out more things than this several times takes too long for a key.
    private static let maximumTried = 80

    /// More frames than this fit on no screen.
    private static let maximumFramed = 40

    /// A zoom that was found stays while the data change, so that the picture does not jump when one node comes or goes.
    private var keptArrangement: GraphArrangement? {
        guard let last, !settles, last.room == room, last.foldsNamespaces == foldsNamespaces else { return nil }
        let isAlike = abs(last.drawn.items.count - drawn.items.count) * 5 <= last.drawn.items.count
        return last.settings.drawsSameNodes(as: settings) && isAlike ? last.arrangement : nil
    }

    private func variant(_ arrangement: GraphArrangement) -> (Variant, isNew: Bool) {
        let zoom = arrangement.zoom
        let faces = GraphFaces(
            shown, drawn: drawn, picture: picture, glyphs: glyphs, arrangement: arrangement,
            showsRank: settings.rank != nil)
        let lines = drawn.items.map { faces.lines($0) }
        let shape = shape(lines, arrangement)
        if let last, !settles, last.arrangement == arrangement, shape.differsInLabelsOnly(from: last.shape) {
            let layout = last.shape == shape ? last.layout : last.layout.relabelled(for: shape)
            return (Variant(arrangement: arrangement, faces: lines, shape: shape, layout: layout), false)
        }
        let options = LayoutOptions(
            direction: arrangement.isTopDown ? .topDown : .leftToRight, nodeGap: 0,
            makesRoomForLabels: zoom != .dot && arrangement.hasRoomForLabels, isCompact: arrangement.isCompact,
            packingWidth: max(40, room.columns))
        let layout = LayeredLayout.arrange(shape, options: options, previous: memory(zoom))
        return (Variant(arrangement: arrangement, faces: lines, shape: shape, layout: layout), true)
    }

    /// While only data change, things keep their rows; when the reader asks for another picture, they keep their order.
    private func memory(_ zoom: GraphZoom) -> LayoutMemory? {
        guard let last, !settles else { return nil }
        return last.settings.drawsSameNodes(as: settings) && last.zoom == zoom && last.room == room
            ? last.layout.memory : last.layout.memory.withoutPositions
    }

    private func shape(_ lines: [[StyledLine]], _ arrangement: GraphArrangement) -> LayoutGraph {
        let zoom = arrangement.zoom
        let known = knownSizes(zoom)
        var nodes = zip(drawn.items, lines).map { item, lines -> LayoutGraph.Node in
            let widest = lines.map(\.width).max() ?? 1
            let width = max(widest, known[item.id]?.width ?? 0)
            switch zoom {
            case .full:
                // What has ended has less to say, but keeps its place.
                let height = item.goneAt == nil ? lines.count + 2 : max(lines.count + 2, known[item.id]?.height ?? 0)
                return LayoutGraph.Node(id: item.id, width: width + 4, height: height, inset: 1, box: item.box)
            case .line: return LayoutGraph.Node(id: item.id, width: width + 2, box: item.box)
            case .dot: return LayoutGraph.Node(id: item.id, width: 1, box: item.box)
            }
        }
        widen(&nodes)
        let boxes = drawn.boxes.map {
            LayoutGraph.Box(id: $0.id, parent: $0.parent, titleWidth: titleWidth($0))
        }
        let rooms = knownRooms
        let edges = drawn.edges.enumerated().map { index, edge in
            guard zoom != .dot, !labels[index].forms.isEmpty else {
                return LayoutGraph.Edge(from: edge.from, to: edge.to)
            }
            let widest = zoom == .full ? Self.maximumLabelWidth + 6 : Self.maximumLabelWidth
            let own = edge.gone == nil ? min(labels[index].longest.width, widest) : 6
            let room = rooms.isEmpty ? nil : rooms[drawn.id(of: edge)]
            var drawn = LayoutGraph.Edge(
                from: edge.from, to: edge.to, labelWidth: max(Self.stepped(own), room ?? 0))
            drawn.labelForms = labels[index].forms.map { Self.stepped($0.width) }
            return drawn
        }
        return LayoutGraph(nodes: nodes, boxes: boxes, edges: edges)
    }

    /// Ranks are not moved apart further than for this; longer labels find their place or are shortened.
    private static let maximumLabelWidth = 18

    private func titleWidth(_ box: DrawnGraph.Box) -> Int { min(GraphFaces.maximumNameWidth, box.name.cellWidth) }

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
    private static func stepped(_ width: Int) -> Int { (width + 2) / 3 * 3 }

    /// Nodes do not become narrower while their contents change.
    private func knownSizes(_ zoom: GraphZoom) -> [String: (width: Int, height: Int)] {
        guard let last, !settles, last.zoom == zoom, last.settings.drawsSameNodes(as: settings) else { return [:] }
        let margin = zoom == .full ? 4 : 2
        return Dictionary(
            last.shape.nodes.map { ($0.id, ($0.width - margin, $0.height)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Nor do edges lose the room that was made for their labels.
    private var knownRooms: [String: Int] {
        guard let last, !settles, last.settings == settings, last.room == room else { return [:] }
        return Dictionary(
            zip(last.drawn.edges, last.shape.edges).map { (last.drawn.id(of: $0), $1.labelWidth) },
            uniquingKeysWith: { first, _ in first })
    }
}
