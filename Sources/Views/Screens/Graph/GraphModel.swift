import Layout
import Model

extension AppState {
    /// Brings the drawn graph up to what is shown now; does nothing while another screen is.
    mutating func refreshGraph(settles: Bool = false) {
        guard page == .screen(.graph), let shown, shown.snapshot.graph != nil else { return }
        let room = GraphPanes(bodyArea).room
        guard room.columns > 0, room.rows > 0 else { return }
        let last = graph.scene
        defer { updateMotion(last) }
        graph.scene = GraphScene.make(
            shown, graph.settings, room: room, glyphs: glyphs, zone: zone, last: last, settles: settles)
        let selected = list(of: .graph).selected
        if selected != graph.followed || last?.layout != graph.scene?.layout {
            graph.followed = selected
            if case .node(let id) = selected { graph.anchor = id }
            let isNew = last.map { $0.settings != graph.settings || $0.room != room } ?? true
            follow(orWorst: isNew)
        }
    }

    /// Ways are looked for anew with every picture, and only while marks travel.
    private mutating func updateMotion(_ last: GraphScene?) {
        if !graph.isMoving {
            graph.motion = nil
        } else if graph.motion == nil || last !== graph.scene {
            graph.motion = graph.scene.map { GraphMotion($0) }
        }
    }

    /// How long the next frame may take at most: nil if nothing moves, and the loop needs no further timer. Nothing moves that nobody sees.
    package var framePause: Duration? {
        let isSeen = page == .screen(.graph) && hasFocus && frozen == nil
        guard graph.isMoving, isSeen, let motion = graph.motion, !motion.tracks.isEmpty else { return nil }
        return .milliseconds(100)
    }

    /// Whether the terminal is to tell when it is looked at and when not.
    package var wantsFocus: Bool { graph.isMoving }

    private var bodyArea: Area { Area(size).droppingTop(2).droppingBottom(1) }

    /// Does what a key of the graph says.
    mutating func perform(_ action: GraphAction) {
        guard let scene = graph.scene else { return }
        switch action {
        case .left: step(scene, dx: -1, dy: 0)
        case .right: step(scene, dx: 1, dy: 0)
        case .up: step(scene, dx: 0, dy: -1)
        case .down: step(scene, dx: 0, dy: 1)
        case .panLeft: pan(scene, dx: -scene.room.columns / 3, dy: 0)
        case .panRight: pan(scene, dx: scene.room.columns / 3, dy: 0)
        case .panUp: pan(scene, dx: 0, dy: -scene.room.rows / 2)
        case .panDown: pan(scene, dx: 0, dy: scene.room.rows / 2)
        case .nextEdge: selectEdge(scene, by: 1) { $0.edges(around: $1) }
        case .previousEdge: selectEdge(scene, by: -1) { $0.edges(around: $1) }
        case .nextOutgoing: selectEdge(scene, by: 1) { $0.outgoing($1) }
        case .nextIncoming: selectEdge(scene, by: 1) { $0.incoming($1) }
        case .otherEnd: goAlong(scene)
        case .nextUnhealthy: selectTrouble(scene)
        case .find: beginExpression(.find)
        case .hide: beginExpression(.hide)
        default: change(action, scene)
        }
    }

    private mutating func change(_ action: GraphAction, _ scene: GraphScene) {
        switch action {
        case .focus: focus(scene)
        case .nextType: graph.settings.type = scene.graph.type.next
        case .nextEdges: nextEdges(scene)
        case .labels: prompt = .labels(refusal: nil)
        case .toggleMotion: graph.isMoving.toggle()
        case .nextRank: graph.settings.rank = Self.rank(after: graph.settings.rank)
        case .toggleGone: graph.settings.showsGone.toggle()
        case .zoomIn: zoom(scene, by: -1)
        case .zoomOut: zoom(scene, by: 1)
        case .fitZoom: graph.settings.zoom = nil
        case .fold: fold(scene)
        case .foldAll: foldAll(scene)
        case .nextBoxing: graph.settings.boxing = graph.settings.boxing.next
        case .settle: return refreshGraph(settles: true)
        default: break
        }
    }

    // MARK: - Selecting

    private var selection: GraphSelection {
        graph.scene?.selection(list(of: .graph).selected) ?? .nothing
    }

