// SPDX-License-Identifier: Apache-2.0
/// Writes the help texts from the tables of commands and options.
package enum HelpText {
    /// The help text of a command.
    ///
    /// - Parameters:
    ///   - command: the command; ``Command/top`` stands for the program.
    ///   - width: the columns to wrap at; held between 40 and 100.
    /// - Returns: lines that end with a line feed.
    package static func text(for command: Command, width: Int) -> String {
        let wrap = Wrapper(width: min(100, max(40, width)))
        let specification = command.specification
        var lines: [String] = wrap.paragraph("\(title(command)) - \(specification.summary)", hanging: 4)
        lines += ["", "Examples:"]
        for example in specification.examples {
            lines.append("  \(example.line)")
            lines += wrap.paragraph(example.says, indent: 6)
        }
        lines += ["", "Usage:"] + wrap.paragraph(usage(command), indent: 2, hanging: 6) + [""]
        lines += wrap.paragraph(specification.discussion)
        if command == .top { lines += ["", "Commands:"] + commandList(wrap) }
        if !specification.positionals.isEmpty { lines += ["", "Arguments:"] }
        for positional in specification.positionals { lines += wrap.item(positional.name, positional.help) }
        for group in OptionGroup.allCases { lines += section(group, command, wrap) }
        lines += ["", "Exit codes:"]
        for exit in specification.exits { lines += wrap.item(exit.code, exit.meaning) }
        lines += [""] + wrap.paragraph(closing(command))
        return lines.map { $0 + "\n" }.joined()
    }

    private static func title(_ command: Command) -> String {
        command == .top ? "meshtop" : "meshtop \(command.rawValue)"
    }

    private static func usage(_ command: Command) -> String {
        let arguments = command.specification.positionals.map { $0.isRequired ? " \($0.name)" : " [\($0.name)]" }
        return title(command) + arguments.joined() + " [OPTIONS]" + (command == .top ? " | meshtop COMMAND ..." : "")
    }

    private static func commandList(_ wrap: Wrapper) -> [String] {
        Command.allCases.filter { $0 != .top }.flatMap { wrap.item($0.rawValue, $0.specification.summary) }
    }

    private static func section(_ group: OptionGroup, _ command: Command, _ wrap: Wrapper) -> [String] {
        let rows = OptionTable.rows(for: command).filter { $0.group == group }
        guard !rows.isEmpty else { return [] }
        return ["", "\(group.rawValue):"] + rows.flatMap { wrap.item(flag($0, command), help($0)) }
    }

    private static func flag(_ row: OptionRow, _ command: Command) -> String {
        let short = row.short.map { "-\($0), " } ?? ""
        return short + row.shownFlag + (row.placeholder.isEmpty ? "" : " \(row.placeholder)")
    }

    private static func help(_ row: OptionRow) -> String {
        guard !row.isSwitch, let value = row.defaultValue else { return row.help }
        return "\(row.help) [\(value.text)]"
    }

    private static func closing(_ command: Command) -> String {
        let common =
            "Durations: a number of seconds, or a number with ms, s, m, h or d. Every option can also be set by an environment "
            + "variable (MESHTOP_INTERVAL for --interval) or by its name in meshtop.yaml here or in "
            + "~/.config/meshtop/config.yaml; see `meshtop config`."
        return command == .top ? "`meshtop COMMAND --help` says more. " + common : common
    }
}

/// Breaks text into lines.
struct Wrapper {
    /// The columns of a line.
    let width: Int
    private let column = 28

    init(width: Int) { self.width = width }

    /// Breaks a paragraph at blanks.
    ///
    /// - Parameters:
    ///   - text: words between single blanks.
    ///   - indent: blanks before the first line.
    ///   - hanging: further blanks before the other lines.
    /// - Returns: the lines.
    func paragraph(_ text: String, indent: Int = 0, hanging: Int = 0) -> [String] {
        var lines: [String] = []
        var line = String(repeating: " ", count: indent)
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = String(repeating: " ", count: indent + hanging)
                isEmpty = true
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [line]
    }

    /// A name with its meaning beside it, or below when the name is long.
    func item(_ name: String, _ text: String) -> [String] {
        let head = "  \(name)"
        let indent = min(column, width / 2)
        var lines = paragraph(text, indent: indent)
        guard head.count < indent - 1, let first = lines.first else { return [head] + lines }
        lines[0] = head + first.dropFirst(head.count)
        return lines
    }
}
