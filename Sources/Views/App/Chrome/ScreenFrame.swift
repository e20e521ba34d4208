import Model

extension AppState {
    /// Below this a screen is no longer possible, and the worst is told in single lines.
    private static let smallest = Size(columns: 40, rows: 8)

    /// Draws everything. Any size will do.
    package func frame() -> Frame {
        var frame = Frame(size: size, asciiOnly: glyphs.asciiOnly)
        guard size.columns > 0, size.rows > 0 else { return frame }
        if size.columns < Self.smallest.columns || size.rows < Self.smallest.rows {
            TinyScreen.draw(self, into: &frame)
            return frame
        }
        let whole = Area(size)
        frame.put(HeaderLine.line(for: self, width: size.columns), in: whole, glyphs: glyphs)
        frame.put(tabs(), in: whole, row: 1, indent: 1, glyphs: glyphs)
        let body = whole.droppingTop(2).droppingBottom(1)
        drawBody(&frame, body)
        if let needle { frame.highlight(needle, in: body) }
        frame.put(lastLine(), in: whole, row: size.rows - 1, indent: 1, glyphs: glyphs)
        return frame
    }

    private func drawBody(_ frame: inout Frame, _ body: Area) {
        let text = Area(x: body.x + 1, y: body.y, width: body.width - 2, height: body.height)
        guard case .screen(let id) = page else {
            frame.put(textLines(), from: scrollPosition, in: text, glyphs: glyphs)
            return selectLink(&frame, body)
        }
        guard hasContent(id), let context = context(for: id) else {
            return frame.put(reasons(for: id, width: text.width), from: 0, in: text.droppingTop(1), glyphs: glyphs)
        }
        ScreenEntry.of(id).draw(context, &frame, body)
    }

    /// Shows the line of a page from which Enter leads on.
    private func selectLink(_ frame: inout Frame, _ body: Area) {
        guard let line = selectedLine(in: linkedLines()) else { return }
        let row = line - scrollPosition
        guard (0..<body.height).contains(row) else { return }
        frame.select(Area(x: body.x, y: body.y + row, width: body.width, height: 1), glyphs: glyphs)
    }

    /// Why a screen is empty, and what to type.
    private func reasons(for id: ScreenID, width: Int) -> [StyledLine] {
        let known = shown?.snapshot.sources ?? []
        let isAboutTraffic = id == .graph || id == .traffic
        let asked = isAboutTraffic ? known.filter { $0.id.kind == .prometheus } : known
        let complaints = SourcesScreen.complaints(shown?.snapshot.probes ?? [])
        let sources = asked.flatMap {
            SourcesScreen.brief($0, complaints[$0.id], now: now, width: width, glyphs: glyphs)
        }
        return isAboutTraffic && !known.isEmpty
            ? EmptyScreen.trafficLines(sources: sources)
            : EmptyScreen.lines(introduction, sources: sources, glyphs: glyphs)
    }

    // MARK: - Second line

    /// The screens there are, or the way to the page that we are on.
    private func tabs() -> StyledLine {
        var line = StyledLine.empty
        if pages.count > 1 {
            for (index, page) in pages.enumerated() {
                if index > 0 { line.append(" \(glyphs.arrow) ", .muted) }
                line.append(title(of: page), index == pages.count - 1 ? .title : .muted)
            }
            return line
        }
        line = screens(withNames: true)
        return line.width <= size.columns - 2 ? line : screens(withNames: false)
    }

    /// In a narrow terminal only the screen that is shown has its name.
    private func screens(withNames: Bool) -> StyledLine {
        var line = StyledLine.empty
        for id in ScreenID.allCases {
            if !line.spans.isEmpty { line.append("  ") }
            line.append("\(id.digit)", .key)
            if withNames || id == screen { line.append(" \(id.name)", id == screen ? .title : .muted) }
        }
        return line
    }

    private func title(of page: Page) -> String {
        switch page {
        case .screen(let id): id.name
        case .member(_, let node): node.address.hostPort
        case .pair(let pair): pairTitle(pair)
        case .source(let id): id.description
        case .node(let id):
            shown?.traffic.map { picture in picture.graph.index(of: id).map { picture.titles[$0] } ?? id } ?? id
        case .edge(let id): edgeTitle(id)
        case .event: "Event"
        case .help: "Help"
        }
    }

    private func edgeTitle(_ id: String) -> String {
        guard let picture = shown?.traffic else { return id }
        return picture.edge(id).map { picture.title(of: picture.graph.edges[$0], glyphs) } ?? "ended traffic"
    }

    private func pairTitle(_ pair: PairID) -> String {
        let names = shown?.cluster(pair.cluster)?.names ?? AddressNames([])
        let (observer, subject) = (pair.observer.address, pair.subject.address)
        return "\(names.text(of: observer, .telling)) \(glyphs.arrow) \(names.text(of: subject, .telling))"
    }

    // MARK: - Last line

    private func lastLine() -> StyledLine {
        switch prompt {
        case .find(let text):
            return StyledLine("/", .key) + StyledLine(text) + StyledLine("_", .accent)
                + StyledLine("   Enter go  esc cancel", .muted)
        case .sortColumn:
            var line = StyledLine("Sort by ", .heading)
            for (index, name) in ScreenEntry.of(screen).sortColumns.enumerated() {
                line.append("\(index + 1) ", .key)
                line.append(name + "  ", .plain)
            }
            return line
        case .expression(let typed): return expressionLine(typed)
        case .filterMenu: return filterMenu()
        case .labels(let refusal): return labelMenu(refusal)
        case .eventKind: return kindPrompt()
        case nil: return keyLine()
        }
    }

    /// The keys that work here, the most useful first; help and quit always have their place.
    private func keyLine() -> StyledLine {
        let live = KeyMap.live(in: contexts).filter { $0.label != nil }
        let isFixed = { (action: Action) in action == .help || action == .quit }
        let fixed = live.filter { isFixed($0.action) }
        var room = size.columns - 2 - fixed.reduce(0) { $0 + hint($1).width + 2 }
        var line = StyledLine.empty
        for binding in live where !isFixed(binding.action) {
            let hint = hint(binding)
            guard hint.width + 2 <= room else { break }
            room -= hint.width + 2
            line = line + hint + StyledLine("  ")
        }
        return fixed.reduce(line) { $0 + hint($1) + StyledLine("  ") }
    }

    private func hint(_ binding: KeyBinding) -> StyledLine {
        let label =
            switch binding.action {
            case .freeze where frozen != nil: "let go"
            case .back where (isOnTimeline && !timeline.filter.isEmpty) || hasExpression: "show all"
            default: binding.label ?? ""
            }
        return StyledLine(binding.keys[0].label, .key) + StyledLine(" " + label, .muted)
    }
}
