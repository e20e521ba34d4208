/// What keys do on the traffic's screen.
package enum TrafficAction: Hashable, Sendable {
    case toggleRows
    case find
    case hide
    case nextType
    case nextTrouble
}

extension KeyMap {
    /// Keys of the traffic's tables; they stand before those that work everywhere.
    static let traffic = [
        row("n", .nextTrouble, label: "next trouble", help: "Select the next row that is not well"),
        row("e", .toggleRows, label: "nodes/edges", help: "List the nodes, or the edges"),
        row("f", .find, label: "only", help: "List only what an expression finds: choose one or type it"),
        row("!", .hide, label: "hide", help: "Leave out what an expression finds"),
        row("t", .nextType, label: "type", help: "Show workloads, apps, versions of apps, or services"),
    ]

    private static func row(
        _ key: Unicode.Scalar, _ action: TrafficAction, label: String? = nil, help: String
    ) -> KeyBinding {
        KeyBinding([.character(key)], .traffic(action), in: .on(.traffic), label: label, help: help)
    }
}
