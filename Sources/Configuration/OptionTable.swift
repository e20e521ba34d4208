// SPDX-License-Identifier: Apache-2.0
/// The table of all options, and the look-ups in it.
package enum OptionTable {
    /// Every row; one option may have several, each for other commands.
    package static let rows: [OptionRow] =
        commandRows + journalRows + findingRows + sourceRows + kubernetesRows + outputRows + graphRows + generalRows

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
