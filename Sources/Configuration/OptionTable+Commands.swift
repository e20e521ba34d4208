// SPDX-License-Identifier: Apache-2.0
package import Model

private let simulated: Set<Command> = [.demo, .simulate, .config]

/// The options of single commands.
extension OptionKey<Duration?> {
    /// When `wait` gives up.
    package static var waitTimeout: Self {
        OptionKey(
            "wait-timeout", aliases: ["timeout"], .duration(.zero...(.seconds(604_800))), [.wait], .command, "D",
            "Give up after this time and exit 1 (default: wait indefinitely).")
    }

    /// How long lines are printed.
    package static var runFor: Self {
        OptionKey(
            "for", .duration(.milliseconds(1)...(.seconds(31_536_000))), Command.lines.union([.config]), .command, "D",
            "End after this time.")
    }
}

extension OptionKey<Int?> {
    /// How many snapshots are printed.
    package static var count: Self {
        OptionKey(
            "count", .integer(1...Int.max), Command.lines.union([.config]), .command, "N",
            "End after this many snapshots.")
    }

    /// The port of simulated members.
    package static var port: Self {
        OptionKey(
            "port", .integer(1...65_535), [.simulate, .config], .command, "P",
            "The port of all members on 127.1.x.y (default: a free one).")
    }
}

extension OptionKey<Int> {
    /// How many members are simulated.
    package static var members: Self {
        OptionKey(
            "members", .integer(3...1_000), default: 3, simulated, .command, "N",
            "How many members the simulated mesh has, 3 to 1000.")
    }

    /// How many services are simulated.
    package static var services: Self {
        OptionKey(
            "services", .integer(12...5_000), default: 12, simulated, .command, "N",
            "How many services the simulated mesh has, 12 to 5000.")
    }

    /// The seed of a simulation.
    package static var seed: Self {
        OptionKey(
            "seed", .integer(0...Int.max), default: 1, simulated, .command, "N",
            "The seed of the simulation's randomness: equal seeds, equal runs.")
    }
}

extension OptionKey<Health.Level> {
    /// The mildest level that makes `check` fail.
    package static var failOn: OptionKey<Health.Level> {
        OptionKey(
            "fail-on", .choice([.notReady, .degraded, .failure]), default: .degraded, [.check, .config], .command,
            "LEVEL",
            "The mildest level that gives an exit code other than 0: notReady, degraded or failure.")
    }
}

extension OptionKey<Double?> {
    /// How many times faster than the recording a replay runs.
    package static var speed: Self {
        OptionKey(
            "speed", .factor, [.replay, .config], .command, "N",
            "How many times faster than the recording (screens: 1; with -o: as fast as it goes).")
    }
}

extension OptionKey<Bool> {
    /// Whether measurements are compared too.
    package static var all: Self {
        OptionKey(
            toggle: "all", default: false, [.diff], .command, configurable: false,
            "Compare measurements too, such as phi, rates and latencies, which differ while nothing happens.")
    }

    /// Whether only the scenarios are named.
    package static var list: Self {
        OptionKey(
            toggle: "list", default: false, [.demo, .simulate], .command, configurable: false,
            "Name the scenarios and end.")
    }
}

extension OptionTable {
    static let commandRows: [OptionRow] = [
        OptionKey.waitTimeout.row, OptionKey.count.row, OptionKey.runFor.row, OptionKey.failOn.row,
        OptionKey.at.row.variant(
            for: [.replay], .command,
            "Show this moment: RFC 3339, HH:MM[:SS] in local time on the day on which the journal has it, +D after its "
                + "start or -D before its end. With -o, one snapshot and the end."),
        OptionKey.speed.row, OptionKey.members.row, OptionKey.services.row, OptionKey.seed.row, OptionKey.port.row,
        OptionKey.list.row, OptionKey.all.row,
    ]
}
