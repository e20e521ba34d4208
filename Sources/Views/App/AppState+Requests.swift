// SPDX-License-Identifier: Apache-2.0
import Model

/// What screens and prompts ask for, carried out.
extension AppState {
    /// Carries out what a screen asks for.
    mutating func carryOut(_ requests: [Request]) {
        for request in requests { carryOut(request) }
    }

    private mutating func carryOut(_ request: Request) {
        switch request {
        case .open(let subject): open(subject)
        case .show(let screen): show(screen)
        case .showCell(let pair):
            screens.matrix.point(at: pair)
            navigator.push(.screen(.matrix))
        case .showEvent(let event):
            screens.timeline.open(at: event)
            navigator.push(.screen(.timeline))
        case .replacePage(let subject): navigator.replacePage(.subject(subject))
        case .ask(let question): ask(question)
        case .showType(let type):
            guard screens.graph.settings.type != type else { return }
            screens.graph.show(type)
            remakePictures()
        case .remakePictures: remakePictures()
        }
    }

    // MARK: - Going

    /// Goes to what a row or a link is about.
    mutating func open(_ subject: Subject) {
        switch subject {
        case .cluster: show(.members)
        case .group: break
        case .member, .pair, .source, .incident, .pod, .workload, .object, .node, .edge, .event:
            navigator.push(.subject(subject))
        }
    }

    /// The screen beside the one that is shown. That of Kubernetes is left out where there is none.
    func neighbour(_ step: (ScreenID) -> ScreenID) -> ScreenID {
        var screen = step(navigator.screen)
        for _ in 0..<2 where isEmpty(screen) { screen = step(screen) }
        return screen
    }

    private func isEmpty(_ screen: ScreenID) -> Bool {
        let snapshot = display.picture?.snapshot
        return screen == .kubernetes && snapshot?.kubernetes == nil || screen == .istio && snapshot?.istio == nil
    }

    /// Goes to a screen itself.
    mutating func show(_ screen: ScreenID) {
        navigator.show(screen)
        screens.timeline.showAll()
        if screen == .matrix, let context { screens.matrix.begin(in: context) }
    }

    /// Goes to the events of what the reader is at.
    mutating func showEvents() {
        guard let context, let focus = subject(in: context).flatMap(TimelineFocus.init) else { return }
        screens.timeline.open(for: focus)
        navigator.push(.screen(.timeline))
    }

    /// Goes to the incident that the reader is at, or to the worst.
    mutating func explain() {
        guard let incident = incidentAtHand, navigator.page != .subject(.incident(incident)) else { return }
        navigator.push(.subject(.incident(incident)))
    }

    /// The incident that is selected, or that what is selected takes part in; the worst that is going on otherwise.
    var incidentAtHand: String? {
        guard let context else { return nil }
        let snapshot = context.snapshot
        switch subject(in: context) {
        case .incident(let id): return id
        case .member(_, let node): if let found = snapshot.incident(about: node.address.text) { return found.id }
        case .pair(let pair): if let found = snapshot.incident(about: pair.subject.address.text) { return found.id }
        case .node(let id), .edge(let id): if let found = snapshot.incident(about: id) { return found.id }
        case .cluster, .group, .source, .pod, .workload, .object, .event, nil: break
        }
        return snapshot.incidents.first { $0.state != .acknowledged }?.id
    }

    /// What the page is about, or what is selected on the screen.
    private func subject(in context: ScreenContext) -> Subject? {
        switch navigator.page {
        case .subject(let subject): return subject
        case .screen(.matrix): return screens.matrix.subject(in: context)
        case .screen(let id):
            let entry = ScreenEntry.of(id)
            guard entry.isEventful, entry.hasContent(context.picture) else { return nil }
            let rows = entry.rows(screens, context)
            let position = screens[list: id]?.position(in: rows) ?? -1
            return position >= 0 ? rows[position] : nil
        case .help: return nil
        }
    }

    /// A filter or a search ends first, then one page after the other.
    mutating func goBack() {
        if isOnTimeline, !screens.timeline.filter.isEmpty {
            screens.timeline.setFilter(TimelineFilter())
        } else if hasExpression(context) {
            endExpression()
        } else if search != nil, !isOnTimeline {
            search = nil
        } else if navigator.isNested {
            if isOnTimeline { screens.timeline.close() }
            navigator.back()
        }
    }

    // MARK: - Searching

    var isOnTimeline: Bool { navigator.page == .screen(.timeline) }

    /// What is searched for here: the timeline shows nothing else, all other screens and pages only mark it.
    var needle: String? { isOnTimeline ? screens.timeline.filter.text : search }

