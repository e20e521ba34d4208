// SPDX-License-Identifier: Apache-2.0
import Layout
import Model

/// The state of the graph: what is selected and drawn, and which part of the drawing is visible.
///
/// The drawing itself (``GraphScene``) is expensive, so it is kept and made again only if the data, the settings or the size change.
struct GraphModel {
    /// The row of the screen's list is the selected node or edge.
    var list = ListModel()
    private(set) var settings = GraphSettings()
    /// The drawn graph; nil until the screen is shown.
    private(set) var scene: GraphScene?
    /// Whether marks travel along the edges; off at first, because it takes ten frames per second.
    private(set) var isMoving = false
    /// The ways of the marks in ``scene``, while they travel.
    private(set) var motion: GraphMotion?
    /// The cell of the drawing in the upper left corner.
    private(set) var origin = CellPoint(x: 0, y: 0)
    /// The id of the node whose edges Tab goes through.
    private var anchor: String?
    /// What was selected when the view last moved to it.
    private var followed: Subject?

    /// Brings the drawing up to date with the data and the settings; cheap if nothing has changed.
    ///
    /// - Parameters:
    ///   - context: With a service graph; without one nothing is done.
    ///   - settles: Whether all places are to be found again.
    mutating func refresh(in context: ScreenContext, settles: Bool = false) {
        let room = GraphPanes(context.body).room
        guard context.snapshot.graph != nil, room.columns > 0, room.rows > 0 else { return }
        let last = scene
        defer { updateMotion(last) }
        scene = GraphScene.make(
            context.picture, settings, room: room, glyphs: context.glyphs, zone: context.zone, last: last,
            settles: settles)
        guard list.selected != followed || last?.layout != scene?.layout else { return }
        followed = list.selected
        if case .node(let id) = list.selected { anchor = id }
        let isNew = last.map { $0.settings != settings || $0.room != room } ?? true
        follow(orWorst: isNew)
    }

    /// The ways of marks are found again with every drawing, and only while marks travel.
    private mutating func updateMotion(_ last: GraphScene?) {
        if !isMoving {
            motion = nil
        } else if motion == nil || last !== scene {
            motion = scene.map { GraphMotion($0) }
        }
    }

    /// Shows the graph as one of another type.
    mutating func show(_ type: GraphType) { settings.type = type }

    // MARK: - Keys

    /// - Returns: What the application has to do.
    mutating func handle(_ action: ListAction, in context: ScreenContext) -> [Request] {
        switch action {
        case .move: list.handle(action, in: scene?.subjects ?? [], page: context.pageHeight)
        case .open: open()
        }
    }

    /// - Returns: What the application has to do.
    mutating func handle(_ action: GraphAction, in context: ScreenContext) -> [Request] {
        guard let scene else { return [] }
        switch action {
        case .left: step(scene, dx: -1, dy: 0)
        case .right: step(scene, dx: 1, dy: 0)
        case .up: step(scene, dx: 0, dy: -1)
        case .down: step(scene, dx: 0, dy: 1)
        case .nextEdge: selectEdge(scene, by: 1) { $0.edges(around: $1) }
        case .previousEdge: selectEdge(scene, by: -1) { $0.edges(around: $1) }
        case .nextOutgoing: selectEdge(scene, by: 1) { $0.outgoing($1) }
        case .nextIncoming: selectEdge(scene, by: 1) { $0.incoming($1) }
        case .otherEnd: selectOtherEnd(scene)
        case .nextUnhealthy: selectTrouble(scene)
        case .panLeft: pan(scene, dx: -scene.room.columns / 3, dy: 0)
        case .panRight: pan(scene, dx: scene.room.columns / 3, dy: 0)
        case .panUp: pan(scene, dx: 0, dy: -scene.room.rows / 2)
        case .panDown: pan(scene, dx: 0, dy: scene.room.rows / 2)
        case .zoomIn: zoom(scene, by: -1)
        case .zoomOut: zoom(scene, by: 1)
        case .fitZoom: settings.zoom = nil
        case .find: return [.ask(.expression(.find))]
        case .hide: return [.ask(.expression(.hide))]
        case .focus: focus(scene)
        case .nextType: return [.showType(scene.graph.type.next)]
        case .nextEdges: showNextEdges(scene)
        case .labels: return [.ask(.labels(refusal: nil))]
        case .fold: fold(scene)
        case .foldAll: foldAll(scene)
        case .nextBoxing: settings.boxing = settings.boxing.next
        case .toggleGone: settings.showsGone.toggle()
        case .nextRank:
            settings.rank = Self.rank(after: settings.rank)
            return [.remakePictures]
        case .toggleMotion: isMoving.toggle()
        case .settle: refresh(in: context, settles: true)
        }
        return []
    }

