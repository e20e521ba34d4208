// SPDX-License-Identifier: Apache-2.0
import Model

/// The state of the timeline: which events pass, which of them is selected, how long the axis is.
struct TimelineModel: Sendable {
    /// The selected event, and where it stood, for when it disappears.
    struct Selection: Equatable, Sendable {
        var number: Int
        var place: Timestamp
    }

    /// How many times it can be opened for something from somewhere else before the first of them is forgotten.
    private static let maximumFormer = 32

    private(set) var filter = TimelineFilter()
    /// What it was opened for from somewhere else.
    private(set) var focus: TimelineFocus?
    /// Nil follows the newest event.
    private(set) var selection: Selection?
    /// The length of the time axis; nil shows everything as far as that fits.
    private(set) var zoom: Int?
    /// As it was before it was opened for something else, the last one at the end.
    private var former: [(focus: TimelineFocus?, selection: Selection?)] = []
    private(set) var index = TimelineIndex()

    /// Updates the index with the events of a snapshot; cheap if nothing has changed.
    mutating func update(_ log: EventLog) { index.update(log, TimelineQuestion(filter, focus)) }

    /// Shows what passes a filter.
    mutating func setFilter(_ filter: TimelineFilter) {
        self.filter = filter
        update(index.log)
    }

    /// Shows only events with a text; nil is any.
    mutating func search(_ text: String?) { changeFilter { $0.text = text } }

    /// Shows only events of a kind, or of a severity.
    mutating func choose(_ choice: EventChoice) {
        changeFilter { filter in
            switch choice {
            case .everything: (filter.kind, filter.least) = (nil, .notice)
            case .least(let severity): filter.least = severity
            case .kind(let kind): filter.kind = kind
            }
        }
    }

    // MARK: - The selection

    var isFollowing: Bool { selection == nil }

    /// The selected event's position in the list, where the newest stands first; -1 without events.
    var position: Int {
        guard index.count > 0 else { return -1 }
        guard let selection, let rank = index.rank(of: selection.number, near: selection.place) else { return 0 }
        return index.count - 1 - rank
    }

    /// The event at a position of the list.
    func entry(at position: Int) -> EventLog.Entry? { index.entry(index.count - 1 - position) }

    var selected: EventLog.Entry? { entry(at: position) }

    /// The first position is the newest event, which is followed from then on.
    private mutating func select(_ position: Int) {
        let position = min(max(0, position), index.count - 1)
        guard position > 0, let entry = entry(at: position) else { return selection = nil }
        selection = Selection(entry)
    }

    /// Moves the selection down the list, towards older events; negative numbers move it up.
    mutating func move(by offset: Int) {
        guard index.count > 0 else { return }
        select(position + offset)
    }

    /// An event as the log has it now, or as it was.
    func current(_ entry: EventLog.Entry) -> EventLog.Entry {
        index.entry(number: entry.number).flatMap { $0.event == entry.event ? $0 : nil } ?? entry
    }

    // MARK: - The axis

    private var content: TimelineContent {
        TimelineContent(
            oldest: index.entry(0)?.place, newest: index.entry(index.count - 1)?.place, selected: selection?.place)
    }

    /// The time axis of a number of columns.
    func axis(now: Timestamp, columns: Int) -> TimeAxis { TimeAxis(content, zoom: zoom, now: now, columns: columns) }

    // MARK: - Being opened for something

    /// Shows the events of something; ``close()`` leads back.
    mutating func open(for focus: TimelineFocus?) {
        if former.count < Self.maximumFormer { former.append((self.focus, selection)) }
        (self.focus, selection) = (focus, nil)
        update(index.log)
    }

    /// Shows one event among all others; ``close()`` leads back.
    mutating func open(at event: MeshEvent) {
        open(for: nil)
        setFilter(TimelineFilter())
        if let entry = index.entry(of: event) { selection = Selection(entry) }
    }

