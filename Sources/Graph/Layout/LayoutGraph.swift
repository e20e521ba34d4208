// SPDX-License-Identifier: Apache-2.0
/// A graph to be drawn, without any meaning: nodes with their sizes in cells, boxes around them, edges between them.
///
/// Zoom levels are sizes: a node is as large as the caller says. The order of the arrays does not influence the drawing, identities do.
package struct LayoutGraph: Equatable, Sendable {
    /// A thing with a place of its own.
    package struct Node: Equatable, Sendable {
        /// What it is recognised by in the next layout; unique in its graph.
        package var id: String
        /// Its width in cells, at least 1.
        package var width: Int
        /// Its height in cells, at least 1.
        package var height: Int
        /// How many cells at both ends of each side take no line: 1 for a node with a frame, whose corners are taken, else 0.
        package var inset: Int
        /// The index of the box right around it, nil for none.
        package var box: Int?

        /// A node.
        ///
        /// - Parameters:
        ///   - id: What it is recognised by in the next layout.
        ///   - width: Its width in cells; less than 1 counts as 1.
        ///   - height: Its height in cells; less than 1 counts as 1.
        ///   - inset: How many cells at both ends of each side take no line.
        ///   - box: The index of the box right around it.
        package init(id: String, width: Int, height: Int = 1, inset: Int = 0, box: Int? = nil) {
            self.id = id
            self.width = max(1, width)
            self.height = max(1, height)
            self.inset = max(0, inset)
            self.box = box
        }
    }

    /// A frame around nodes and other boxes.
    package struct Box: Equatable, Sendable {
        /// What it is recognised by in the next layout; unique in its graph.
        package var id: String
        /// The index of the box right around it, nil for none. A chain of parents that comes back counts as none.
        package var parent: Int?
        /// The width of what its top line says, in cells.
        package var titleWidth: Int

        /// A box.
        ///
        /// - Parameters:
        ///   - id: What it is recognised by in the next layout.
        ///   - parent: The index of the box right around it.
        ///   - titleWidth: The width of what its top line says, in cells.
        package init(id: String, parent: Int? = nil, titleWidth: Int = 0) {
            self.id = id
            self.parent = parent
            self.titleWidth = max(0, titleWidth)
        }
    }

    /// A directed connection. Several of the same direction share one route; so does one in the opposite direction.
    package struct Edge: Equatable, Sendable {
        /// The index of the node it starts at.
        package var from: Int
        /// The index of the node it leads to; the same node for a loop.
        package var to: Int
        /// The width of its label in cells; 0 for none. Room is made for it where room is made at all.
        package var labelWidth: Int
        /// Widths of what can be written, the longest first and the shortest last; empty where there is the label only.
        package var labelForms: [Int] = []
        /// How much it matters that the line is short and straight; 1 is ordinary.
        package var weight: Int

        /// An edge.
        ///
        /// - Parameters:
        ///   - from: The index of the node it starts at.
        ///   - to: The index of the node it leads to.
        ///   - labelWidth: The width of its label in cells, 0 for none.
        ///   - weight: How much it matters that the line is short and straight, from 1.
        package init(from: Int, to: Int, labelWidth: Int = 0, weight: Int = 1) {
            self.from = from
            self.to = to
            self.labelWidth = max(0, labelWidth)
            self.weight = min(max(1, weight), 1000)
        }
    }

    /// Things with a place.
    package var nodes: [Node]
    /// Frames around them.
    package var boxes: [Box]
    /// Connections.
    package var edges: [Edge]

    /// Whether another graph is the same but for what can be written on its edges, for which there is as much room.
    ///
    /// - Parameter other: The other one.
    /// - Returns: Whether the layout of one is that of the other, labels aside.
    package func differsInLabelsOnly(from other: LayoutGraph) -> Bool {
        nodes == other.nodes && boxes == other.boxes && edges.count == other.edges.count
            && zip(edges, other.edges).allSatisfy {
                $0.from == $1.from && $0.to == $1.to && $0.weight == $1.weight && $0.labelWidth == $1.labelWidth
            }
    }

    /// A graph. An edge that names no node of it is left out of the drawing; a node or box in a box that is not there stands outside.
    ///
    /// - Parameters:
    ///   - nodes: Things with a place.
    ///   - boxes: Frames around them.
    ///   - edges: Connections.
    package init(nodes: [Node] = [], boxes: [Box] = [], edges: [Edge] = []) {
        self.nodes = nodes
        self.boxes = boxes
        self.edges = edges
    }
}
