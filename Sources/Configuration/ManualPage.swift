// SPDX-License-Identifier: Apache-2.0
import Model

/// Writes the manual page, in the macros of man(7), from the tables of commands and options.
package enum ManualPage {
    /// The page of the program with all its commands.
    ///
    /// - Parameter version: the program's version, for the footer.
    /// - Returns: roff source that ends with a line feed.
    package static func text(version: String) -> String {
        var lines = [".TH MESHTOP 1 \"\" \"meshtop \(escaped(version))\"", ".SH NAME"]
        lines.append("meshtop \\- \(escaped(Command.top.specification.summary))")
        lines += [".SH SYNOPSIS", ".B meshtop", "[\\fICOMMAND\\fR] [\\fIOPTIONS\\fR]", ".SH DESCRIPTION"]
        lines.append(paragraph(Command.top.specification.discussion))
        lines += examples(.top) + [".SH COMMANDS"]
        for command in Command.allCases where command != .top { lines += section(command) }
        lines += options() + [".SH EXPRESSIONS"] + expressions()
        lines += [".SH ENVIRONMENT"] + environment() + [".SH EXIT STATUS"] + exits(.top)
        lines += [".SH FILES", ".TP", ".I meshtop.yaml", "options of this folder", ".TP"]
        lines += [
            ".I ~/.config/meshtop/config.yaml", "options of the user; a flag, a variable and meshtop.yaml go first",
        ]
        return lines.map { $0 + "\n" }.joined()
    }

    private static func section(_ command: Command) -> [String] {
        let specification = command.specification
        let arguments = specification.positionals.map { $0.isRequired ? $0.name : "[\($0.name)]" }
        var lines = [".SS \"\(escaped(([command.rawValue] + arguments).joined(separator: " ")))\""]
        lines.append(paragraph("\(specification.summary.prefix(1).uppercased())\(specification.summary.dropFirst())."))
        lines.append(".PP")
        lines.append(paragraph(specification.discussion))
        for positional in specification.positionals {
            lines += [".TP", ".I \(escaped(positional.name))", paragraph(positional.help)]
        }
        return lines + examples(command) + [".PP", "Exit status:"] + exits(command)
    }

    private static func examples(_ command: Command) -> [String] {
        command.specification.examples.flatMap { example in
            [".TP", ".B \(escaped(example.line))", paragraph(example.says)]
        }
    }

    private static func exits(_ command: Command) -> [String] {
        command.specification.exits.flatMap { [".TP", ".B \(escaped($0.code))", paragraph($0.meaning)] }
    }

    private static func options() -> [String] {
        var lines = [".SH OPTIONS"]
        for group in OptionGroup.allCases {
            let rows = OptionTable.rows.filter { $0.group == group }
            guard !rows.isEmpty else { continue }
            lines.append(".SS \(escaped(group.rawValue))")
            for row in rows { lines += [".TP", flag(row), paragraph(help(row))] }
        }
        return lines
    }

    private static func flag(_ row: OptionRow) -> String {
        let short = row.short.map { "\\fB\\-\($0)\\fR, " } ?? ""
        let value = row.placeholder.isEmpty ? "" : " \\fI\(escaped(row.placeholder))\\fR"
        return "\(short)\\fB\(escaped(row.shownFlag))\\fR\(value)"
    }

    /// What it does, and for which commands if not for all.
    private static func help(_ row: OptionRow) -> String {
        let commands = Command.allCases.filter { row.commands.contains($0) && $0 != .config }
        let scope =
            commands.count >= Command.allCases.count - 1 ? "" : " (\(commands.map(\.rawValue).joined(separator: ", ")))"
        return row.help + scope
    }

    /// What `--find` and `--hide` take.
    private static func expressions() -> [String] {
        let text =
            "--find and --hide, and the keys f and ! of the screen Traffic, take an expression: comparisons such as name = cart, "
            + "rt > 500ms or ns != shop, and plain words such as healthy, joined by and, or, not and parentheses; and binds tighter than "
            + "or. Text is compared with = != *= (contains) ^= (begins) $= (ends) and ~ (a regular expression), each with ! in front for "
            + "its opposite; numbers with = != < <= > >=, and with NaN, which is no activity. Quotation marks keep blanks together. On an "
            + "edge a word about nodes asks whether one of its ends is so, unless from. or to. stands before it. What is not known is "
            + "neither so nor not so."
        let words = FindExpression.words.joined(separator: " ")
        return [paragraph(text), ".PP", paragraph("Words: \(words).")]
    }

    private static func environment() -> [String] {
        ["Each option has a variable of its name, lists separated by commas:"]
            + OptionTable.rows(for: .config).filter { $0.isConfigurable }
            .flatMap { [".TP", ".B \(escaped($0.variable))", "as \\fB\(escaped("--" + $0.name))\\fR"] }
    }

    private static func paragraph(_ text: String) -> String {
        let text = escaped(text)
        return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }

    private static func escaped(_ text: String) -> String {
        String(
            text.flatMap { character -> String in
                switch character {
                case "\\": "\\e"
                case "-": "\\-"
                case "'": "\\(aq"
                case "`": "\\(ga"
                case "~": "\\(ti"
                case "\"": "\\(dq"
                default: String(character)
                }
            })
    }
}
