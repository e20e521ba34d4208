// SPDX-License-Identifier: Apache-2.0
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
    /// Where an incident is known.
    case explainable
    /// On the page of an event.
    case event
    /// While something is searched for.
    case found
    /// Where there are other moments than now.
    case timed
    /// In a replay.
    case replayed
}
