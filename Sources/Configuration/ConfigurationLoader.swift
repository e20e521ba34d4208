// SPDX-License-Identifier: Apache-2.0
package import Collectors
import Model

/// What the configuration is read from besides the command line. Handed in, so that tests need neither files nor environment.
package struct ConfigurationInput: Sendable {
    /// The arguments without the program's name.
    package var arguments: [String]
    /// The environment variables.
    package var environment: [String: String]
    /// Reads a whole file: nil when there is none.
    package var read: FileReader.Function

    /// - Parameters:
    ///   - arguments: the arguments without the program's name.
    ///   - environment: the environment variables.
    ///   - read: reads a whole file; nil when there is none.
    package init(
        arguments: [String], environment: [String: String] = [:],
        read: @escaping FileReader.Function = { _ throws(FileError) in nil }
    ) {
        self.arguments = arguments
        self.environment = environment
        self.read = read
    }
}

/// Puts the layers together: flags before environment before project file before user file before defaults.
package enum ConfigurationLoader {
    /// The names of a project file, looked for in the current folder; the first that exists counts.
    static let projectFiles = ["meshtop.yaml", ".meshtop.yaml"]

    /// Reads everything that says how this run is to be.
    ///
    /// - Parameter input: command line, environment and files.
    /// - Returns: the value of each option of the command.
    /// - Throws: ``ConfigurationError`` about the first thing that is wrong.
    package static func load(_ input: ConfigurationInput) throws(ConfigurationError) -> Settings {
        let line = try CommandLineParser.parse(input.arguments)
        var settings = Settings(command: line.command, arguments: line.arguments, values: [:])
        settings.environment = input.environment
        // Help must not fail because of what it may be read to mend.
        let asksForHelp = line.has(.help) || line.has(.version)
        var layers = [line.options]
        if !asksForHelp, !(line.command == .config && line.arguments == ["template"]) {
            layers.append(try environmentLayer(input.environment, command: line.command, notes: &settings.notes))
            for path in try paths(input, line, layers: layers) {
                guard let bytes = try read(path, input, command: line.command) else { continue }
                settings.files.append(path.text)
                layers.append(try ConfigurationFile(path: path.text, command: line.command).options(in: bytes))
            }
        }
        settings.values = merged(layers, command: line.command)
        return settings
    }

    /// The command that a command line names, even if the rest of it is wrong: `check` answers wrong usage in its own way.
    ///
    /// - Parameter arguments: the arguments without the program's name.
    /// - Returns: nil when none is clear.
    package static func guessedCommand(_ arguments: [String]) -> Command? { CommandLineParser.guess(arguments) }

    /// The user's file by the XDG base directory specification.
    ///
    /// - Parameter environment: the environment variables.
    /// - Returns: its path, nil when there is no home.
    package static func userFile(_ environment: [String: String]) -> String? {
        if let base = environment["XDG_CONFIG_HOME"], base.hasPrefix("/") { return "\(base)/meshtop/config.yaml" }
        guard let home = environment["HOME"], !home.isEmpty else { return nil }
        return "\(home)/.config/meshtop/config.yaml"
    }

    private struct Path {
        let text: String
        /// Named by the user, so that its absence is an error.
        let isRequired: Bool
    }

    private static func paths(
        _ input: ConfigurationInput, _ line: ParsedCommandLine, layers: [[GivenOption]]
    ) throws(ConfigurationError) -> [Path] {
        if let path = line.value(.config) { return [Path(text: path, isRequired: true)] }
        if let path = input.environment["MESHTOP_CONFIG"], !path.isEmpty { return [Path(text: path, isRequired: true)] }
        var found: [Path] = []
        for name in projectFiles where found.isEmpty {
            let path = Path(text: name, isRequired: false)
            if try read(path, input, command: line.command) != nil { found.append(path) }
        }
        return found + (userFile(input.environment).map { [Path(text: $0, isRequired: false)] } ?? [])
    }

    private static func read(
        _ path: Path, _ input: ConfigurationInput, command: Command
    ) throws(ConfigurationError) -> [UInt8]? {
        let bytes: [UInt8]?
        do {
            bytes = try input.read(path.text)
        } catch {
            throw ConfigurationError(
                "\(SafeText.replacing(path.text, maximum: 200)): \(error.message)", command: command)
        }
        guard bytes != nil || !path.isRequired else {
            throw ConfigurationError(
                "\(SafeText.replacing(path.text, maximum: 200)): there is no such file", command: command)
        }
        return bytes
    }

    private static func environmentLayer(
        _ environment: [String: String], command: Command, notes: inout [String]
    ) throws(ConfigurationError) -> [GivenOption] {
        var given: [GivenOption] = []
        var known: Set<String> = ["MESHTOP_CONFIG"]
        for row in OptionTable.rows where row.isConfigurable {
            known.insert(row.variable)
            if let option = try option(row, row.variable, environment, command: command) { given.append(option) }
            guard row.isSwitch else { continue }
            known.insert(row.negatedVariable)
            if let option = try option(row, row.negatedVariable, environment, command: command, isNegated: true) {
                given.append(option)
            }
        }
        for name in environment.keys.sorted() where name.hasPrefix("MESHTOP_") && !known.contains(name) {
            // Other programs may own variables with this beginning, so an unknown one is worth a word only when it looks misspelled.
            let stems = known.sorted().map { String($0.dropFirst(8)) }
            guard let nearest = Suggestion.nearest(to: String(name.dropFirst(8)), among: stems) else { continue }
            notes.append(
                "the variable \(SafeText.replacing(name, maximum: 80)) is not known; did you mean MESHTOP_\(nearest)?")
        }
        return given
    }

    private static func option(
        _ row: OptionRow, _ variable: String, _ environment: [String: String], command: Command, isNegated: Bool = false
    ) throws(ConfigurationError) -> GivenOption? {
        guard let text = environment[variable], !text.isEmpty else { return nil }
        let texts = row.isRepeatable ? text.split(separator: ",").map(String.init) : [text]
        do {
            let value = try ListValue.value(of: texts, row: row, isNegated: isNegated)
            return GivenOption(row: row, value: value, origin: .environment(variable))
        } catch {
            // Of two rows of one name, such as --output, the value belongs to the one that takes it.
            if ListValue.isTakenElsewhere(texts, row: row) { return nil }
            throw ConfigurationError(
                "\(variable): \(SafeText.replacing(error.message, maximum: 300))", command: command)
        }
    }

    private static func merged(_ layers: [[GivenOption]], command: Command) -> [String: Setting] {
        var values: [String: Setting] = [:]
        for row in OptionTable.rows(for: command) {
            if let value = row.defaultValue { values[row.name] = Setting(value: value, origin: .standard) }
        }
        // `wait` gives --timeout a meaning of its own; that of one request still comes from environment and files.
        for layer in layers.reversed() {
            var seen: Set<String> = []
            for option in layer where option.row.commands.contains(command) {
                let isFirst = seen.insert(option.row.name).inserted
                values[option.row.name] = merged(option, with: isFirst ? nil : values[option.row.name])
            }
        }
        return values
    }

    /// Values of a repeatable option add up within one layer; otherwise the last one counts.
    private static func merged(_ option: GivenOption, with earlier: Setting?) -> Setting {
        guard let repetition = option.row.reader.repetition, let earlier else {
            return Setting(value: option.value, origin: option.origin)
        }
        return Setting(value: repetition.join(earlier.value, option.value), origin: option.origin)
    }
}

/// Reads values of environment and file, where a list may come in one piece.
enum ListValue {
    /// The value that texts mean to a row.
    ///
    /// - Parameters:
    ///   - texts: one text, or the items of a list.
    ///   - row: the option.
    ///   - isNegated: whether it was set by its `no-` form.
    /// - Returns: the value.
    /// - Throws: ``OptionError`` about the first text that does not fit.
    static func value(of texts: [String], row: OptionRow, isNegated: Bool) throws(OptionError) -> OptionValue {
        guard let repetition = row.reader.repetition else {
            let value = try row.reader.read(texts.first ?? "")
            return isNegated ? value.isOn ? .off : .on : value
        }
        var value = repetition.none
        for text in texts { value = repetition.join(value, try row.reader.read(text)) }
        return value
    }

    /// Whether another row of the same name takes the texts.
    static func isTakenElsewhere(_ texts: [String], row: OptionRow) -> Bool {
        OptionTable.rows(named: row.name).contains { (try? value(of: texts, row: $0, isNegated: false)) != nil }
    }
}