    /// Shows what was shown before it was opened for something.
    mutating func close() {
        (focus, selection) = former.popLast() ?? (nil, selection)
        update(index.log)
    }

    /// Shows the events of everything, as the screen itself does.
    mutating func showAll() {
        former = []
        focus = nil
        update(index.log)
    }

    // MARK: - Keys

    /// - Returns: What the application has to do.
    mutating func handle(_ action: ListAction, in context: ScreenContext) -> [Request] {
        switch action {
        case .move(let move): self.move(by: move.offset(page: context.pageHeight))
        case .open: return selected.map { [.open(.event($0))] } ?? []
        }
        return []
    }

    /// - Returns: What the application has to do.
    mutating func handle(_ action: TimelineAction, in context: ScreenContext) -> [Request] {
        switch action {
        case .pickKind: return [.ask(.eventKind)]
        case .nextSeverity: changeFilter { $0.least = $0.least.next }
        case .toggleObserver: toggleObserver()
        case .goTo: return goToSubject(in: context)
        case .previousOfPair: return moveWithinPair(by: -1, in: context)
        case .nextOfPair: return moveWithinPair(by: 1, in: context)
        case .zoomIn: zoom(by: -1, now: context.now)
        case .zoomOut: zoom(by: 1, now: context.now)
        case .zoomReset: zoom = nil
        }
        return []
    }

    private mutating func changeFilter(_ change: (inout TimelineFilter) -> Void) {
        var changed = filter
        change(&changed)
        setFilter(changed)
    }

    private mutating func toggleObserver() {
        guard filter.observer == nil else { return changeFilter { $0.observer = nil } }
        guard let event = selected?.event else { return }
        changeFilter { $0.observer = TimelineLane(cluster: event.cluster, observer: event.observer) }
    }

    private mutating func zoom(by offset: Int, now: Timestamp) {
        let present = TimeAxis.zoom(zoom, oldest: content.oldest, now: now)
        zoom = min(max(0, present + offset), TimeAxis.spans.count - 1)
    }

    /// The event that keys are about: the one whose page is open, or the selected one.
    private func presentEvent(in context: ScreenContext) -> EventLog.Entry? {
        if case .subject(.event(let entry)) = context.page { return entry }
        return selected
    }

    /// Of events without a subject those of the same observer count.
    private mutating func moveWithinPair(by step: Int, in context: ScreenContext) -> [Request] {
        guard let present = presentEvent(in: context), let rank = index.rank(of: present.number, near: present.place)
        else { return [] }
        let event = present.event
        let found = index.next(from: rank, step: step) {
            $0.event.observer == event.observer && $0.event.subject == event.subject
                && $0.event.cluster == event.cluster
        }
        guard let found, let entry = index.entry(found) else { return [] }
        // Even if it is the newest, it is not followed.
        selection = Selection(entry)
        if case .subject(.event) = context.page { return [.replacePage(.event(entry))] }
        return []
    }

    /// To the cell of the pair that an event is about, or to a member's page.
    private func goToSubject(in context: ScreenContext) -> [Request] {
        guard let event = presentEvent(in: context)?.event, let cluster = context.picture.cluster(event.cluster)
        else { return [] }
        let observer = event.observer.flatMap { cluster.node(at: $0, uid: nil) }
        let subject = event.subject.flatMap { cluster.node(at: $0, uid: event.subjectUid) }
        let present = Set(cluster.present.map(\.node))
        let isOfPair = ![.member, .leader, .shutdown].contains(event.kind)
        if isOfPair, let observer, let subject, observer != subject, present.isSuperset(of: [observer, subject]) {
            return [.showCell(PairID(cluster: event.cluster, observer: observer, subject: subject))]
        }
        return (subject ?? observer).map { [.open(.member(cluster: event.cluster, $0))] } ?? []
    }
}

extension TimelineModel.Selection {
    init(_ entry: EventLog.Entry) { self.init(number: entry.number, place: entry.place) }
}
