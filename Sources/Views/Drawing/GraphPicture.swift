package import Layout
import Model

/// What the parts of a laid-out graph look like; the layout says where they are.
package struct GraphPicture: Sendable {
    /// The face of a node: lines of text, in a frame if the node is at least three cells high and two wide and wants one.
    package struct NodeFace: Sendable {
        package var lines: [StyledLine]
        package var style: Style
        package var hasFrame: Bool
        /// How the frame is drawn: strongly if it is selected, doubly if it is found.
        package var frame: RouteFace.Line

        /// A face.
        ///
        /// - Parameters:
        ///   - lines: What is written in it, from the top; what does not fit is cut.
        ///   - style: Of its frame, and of its ground.
        ///   - hasFrame: Whether lines are drawn around it.
        ///   - frame: What lines.
        package init(
            lines: [StyledLine], style: Style = .plain, hasFrame: Bool = true, frame: RouteFace.Line = .ordinary
        ) {
            self.lines = lines
            self.style = style
            self.hasFrame = hasFrame
            self.frame = frame
        }
    }

    /// The face of a route.
    package struct RouteFace: Sendable {
        /// How a line is drawn: idle edges dashed, selected ones strong, found ones double.
        package enum Line: Sendable {
            case ordinary
            case strong
            case dashed
            /// Of an edge that has ended.
            case dotted
            case double
        }

        package var line: Line
        package var style: Style
        package var label: StyledLine
        package var oppositeLabel: StyledLine
        /// Whether nothing of it is drawn.
        package var isHidden = false

        package static let hidden: RouteFace = {
            var face = RouteFace()
            face.isHidden = true
            return face
        }()

        /// A face.
        ///
        /// - Parameters:
        ///   - line: How the line is drawn.
        ///   - style: Of line and arrowheads. Where lines share a cell, strong ones are seen, then those drawn later.
        ///   - label: What is written at the place the layout found for the label.
        ///   - oppositeLabel: The same for the edges that lead back.
        package init(
            line: Line = .ordinary, style: Style = .plain, label: StyledLine = .empty,
            oppositeLabel: StyledLine = .empty
        ) {
            self.line = line
            self.style = style
            self.label = label
            self.oppositeLabel = oppositeLabel
        }
    }

    /// The face of a box: a title in its top line.
    package struct BoxFace: Sendable {
        package var title: StyledLine
        package var style: Style

        /// A face.
        ///
        /// - Parameters:
        ///   - title: What is written in its top line; cut if the box is narrow.
        ///   - style: Of its frame.
        package init(title: StyledLine, style: Style = Style(.muted)) {
            self.title = title
            self.style = style
        }
    }

    package var layout: GraphLayout
    /// One face for each node, box and route of the layout, in their order; missing ones are drawn empty.
    package var nodes: [NodeFace]
    package var boxes: [BoxFace]
    package var routes: [RouteFace]

    /// A picture.
    ///
    /// - Parameters:
    ///   - layout: Where everything is.
    ///   - nodes: Faces of its nodes, in their order.
    ///   - boxes: Faces of its boxes, in their order.
    ///   - routes: Faces of its routes, in their order.
    package init(layout: GraphLayout, nodes: [NodeFace], boxes: [BoxFace] = [], routes: [RouteFace] = []) {
        self.layout = layout
        self.nodes = nodes
        self.boxes = boxes
        self.routes = routes
    }

    /// The picture as lines of text without a terminal, for `-o text`.
    ///
    /// - Parameter glyphs: Signs to draw with.
    /// - Returns: Lines without trailing blanks; none for an empty graph.
    package func text(_ glyphs: GlyphSet) -> [String] {
        let size = Size(columns: layout.columns + 1, rows: layout.rows)
        var frame = Frame(size: size, asciiOnly: glyphs.asciiOnly)
        draw(into: &frame, area: Area(size), origin: CellPoint(x: 0, y: 0), glyphs: glyphs)
        var lines = frame.lines
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}
