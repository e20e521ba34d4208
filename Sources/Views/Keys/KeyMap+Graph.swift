// SPDX-License-Identifier: Apache-2.0
extension KeyMap {
    /// Keys of the graph; they stand before those that work everywhere.
    static let graph =
        [
            row([.tab], .nextEdge, label: "edge", help: "Select the next edge of this node"),
            row(
                [.character("n")], .nextUnhealthy, label: "unhealthy", help: "Select what is worst, then the next"),
            row(
                [.character("/")], .find, label: "find",
                help: "Mark what an expression or words find; n and N go through it, Tab completes, up offers some"),
            row(
                [.character("!")], .hide, label: "hide",
                help: "Leave out what an expression finds, such as healthy; esc brings it back"),
            row(
                [.character("f")], .focus, label: "focus", help: "Draw only what is 1, 2, 3 hops around; then all again"
            ),
            row(
                [.character("t")], .nextType, label: "type", help: "Show workloads, apps, versions of apps, or services"
            ),
            row(
                [.character("e")], .nextEdges, label: "edges",
                help: "Draw the strongest edges, all, those that are not well, or none"),
            row(
                [.character("l")], .labels, label: "labels",
                help: "Choose what is written on edges; where there is no room, the last values are left out first"),
            row(
                [.character("+"), .character("=")], .zoomIn, label: "zoom", text: "+ =",
                help: "Draw nodes larger: sign, name, all of it"),
            row([.character("-")], .zoomOut, help: "Draw nodes smaller"),
            row([.character("0")], .fitZoom, help: "Draw nodes as large as they fit"),
        ] + graphMoves + graphBoxes

    private static let graphMoves = [
        row([.up], .up, help: "Select the nearest node above"),
        row([.down], .down, help: "Select the nearest node below"),
        row([.left], .left, help: "Select the nearest node to the left; of an edge, the node it comes from"),
        row([.right], .right, help: "Select the nearest node to the right; of an edge, the node it leads to"),
        row([.backTab], .previousEdge, help: "Select the previous edge of this node"),
        row([.character("o")], .nextOutgoing, help: "Select the next edge that leads away from this node"),
        row([.character("i")], .nextIncoming, help: "Select the next edge that leads to this node"),
        row([.character("g")], .otherEnd, help: "Go along the selected edge to its other end"),
        row([.character("H"), .character("<")], .panLeft, text: "H <", help: "Move the view left"),
        row([.character("J"), .pageDown], .panDown, text: "J pgdn", help: "Move the view down"),
        row([.character("K"), .pageUp], .panUp, text: "K pgup", help: "Move the view up"),
        row([.character("L"), .character(">")], .panRight, text: "L >", help: "Move the view right"),
    ]

    private static let graphBoxes = [
        row([.character("c")], .fold, help: "Fold the box around the selected node, or unfold it"),
        row([.character("C")], .foldAll, help: "Fold or unfold all namespaces"),
        row([.character("b")], .nextBoxing, help: "Draw boxes around namespaces and apps, namespaces, or none"),
        row(
            [.character("x")], .toggleGone,
            help: "Keep what has ended in the last 15 minutes on the picture, or leave it out"),
        row(
            [.character("#")], .nextRank,
            help:
                "Show the rank of each node by its share of all edges, of those in, of those out; find rank <= 2, hide rank > 2"
        ),
        row(
            [.character("a")], .toggleMotion,
            help:
                "Let marks travel along the edges, or stop: the closer the more requests, the faster the sooner answered, errors by their sign"
        ),
        row([.character("R")], .settle, help: "Lay the graph out again, forgetting where things were"),
    ]

    private static func row(
        _ keys: [Key], _ action: GraphAction, label: String? = nil, text: String? = nil, help: String
    ) -> KeyBinding {
        KeyBinding(keys, .graph(action), in: .on(.graph), label: label, keyText: text, help: help)
    }
}