    private mutating func select(_ selection: GraphSelection, _ scene: GraphScene) {
        lists[.graph, default: ListState()].selected = scene.row(selection)
        if case .item(let item) = selection { graph.anchor = scene.drawn.items[item].id }
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
        guard let anchor = anchor(scene) else { return step(scene, dx: 1, dy: 0) }
        graph.anchor = scene.drawn.items[anchor].id
        let found = edges(scene, anchor)
        guard !found.isEmpty else { return select(.item(anchor), scene) }
        var next = offset > 0 ? 0 : found.count - 1
        if case .edge(let present) = selection, let place = found.firstIndex(of: present) {
            next = (place + offset + found.count) % found.count
        }
        select(.edge(found[next]), scene)
    }

    private func anchor(_ scene: GraphScene) -> Int? {
        switch selection {
        case .nothing: return nil
        case .item(let item): return item
        case .edge(let edge):
            let ends = [scene.drawn.edges[edge].from, scene.drawn.edges[edge].to]
            return ends.first { scene.drawn.items[$0].id == graph.anchor } ?? ends[0]
        }
    }

    private mutating func goAlong(_ scene: GraphScene) {
        guard case .edge(let edge) = selection, let anchor = anchor(scene) else { return }
        let ends = (scene.drawn.edges[edge].from, scene.drawn.edges[edge].to)
        select(.item(ends.0 == anchor ? ends.1 : ends.0), scene)
    }

    private mutating func selectTrouble(_ scene: GraphScene) {
        let troubles = scene.troubles
        guard !troubles.isEmpty else { return }
        let present = troubles.firstIndex(of: selection)
        select(troubles[present.map { ($0 + 1) % troubles.count } ?? 0], scene)
    }

    // MARK: - Finding

    /// The next of what was found, by an expression on the graph, by text elsewhere.
    mutating func stepToFound(forward: Bool) {
        guard isFindingInGraph else { return findNext(forward: forward) }
        guard let scene = graph.scene, !scene.found.order.isEmpty else { return }
        let order = scene.found.order
        let present = order.firstIndex(of: selection)
        let next = present.map { ($0 + (forward ? 1 : order.count - 1)) % order.count }
        select(order[next ?? (forward ? 0 : order.count - 1)], scene)
    }

    /// Selects what was found, unless it is already.
    mutating func goToFirstFound() {
        refreshGraph()
        guard let scene = graph.scene, let first = scene.found.order.first else { return }
        if !scene.found.order.contains(selection) { select(first, scene) }
    }

    // MARK: - Changing the picture

    /// Where the strongest are all, the key would seem to do nothing.
    private mutating func nextEdges(_ scene: GraphScene) {
        let isSame = graph.settings.edges == .strongest && scene.drawn.gathered.isEmpty
        graph.settings.edges = isSame ? EdgeMode.all.next : graph.settings.edges.next
    }

    /// All ways to rank, then none.
    private static func rank(after rank: GraphRank?) -> GraphRank? {
        let all = GraphRank.allCases
        guard let rank, let place = all.firstIndex(of: rank) else { return all.first }
        return place + 1 < all.count ? all[place + 1] : nil
    }

    /// One key of the menu of labels: a digit takes a value in or out, anything else ends it.
    mutating func pickLabel(_ key: Key) {
        prompt = nil
        guard case .character(let scalar) = key, let digit = Int(String(scalar)), let scene = graph.scene else {
            return
        }
        if digit == 0 {
            graph.settings.labels = []
        } else if digit <= GraphLabel.allCases.count {
            let label = GraphLabel.allCases[digit - 1]
            let refusal = graph.settings.labels.contains(label) ? nil : label.refusal(in: scene.graph)
            if refusal == nil { graph.settings.labels.toggle(label) }
            prompt = .labels(refusal: refusal)
            return
        }
        prompt = .labels(refusal: nil)
    }

    func labelMenu(_ refusal: String?) -> StyledLine {
        if let refusal { return StyledLine(refusal, .degraded) }
        var line = StyledLine(size.columns >= 100 ? "Labels  " : "", .heading)
        for (place, label) in GraphLabel.allCases.enumerated() {
            let isChosen = graph.settings.labels.contains(label)
            line.append("\(place + 1)", .key)
            line.append(isChosen ? "[\(label.name)]" : " \(label.name) ", isChosen ? .title : .plain)
            line.append(" ")
        }
        return line + StyledLine("0", .key) + StyledLine(" none  ") + StyledLine("Enter", .key) + StyledLine(" ok")
    }

