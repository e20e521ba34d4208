// SPDX-License-Identifier: Apache-2.0
/// In which way a graph is drawn.
struct GraphArrangement: Equatable, Sendable {
    var zoom = GraphZoom.line
    var isTopDown = false
    /// Whether ranks are moved apart for labels.
    var hasRoomForLabels = true
    /// Whether everything stands as close as it can; where only names stand, these are short.
    var isCompact = false

    /// All ways of a zoom, those that say more first.
    static func all(_ zoom: GraphZoom) -> [GraphArrangement] {
        [
            GraphArrangement(zoom: zoom), GraphArrangement(zoom: zoom, isTopDown: true),
            GraphArrangement(zoom: zoom, isCompact: true),
            GraphArrangement(zoom: zoom, hasRoomForLabels: false),
        ]
    }

    /// Names as close as they can stand.
    static let close = [
        GraphArrangement(hasRoomForLabels: false, isCompact: true),
        GraphArrangement(isTopDown: true, hasRoomForLabels: false, isCompact: true),
    ]
}
