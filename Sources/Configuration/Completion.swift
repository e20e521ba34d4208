// SPDX-License-Identifier: Apache-2.0
/// Writes completion scripts for shells from the tables of commands and options.
package enum Completion: String, CaseIterable, Sendable {
    case bash
    case zsh
    case fish

    /// The script, to be sourced or put where the shell looks for it.
    package var script: String {
        switch self {
        case .bash: Self.bashScript
        case .zsh: "#compdef meshtop\nautoload -U +X bashcompinit && bashcompinit\n" + Self.bashScript
        case .fish: Self.fishScript
        }
    }

    /// The long flags that a command takes.
    private static func flags(_ command: Command) -> [String] {
        rows(command).map(\.shownFlag)
    }

    private static func rows(_ command: Command) -> [OptionRow] {
        OptionTable.rows(for: command).filter { command != .config || !isShown($0) }
    }

    /// `config` knows every option so as to show it; to offer them all would help no user.
    private static func isShown(_ row: OptionRow) -> Bool {
        let kept = [OptionKey.output.name, OptionKey.color.name, OptionKey.glyphs.name]
        return row.isConfigurable && !kept.contains(row.name)
    }

    private static func words(_ row: OptionRow) -> [String]? { row.words.isEmpty ? nil : row.words }

    private static let bashScript: String = {
        let commands = Command.allCases.filter { $0 != .top }
        var lines = [
            "_meshtop() {",
            "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=meshtop i",
        ]
        lines.append("    for ((i = 1; i < COMP_CWORD; i++)); do")
        lines.append(
            "        case ${COMP_WORDS[i]} in \(commands.map(\.rawValue).joined(separator: "|"))) command=${COMP_WORDS[i]}; break;; esac"
        )
        lines += ["    done", "    case $command:$before in"] + Command.allCases.flatMap(bashValues) + ["    esac"]
        lines += ["    case $command in"]
        for command in Command.allCases {
            let names = command == .top ? commands.map(\.rawValue) : []
            let words = (names + flags(command)).joined(separator: " ")
            lines.append("        \(command.rawValue)) COMPREPLY=($(compgen -W '\(words)' -- \"$word\"));;")
        }
        lines += ["    esac", "}", "complete -o default -F _meshtop meshtop"]
        return lines.map { $0 + "\n" }.joined()
    }()

    private static func bashValues(_ command: Command) -> [String] {
        rows(command).compactMap { row in
            guard row.takesValue else { return nil }
            let patterns = ["--\(row.name)"] + row.aliases.map { "--\($0)" } + (row.short.map { ["-\($0)"] } ?? [])
            let pattern = patterns.map { "\(command.rawValue):\($0)" }.joined(separator: "|")
            let reply = words(row).map { "COMPREPLY=($(compgen -W '\($0.joined(separator: " "))' -- \"$word\"))" }
            return "        \(pattern)) \(reply ?? "COMPREPLY=()"); return;;"
        }
    }

    private static let fishScript: String = {
        let commands = Command.allCases.filter { $0 != .top }
        let names = commands.map(\.rawValue).joined(separator: " ")
        var lines = commands.map {
            "complete -c meshtop -f -n '__fish_use_subcommand' -a \($0.rawValue) -d '\(quoted($0.specification.summary))'"
        }
        for command in Command.allCases {
            let condition =
                command == .top
                ? "not __fish_seen_subcommand_from \(names)" : "__fish_seen_subcommand_from \(command.rawValue)"
            lines += rows(command).map { fishLine($0, condition) }
        }
        return lines.map { $0 + "\n" }.joined()
    }()

    private static func fishLine(_ row: OptionRow, _ condition: String) -> String {
        let name = row.shownFlag.dropFirst(2)
        let short = row.short.map { " -s \($0)" } ?? ""
        let value = row.takesValue ? words(row).map { " -x -a '\($0.joined(separator: " "))'" } ?? " -r" : ""
        return "complete -c meshtop -n '\(condition)' -l \(name)\(short)\(value) -d '\(quoted(row.help))'"
    }

    private static func quoted(_ text: String) -> String {
        String(text.flatMap { $0 == "'" ? "\\'" : String($0) })
    }
}
