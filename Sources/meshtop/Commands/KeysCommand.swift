import Collectors
import Configuration
import Views

/// `meshtop keys`: the table that the screens dispatch by.
enum KeysCommand {
    static func run(_ context: Context) throws(CommandFailure) -> Int32 {
        let isJSON = context.settings[.output] == .json
        return try context.out.write(isJSON ? json() : Array(text().utf8)).exit(or: 0)
    }

    private static func text() -> String {
        let width = KeyMap.bindings.map(\.keyText.count).max() ?? 0
        return KeyMap.bindings.map { binding in
            let pad = String(repeating: " ", count: width - binding.keyText.count)
            return "\(binding.keyText)\(pad)  \(binding.help)\(place(binding.context).map { "  (\($0))" } ?? "")\n"
        }.joined()
    }

    private static func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.array(KeyMap.bindings) { writer, binding in
            writer.object { writer in
                writer.name("keys")
                writer.array(binding.keys) { $0.string($1.label) }
                writer.name("help")
                writer.string(binding.help)
                writer.name("where")
                writer.string(place(binding.context))
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private static func place(_ context: KeyContext) -> String? {
        switch context {
        case .always: nil
        case .nested: "in pages below a screen"
        case .list: "in lists"
        case .text: "in text"
        case .on(let screen): "on \(screen.name)"
        case .openable: "on a row"
        case .sortable: "in tables"
        case .eventful: "on a member or a pair"
        case .event: "on the page of an event"
        case .found: "while searching"
        }
    }
}
