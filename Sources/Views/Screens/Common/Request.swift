// SPDX-License-Identifier: Apache-2.0
import Model

/// What a screen asks of the application after it has handled a key.
enum Request: Equatable, Sendable {
    /// Go to what a row is about; esc leads back.
    case open(Subject)
    /// Go to a screen; there is no way back from it.
    case show(ScreenID)
    /// Go to the matrix with the cursor on a pair; esc leads back.
    case showCell(PairID)
    /// Go to the timeline with an event selected among all others; esc leads back.
    case showEvent(MeshEvent)
    /// Show another subject on this page, without a step more on the way back.
    case replacePage(Subject)
    /// Ask the reader for something in the last line.
    case ask(Question)
    /// Show the service graph as one of another type.
    case showType(GraphType)
    /// Make the pictures again: what was chosen to be seen of the traffic has changed.
    case remakePictures
}

/// What the reader can be asked for in the last line.
enum Question: Equatable, Sendable {
    case sortColumn
    /// An expression to be typed.
    case expression(ExpressionPurpose)
    /// An expression to be chosen, or to be typed.
    case filter
    /// What is written on the graph's edges; with the reason why the last choice is not possible.
    case labels(refusal: String?)
    /// Which events the timeline shows.
    case eventKind
}
