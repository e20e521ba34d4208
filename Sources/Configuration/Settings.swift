// SPDX-License-Identifier: Apache-2.0
import Collectors

/// Where a value came from.
package enum SettingOrigin: Hashable, Sendable {
    /// It was not set.
    case standard
    /// The flag as typed, with its dashes.
    case flag(String)
    /// The name of the variable.
    case environment(String)
    case file(FilePlace)

    /// In words, for people: `flag --interval`, `meshtop.yaml:3:11`.
    package var shown: String {
        switch self {
        case .standard: "default"
        case .flag(let flag): "flag \(flag)"
        case .environment(let variable): "environment \(variable)"
        case .file(let place): place.shown
        }
    }
}

/// A place in a text file; lines and columns begin at 1, a column counts characters.
package struct FilePlace: Hashable, Sendable {
    /// The file.
    package let path: String
    /// The line, from 1.
    package let line: Int
    /// The column, from 1, in characters.
    package let column: Int

    /// As compilers print it, `meshtop.yaml:3:11`, so that editors can jump there.
    package var shown: String { "\(path):\(line):\(column)" }
}

/// A value in effect with its origin.
package struct Setting: Sendable {
    /// The value.
    package let value: OptionValue
    /// Where it came from.
    package let origin: SettingOrigin
}

/// What a run of the program is to do: command, arguments, and the value of every option that the command knows.
package struct Settings: Sendable {
    /// The command.
    package let command: Command
    /// The arguments of the command that are not options.
    package let arguments: [String]
    /// What is said to the user before anything else, such as a variable that looks misspelled.
    package internal(set) var notes: [String] = []
    /// Files that were read, in order of precedence.
    package internal(set) var files: [String] = []
    /// The environment, in which kubeconfigs and services of a pod are named.
    package internal(set) var environment: [String: String] = [:]
    /// By the names of options.
    var values: [String: Setting]

    /// The value of an option; that of a command that does not know it is the option's default, if any.
    package subscript<Value>(_ key: OptionKey<Value>) -> Value {
        guard let setting = values[key.name] else { return key.standard }
        guard let value = setting.value.meaning as? Value else {
            // Values of this name are made by the key's own row only.
            assertionFailure("the value of --\(key.name) is of another type than its key")
            return key.standard
        }
        return value
    }

    /// The value of an option with its origin; nil when it is not set and the command has no default for it.
    package func setting(_ row: OptionRow) -> Setting? { values[row.name] }

    /// The flag that names a live source, if one was typed.
    package var sourceFlag: String? {
        for name in ["management", "file-sd", "events", "prometheus", "kubernetes", "probe"] {
            if case .flag(let flag)? = values[name]?.origin { return flag }
        }
        return nil
    }

    /// Whether the option was set, be it to its default.
    package func isSet<Value>(_ key: OptionKey<Value>) -> Bool { (values[key.name]?.origin ?? .standard) != .standard }
}

/// Why the program cannot start as it was asked to: wrong usage, or a wrong value in environment or file.
package struct ConfigurationError: Error, Hashable, Sendable {
    /// What is wrong and where, without a full stop; never with a secret in it.
    package let message: String
    /// The command that was meant, for the hint where to read more; nil when even that is unclear.
    package let command: Command?

    init(_ message: String, command: Command?) {
        self.message = Secrets.masked(message)
        self.command = command
    }

    /// The command line to type for help.
    package var helpCommand: String {
        switch command {
        case nil, .top: "meshtop --help"
        case .some(let command): "meshtop \(command.rawValue) --help"
        }
    }
}
