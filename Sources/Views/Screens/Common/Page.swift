// SPDX-License-Identifier: Apache-2.0
/// What the body of the terminal shows.
enum Page: Hashable, Sendable {
    case screen(ScreenID)
    /// A page of text about one thing.
    case subject(Subject)
    /// The keys that work on the page below.
    case help
}