    /// Opens what is selected: what is folded unfolds, nodes and edges have pages.
    private mutating func open() -> [Request] {
        guard let scene else { return [] }
        switch selection {
        case .nothing: return []
        case .item(let item):
            let drawn = scene.drawn.items[item]
            switch drawn.kind {
            case .node: return drawn.nodes.first.map { [.open(.node(scene.graph.nodes[$0].id))] } ?? []
            case .rest: return [.show(.traffic)]
            case .app, .box:
                fold(scene)
                return []
            }
        case .edge(let edge):
            if let gone = scene.drawn.edges[edge].gone { return [.open(.edge(gone.id))] }
            // Of several that are drawn as one, the worst.
            let edges = scene.drawn.edges[edge].edges.map { scene.graph.edges[$0] }
            let worst = edges.max { ($0.health.level, $0.rates.errors) < ($1.health.level, $1.rates.errors) }
            return worst.map { [.open(.edge(scene.graph.id(of: $0)))] } ?? []
        }
    }

    /// Writes a value on the edges, or no longer.
    ///
    /// - Parameter number: Its number in the menu, from 1; 0 is none of them.
    /// - Returns: Why it cannot be written; nil if it can.
    mutating func toggleLabel(_ number: Int) -> String? {
        guard let scene else { return nil }
        guard number > 0 else {
            settings.labels = []
            return nil
        }
        guard number <= GraphLabel.allCases.count else { return nil }
        let label = GraphLabel.allCases[number - 1]
        let refusal = settings.labels.contains(label) ? nil : label.refusal(in: scene.graph)
        if refusal == nil { settings.labels.toggle(label) }
        return refusal
    }

    // MARK: - Selecting

    /// What is selected, in ``scene``.
    var selection: GraphSelection { scene?.selection(list.selected) ?? .nothing }

    private mutating func select(_ selection: GraphSelection, _ scene: GraphScene) {
        list.selected = scene.subject(of: selection)
        if case .item(let item) = selection { anchor = scene.drawn.items[item].id }
    }

    /// To the nearest node in a direction; where there is none, the view moves.
    private mutating func step(_ scene: GraphScene, dx: Int, dy: Int) {
        switch selection {
        case .nothing:
            if let first = scene.reading.first { select(.item(first), scene) }
        case .item(let item):
            if let next = scene.nearest(to: item, dx: dx, dy: dy) { return select(.item(next), scene) }
            pan(scene, dx: 4 * dx, dy: 2 * dy)
        case .edge(let edge):
            let ends = [scene.drawn.edges[edge].from, scene.drawn.edges[edge].to]
            let places = ends.map { scene.layout.nodes[$0] }
            let isFirst = dx != 0 ? (places[0].x <= places[1].x) == (dx < 0) : (places[0].y <= places[1].y) == (dy < 0)
            select(.item(isFirst ? ends[0] : ends[1]), scene)
        }
    }

    /// Goes through edges of the node that was selected last.
    private mutating func selectEdge(_ scene: GraphScene, by offset: Int, _ edges: (GraphScene, Int) -> [Int]) {
        guard let anchor = anchorItem(scene) else { return step(scene, dx: 1, dy: 0) }
        self.anchor = scene.drawn.items[anchor].id
        let found = edges(scene, anchor)
        guard !found.isEmpty else { return select(.item(anchor), scene) }
        var next = offset > 0 ? 0 : found.count - 1
        if case .edge(let present) = selection, let place = found.firstIndex(of: present) {
            next = (place + offset + found.count) % found.count
        }
        select(.edge(found[next]), scene)
    }

    /// The selected item; of a selected edge the end that was selected before.
    private func anchorItem(_ scene: GraphScene) -> Int? {
        switch selection {
        case .nothing: return nil
        case .item(let item): return item
        case .edge(let edge):
            let ends = [scene.drawn.edges[edge].from, scene.drawn.edges[edge].to]
            return ends.first { scene.drawn.items[$0].id == anchor } ?? ends[0]
        }
    }

    private mutating func selectOtherEnd(_ scene: GraphScene) {
        guard case .edge(let edge) = selection, let anchor = anchorItem(scene) else { return }
        let ends = (scene.drawn.edges[edge].from, scene.drawn.edges[edge].to)
        select(.item(ends.0 == anchor ? ends.1 : ends.0), scene)
    }

    private mutating func selectTrouble(_ scene: GraphScene) {
        let troubles = scene.troubles
        guard !troubles.isEmpty else { return }
        let present = troubles.firstIndex(of: selection)
        select(troubles[present.map { ($0 + 1) % troubles.count } ?? 0], scene)
    }

