// SPDX-License-Identifier: Apache-2.0
package import Model

/// What can happen to the screens.
package enum AppEvent: Sendable {
    /// A key was pressed.
    case key(Key)
    /// The terminal has another size.
    case resize(Size)
    /// A new snapshot, and how many events came with it.
    case data(MeshSnapshot, newEvents: Int)
    /// The present moment: ages are to be drawn again.
    case clock(Timestamp)
    /// Where in time the screens are.
    case time(TimeState)
}

/// What the run loop is asked to do.
package enum AppEffect: Equatable, Sendable {
    /// Ask every source now, and forget back-off.
    case pollNow
    /// Note that an incident, by its id, was seen.
    case acknowledge(String)
    /// Go to another moment.
    case time(TimeCommand)
    /// Draw the whole terminal again.
    case repaint
    /// Leave, with or without the last frame on the terminal.
    case quit(leavingFrame: Bool)
}

/// What is shown: a value that only ``handle(_:)`` changes, so that any session can be played again in a test.
///
/// It holds the parts together and dispatches keys to them: the data (``Display``), the way through the pages (``Navigator``), the prompt in
/// the last line (``Prompt``) and one model for each screen (``ScreenModels``).
package struct AppState {
    /// Of the terminal, in cells.
    package private(set) var size: Size
    let glyphs: GlyphSet
    let introduction: Introduction
    /// Local time minus UTC.
    let zone: Duration
    private(set) var display: Display
    /// Where in time the screens are; nil where the run has no other moments.
    private(set) var time: TimeState?
    var navigator = Navigator()
    var prompt: Prompt?
    /// What is searched for on all screens but the timeline, which filters instead; nil when nothing is.
    var search: String?
    var screens = ScreenModels()
    /// What the reader chose to find and to hide of the traffic.
    var expressions = TrafficExpressions()
    /// Whether the terminal has the focus, as far as it reports that.
    private var hasFocus = true

    /// - Parameters:
    ///   - size: Of the terminal.
    ///   - glyphs: The signs to draw with.
    ///   - now: The present moment.
    ///   - zone: Local time minus UTC.
    ///   - introduction: What the first frame says, before there are data.
    package init(size: Size, glyphs: GlyphSet, now: Timestamp, zone: Duration, introduction: Introduction) {
        self.size = size
        self.glyphs = glyphs
        self.zone = zone
        self.introduction = introduction
        display = Display(clock: now)
    }

    // MARK: - Events

    /// Handles an event.
    ///
    /// - Parameter event: What has happened.
    /// - Returns: What the run loop must do, in order.
    package mutating func handle(_ event: AppEvent) -> [AppEffect] {
        defer { refreshGraph() }
        switch event {
        case .key(.focusIn): hasFocus = true
        case .key(.focusOut): hasFocus = false
        case .key(let key):
            if prompt != nil { return answerPrompt(key) }
            return handle(key)
        case .resize(let size): self.size = size
        case .clock(let moment): display.advance(to: moment)
        case .time(let time): self.time = time
        case .data(let snapshot, let newEvents):
            display.receive(snapshot, newEvents: newEvents, choices)
            updateTimeline()
        }
        return []
    }

    private mutating func handle(_ key: Key) -> [AppEffect] {
        let context = context
        guard let action = KeyMap.action(of: key, in: keyContexts(context)) else { return [] }
        switch action {
        case .app(let action): return perform(action)
        case .list(let action): perform(action, context)
        case .sort(let action):
            let columns = ScreenEntry.of(navigator.screen).sortColumns.count
            carryOut(screens[list: navigator.screen]?.handle(action, columns: columns) ?? [])
        case .graph(let action): if let context { carryOut(screens.graph.handle(action, in: context)) }
        case .matrix(let action): if let context { carryOut(screens.matrix.handle(action, in: context)) }
        case .timeline(let action): if let context { carryOut(screens.timeline.handle(action, in: context)) }
        case .time(let command): return [.time(command)]
        case .traffic(let action): if let context { carryOut(screens.traffic.handle(action, in: context)) }
        }
        return []
    }

    private mutating func perform(_ action: AppAction) -> [AppEffect] {
        switch action {
        case .quit: return [.quit(leavingFrame: false)]
        case .quitLeavingFrame: return [.quit(leavingFrame: true)]
        case .repaint: return [.repaint]
        case .pollNow: return [.pollNow]
        case .freeze:
            if case .replay = time?.mode { return [.time(.pause)] }
            display.toggleFreeze()
            updateTimeline()
        case .command: prompt = .command("")
        case .help: navigator.toggleHelp()
        case .back: goBack()
        case .show(let screen): show(screen)
        case .nextScreen: show(neighbour { $0.next })
        case .previousScreen: show(neighbour { $0.previous })
        case .find: prompt = .find(isOnTimeline ? needle ?? "" : "")
        case .findNext: goToFound(forward: true)
        case .findPrevious: goToFound(forward: false)
        case .showEvents: showEvents()
        case .explain: explain()
        case .acknowledge: return incidentAtHand.map { [.acknowledge($0)] } ?? []
        }
        return []
    }

    /// Rows of a screen are selected and opened by its model; pages of text scroll, and their links are opened.
    private mutating func perform(_ action: ListAction, _ context: ScreenContext?) {
        if case .screen(let id) = navigator.page {
            if let context { carryOut(screens.handle(action, on: id, in: context)) }
            return
        }
        let lines = pageLines(context)
        switch action {
        case .move(let move):
            navigator.move(by: move.offset(page: max(1, size.rows - 6)), in: lines, height: bodyHeight)
        case .open: if let subject = navigator.followLink(in: lines) { open(subject) }
        }
    }

    // MARK: - What is shown

    /// What screens are drawn from; nil as long as there are no data.
    var context: ScreenContext? {
        display.picture.map { picture in
            ScreenContext(
                picture: picture, now: display.now, zone: zone, glyphs: glyphs, size: size, page: navigator.page,
                traffic: choices.options(picture.snapshot.options.graph), memory: time?.memory)
        }
    }

    /// All that the reader chose to see of the traffic.
    private var choices: TrafficChoices {
        let settings = screens.graph.settings
        return TrafficChoices(
            type: settings.type, rank: settings.rank, find: expressions.find, hide: expressions.hide)
    }

    /// Makes the pictures again with what the reader has chosen.
    mutating func remakePictures() { display.remake(choices) }

    /// Gives the timeline the events that are shown now; cheap if nothing has changed.
    private mutating func updateTimeline() {
        screens.timeline.update(display.picture?.snapshot.events ?? EventLog())
    }

    /// Brings the drawn graph up to date; does nothing while another screen is shown.
    mutating func refreshGraph() {
        guard navigator.page == .screen(.graph), let context else { return }
        screens.graph.refresh(in: context)
    }

    /// What the screen shows, so that expensive queries are limited to that.
    package var interest: TelemetryInterest {
        context.map { TrafficInterest.of(screens, $0) } ?? TelemetryInterest()
    }

    /// The longest time until the next frame; nil if nothing moves. Only what is visible moves.
    package var framePause: Duration? {
        let isSeen = navigator.page == .screen(.graph) && hasFocus && display.frozen == nil
        guard isSeen, let motion = screens.graph.motion, !motion.tracks.isEmpty else { return nil }
        return .milliseconds(100)
    }

    /// Whether the terminal should report when it gets and loses the focus.
    package var wantsFocus: Bool { screens.graph.isMoving }
}
