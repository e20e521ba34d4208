// SPDX-License-Identifier: Apache-2.0
/// Under which heading the help text lists an option.
package enum OptionGroup: String, CaseIterable, Hashable, Sendable {
    case command = "Options"
    case sources = "Sources"
    case kubernetes = "Kubernetes"
    case output = "Output"
    case graph = "Graph"
    case general = "General"
}

/// An option, as the key of its value: `settings[.window]` is a `Duration`.
///
/// An option is declared as a static member in a file of the table (`OptionTable+….swift`), and its row is listed there; nothing else has to
/// know it but the code that uses its value. See `docs/HOW-TO-ADD.md`.
package struct OptionKey<Value: Sendable>: Sendable {
    /// What drives parsing, help, environment and file.
    package let row: OptionRow
    /// The value of a command that does not know the option, or to which none was given.
    let standard: Value

    /// The long flag without dashes.
    package var name: String { row.name }
}

extension OptionKey {
    /// An option with a default.
    init(
        _ name: String, aliases: [String] = [], _ syntax: OptionSyntax<Value>, default value: Value,
        _ commands: Set<Command>, _ group: OptionGroup, _ placeholder: String, _ help: String
    ) {
        standard = value
        row = OptionRow(
            name, aliases: aliases, reader: OptionReader(syntax) { $0 },
            default: OptionValue(meaning: value, shown: syntax.show(value, "")), commands, group, placeholder, help)
    }

    /// An option without a default; `nil` when it is not set. Some commands may have a default nevertheless.
    init<Given: Sendable>(
        _ name: String, aliases: [String] = [], short: Character? = nil, _ syntax: OptionSyntax<Given>,
        default value: Given? = nil, _ commands: Set<Command>, _ group: OptionGroup, _ placeholder: String,
        configurable: Bool = true, _ help: String
    ) where Value == Given? {
        standard = nil
        row = OptionRow(
            name, aliases: aliases, short: short, reader: OptionReader(syntax) { Given?.some($0) },
            default: value.map { OptionValue(meaning: Given?.some($0), shown: syntax.show($0, "")) }, commands, group,
            placeholder, configurable: configurable, help)
    }

    /// An option that may be given several times; empty when it is not set.
    init<Item: Sendable>(
        repeated name: String, short: Character? = nil, _ syntax: OptionSyntax<Item>, _ commands: Set<Command>,
        _ group: OptionGroup, _ placeholder: String, _ help: String
    ) where Value == [Item] {
        standard = []
        row = OptionRow(name, short: short, reader: OptionReader(repeated: syntax), commands, group, placeholder, help)
    }

    /// An option whose one value is a list; empty when it is not set.
    init<Item: Sendable>(
        list name: String, _ syntax: OptionSyntax<[Item]>, _ commands: Set<Command>, _ group: OptionGroup,
        _ placeholder: String, _ help: String
    ) where Value == [Item] {
        standard = []
        row = OptionRow(name, reader: OptionReader(syntax) { $0 }, commands, group, placeholder, help)
    }
}

extension OptionKey where Value == Bool {
    /// A switch: `--name` and `--no-name`.
    init(
        toggle name: String, short: Character? = nil, default value: Bool, _ commands: Set<Command>,
        _ group: OptionGroup, configurable: Bool = true, _ help: String
    ) {
        standard = value
        row = OptionRow(
            name, short: short, isSwitch: true, reader: OptionReader(.toggle) { $0 },
            default: OptionValue(meaning: value, shown: .on(value)), commands, group, "", configurable: configurable,
            help)
    }
}
