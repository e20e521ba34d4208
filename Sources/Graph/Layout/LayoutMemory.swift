// SPDX-License-Identifier: Apache-2.0
/// What a layout remembers of the one before, so that known nodes keep their places when others come and go.
package struct LayoutMemory: Equatable, Sendable {
    /// Where a node was.
    struct Place: Equatable, Sendable {
        var rank: Int
        /// The middle of the node across the ranks.
        var middle: Int
        /// The layout in which it was last seen.
        var seen: Int
    }

    /// A long line by the identities of the nodes it joins, the one in the lower rank first.
    struct LineKey: Hashable, Sendable {
        let tail: String
        let head: String
    }

    /// Where a long line was in the ranks between its ends, from the lower one.
    struct Trail: Equatable, Sendable {
        var places: [Int]
        /// The layout in which it was last seen.
        var seen: Int
    }

    /// Number of layouts after which a node or a line that did not come back is forgotten.
    static let retention = 64

    var places: [String: Place] = [:]
    var trails: [LineKey: Trail] = [:]
    /// Number of layouts so far.
    var generation = 0
    var isTopDown = false
    /// Crossings and edges of the last layout that was made without looking back.
    var baselineCrossings = 0
    var baselineEdges = 0
    /// Whether nodes keep their rows and columns, or only their ranks and their order.
    var keepsPositions = true

    /// The number of nodes remembered, those that have been missing for a while included.
    package var count: Int { places.count }

    /// The same, for a picture in which sizes are others: ranks and order are kept, rows and columns are not.
    package var withoutPositions: LayoutMemory {
        var result = self
        result.keepsPositions = false
        return result
    }
}