    private mutating func search(for text: String) {
        let needle = text.isEmpty ? nil : text
        if isOnTimeline { screens.timeline.search(needle) } else { search = needle }
    }

    /// The next of what was found: by an expression on the graph, by text elsewhere.
    mutating func goToFound(forward: Bool) {
        guard isFinding(on: navigator.page, context) else { return goToMatch(forward: forward) }
        screens.graph.selectNextFound(forward: forward)
    }

    /// - Parameters:
    ///   - forward: In which direction.
    ///   - includingPresent: Whether the selected row counts too.
    private mutating func goToMatch(forward: Bool, includingPresent: Bool = false) {
        guard let search, let context else { return }
        guard case .screen(let id) = navigator.page else {
            let lines = pageLines(context)
            let first = navigator.firstLine(of: lines.count, height: bodyHeight)
            let hit = Search.next(search, in: lines.map(\.line.text), from: first, forward, includingPresent)
            if let hit { navigator.scroll(to: hit, of: lines.count, height: bodyHeight) }
            return
        }
        let entry = ScreenEntry.of(id)
        guard entry.hasContent(context.picture) else { return }
        let rows = entry.rows(screens, context)
        let present = screens[list: id]?.position(in: rows) ?? -1
        let texts = entry.searchTexts(screens, context)
        guard let hit = Search.next(search, in: texts, from: present, forward, includingPresent) else { return }
        screens[list: id]?.select(hit, in: rows)
    }

    // MARK: - Expressions

    private var isAboutTraffic: Bool {
        navigator.page == .screen(.graph) || navigator.page == .screen(.traffic)
    }

    /// Whether back has an expression to end.
    func hasExpression(_ context: ScreenContext?) -> Bool {
        guard isAboutTraffic, let traffic = context?.traffic else { return false }
        return traffic.find != nil || traffic.hide != nil
    }

    /// Whether an expression finds what can be stepped through on a page.
    func isFinding(on page: Page, _ context: ScreenContext?) -> Bool {
        page == .screen(.graph) && context?.traffic.find != nil
    }

    /// What is found ends first, then what is hidden.
    private mutating func endExpression() {
        if context?.traffic.find != nil { expressions.find = .nothing } else { expressions.hide = .nothing }
        remakePictures()
    }

    private mutating func find(_ expression: ChosenExpression) {
        guard expressions.find != expression else { return }
        expressions.find = expression
        remakePictures()
    }

    // MARK: - Prompts

    private mutating func ask(_ question: Question) {
        switch question {
        case .sortColumn: prompt = .sortColumn(count: ScreenEntry.of(navigator.screen).sortColumns.count)
        case .expression(let purpose): prompt = ExpressionPrompt(purpose, promptContext).map { .expression($0) }
        case .filter: prompt = .filterMenu
        case .labels(let refusal): prompt = .labels(refusal: refusal)
        case .eventKind: prompt = .eventKind
        }
    }

    /// What prompts look up.
    var promptContext: PromptContext {
        PromptContext(
            picture: display.picture, expressions: expressions, traffic: context?.traffic ?? GraphOptions())
    }

    /// Gives a key to the prompt.
    mutating func answerPrompt(_ key: Key) -> [AppEffect] {
        guard var asked = prompt else { return [] }
        let choice: PromptChoice?
        switch asked.handle(key, promptContext) {
        case .keep(let made): (prompt, choice) = (asked, made)
        case .close(let made): (prompt, choice) = (nil, made)
        }
        if case .time(let command) = choice { return [.time(command)] }
        if let choice { carryOut(choice) }
        return []
    }

    private mutating func carryOut(_ choice: PromptChoice) {
        switch choice {
        case .search(let text): search(for: text)
        case .goToMatch: if !isOnTimeline { goToMatch(forward: true, includingPresent: true) }
        case .step(let offset):
            if isOnTimeline { screens.timeline.move(by: offset) } else { goToMatch(forward: offset > 0) }
        case .sort(let column): screens[list: navigator.screen]?.sort(by: column)
        case .preview(let expression): find(expression)
        case .find(let expression):
            if let expression { expressions.remember(expression.text) }
            find(ChosenExpression(expression))
            guard navigator.page == .screen(.graph), expression != nil else { return }
            refreshGraph()
            screens.graph.selectFirstFound()
        case .hide(let expression):
            if let expression { expressions.remember(expression.text) }
            expressions.hide = ChosenExpression(expression)
            remakePictures()
        case .label(let number): prompt = .labels(refusal: screens.graph.toggleLabel(number))
        case .events(let choice): screens.timeline.choose(choice)
        case .time: break
        }
    }
}
