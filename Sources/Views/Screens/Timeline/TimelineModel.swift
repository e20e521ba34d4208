import Model

/// How the timeline is looked at; only ``AppState`` changes it.
struct TimelineState: Sendable {
    /// The selected event, and where it stood, for when it goes away; nil follows the newest one.
    struct Selection: Equatable, Sendable {
        var number: Int
        var place: Timestamp
    }

    var filter = TimelineFilter()
    /// What it was opened for from somewhere else.
    var focus: TimelineFocus?
    var selection: Selection?
    /// The length of the time axis; nil shows everything as far as that fits.
    var zoom: Int?
    /// As it was before it was opened for something else, the last one on top.
    private var former: [(focus: TimelineFocus?, selection: Selection?)] = []
    private(set) var index = TimelineIndex()

    var question: TimelineQuestion { TimelineQuestion(filter, focus) }
    var isFollowing: Bool { selection == nil }

    mutating func update(_ log: EventLog) { index.update(log, question) }

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
    mutating func select(_ position: Int) {
        let position = min(max(0, position), index.count - 1)
        guard position > 0, let entry = entry(at: position) else { return selection = nil }
        selection = Selection(entry)
    }

    /// Selects an event even if it is the newest, which is not followed then.
    mutating func select(_ entry: EventLog.Entry) { selection = Selection(entry) }

    // MARK: - Being opened for something

    private static let mostFormer = 32

    mutating func open(for focus: TimelineFocus?) {
        if former.count < Self.mostFormer { former.append((self.focus, selection)) }
        (self.focus, selection) = (focus, nil)
    }

    mutating func close() { (focus, selection) = former.popLast() ?? (nil, selection) }

    mutating func showAll() {
        former = []
        focus = nil
    }
}

extension TimelineState.Selection {
    init(_ entry: EventLog.Entry) { self.init(number: entry.number, place: entry.place) }
}

/// What a key of the timeline does.
package enum TimelineAction: Hashable, Sendable {
    case pickKind
    case nextSeverity
    case toggleObserver
    /// To the member or the cell of the matrix that an event is about.
    case goTo
    /// The event before or after, of the same observer and subject.
    case previousOfPair
    case nextOfPair
    case zoomIn
    case zoomOut
    case zoomReset
}
