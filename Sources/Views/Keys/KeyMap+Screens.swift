// SPDX-License-Identifier: Apache-2.0
// Keys of single screens; they stand before those that work everywhere.

extension KeyMap {
    /// Keys of the matrix.
    static let matrix = [
        onMatrix("n", .nextTrouble, label: "next trouble", help: "Go to the next cell in trouble"),
        onMatrix("w", .show(.worst), label: "worst", help: "Show the worst of association, phi and reachability"),
        onMatrix("a", .show(.association), label: "assoc", help: "Show the state of each association"),
        onMatrix("p", .show(.phi), label: "phi", help: "Show how much of the time to phi's threshold has passed"),
        onMatrix("r", .show(.reach), label: "reach", help: "Show which observers reach which members"),
        onMatrix("g", .nextGrouping, label: "group", help: "Group by role, data centre, or all that are well"),
        onMatrix("o", .nextOrder, label: "order", help: "Order by name, the worst first, or data centre"),
        onMatrix("c", .nextCluster, help: "Show the next cluster"),
        KeyBinding(
            [.left, .character("h")], .matrix(.left), in: .on(.matrix), keyText: "left h", help: "Go a column left"),
        KeyBinding(
            [.right, .character("l")], .matrix(.right), in: .on(.matrix), keyText: "right l",
            help: "Go a column right"),
        onMatrix("<", .pageLeft, help: "Go ten columns left"),
        onMatrix(">", .pageRight, help: "Go ten columns right"),
    ]

    private static func onMatrix(
        _ key: Unicode.Scalar, _ action: MatrixAction, label: String? = nil, help: String
    ) -> KeyBinding {
        KeyBinding([.character(key)], .matrix(action), in: .on(.matrix), label: label, help: help)
    }
}

extension KeyMap {
    /// Keys of the timeline.
    static let timeline = [
        onTimeline("f", .pickKind, label: "filter", help: "Show one kind of event, or only warnings or failures"),
        onTimeline(
            "o", .toggleObserver, label: "observer",
            help: "Show only what the selected event's observer reported, or all"),
        onTimeline(
            "g", .goTo, label: "go to", help: "Go to the member or to the cell of the matrix that the event is about"),
        onTimeline(
            "{", .previousOfPair, label: "prev",
            help: "Go to the event before, of the same observer and subject"),
        onTimeline("}", .nextOfPair, label: "next", help: "Go to the next event of the same observer and subject"),
        KeyBinding(
            [.character("+"), .character("=")], .timeline(.zoomIn), in: .on(.timeline), label: "zoom",
            help: "Make the time axis shorter"),
        onTimeline("-", .zoomOut, help: "Make the time axis longer"),
        onTimeline("v", .nextSeverity, help: "Show everything, warnings and failures, or failures"),
        onTimeline("0", .zoomReset, help: "Make the time axis as long as what happened"),
    ]

    /// Keys of the page of an event.
    static let event = [
        onEvent("g", .goTo, label: "go to", help: "Go to the member or to the cell of the matrix that it is about"),
        onEvent("{", .previousOfPair, label: "prev", help: "Show the event before, of the same observer and subject"),
        onEvent("}", .nextOfPair, label: "next", help: "Show the next event of the same observer and subject"),
    ]

    /// From elsewhere to the timeline.
    static let toTimeline = KeyBinding(
        [.character("t")], .app(.showEvents), in: .eventful, label: "timeline",
        help: "Show what happened to the member or the pair, in the timeline")

    private static func onTimeline(
        _ key: Unicode.Scalar, _ action: TimelineAction, label: String? = nil, help: String
    ) -> KeyBinding {
        KeyBinding([.character(key)], .timeline(action), in: .on(.timeline), label: label, help: help)
    }

    private static func onEvent(
        _ key: Unicode.Scalar, _ action: TimelineAction, label: String, help: String
    ) -> KeyBinding {
        KeyBinding([.character(key)], .timeline(action), in: .event, label: label, help: help)
    }
}

extension KeyMap {
    /// Keys of the traffic's tables.
    static let traffic = [
        onTraffic("n", .nextTrouble, label: "next trouble", help: "Select the next row that is not well"),
        onTraffic("e", .toggleRows, label: "nodes/edges", help: "List the nodes, or the edges"),
        onTraffic("f", .find, label: "only", help: "List only what an expression finds: choose one or type it"),
        onTraffic("!", .hide, label: "hide", help: "Leave out what an expression finds"),
        onTraffic("t", .nextType, label: "type", help: "Show workloads, apps, versions of apps, or services"),
    ]

    private static func onTraffic(
        _ key: Unicode.Scalar, _ action: TrafficAction, label: String? = nil, help: String
    ) -> KeyBinding {
        KeyBinding([.character(key)], .traffic(action), in: .on(.traffic), label: label, help: help)
    }
}
