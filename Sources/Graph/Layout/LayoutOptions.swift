// SPDX-License-Identifier: Apache-2.0
/// How a graph is to be laid out.
package struct LayoutOptions: Equatable, Sendable {
    /// Where edges lead to.
    package enum Direction: Equatable, Sendable {
        /// Ranks are columns: right for terminals, which are wide, as words are.
        case leftToRight
        /// Ranks are rows.
        case topDown
        /// The one that fits better into the given columns and rows.
        case fitting(columns: Int, rows: Int)
    }

    /// Where edges lead to.
    package var direction: Direction
    /// Free cells between two nodes of one rank.
    package var nodeGap: Int
    /// Whether room is made for labels between ranks; without it a label has its place only where there is room.
    package var makesRoomForLabels: Bool
    /// Whether lines stand as close as they can.
    package var isCompact: Bool
    /// The width that components of the graph are packed into, in cells.
    package var packingWidth: Int

    /// Options.
    ///
    /// - Parameters:
    ///   - direction: Where edges lead to.
    ///   - nodeGap: Free cells between two nodes of one rank.
    ///   - makesRoomForLabels: Whether room is made for labels between ranks.
    ///   - isCompact: Whether lines stand as close as they can.
    ///   - packingWidth: The width that components of the graph are packed into, in cells.
    package init(
        direction: Direction = .leftToRight, nodeGap: Int = 1, makesRoomForLabels: Bool = true,
        isCompact: Bool = false, packingWidth: Int = 120
    ) {
        self.direction = direction
        self.nodeGap = max(0, nodeGap)
        self.makesRoomForLabels = makesRoomForLabels
        self.isCompact = isCompact
        self.packingWidth = max(1, packingWidth)
    }
}
