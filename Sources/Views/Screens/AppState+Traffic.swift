import Graph

extension AppState {
    /// Does what a key of the traffic's screen says.
    mutating func perform(_ action: TrafficAction) {
        switch action {
        case .toggleRows:
            traffic.rows = traffic.rows == .edges ? .nodes : .edges
            lists[.traffic, default: ListState()].selected = nil
            lists[.traffic, default: ListState()].index = 0
        case .find: beginExpression(.find)
        case .hide: beginExpression(.hide)
        case .nextType: showNextType()
        case .nextTrouble: goToTroubledTraffic()
        }
    }

    private mutating func showNextType() {
        guard let present = shown?.snapshot.graph?.type else { return }
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

    // MARK: - Expressions

    private mutating func beginExpression(_ purpose: ExpressionPrompt.Purpose) {
        guard let start = shown?.snapshot.options.graph else { return }
        let options = traffic.options(start)
        let present = purpose == .find ? options.find : options.hide
        prompt = .expression(ExpressionPrompt(purpose: purpose, text: present?.text ?? ""))
    }

    mutating func edit(_ typed: ExpressionPrompt, _ key: Key) {
        var typed = typed
        switch key {
        case .character(let scalar) where typed.text.unicodeScalars.count < 400:
            typed.text += String(scalar)
            typed.preset = nil
        case .backspace where !typed.text.isEmpty: typed.text = String(typed.text.dropLast())
        case .control("u"): typed.text = ""
        case .up: offer(-1, &typed)
        case .down: offer(1, &typed)
        case .enter: return finish(typed)
        case .escape, .backspace:
            prompt = nil
            return
        default: break
        }
        prompt = .expression(typed)
    }

    private func offer(_ offset: Int, _ typed: inout ExpressionPrompt) {
        let presets = ExpressionPrompt.presets(typed.purpose, shown?.snapshot.graph)
        guard !presets.isEmpty else { return }
        let next =
            typed.preset.map { ($0 + offset + presets.count) % presets.count } ?? (offset > 0 ? 0 : presets.count - 1)
        typed.preset = next
        typed.text = presets[next]
    }

    /// What cannot be read stays to be mended; its line says where.
    private mutating func finish(_ typed: ExpressionPrompt) {
        do throws(FindError) {
            let expression = try typed.expression()
            switch typed.purpose {
            case .find: traffic.find = .some(expression)
            case .hide: traffic.hide = .some(expression)
            }
            prompt = nil
            renewPictures()
        } catch {
            prompt = .expression(typed)
        }
    }

    // MARK: - Showing it otherwise

    /// A snapshot with the graph as the reader chose to see it.
    mutating func adapted(_ snapshot: MeshSnapshot) -> MeshSnapshot {
        let start = snapshot.options.graph
        var options = traffic.options(start)
        options.type = self.graph.settings.type ?? start.type
        guard let graph = snapshot.graph, options != start else { return snapshot }
        var adapted = snapshot
        if options.type == start.type, start.hide == nil {
            // Nothing is missing in what came, and its times are known.
            var changed = graph
            changed.apply(options, clusters: snapshot.clusters, now: snapshot.at)
            if options.find == nil { changed.found = nil }
            adapted.graph = changed
        } else {
            adapted.graph = snapshot.graph(options, &graphMaker) ?? graph
        }
        return adapted
    }

    /// Makes the pictures anew after a choice.
    mutating func renewPictures() {
        if let original = live?.original { live = picture(of: original) }
        if let original = frozen?.picture?.original {
            let renewed = picture(of: original)
            frozen?.picture = renewed
        }
    }

    mutating func picture(of snapshot: MeshSnapshot) -> Picture { Picture(adapted(snapshot), original: snapshot) }

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
