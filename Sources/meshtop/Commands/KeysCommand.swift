// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Views

/// `meshtop keys`: the table that the screens dispatch by.
enum KeysCommand {
    static func run(_ context: Context) throws(CommandFailure) -> Int32 {
        let isJSON = context.settings[.output] == .json
        return try context.out.write(
            isJSON ? JSONWriter.line(KeyMap.bindings.map { Document(binding: $0) }) : Array(text().utf8)
        ).exit(or: 0)
    }

    private static func text() -> String {
        let width = KeyMap.bindings.map(\.keyText.count).max() ?? 0
        return KeyMap.bindings.map { binding in
            let pad = String(repeating: " ", count: width - binding.keyText.count)
            return "\(binding.keyText)\(pad)  \(binding.help)\(place(binding.context).map { "  (\($0))" } ?? "")\n"
        }.joined()
    }

    private struct Document: JSONObject {
        let binding: KeyBinding

        func fields(_ json: inout JSONWriter) {
            json.field("keys", binding.keys.map(\.label))
            json.field("help", binding.help)
            json.field("where", place(binding.context))
        }
    }

    private static func place(_ context: KeyContext) -> String? {
        switch context {
        case .timed: "where there are other moments"
        case .replayed: "in a replay"
        case .always: nil
        case .nested: "in pages below a screen"
        case .list: "in lists"
        case .text: "in text"
        case .on(let screen): "on \(screen.name)"
        case .openable: "on a row"
        case .sortable: "in tables"
        case .eventful: "on a member or a pair"
        case .event: "on the page of an event"
        case .explainable: "where an incident is known"
        case .found: "while searching"
        }
    }
}
