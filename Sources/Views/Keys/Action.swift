// SPDX-License-Identifier: Apache-2.0
/// What a key does, nested by what handles it: the application, any list or page of text, or one screen.
///
/// Screens and the application know actions, never keys. Each of the enums is handled by a switch without `default`, so that an action that
/// nothing handles does not compile.
enum Action: Hashable, Sendable {
    case app(AppAction)
    case list(ListAction)
    case sort(SortAction)
    case graph(GraphAction)
    case matrix(MatrixAction)
    case timeline(TimelineAction)
    case traffic(TrafficAction)
    case time(TimeCommand)
}

/// What works on all screens and pages.
enum AppAction: Hashable, Sendable {
    case quit
    case quitLeavingFrame
    case repaint
    case pollNow
    case freeze
    /// Shows the help, or leaves it.
    case help
    case back
    case show(ScreenID)
    case nextScreen
    case previousScreen
    case find
    case findNext
    case findPrevious
    /// To the timeline, for the member or the pair that the reader is at.
    case showEvents
    /// To the incident that the reader is at.
    case explain
    /// Take note of an incident: once it is over it is no longer listed.
    case acknowledge
    /// Asks for a command in words.
    case command
}

/// What works wherever rows are selected, and on pages of text, which scroll.
enum ListAction: Hashable, Sendable {
    case move(Move)
    case open
}

/// A movement through rows or lines.
enum Move: Hashable, Sendable {
    case up
    case down
    case pageUp
    case pageDown
    case first
    case last

    /// More rows than any list has.
    private static let far = 1_000_000

    /// The number of rows that it goes down, with `page` rows on a page; negative for up. Beyond the list it stops at its first or last row.
    func offset(page: Int) -> Int {
        switch self {
        case .up: -1
        case .down: 1
        case .pageUp: -page
        case .pageDown: page
        case .first: -Self.far
        case .last: Self.far
        }
    }
}

/// What works in tables.
enum SortAction: Hashable, Sendable {
    case next
    case pick
    case invert
}

/// What works on the graph.
enum GraphAction: Hashable, Sendable {
    // Selecting.
    case left
    case right
    case up
    case down
    case nextEdge
    case previousEdge
    case nextOutgoing
    case nextIncoming
    case otherEnd
    case nextUnhealthy
    // Moving the view.
    case panLeft
    case panRight
    case panUp
    case panDown
    case zoomIn
    case zoomOut
    case fitZoom
    // Choosing what is drawn.
    case find
    case hide
    case focus
    case nextType
    case nextEdges
    case labels
    case fold
    case foldAll
    case nextBoxing
    case toggleGone
    case nextRank
    case toggleMotion
    case settle
}

/// What works on the matrix.
enum MatrixAction: Hashable, Sendable {
    case left
    case right
    /// Ten columns at once.
    case pageLeft
    case pageRight
    case show(MatrixMode)
    case nextGrouping
    case nextOrder
    case nextCluster
    case nextTrouble
}

/// What works on the timeline, and in part on the page of an event.
enum TimelineAction: Hashable, Sendable {
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

/// What works on the tables of the traffic.
enum TrafficAction: Hashable, Sendable {
    case toggleRows
    case find
    case hide
    case nextType
    case nextTrouble
}
