// SPDX-License-Identifier: Apache-2.0
// Keys that lead to other moments, the same while live and in a replay.

extension KeyMap {
    /// Keys of time.
    static let time = [
        onTime("[", .stepBack, label: "step back", help: "Go one snapshot back; collection goes on meanwhile"),
        onTime("]", .stepForth, help: "Go one snapshot forth, at last to now"),
        onTime("{", .previousEvent, help: "Go to the change before: a finding, else an event"),
        onTime("}", .nextEvent, help: "Go to the next change"),
        onTime("(", .previousIncident, help: "Go to the incident before"),
        onTime(")", .nextIncident, help: "Go to the next incident"),
        onTime("0", .live, help: "Go back to now; in a replay to its end"),
        KeyBinding(
            [.character(":")], .app(.command), in: .timed,
            help: "Type where to go: at 14:03, at -5m, live; in a replay also speed 4"),
        KeyBinding(
            [.character(",")], .time(.slower), in: .replayed, label: "slower", help: "Replay at half the speed"),
        KeyBinding(
            [.character(".")], .time(.faster), in: .replayed, label: "faster", help: "Replay at twice the speed"),
    ]

    private static func onTime(
        _ key: Unicode.Scalar, _ command: TimeCommand, label: String? = nil, help: String
    ) -> KeyBinding {
        KeyBinding([.character(key)], .time(command), in: .timed, label: label, help: help)
    }
}
