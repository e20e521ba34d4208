// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Views

/// `meshtop config`: what is in effect, and where it came from.
enum ConfigCommand {
    static func run(_ context: Context) throws(CommandFailure) -> Int32 {
        if let argument = context.settings.arguments.first {
            return try context.out.write(text(for: argument)).exit(or: 0)
        }
        let isJSON = context.settings[.output] == .json
        return try context.out.write(isJSON ? json(context.settings) : Array(text(context.settings).utf8)).exit(or: 0)
    }

    private static func text(for argument: String) throws(CommandFailure) -> String {
        switch argument {
        case "template": return ConfigurationTemplate.text()
        case "manual": return ManualPage.text(version: Program.version)
        default:
            if let shell = Completion(rawValue: argument) { return shell.script }
            let known = "template, manual, bash, zsh and fish"
            throw CommandFailure(message: "config knows \(known), not '\(argument.printable)'", exit: 64)
        }
    }

    /// The options that have a value of their own, in the order of the table.
    static func rows(_ settings: Settings) -> [OptionRow] {
        OptionTable.rows(for: .config).filter { $0.isConfigurable && $0.name != OptionKey.output.name }
    }

    private static func text(_ settings: Settings) -> String {
        let rows = rows(settings)
        let cells = rows.map { row -> (String, String, String) in
            let setting = settings.setting(row)
            return (row.name, setting?.value.text ?? "-", setting?.origin.shown ?? "default")
        }
        let nameWidth = cells.map(\.0.count).max() ?? 0
        let valueWidth = min(40, cells.map(\.1.count).max() ?? 0)
        let lines = cells.map { cell in
            "\(padded(cell.0, nameWidth))  \(padded(cell.1, valueWidth))  \(cell.2)".printable
        }
        let files = settings.files.isEmpty ? "none" : settings.files.joined(separator: ", ")
        return (lines + ["", "files read: \(files)".printable]).map { "\($0)\n" }.joined()
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func json(_ settings: Settings) -> [UInt8] {
        JSONWriter.line { json in
            json.field("files", settings.files)
            json.field("options", rows(settings).map { Document(row: $0, setting: settings.setting($0)) })
        }
    }

    private struct Document: JSONObject {
        let row: OptionRow
        let setting: Setting?

        func fields(_ json: inout JSONWriter) {
            json.field("name", row.name)
            json.name("value")
            json.value(setting?.value)
            json.field("origin", setting?.origin.shown ?? "default")
            json.field("available", true)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ value: OptionValue?) {
        switch value?.shown {
        case nil: null()
        case .on(let on): bool(on)
        case .integer(let integer): self.integer(integer)
        case .duration(let duration): seconds(duration)
        case .list(let list): array(list) { $0.string($1) }
        case .text(let text): string(text)
        }
    }
}
