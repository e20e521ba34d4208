// SPDX-License-Identifier: Apache-2.0
import Layout
import Model
import Traffic

/// The service graph laid out for one size of screen: made when data, settings or size change, not once per frame.
final class GraphScene {
    let picture: Picture
    let settings: GraphSettings
    /// What there is for the picture.
    let room: Size
    let shown: ShownGraph
    var graph: ServiceGraph { shown.graph }
    let drawn: DrawnGraph
    var zoom: GraphZoom { arrangement.zoom }
    /// By item.
    let faces: [[StyledLine]]
    /// By edge of ``drawn``.
    let totals: [EdgeTotals]
    let labels: [EdgeLabel]
    let layout: GraphLayout
    let arrangement: GraphArrangement
    /// Whether namespaces were folded because the picture would have been far too large.
    let foldsNamespaces: Bool
    let shape: LayoutGraph
    /// What an expression finds.
    let found: GraphFound
    /// How many layouts it took to get here; for tests.
    let layouts: Int

    private init(_ draft: GraphSceneDraft, _ chosen: GraphSceneDraft.Variant, layouts: Int) {
        picture = draft.picture
        settings = draft.settings
        room = draft.room
        shown = draft.shown
        drawn = draft.drawn
        totals = draft.totals
        labels = draft.labels
        faces = chosen.faces
        shape = chosen.shape
        layout = chosen.layout
        arrangement = chosen.arrangement
        foldsNamespaces = draft.foldsNamespaces
        found = draft.shown.found.map { GraphFound($0, draft.drawn, chosen.layout) } ?? GraphFound()
        self.layouts = layouts
    }

    /// Lays a graph out, or returns the last scene if nothing has changed.
    ///
    /// - Parameters:
    ///   - picture: The data.
    ///   - settings: What the reader wants to see of it.
    ///   - room: What there is for the picture.
    ///   - glyphs: The signs to draw with.
    ///   - zone: Local time minus UTC.
    ///   - last: What was shown before: nodes keep their places.
    ///   - settles: Whether all places are to be found again.
    /// - Returns: Nil if there is no graph.
    static func make(
        _ picture: Picture, _ settings: GraphSettings, room: Size, glyphs: GlyphSet, zone: Duration = .zero,
        last: GraphScene?, settles: Bool = false
    ) -> GraphScene? {
        if let last, !settles, last.picture === picture, last.settings == settings, last.room == room { return last }
        guard let graph = graph(of: picture, settings, last: last) else { return nil }
        let whole = settings.showsGone ? graph.withEnded() : graph
        func scene(_ folds: Bool, _ last: GraphScene?) -> GraphScene {
            let draft = GraphSceneDraft(
                picture, settings, room, whole, glyphs, zone, folds, last: last, settles: settles)
            return draft.scene { GraphScene(draft, $0, layouts: $1) }
        }
        if let last, !settles, last.isLike(settings, room, whole.graph) { return scene(last.foldsNamespaces, last) }
        let open = scene(false, last)
        guard open.isFarTooLarge, settings.canFold else { return open }
        let folded = scene(true, open)
        return folded.isWorthwhile ? folded : open
    }

    /// Whether what was decided about folding still holds.
    private func isLike(_ settings: GraphSettings, _ room: Size, _ graph: ServiceGraph) -> Bool {
        let isAlike = abs(self.graph.nodes.count - graph.nodes.count) * 5 <= self.graph.nodes.count
        return self.room == room && isAlike && self.settings.folds == settings.folds
            && self.settings.boxing == settings.boxing && self.settings.focus == settings.focus
            && self.graph.type == graph.type
    }

    /// How many screens the drawing takes, in hundredths; 100 is one that fits.
    private var excess: Int { GraphSceneDraft.excess(layout, room) }

    /// Whether less than two thirds of it are visible.
    private var isFarTooLarge: Bool { excess > 140 }

    /// Whether it is whole, and still says something: two boxes and a line do not.
    private var isWorthwhile: Bool { excess <= 100 && drawn.items.count >= 4 }

    /// The graph of the type wanted; another type than the one asked for is made of the same answers, once.
    private static func graph(of picture: Picture, _ settings: GraphSettings, last: GraphScene?) -> ShownGraph? {
        guard let type = settings.type else { return picture.snapshot.graph }
        if let last, last.picture === picture, last.graph.type == type { return last.shown }
        return picture.snapshot.graph(as: type)
    }

    /// Whether an edge of ``drawn`` is shown now.
    func isShown(_ edge: DrawnGraph.Edge) -> Bool {
        switch settings.edges {
        case .strongest, .all: true
        case .unhealthy: edge.level > .healthy || edge.gone != nil
        case .none: false
        }
    }

    func title(_ item: Int) -> String { drawn.items[item].title(in: graph) }

    func title(_ edge: DrawnGraph.Edge, _ glyphs: GlyphSet) -> String {
        "\(title(edge.from)) \(glyphs.arrow) \(title(edge.to))"
    }
}
