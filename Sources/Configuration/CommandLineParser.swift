// SPDX-License-Identifier: Apache-2.0
import Collectors
import Model

/// One option as given, in whatever layer.
struct GivenOption: Sendable {
    let row: OptionRow
    let value: OptionValue
    let origin: SettingOrigin
}

/// What the command line says, before environment and files are looked at.
struct ParsedCommandLine: Sendable {
    var command: Command
    var arguments: [String] = []
    var options: [GivenOption] = []

    /// Whether the last word on a switch was to turn it on.
    func has(_ key: OptionKey<Bool>) -> Bool { options.last { $0.row.name == key.name }?.value.isOn ?? false }

    /// The last value that an option was given.
    func value<Value>(_ key: OptionKey<Value?>) -> Value? {
        options.last { $0.row.name == key.name }.flatMap { $0.value.meaning as? Value? } ?? nil
    }
}

/// Reads a command line by GNU conventions: `--name=value`, `--name value`, `-o value`, `-ovalue`, `--no-name`, `--` ends the options.
///
/// Flags may stand before and after the command. Names are never completed, so that a flag added later changes no script.
struct CommandLineParser {
    private var words: ArraySlice<String>
    private var line: ParsedCommandLine
    private var sawCommand = false
    private let helpWord: Bool

    private init(_ words: [String], command: Command, helpWord: Bool) {
        self.words = words[...]
        line = ParsedCommandLine(command: command)
        self.helpWord = helpWord
    }

    /// Reads a command line.
    ///
    /// - Parameter words: the arguments without the program's name.
    /// - Returns: the command with its options; their values are checked.
    /// - Throws: ``ConfigurationError`` that names the nearest known word.
    static func parse(_ words: [String]) throws(ConfigurationError) -> ParsedCommandLine {
        let word = commandWord(words)
        var command = Command.top
        if word == "help" {
            command = try helpTopic(words)
        } else if let word {
            // `--intervall 2`: the unknown flag is the mistake, not the 2 that looks like a command.
            let flag = words.prefix { $0 != word }.first { $0.hasPrefix("--") && !isKnown($0) }
            if let flag, Command(rawValue: word) == nil {
                throw CommandLineParser(words, command: .top, helpWord: false).unknown(name(of: flag))
            }
            command = try self.command(named: word)
        }
        var parser = CommandLineParser(words, command: command, helpWord: word == "help")
        return try parser.run()
    }

    /// The command that a command line names, as far as is clear without understanding the rest.
    static func guess(_ words: [String]) -> Command? {
        commandWord(words).flatMap(Command.init(rawValue:))
    }

    private static func name(of flag: String) -> String {
        String(flag.dropFirst(2).prefix { $0 != "=" })
    }

    private static func isKnown(_ flag: String) -> Bool {
        let name = name(of: flag)
        let positive = name.hasPrefix("no-") ? String(name.dropFirst(3)) : name
        return name.isEmpty || !OptionTable.rows(named: name).isEmpty || !OptionTable.rows(named: positive).isEmpty
    }

    private static func command(named word: String) throws(ConfigurationError) -> Command {
        if let command = Command(rawValue: word), command != .top { return command }
        let nearest = Suggestion.nearest(to: word, among: Command.names + ["help"])
        let hint = nearest.map { "; did you mean \($0)?" } ?? "; known are \(Command.names.joined(separator: ", "))"
        throw ConfigurationError("unknown command '\(shown(word))'\(hint)", command: nil)
    }

    private static func helpTopic(_ words: [String]) throws(ConfigurationError) -> Command {
        guard let index = words.firstIndex(of: "help"), let topic = commandWord(Array(words[(index + 1)...])) else {
            return .top
        }
        return try command(named: topic)
    }

