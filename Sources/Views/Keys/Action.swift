/// What a key does. Screens and the reducer know actions, never keys.
package enum Action: Hashable, Sendable {
    case quit
    case quitLeavingFrame
    case help
    case back
    case showScreen(ScreenID)
    case nextScreen
    case previousScreen
    case up
    case down
    case left
    case right
    case pageUp
    case pageDown
    case first
    case last
    case open
    case find
    case findNext
    case findPrevious
    case sortNext
    case sortPick
    case sortInvert
    case matrix(MatrixAction)
    case traffic(TrafficAction)
    case timeline(TimelineAction)
    /// To the timeline, for the member or the pair that we are at.
    case showEvents
    case graph(GraphAction)
    case freeze
    case pollNow
    case repaint
}

/// Where a key works.
package enum KeyContext: Hashable, Sendable {
    /// Everywhere.
    case always
    /// Where there is something to go back from.
    case nested
    /// Where rows can be selected.
    case list
    /// Where text scrolls.
    case text
    /// Where a selected row or line opens something.
    case openable
    /// On one screen itself, not on a page opened from it. Its keys come before those that work everywhere.
    case on(ScreenID)
    /// In a table.
    case sortable
    /// Where there is a member or a pair whose events can be shown.
    case eventful
    /// On the page of an event.
    case event
    /// While something is searched for.
    case found
}
