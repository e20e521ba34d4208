extension KeyMap {
    /// Keys of the timeline; they stand before those that work everywhere.
    static let timeline = [
        row("f", .pickKind, label: "filter", help: "Show one kind of event, or only warnings or failures"),
        row("o", .toggleObserver, label: "observer", help: "Show only what the selected event's observer told, or all"),
        row("g", .goTo, label: "go to", help: "Go to the member or to the cell of the matrix that the event is about"),
        row(
            "{", .previousOfPair, label: "prev",
            help: "Go to the event before, of the same observer and subject"),
        row("}", .nextOfPair, label: "next", help: "Go to the next event of the same observer and subject"),
        KeyBinding(
            [.character("+"), .character("=")], .timeline(.zoomIn), in: .on(.timeline), label: "zoom",
            help: "Make the time axis shorter"),
        row("-", .zoomOut, help: "Make the time axis longer"),
        row("v", .nextSeverity, help: "Show everything, warnings and failures, or failures"),
        row("0", .zoomReset, help: "Make the time axis as long as what happened"),
    ]

    /// Keys of the page of an event.
    static let event = [
        pageRow("g", .goTo, label: "go to", help: "Go to the member or to the cell of the matrix that it is about"),
        pageRow("{", .previousOfPair, label: "prev", help: "Show the event before, of the same observer and subject"),
        pageRow("}", .nextOfPair, label: "next", help: "Show the next event of the same observer and subject"),
    ]

    /// From elsewhere to the timeline.
    static let toTimeline = KeyBinding(
        [.character("t")], .showEvents, in: .eventful, label: "timeline",
        help: "Show what happened to the member or the pair, in the timeline")

    private static func row(
        _ key: Unicode.Scalar, _ action: TimelineAction, label: String? = nil, help: String
    ) -> KeyBinding {
        KeyBinding([.character(key)], .timeline(action), in: .on(.timeline), label: label, help: help)
    }

    private static func pageRow(
        _ key: Unicode.Scalar, _ action: TimelineAction, label: String, help: String
    ) -> KeyBinding {
        KeyBinding([.character(key)], .timeline(action), in: .event, label: label, help: help)
    }
}