    private mutating func zoom(_ scene: GraphScene, by offset: Int) {
        let all = GraphZoom.allCases
        guard let place = all.firstIndex(of: scene.zoom) else { return }
        graph.settings.zoom = all[min(max(0, place + offset), all.count - 1)]
    }

    /// One hop more around the same node, after the third all again.
    private mutating func focus(_ scene: GraphScene) {
        guard let anchor = anchor(scene) else {
            graph.settings.focus = nil
            return
        }
        let id = scene.drawn.items[anchor].id
        if graph.settings.focus != id {
            (graph.settings.focus, graph.settings.hops) = (id, 1)
        } else if graph.settings.hops < 3 {
            graph.settings.hops += 1
        } else {
            graph.settings.focus = nil
        }
    }

    /// Unfolds what is folded, else folds the box right around.
    private mutating func fold(_ scene: GraphScene) {
        guard let anchor = anchor(scene) else { return }
        let item = scene.drawn.items[anchor]
        if scene.foldsNamespaces {
            for other in scene.drawn.items where other.kind == .box { graph.settings.folds[other.id] = true }
        }
        if item.kind == .box || item.kind == .app {
            graph.settings.folds[item.id] = false
            let inside = item.nodes.first.map { RowID.node(scene.graph.nodes[$0].id) }
            lists[.graph, default: ListState()].selected = inside
        } else if let box = item.box {
            graph.settings.folds[scene.drawn.boxes[box].id] = true
            lists[.graph, default: ListState()].selected = .node(scene.drawn.boxes[box].id)
        }
    }

    private mutating func foldAll(_ scene: GraphScene) {
        let isFolded = scene.drawn.items.contains { $0.kind == .box }
        let folded = scene.drawn.items.filter { $0.kind == .box }.map(\.id)
        let open = scene.drawn.boxes.map(\.id).filter { $0.hasPrefix("namespace:") }
        for id in isFolded ? folded : open { graph.settings.folds[id] = !isFolded }
    }

    /// Opens what is selected: what is folded unfolds, a node leads to its cluster.
    mutating func openGraphSelection() {
        guard let scene = graph.scene else { return }
        switch selection {
        case .nothing: return
        case .item(let item):
            let drawn = scene.drawn.items[item]
            switch drawn.kind {
            case .node: if let node = drawn.nodes.first { open(.node(scene.graph.nodes[node].id)) }
            case .rest: show(.traffic)
            case .app, .box: fold(scene)
            }
        case .edge(let edge):
            // Of several that are drawn as one, the worst.
            let edges = scene.drawn.edges[edge].edges.map { scene.graph.edges[$0] }
            if let gone = scene.drawn.edges[edge].gone { return open(.edge(gone.id)) }
            let worst = edges.max { ($0.health.level, $0.rates.errors) < ($1.health.level, $1.rates.errors) }
            if let worst { open(.edge(scene.graph.id(of: worst))) }
        }
    }

    // MARK: - The view

    private mutating func pan(_ scene: GraphScene, dx: Int, dy: Int) {
        graph.origin.x += dx
        graph.origin.y += dy
        clampOrigin(scene)
    }

    private mutating func clampOrigin(_ scene: GraphScene) {
        graph.origin.x = min(max(0, graph.origin.x), max(0, scene.layout.columns - scene.room.columns))
        graph.origin.y = min(max(0, graph.origin.y), max(0, scene.layout.rows - scene.room.rows))
    }

    /// Moves the view as little as it takes to see what is selected.
    ///
    /// - Parameter orWorst: Whether, without a selection, what is worst is to be seen, or the beginning.
    private mutating func follow(orWorst: Bool) {
        guard let scene = graph.scene else { return }
        let first = scene.troubles.first ?? scene.reading.first.map { .item($0) } ?? .nothing
        let wanted = selection == .nothing && orWorst ? first : selection
        if let cells = scene.cells(of: wanted) {
            let room = scene.room
            let (marginX, marginY) = (min(4, room.columns / 8), min(1, room.rows / 8))
            graph.origin.x = min(graph.origin.x, cells.x - marginX)
            graph.origin.x = max(graph.origin.x, cells.endX + marginX - room.columns)
            if cells.width > room.columns { graph.origin.x = cells.x }
            graph.origin.y = min(graph.origin.y, cells.y - marginY)
            graph.origin.y = max(graph.origin.y, cells.endY + marginY - room.rows)
            if cells.height > room.rows { graph.origin.y = cells.y }
        }
        clampOrigin(scene)
    }
}