    /// Selects the next of what an expression finds, and after the last the first.
    mutating func selectNextFound(forward: Bool) {
        guard let scene, !scene.found.order.isEmpty else { return }
        let order = scene.found.order
        let present = order.firstIndex(of: selection)
        let next = present.map { ($0 + (forward ? 1 : order.count - 1)) % order.count }
        select(order[next ?? (forward ? 0 : order.count - 1)], scene)
    }

    /// Selects the first of what an expression finds, unless another of it is selected.
    mutating func selectFirstFound() {
        guard let scene, let first = scene.found.order.first, !scene.found.order.contains(selection) else { return }
        select(first, scene)
    }

    // MARK: - Choosing what is drawn

    /// Where the strongest are all of them, the key would seem to do nothing.
    private mutating func showNextEdges(_ scene: GraphScene) {
        let isSame = settings.edges == .strongest && scene.drawn.gathered.isEmpty
        settings.edges = isSame ? EdgeMode.all.next : settings.edges.next
    }

    /// All ways to rank, then none.
    private static func rank(after rank: GraphRank?) -> GraphRank? {
        let all = GraphRank.allCases
        guard let rank, let place = all.firstIndex(of: rank) else { return all.first }
        return place + 1 < all.count ? all[place + 1] : nil
    }

    private mutating func zoom(_ scene: GraphScene, by offset: Int) {
        let all = GraphZoom.allCases
        guard let place = all.firstIndex(of: scene.zoom) else { return }
        settings.zoom = all[min(max(0, place + offset), all.count - 1)]
    }

    /// One hop more around the same node, after the third all again.
    private mutating func focus(_ scene: GraphScene) {
        guard let anchor = anchorItem(scene) else {
            settings.focus = nil
            return
        }
        let id = scene.drawn.items[anchor].id
        if settings.focus != id {
            (settings.focus, settings.hops) = (id, 1)
        } else if settings.hops < 3 {
            settings.hops += 1
        } else {
            settings.focus = nil
        }
    }

    /// Unfolds what is folded, else folds the innermost box around it.
    private mutating func fold(_ scene: GraphScene) {
        guard let anchor = anchorItem(scene) else { return }
        let item = scene.drawn.items[anchor]
        if scene.foldsNamespaces {
            for other in scene.drawn.items where other.kind == .box { settings.folds[other.id] = true }
        }
        if item.kind == .box || item.kind == .app {
            settings.folds[item.id] = false
            list.selected = item.nodes.first.map { .node(scene.graph.nodes[$0].id) }
        } else if let box = item.box {
            settings.folds[scene.drawn.boxes[box].id] = true
            list.selected = .node(scene.drawn.boxes[box].id)
        }
    }

    private mutating func foldAll(_ scene: GraphScene) {
        let isFolded = scene.drawn.items.contains { $0.kind == .box }
        let folded = scene.drawn.items.filter { $0.kind == .box }.map(\.id)
        let open = scene.drawn.boxes.map(\.id).filter { $0.hasPrefix("namespace:") }
        for id in isFolded ? folded : open { settings.folds[id] = !isFolded }
    }

    // MARK: - The view

    private mutating func pan(_ scene: GraphScene, dx: Int, dy: Int) {
        origin.x += dx
        origin.y += dy
        clampOrigin(scene)
    }

    private mutating func clampOrigin(_ scene: GraphScene) {
        origin.x = min(max(0, origin.x), max(0, scene.layout.columns - scene.room.columns))
        origin.y = min(max(0, origin.y), max(0, scene.layout.rows - scene.room.rows))
    }

    /// Moves the view as little as it takes to see what is selected.
    ///
    /// - Parameter orWorst: Whether, without a selection, the worst or else the first item is to be seen.
    private mutating func follow(orWorst: Bool) {
        guard let scene else { return }
        let first = scene.troubles.first ?? scene.reading.first.map { .item($0) } ?? .nothing
        let wanted = selection == .nothing && orWorst ? first : selection
        if let cells = scene.cells(of: wanted) {
            let room = scene.room
            let (marginX, marginY) = (min(4, room.columns / 8), min(1, room.rows / 8))
            origin.x = min(origin.x, cells.x - marginX)
            origin.x = max(origin.x, cells.endX + marginX - room.columns)
            if cells.width > room.columns { origin.x = cells.x }
            origin.y = min(origin.y, cells.y - marginY)
            origin.y = max(origin.y, cells.endY + marginY - room.rows)
            if cells.height > room.rows { origin.y = cells.y }
        }
        clampOrigin(scene)
    }
}
