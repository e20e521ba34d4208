// SPDX-License-Identifier: Apache-2.0
import Model

/// What becomes of a prompt with a key.
enum PromptAnswer: Equatable {
    /// It goes on, and something may have to be done already.
    case keep(PromptChoice?)
    /// It ends, and something may have to be done.
    case close(PromptChoice?)
}

/// What the reader chose at a prompt.
enum PromptChoice: Equatable {
    /// A text to search for; empty for none.
    case search(String)
    /// The first match at or after where the reader is.
    case goToMatch
    /// This number of matches further, or of events where the search hides all others; negative for back.
    case step(Int)
    case sort(column: Int)
    /// An expression to find while it is typed, or that of before.
    case preview(ChosenExpression)
    /// A whole expression to find; nil for none.
    case find(FindExpression?)
    /// A whole expression to hide what it finds; nil for none.
    case hide(FindExpression?)
    /// A value on the graph's edges to write or to leave out, by its number from 1; 0 leaves out all.
    case label(Int)
    case events(EventChoice)
    /// Another moment; the run carries it out.
    case time(TimeCommand)
}
