// SPDX-License-Identifier: Apache-2.0
/// One row of the key map.
package struct KeyBinding: Equatable, Sendable {
    /// All keys that do it; the first one is shown in the last line.
    package let keys: [Key]
    let action: Action
    /// Where the keys work.
    package let context: KeyContext
    /// One or two words for the last line; nil keeps it out of there.
    let label: String?
    /// One sentence for the help.
    package let help: String
    /// How the help writes the keys.
    package let keyText: String

    init(
        _ keys: [Key], _ action: Action, in context: KeyContext = .always, label: String? = nil, keyText: String? = nil,
        help: String
    ) {
        self.keys = keys
        self.action = action
        self.context = context
        self.label = label
        self.help = help
        self.keyText = keyText ?? keys.map(\.label).joined(separator: " ")
    }

    /// What is left of the row without some of its keys; nil if nothing is.
    func without(_ taken: Set<Key>) -> KeyBinding? {
        let left = keys.filter { !taken.contains($0) }
        return left.isEmpty ? nil : KeyBinding(left, action, in: context, label: label, help: help)
    }
}

/// The one table of keys: dispatch, the last line, the help and `meshtop keys` are all made from it. The most useful come first.
package enum KeyMap {
    /// All rows; of two rows that name a key in places that overlap, the first one wins.
    package static let bindings: [KeyBinding] =
        going + matrix + timeline + graph + traffic + event + findings + time + general + [toTimeline] + screens
        + lasting

    private static let going = [
        KeyBinding([.enter], .list(.open), in: .openable, label: "open", help: "Open the selected row in full"),
        KeyBinding(
            [.escape, .backspace], .app(.back), in: .nested, label: "back", help: "Go back; end a search; resume"),
        KeyBinding(
            [.character("n")], .app(.findNext), in: .found, label: "next match", help: "Go to the next match"),
        KeyBinding([.character("N")], .app(.findPrevious), in: .found, help: "Go to the previous match"),
    ]

    private static let findings = [
        KeyBinding(
            [.character("e")], .app(.explain), in: .explainable, label: "explain",
            help: "Explain the incident: cause, evidence, what follows, what to do"),
        KeyBinding(
            [.character("A")], .app(.acknowledge), in: .explainable, label: "acknowledge",
            help: "Take note of the incident; once it is over it leaves the overview"),
    ]

    private static let general: [KeyBinding] =
        [
            KeyBinding([.character("s")], .sort(.next), in: .sortable, label: "sort", help: "Sort by the next column"),
            KeyBinding(
                [.character("S")], .sort(.pick), in: .sortable, label: "pick", help: "Pick the column to sort by"),
            KeyBinding(
                [.character("i")], .sort(.invert), in: .sortable, label: "invert", help: "Turn the order around"),
            KeyBinding([.character("/")], .app(.find), label: "find", help: "Find text and highlight it"),
            KeyBinding(
                [.character(" ")], .app(.freeze), label: "freeze",
                help: "Freeze the display, or let it go on; collection continues meanwhile"),
            KeyBinding(
                [.character("r"), .control("r")], .app(.pollNow), label: "poll now",
                help: "Ask all sources now, failing ones too"),
            KeyBinding(
                [.up, .character("k")], .list(.move(.up)), in: .list, keyText: "up k", help: "Select the row above"),
            KeyBinding(
                [.down, .character("j")], .list(.move(.down)), in: .list, keyText: "down j",
                help: "Select the row below"),
            KeyBinding([.up, .character("k")], .list(.move(.up)), in: .text, keyText: "up k", help: "Scroll up"),
            KeyBinding(
                [.down, .character("j")], .list(.move(.down)), in: .text, keyText: "down j", help: "Scroll down"),
            KeyBinding([.pageUp, .control("b"), .control("u")], .list(.move(.pageUp)), help: "Go a page up"),
            KeyBinding([.pageDown, .control("f"), .control("d")], .list(.move(.pageDown)), help: "Go a page down"),
            KeyBinding([.home, .character("g")], .list(.move(.first)), keyText: "home g", help: "Go to the top"),
            KeyBinding([.end, .character("G")], .list(.move(.last)), keyText: "end G", help: "Go to the bottom"),
        ]

    private static let screens = ScreenID.allCases.map { screen in
        KeyBinding(
            [.character(Unicode.Scalar(UInt8(ascii: "0") + UInt8(screen.digit)))], .app(.show(screen)),
            help: "Show \(screen.name)")
    }

    private static let lasting: [KeyBinding] =
        [
            KeyBinding(
                [.tab, .right, .character("l")], .app(.nextScreen), keyText: "Tab right l", help: "Show the next screen"
            ),
            KeyBinding(
                [.backTab, .left, .character("h")], .app(.previousScreen), keyText: "shift-Tab left h",
                help: "Show the previous screen"),
            KeyBinding([.control("l")], .app(.repaint), help: "Redraw the whole screen"),
            KeyBinding([.character("?"), .function(1)], .app(.help), label: "help", help: "Show or leave this help"),
            KeyBinding([.character("q")], .app(.quit), label: "quit", help: "Quit"),
            KeyBinding(
                [.character("Q")], .app(.quitLeavingFrame),
                help: "Quit and leave the picture on the terminal, for a ticket"),
        ]

    /// The rows that work now.
    ///
    /// A key that two rows name belongs to the first of them; the other keeps its other keys, or is left out.
    static func live(in contexts: Set<KeyContext>) -> [KeyBinding] {
        var taken: Set<Key> = []
        return bindings.compactMap { binding in
            guard binding.context == .always || contexts.contains(binding.context) else { return nil }
            defer { taken.formUnion(binding.keys) }
            return taken.isDisjoint(with: binding.keys) ? binding : binding.without(taken)
        }
    }

    /// What a key does now, or nil.
    static func action(of key: Key, in contexts: Set<KeyContext>) -> Action? {
        live(in: contexts).first { $0.keys.contains(key) }?.action
    }
}
