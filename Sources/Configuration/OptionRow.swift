// SPDX-License-Identifier: Apache-2.0
import Collectors

/// One row of the table that drives parsing, help, environment and file.
package struct OptionRow: Sendable {
    /// The long flag without dashes; also the key in the file, and the stem of the environment variable.
    package let name: String
    /// Other long names for the same.
    package let aliases: [String]
    /// The letter after a single dash.
    package let short: Character?
    /// Whether it is a switch, `--name` and `--no-name`, which takes no value on the command line.
    package let isSwitch: Bool
    /// Reads its values.
    let reader: OptionReader
    /// The value in force when none is set.
    package let defaultValue: OptionValue?
    /// The commands that know it.
    package private(set) var commands: Set<Command>
    /// Where the help text lists it.
    package private(set) var group: OptionGroup
    /// What stands for the value in the help text.
    package let placeholder: String
    /// Whether environment and file may set it.
    package let isConfigurable: Bool
    /// What it does.
    package private(set) var help: String

    init(
        _ name: String, aliases: [String] = [], short: Character? = nil, isSwitch: Bool = false, reader: OptionReader,
        default defaultValue: OptionValue? = nil, _ commands: Set<Command>, _ group: OptionGroup,
        _ placeholder: String, configurable: Bool = true, _ help: String
    ) {
        self.name = name
        self.aliases = aliases
        self.short = short
        self.isSwitch = isSwitch
        self.reader = reader
        self.defaultValue = defaultValue
        self.commands = commands
        self.group = group
        self.placeholder = placeholder
        self.isConfigurable = configurable
        self.help = help
    }

    /// The same option for other commands, where it means something of its own.
    func variant(for commands: Set<Command>, _ group: OptionGroup, _ help: String) -> OptionRow {
        var row = self
        (row.commands, row.group, row.help) = (commands, group, help)
        return row
    }

    /// The variable that sets it: `MESHTOP_MANAGEMENT_PORT`.
    package var variable: String { Self.variable(name) }

    /// The variable of the negative form of a switch, such as `MESHTOP_NO_DISCOVER`.
    package var negatedVariable: String { Self.variable("no-" + name) }

    /// The flag as the help text shows it: a switch that is on by default in its negative form, and `--timeout` of `wait`, whose own name
    /// only keeps it apart from that of requests in environment and file.
    package var shownFlag: String {
        if isSwitch, defaultValue?.isOn == true { return "--no-\(name)" }
        return "--\(name.hasPrefix("wait-") ? aliases.first ?? name : name)"
    }

    /// Whether the option takes a value on the command line.
    package var takesValue: Bool { !isSwitch }

    /// Whether it may be given several times, adding up.
    package var isRepeatable: Bool { reader.repetition != nil }

    /// Whether a file may give it a list.
    var takesList: Bool { isRepeatable || reader.isList }

    /// The values, if they are words of a closed set.
    package var words: [String] { reader.words }

    private static func variable(_ name: String) -> String {
        "MESHTOP_" + String(name.uppercased().map { $0 == "-" ? "_" : $0 })
    }
}

/// Reads the values of one option, whatever their type.
struct OptionReader: Sendable {
    /// How values add up.
    struct Repetition: Sendable {
        /// The value of an empty list.
        let none: OptionValue
        /// The value of two lists, one behind the other.
        let join: @Sendable (OptionValue, OptionValue) -> OptionValue
    }

    /// Reads one value.
    let read: @Sendable (String) throws(OptionError) -> OptionValue
    /// How the values of a repeatable option add up; `nil`: the last one counts.
    let repetition: Repetition?
    /// The values, if they are words of a closed set.
    let words: [String]
    /// What stands for a value in the configuration template.
    let example: String
    /// Whether one text may hold several values.
    let isList: Bool

    /// Of an option with one value.
    ///
    /// - Parameters:
    ///   - syntax: how it is read.
    ///   - meaning: makes the value of the option's key.
    init<Given: Sendable, Value: Sendable>(
        _ syntax: OptionSyntax<Given>, _ meaning: @escaping @Sendable (Given) -> Value
    ) {
        read = { text throws(OptionError) in
            let given = try syntax.read(text)
            return OptionValue(meaning: meaning(given), shown: syntax.show(given, text))
        }
        repetition = nil
        (words, example, isList) = (syntax.words, syntax.example, syntax.isList)
    }

    /// Of an option that may be given several times.
    ///
    /// - Parameter syntax: how each of its values is read.
    init<Item: Sendable>(repeated syntax: OptionSyntax<Item>) {
        read = { text throws(OptionError) in
            let item = try syntax.read(text)
            return OptionValue(meaning: [item], shown: .list([Self.text(syntax.show(item, text))]))
        }
        repetition = Repetition(none: OptionValue(meaning: [Item](), shown: .list([]))) { first, second in
            let items = ((first.meaning as? [Item]) ?? []) + ((second.meaning as? [Item]) ?? [])
            return OptionValue(meaning: items, shown: .list(Self.texts(first.shown) + Self.texts(second.shown)))
        }
        (words, example, isList) = (syntax.words, syntax.example, syntax.isList)
    }

    private static func text(_ shown: OptionValue.Shown) -> String { texts(shown).joined(separator: ",") }

    private static func texts(_ shown: OptionValue.Shown) -> [String] {
        switch shown {
        case .list(let list): list
        case .text(let text): [text]
        case .on, .integer, .duration: []
        }
    }
}
