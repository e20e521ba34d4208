import Model
import Traffic

extension AppState {
    /// Does what a key of the traffic's screen says.
    mutating func perform(_ action: TrafficAction) {
        switch action {
        case .toggleRows:
            traffic.rows = traffic.rows == .edges ? .nodes : .edges
            lists[.traffic, default: ListState()].selected = nil
            lists[.traffic, default: ListState()].index = 0
        case .find: prompt = .filterMenu
        case .hide: beginExpression(.hide)
        case .nextType: showNextType()
        case .nextTrouble: goToTroubledTraffic()
        }
    }

    private mutating func showNextType() {
        guard let present = shown?.snapshot.graph?.graph.type else { return }
        let all = GraphType.allCases
        let place = all.firstIndex(of: present) ?? 0
        graph.settings.type = all[(place + 1) % all.count]
        renewPictures()
    }

    /// The next row that is not well, and after the last the first.
    private mutating func goToTroubledTraffic() {
        guard let context = context(for: .traffic), let picture = context.picture.traffic else { return }
        let rows = picture.rows(traffic, context.list)
        let ids = rows.map(picture.id)
        let start = list(of: .traffic).position(in: ids)
        guard start >= 0 else { return }
        let isFresh = list(of: .traffic).selected == nil
        for step in (isFresh ? 0 : 1)...rows.count {
            let index = (start + step) % rows.count
            guard picture.isTroubled(rows[index]) else { continue }
            lists[.traffic, default: ListState()].select(index, in: ids)
            return
        }
    }

    // MARK: - Showing it otherwise

    /// A snapshot with the graph as the reader chose to see it.
    mutating func adapted(_ snapshot: MeshSnapshot) -> MeshSnapshot {
        let start = snapshot.options.graph
        var options = traffic.options(start)
        options.type = self.graph.settings.type ?? start.type
        options.rank = self.graph.settings.rank ?? start.rank
        guard let graph = snapshot.graph, options != start else { return snapshot }
        var adapted = snapshot
        if options.type == start.type, start.hide == nil {
            // Nothing is missing in what came, and its times are known.
            adapted.graph = ShownGraph(graph.graph, options, clusters: snapshot.clusters, now: snapshot.at)
        } else {
            adapted.graph = snapshot.graph(options, &graphMaker) ?? graph
        }
        return adapted
    }

    /// Makes the pictures anew after a choice.
    mutating func renewPictures() {
        if let live { self.live = renewed(live) }
        if let picture = frozen?.picture {
            let renewed = renewed(picture)
            frozen?.picture = renewed
        }
    }

    mutating func picture(of snapshot: MeshSnapshot) -> Picture { Picture(adapted(snapshot), original: snapshot) }

    /// The same with the traffic as it is chosen now.
    private mutating func renewed(_ picture: Picture) -> Picture {
        Picture(adapted(picture.original), like: picture)
    }

    // MARK: - Links of pages

    /// The lines of the page with the places that they lead to.
    func linkedLines() -> [PageLine] {
        let width = max(1, size.columns - 2)
        guard let context = context(for: screen) else { return [] }
        switch page {
        case .node(let id): return NodePage.lines(of: id, context, width: width)
        case .edge(let id): return EdgePage.lines(of: id, context, width: width)
        default: return []
        }
    }

    /// The line of the selected link; the first link until one is selected.
    func selectedLine(in lines: [PageLine]) -> Int? {
        if let place = links[page], let line = lines.firstIndex(where: { $0.place == place }) { return line }
        return lines.firstIndex { $0.place != nil }
    }

    /// From link to link as far as they are in sight, else a line on.
    ///
    /// - Returns: The first line to show.
    mutating func moveLink(by offset: Int, from first: Int, height: Int) -> Int {
        let lines = linkedLines()
        let last = max(0, lines.count - height)
        guard abs(offset) == 1, let present = selectedLine(in: lines) else { return min(max(0, first + offset), last) }
        let isInSight = { (line: Int) in (first..<(first + height)).contains(line) }
        let ahead =
            offset > 0 ? Array(lines.indices.dropFirst(present + 1)) : Array(lines.indices.prefix(present).reversed())
        if isInSight(present), let next = ahead.first(where: { lines[$0].place != nil }), isInSight(next) {
            links[page] = lines[next].place
            return first
        }
        let moved = min(max(0, first + offset), last)
        let seen = moved..<(moved + height)
        if !seen.contains(present) || offset > 0,
            let entering = ahead.first(where: { lines[$0].place != nil && seen.contains($0) })
        {
            links[page] = lines[entering].place
        }
        return moved
    }

    mutating func openLink() {
        let lines = linkedLines()
        guard let line = selectedLine(in: lines), let place = lines[line].place else { return }
        links[page] = place
        open(place)
    }
}

extension TrafficPicture {
    fileprivate func isTroubled(_ row: TrafficRow) -> Bool {
        switch row {
        case .edge(let place): graph.edges[place].health.level > .healthy
        case .node(let place): graph.nodes[place].health.level > .healthy
        case .gone: true
        }
    }
}
