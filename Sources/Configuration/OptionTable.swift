/// One thing that can be set, by flag, environment or file.
package enum OptionID: String, CaseIterable, Hashable, Sendable {
    case management, managementPort, discover, prometheus, metric, probe, events, observer, logZone, bridge
    case config, caFile, interval, timeout, waitTimeout, window
    case output, count, runFor, failOn, record, color, glyphs, headless, allPairs
    case speed, at, members, services, seed, port, list
    case graphType, namespace, injectServices, idleEdges, httpRate, grpcRate, tcpRate, ambient, edgeValues, focus, hops
    case memberWorkload, find, hide
    case help, version
}

/// Under which heading the help text lists an option.
package enum OptionGroup: String, CaseIterable, Hashable, Sendable {
    case command = "Options"
    case sources = "Sources"
    case output = "Output"
    case graph = "Graph"
    case general = "General"
}

/// One row of the table that drives parsing, help, environment and file.
package struct OptionRow: Sendable {
    /// What it sets.
    package let id: OptionID
    /// The long flag without dashes; also the key in the file, and the stem of the environment variable.
    package let name: String
    /// Other long names for the same.
    package let aliases: [String]
    /// The letter after a single dash.
    package let short: Character?
    /// What values it takes.
    package let kind: OptionKind
    /// Whether it may be given several times, adding up.
    package let repeats: Bool
    /// The value in force when nobody sets one.
    package let defaultValue: OptionValue?
    /// The commands that know it.
    package let commands: Set<Command>
    /// Where the help text lists it.
    package let group: OptionGroup
    /// What stands for the value in the help text.
    package let placeholder: String
    /// What it does.
    package let help: String
    /// Whether environment and file may set it.
    package let isConfigurable: Bool

    init(
        _ id: OptionID, _ name: String, aliases: [String] = [], short: Character? = nil, _ kind: OptionKind,
        repeats: Bool = false, default defaultValue: OptionValue? = nil, _ commands: Set<Command>, _ group: OptionGroup,
        _ placeholder: String, configurable: Bool = true, _ help: String
    ) {
        self.id = id
        self.name = name
        self.aliases = aliases
        self.short = short
        self.kind = kind
        self.repeats = repeats
        self.defaultValue = defaultValue
        self.commands = commands
        self.group = group
        self.placeholder = placeholder
        self.help = help
        self.isConfigurable = configurable
    }

    /// A row of a switch, which takes no value.
    init(
        _ id: OptionID, _ name: String, short: Character? = nil, _ kind: OptionKind,
        default defaultValue: OptionValue? = nil,
        _ commands: Set<Command>, _ group: OptionGroup, configurable: Bool = true, _ help: String
    ) {
        self.init(
            id, name, short: short, kind, default: defaultValue, commands, group, "",
            configurable: configurable, help)
    }

    /// The variable that sets it: `MESHTOP_MANAGEMENT_PORT`.
    package var variable: String { Self.variable(name) }

    /// The variable of the negative form of a switch, such as `MESHTOP_NO_DISCOVER`.
    package var negatedVariable: String { Self.variable("no-" + name) }

    /// The flag as the help text shows it: a switch that is on by default in its negative form.
    package var shownFlag: String {
        kind == .toggle && defaultValue == .on(true) ? "--no-\(name)" : "--\(name)"
    }

    /// Whether the option takes a value on the command line.
    package var takesValue: Bool { kind != .toggle }

    private static func variable(_ name: String) -> String {
        "MESHTOP_" + String(name.uppercased().map { $0 == "-" ? "_" : $0 })
    }
}

/// The table of all options, and the look-ups in it.
package enum OptionTable {
    /// Every row; one option may have several, each for other commands.
    package static let rows: [OptionRow] =
        commandRows + sourceRows + outputRows + graphRows + generalRows

    /// The row that a long name means to a command.
    ///
    /// - Parameters:
    ///   - name: the long name without dashes.
    ///   - command: the command that is given.
    /// - Returns: the row, nil when the command has no such option.
    package static func row(named name: String, for command: Command) -> OptionRow? {
        rows.first { $0.commands.contains(command) && ($0.name == name || $0.aliases.contains(name)) }
    }

    /// The row that a letter means to a command.
    package static func row(short: Character, for command: Command) -> OptionRow? {
        rows.first { $0.commands.contains(command) && $0.short == short }
    }

    /// All rows that a command knows, in the order of the table.
    package static func rows(for command: Command) -> [OptionRow] {
        rows.filter { $0.commands.contains(command) }
    }

    /// The rows of one name, for whatever command.
    package static func rows(named name: String) -> [OptionRow] {
        rows.filter { $0.name == name || $0.aliases.contains(name) }
    }
}