    private static func commandWord(_ words: [String]) -> String? {
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" { return rest.first }
            guard word.hasPrefix("-"), word != "-" else { return word }
            if wantsNextWord(word) { _ = rest.popFirst() }
        }
        return nil
    }

    private static func wantsNextWord(_ word: String) -> Bool {
        if word.hasPrefix("--") {
            return !word.contains("=") && OptionTable.rows(named: String(word.dropFirst(2))).contains { $0.takesValue }
        }
        return word.count == 2 && OptionTable.rows.contains { $0.takesValue && $0.short == word.last }
    }

    private mutating func run() throws(ConfigurationError) -> ParsedCommandLine {
        if helpWord, let row = OptionTable.row(named: "help", for: line.command) {
            line.options.append(GivenOption(row: row, value: .on, origin: .flag("help")))
        }
        while let word = words.popFirst() {
            if word == "--" {
                while let argument = words.popFirst() { readArgument(argument) }
            } else if word.hasPrefix("--") {
                try readLong(word)
            } else if word.hasPrefix("-"), word != "-" {
                try readShort(word)
            } else {
                readArgument(word)
            }
        }
        if !line.has(.help), !line.has(.version) { try checkArguments() }
        return line
    }

    private mutating func readArgument(_ word: String) {
        if !sawCommand, word == line.command.rawValue || helpWord {
            sawCommand = !helpWord
        } else {
            line.arguments.append(word)
        }
    }

    private mutating func readLong(_ word: String) throws(ConfigurationError) {
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let attached = parts.count == 2 ? String(parts[1]) : nil
        if let row = OptionTable.row(named: name, for: line.command) {
            try read(row, flag: "--\(name)", attached: attached)
        } else if name.hasPrefix("no-"), let row = OptionTable.row(named: String(name.dropFirst(3)), for: line.command),
            row.isSwitch
        {
            guard attached == nil else { throw error("--\(name) takes no value") }
            line.options.append(GivenOption(row: row, value: .off, origin: .flag("--\(name)")))
        } else {
            throw unknown(name)
        }
    }

    private mutating func readShort(_ word: String) throws(ConfigurationError) {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let row = OptionTable.row(short: letter, for: line.command) else {
                throw error("unknown option '\(Self.shown("-\(letter)"))'")
            }
            let attached = row.takesValue && !letters.isEmpty ? String(letters) : nil
            try read(row, flag: "-\(letter)", attached: attached)
            if attached != nil { return }
        }
    }

    private mutating func read(_ row: OptionRow, flag: String, attached: String?) throws(ConfigurationError) {
        guard row.takesValue else {
            guard attached == nil else { throw error("\(flag) takes no value") }
            line.options.append(GivenOption(row: row, value: .on, origin: .flag(flag)))
            return
        }
        guard let text = attached ?? words.popFirst() else {
            throw error("\(flag) needs a value: \(flag) \(row.placeholder)")
        }
        do {
            line.options.append(GivenOption(row: row, value: try row.reader.read(text), origin: .flag(flag)))
        } catch {
            throw self.error("\(flag): \(Self.shown(error.message))")
        }
    }

    private func checkArguments() throws(ConfigurationError) {
        let positionals = line.command.specification.positionals
        if line.has(.list) { return }
        if let missing = positionals.dropFirst(line.arguments.count).first(where: \.isRequired) {
            throw error("\(line.command.rawValue) needs \(missing.name): \(missing.help)")
        }
        if let extra = line.arguments.dropFirst(positionals.count).first {
            throw error("'\(Self.shown(extra))' is one argument too many")
        }
    }

    private func unknown(_ name: String) -> ConfigurationError {
        let positive = name.hasPrefix("no-") ? String(name.dropFirst(3)) : name
        let elsewhere = OptionTable.rows(named: name) + OptionTable.rows(named: positive).filter(\.isSwitch)
        if !elsewhere.isEmpty {
            let commands = Command.allCases.filter { command in elsewhere.contains { $0.commands.contains(command) } }
            let names = commands.filter { $0 != .config }.map { $0 == .top ? "meshtop without a command" : $0.rawValue }
            let place = line.command == .top ? "meshtop without a command" : line.command.rawValue
            return error("--\(name) does not belong to \(place), but to \(names.joined(separator: ", "))")
        }
        let rows = OptionTable.rows(for: line.command)
        let known = rows.flatMap { [$0.name] + $0.aliases } + rows.filter(\.isSwitch).map { "no-\($0.name)" }
        let hint = Suggestion.nearest(to: name, among: known).map { "; did you mean --\($0)?" } ?? ""
        return error("unknown option '\(Self.shown("--\(name)"))'\(hint)")
    }

    private func error(_ message: String) -> ConfigurationError {
        ConfigurationError(message, command: line.command)
    }

    /// What was typed, fit to be shown: bounded, and without control characters.
    private static func shown(_ text: String) -> String { SafeText.replacing(text, maximum: 200) }
}
