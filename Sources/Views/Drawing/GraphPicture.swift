// SPDX-License-Identifier: Apache-2.0
import Layout

/// What the parts of a laid-out graph look like; the layout says where they are.
struct GraphPicture: Sendable {
    /// A node: lines of text, in a frame if the node is at least three cells high and two wide.
    struct NodeFace: Sendable {
        /// What is written in it, from the top; what does not fit is cut.
        var lines: [StyledLine]
        /// Of its frame, and of its ground.
        var style = Style.plain
        var hasFrame = true
        /// How the frame is drawn: strongly if it is selected, doubly if it is found.
        var frame = RouteFace.Line.ordinary
    }

    /// A route: its line and its labels.
    struct RouteFace: Sendable {
        /// How a line is drawn: idle edges dashed, selected ones strong, found ones double.
        enum Line: Sendable {
            case ordinary
            case strong
            case dashed
            /// Of an edge that has ended.
            case dotted
            case double
        }

        var line = Line.ordinary
        /// Of line and arrowheads. Where lines share a cell, strong ones are seen, then those drawn later.
        var style = Style.plain
        /// What is written at the place that the layout found for the label.
        var label = StyledLine.empty
        /// The same for the edges that lead back.
        var oppositeLabel = StyledLine.empty
        /// Whether nothing of it is drawn.
        var isHidden = false

        static let hidden = RouteFace(isHidden: true)
    }

    /// A box: a title in its top line, cut if the box is narrow.
    struct BoxFace: Sendable {
        var title: StyledLine
        /// Of its frame.
        var style = Style(.muted)
    }

    var layout: GraphLayout
    /// One face for each node of the layout, in their order; missing ones are drawn empty, as those of boxes and routes are.
    var nodes: [NodeFace]
    var boxes: [BoxFace] = []
    var routes: [RouteFace] = []

    /// The picture as lines of text without a terminal, for `-o text`.
    ///
    /// - Parameter glyphs: Signs to draw with.
    /// - Returns: Lines without trailing blanks; none for an empty graph.
    func text(_ glyphs: GlyphSet) -> [String] {
        let size = Size(columns: layout.columns + 1, rows: layout.rows)
        var frame = Frame(size: size, asciiOnly: glyphs.asciiOnly)
        draw(into: &frame, Viewport(area: Area(size), origin: CellPoint(x: 0, y: 0)), glyphs: glyphs)
        var lines = frame.lines
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}
