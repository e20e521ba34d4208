package import Collectors
package import Model

/// Where a value came from.
package enum SettingOrigin: Hashable, Sendable {
    /// Nobody set it.
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
    package let path: String
    package let line: Int
    package let column: Int

    /// As compilers print it, `meshtop.yaml:3:11`, so that editors can jump there.
    package var shown: String { "\(path):\(line):\(column)" }
}

/// A value in effect with its origin.
package struct Setting: Hashable, Sendable {
    package let value: OptionValue
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
    var values: [OptionID: Setting]

    /// The value of an option with its origin; nil when nobody set it and it has no default.
    package func setting(_ id: OptionID) -> Setting? { values[id] }

    /// Whether somebody set the option, be it to its default.
    package func isSet(_ id: OptionID) -> Bool { (values[id]?.origin ?? .standard) != .standard }

    /// A switch; off when it has no value.
    package func isOn(_ id: OptionID) -> Bool { values[id]?.value == .on(true) }

    /// A duration, nil when not set.
    package func duration(_ id: OptionID) -> Duration? {
        if case .duration(let duration) = values[id]?.value { duration } else { nil }
    }

    /// A whole number, nil when not set.
    package func integer(_ id: OptionID) -> Int? {
        if case .integer(let integer) = values[id]?.value { integer } else { nil }
    }

    /// A number, nil when not set.
    package func number(_ id: OptionID) -> Double? {
        if case .number(let number) = values[id]?.value { number } else { nil }
    }

    /// A moment, nil when not set.
    package func time(_ id: OptionID) -> TimeValue? {
        if case .time(let time) = values[id]?.value { time } else { nil }
    }

    /// A word or path, nil when not set.
    package func text(_ id: OptionID) -> String? {
        if case .text(let text) = values[id]?.value { text } else { nil }
    }

    /// A list, empty when not set.
    package func list(_ id: OptionID) -> [String] {
        if case .list(let list) = values[id]?.value { list } else { [] }
    }

    /// The management endpoints given, in order. They were checked when they were read.
    package var management: [ManagementAddress] {
        list(.management).compactMap { try? ManagementAddress($0) }
    }

    /// The metrics server given, with the rules that belong to it. They were checked when they were read.
    ///
    /// - Parameters:
    ///   - graph: what the service graph shows.
    ///   - at: for which moment traffic is asked; `nil`: the present.
    /// - Returns: `nil` when none was given.
    package func prometheus(graph: GraphOptions, at: Timestamp?) -> PrometheusOptions? {
        guard let address = text(.prometheus).flatMap({ try? ManagementAddress($0) }) else { return nil }
        let endpoint = Endpoint(
            scheme: address.scheme, host: address.host, port: address.port ?? (address.scheme == "https" ? 443 : 80),
            path: address.path, userInfo: address.userInfo)
        return PrometheusOptions(
            endpoint: endpoint, rules: list(.metric).compactMap { try? MetricRule(parsing: $0) }, graph: graph,
            window: duration(.window) ?? .seconds(60), at: at)
    }

    /// The health endpoints of applications given, in order. They were checked when they were read.
    package var probes: [ProbeTarget] { list(.probe).compactMap { try? ProbeTarget($0) } }

    /// The logs given, with what belongs to them. They were checked when they were read.
    package var logs: LogOptions {
        LogOptions(
            targets: list(.events).compactMap { try? LogTarget($0) },
            zone: text(.logZone).flatMap { LogZone($0) } ?? .utc,
            rules: list(.observer).compactMap { ObserverRule($0) })
    }
}

extension OptionValue {
    /// The value as it would be typed, without secrets.
    package var shown: String {
        switch self {
        case .on(let on): on ? "true" : "false"
        case .duration(let duration): DurationText.text(duration)
        case .integer(let integer): String(integer)
        case .number(let number): String(number)
        case .time(.instant(let time)): time.description
        case .time(.clock(let second)): Self.clock(second)
        case .text(let text): Secrets.masked(text)
        case .list(let list): list.map(Secrets.masked).joined(separator: ",")
        }
    }

    private static func clock(_ second: Int) -> String {
        [second / 3_600, second / 60 % 60, second % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
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
