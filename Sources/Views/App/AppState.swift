package import Model
import Traffic

/// What can happen to the screens.
package enum AppEvent: Sendable {
    case key(Key)
    case resize(Size)
    /// A new snapshot, and how many mesh events came with it.
    case data(MeshSnapshot, newEvents: Int)
    /// The time has come to draw ages anew.
    case clock(Timestamp)
}

/// What the run loop is asked to do.
package enum AppEffect: Equatable, Sendable {
    /// Ask every source now, and forget back-off.
    case pollNow
    /// Draw the whole terminal anew.
    case repaint
    case quit(leavingFrame: Bool)
}

/// What is shown, apart from the data: a value that only ``handle(_:)`` changes, so that any session can be played again in a test.
package struct AppState: Sendable {
    /// What the reader is asked for in the last line.
    enum Prompt: Equatable, Sendable {
        case find(String)
        case sortColumn
        case expression(ExpressionPrompt)
        /// Expressions to choose from, on the traffic's screen.
        case filterMenu
        /// What is written on the graph's edges; and why the last choice could not be.
        case labels(refusal: String?)
        /// Which events the timeline shows.
        case eventKind
    }

    /// A picture that stays while collection goes on.
    struct Frozen: Sendable {
        var picture: Picture?
        var since: Timestamp
        var newEvents = 0
    }

    package private(set) var size: Size
    let glyphs: GlyphSet
    let introduction: Introduction
    /// Local time minus UTC.
    let zone: Duration
    private(set) var clock: Timestamp
    var live: Picture?
    var frozen: Frozen?
    /// The way to where we are; never empty, and its first page is a screen.
    var pages: [Page] = [.screen(.overview)]
    var prompt: Prompt?
    /// What is searched for; nil when nothing is.
    var search: String?
    /// First line shown of a page of text; kept per page.
    var scroll: [Page: Int] = [:]
    var lists: [ScreenID: ListState] = [:]
    var matrix = MatrixState()
    var traffic = TrafficViewState()
    var graphMaker = GraphMaker()
    /// The selected link of a page; kept per page.
    var links: [Page: Place] = [:]
    var timeline = TimelineState()
    var graph = GraphState()
    /// Whether the terminal is looked at, as far as it tells.
    var hasFocus = true

    /// - Parameters:
    ///   - size: Of the terminal.
    ///   - glyphs: The signs to draw with.
    ///   - now: The present moment.
    ///   - zone: Local time minus UTC.
    ///   - introduction: What the first frame says, before there are data.
    package init(size: Size, glyphs: GlyphSet, now: Timestamp, zone: Duration, introduction: Introduction) {
        self.size = size
        self.glyphs = glyphs
        self.clock = now
        self.zone = zone
        self.introduction = introduction
    }

    /// The data shown: the frozen ones while frozen.
    var shown: Picture? { frozen.map(\.picture) ?? live }
    /// The moment that ages are counted to.
    var now: Timestamp { frozen?.since ?? clock }
    var page: Page { pages[pages.count - 1] }

    /// The screen that we are on or came from.
    var screen: ScreenID {
        for case .screen(let id) in pages.reversed() { return id }
        return .overview
    }

    /// Takes an event.
    ///
    /// - Returns: What the run loop must do, in order.
    package mutating func handle(_ event: AppEvent) -> [AppEffect] {
        defer { refreshGraph() }
        switch event {
        case .key(let key): return handle(key)
        case .resize(let size): self.size = size
        case .clock(let moment): clock = moment
        case .data(let snapshot, let newEvents):
            live = picture(of: snapshot)
            frozen?.newEvents += newEvents
            updateTimeline()
        }
        return []
    }

    private mutating func handle(_ key: Key) -> [AppEffect] {
        if key == .focusIn || key == .focusOut {
            hasFocus = key == .focusIn
            return []
        }
        switch prompt {
        case .find(let text): edit(text, key)
        case .sortColumn: pickSort(key)
        case .expression(let typed): edit(typed, key)
        case .filterMenu: pickFilter(key)
        case .labels: pickLabel(key)
        case .eventKind: pickKind(key)
        case nil:
            guard let action = KeyMap.action(of: key, in: contexts) else { return [] }
            return perform(action)
        }
        return []
    }

    private mutating func perform(_ action: Action) -> [AppEffect] {
        switch action {
        case .quit: return [.quit(leavingFrame: false)]
        case .quitLeavingFrame: return [.quit(leavingFrame: true)]
        case .repaint: return [.repaint]
        case .pollNow: return [.pollNow]
        case .freeze: toggleFreeze()
        case .find: prompt = .find(isOnTimeline ? needle ?? "" : "")
        case .findNext: stepToFound(forward: true)
        case .findPrevious: stepToFound(forward: false)
        default: navigate(action)
        }
        return []
    }

    private mutating func toggleFreeze() {
        frozen = frozen == nil ? Frozen(picture: live, since: clock) : nil
        updateTimeline()
    }

    // MARK: - Where keys work

    /// Where we are, as far as keys care.
    var contexts: Set<KeyContext> {
        var result: Set<KeyContext> = []
        let isFiltered = (isOnTimeline && !timeline.filter.isEmpty) || hasExpression
        if pages.count > 1 || needle != nil || isFiltered { result.insert(.nested) }
        if isFindingInGraph || (search != nil && !isOnTimeline) { result.insert(.found) }
        guard case .screen(let id) = page else { return result.union(contextsOfPage) }
        guard hasContent(id) else { return result }
        if id == .timeline, timeline.index.log.count == 0 { return result }
        result.formUnion([.list, .on(id)])
        if hasRows(id) {
            result.insert(.openable)
            if [.overview, .members, .matrix].contains(id) { result.insert(.eventful) }
        }
        if !ScreenEntry.of(id).sortColumns.isEmpty { result.insert(.sortable) }
        return result
    }

    private var contextsOfPage: Set<KeyContext> {
        switch page {
        case .member, .pair: [.text, .eventful]
        case .event: [.text, .event]
        case .node, .edge: linkedLines().contains { $0.place != nil } ? [.text, .openable] : [.text]
        case .screen, .source, .help: [.text]
        }
    }

    // MARK: - Moving

    private mutating func navigate(_ action: Action) {
        switch action {
        case .help: if page == .help { pages.removeLast() } else { pages.append(.help) }
        case .back: goBack()
        case .showScreen(let id):
            show(id)
        case .nextScreen: step(by: 1)
        case .previousScreen: step(by: -1)
        case .open: openSelected()
        case .sortNext:
            let columns = ScreenEntry.of(screen).sortColumns.count
            changeList { $0.sortColumn = ($0.sortColumn + 1) % max(1, columns) }
        case .sortInvert: changeList { $0.isInverted.toggle() }
        case .sortPick: prompt = .sortColumn
        case .up: move(by: -1)
        case .down: move(by: 1)
        case .pageUp: move(by: -pageHeight)
        case .pageDown: move(by: pageHeight)
        case .matrix(let action): perform(action)
        case .traffic(let action): perform(action)
        case .timeline(let action): perform(action)
        case .showEvents: showEvents()
        case .graph(let action):
            let (type, rank) = (graph.settings.type, graph.settings.rank)
            perform(action)
            if graph.settings.type != type || graph.settings.rank != rank { renewPictures() }
        case .first: move(by: -Self.far)
        case .last: move(by: Self.far)
        default: break
        }
    }

    private static let far = 1_000_000

    private var pageHeight: Int { max(1, size.rows - 6) }

    /// A search ends first, then one page after the other.
    private mutating func goBack() {
        if isOnTimeline, !timeline.filter.isEmpty {
            changeFilter { $0 = TimelineFilter() }
        } else if hasExpression {
            endExpression()
        } else if search != nil, !isOnTimeline {
            search = nil
        } else if pages.count > 1 {
            if isOnTimeline { timeline.close() }
            let left = pages.removeLast()
            scroll[left] = nil
            links[left] = nil
            updateTimeline()
        }
    }

    private mutating func step(by offset: Int) {
        let all = ScreenID.allCases
        guard let index = all.firstIndex(of: screen) else { return }
        show(all[(index + offset + all.count) % all.count])
    }

    private mutating func move(by offset: Int) {
        if isOnTimeline { return moveOnTimeline(by: offset) }
        if case .screen(let id) = page {
            let rows = rows(of: id)
            changeList { $0.select($0.position(in: rows) + offset, in: rows) }
        } else {
            let last = max(0, textLines().count - bodyHeight)
            let first = min(max(0, scrollPosition), last)
            scroll[page] =
                linkedLines().isEmpty
                ? min(max(0, first + offset), last) : moveLink(by: offset, from: first, height: bodyHeight)
        }
    }

    private mutating func openSelected() {
        if isOnTimeline { return openEvent() }
        guard case .screen(let id) = page else { return openLink() }
        if id == .graph { return openGraphSelection() }
        let rows = rows(of: id)
        let position = list(of: id).position(in: rows)
        guard position >= 0 else { return }
        changeList { $0.select(position, in: rows) }
        if id == .matrix { return openCell() }
        switch rows[position] {
        case .member(let cluster, let node): open(.member(cluster: cluster, node))
        case .source(let source): open(.source(source))
        case .cluster(let cluster): open(.cluster(cluster))
        case .event(let event): open(.event(event))
        case .node(let id): open(.node(id))
        case .edge(let id): open(.edge(id))
        case .group: break
        }
    }

    /// Whether a screen has anything to show; otherwise it says why not.
    func hasContent(_ id: ScreenID) -> Bool {
        guard let snapshot = shown?.snapshot else { return false }
        return switch id {
        case .sources: !snapshot.sources.isEmpty
        case .graph, .traffic: snapshot.graph != nil
        case .matrix: shown?.clusters.contains { !$0.present.isEmpty } ?? false
        case .overview: !snapshot.clusters.isEmpty || snapshot.graph != nil
        case .members, .timeline: !snapshot.clusters.isEmpty
        }
    }

    func list(of id: ScreenID) -> ListState { lists[id] ?? ListState() }

    mutating func changeList(_ change: (inout ListState) -> Void) {
        guard case .screen(let id) = page else { return }
        change(&lists[id, default: ListState()])
    }

    /// Whether anything can be selected, without making all rows.
    private func hasRows(_ id: ScreenID) -> Bool {
        guard let shown else { return false }
        switch id {
        case .overview: return !shown.problems.isEmpty
        case .members: return shown.rowCount > 0
        case .matrix: return hasContent(id)
        case .timeline: return timeline.index.count > 0
        case .graph: return graph.scene.map { !$0.drawn.items.isEmpty } ?? false
        case .traffic: return shown.traffic.map { !$0.edges.isEmpty || !$0.nodes.isEmpty } ?? false
        case .sources: return !shown.snapshot.sources.isEmpty
        }
    }

    func rows(of id: ScreenID) -> [RowID] {
        guard hasContent(id), let context = context(for: id) else { return [] }
        return ScreenEntry.of(id).rows(context)
    }

    func context(for id: ScreenID) -> ScreenContext? {
        shown.map { picture in
            ScreenContext(
                picture: picture, now: now, zone: zone, glyphs: glyphs, list: list(of: id), size: size, matrix: matrix,
                traffic: traffic, timeline: timeline, graph: graph)
        }
    }

    // MARK: - Pages of text

    var scrollPosition: Int {
        min(scroll[page] ?? 0, max(0, textLines().count - bodyHeight))
    }

    /// Rows between the first two lines and the last one.
    var bodyHeight: Int { max(0, size.rows - 3) }

    /// The lines of a page that is no screen.
    func textLines() -> [StyledLine] {
        let width = max(1, size.columns - 2)
        if page == .help { return HelpPage.lines(contexts: helpContexts, screen: screen, glyphs: glyphs, width: width) }
        guard let context = context(for: screen) else { return [] }
        switch page {
        case .member(let cluster, let node):
            return MemberPage.lines(of: node, in: cluster, context, width: width)
        case .pair(let pair): return PairPage.lines(of: pair, context, width: width)
        case .source(let id): return SourcePage.lines(of: id, context, width: width)
        case .node, .edge: return linkedLines().map(\.line)
        case .event(let entry): return EventPage.lines(of: entry, context, width: width)
        case .screen, .help: return []
        }
    }

    /// The help is about where it was called from.
    private var helpContexts: Set<KeyContext> {
        var below = self
        below.pages.removeLast()
        below.search = nil
        return below.contexts.union([.nested])
    }
}
