// SPDX-License-Identifier: Apache-2.0
private let everywhere = Set(Command.allCases)

/// What is printed and recorded.
extension OptionKey<OutputFormat?> {
    /// What is printed; `nil`: the screens.
    package static var output: Self { output(OutputFormat.allCases, nil, []) }

    fileprivate static func output(
        _ formats: [OutputFormat], _ value: OutputFormat?, _ commands: Set<Command>
    ) -> Self {
        let help =
            value == nil
            ? "Print one JSON object per line in place of the screens."
            : "What to print: \(formats.map(\.rawValue).joined(separator: ", "))."
        return OptionKey(
            "output", short: "o", .choice(formats), default: value, commands, .output, "FORMAT", help)
    }
}

extension OptionKey<Bool> {
    /// Whether the screens are never opened.
    package static var headless: Self {
        OptionKey(
            toggle: "headless", default: false, [.top, .demo, .replay, .config], .output,
            "Never open the screens: the same as -o jsonl.")
    }

    /// Whether every view and every pair of members is printed.
    package static var allPairs: Self {
        OptionKey(
            toggle: "all-pairs", default: false, [.top, .snapshot, .watch, .demo, .config], .output,
            "Print every view and every pair of members, however many there are.")
    }
}

extension OptionKey<String?> {
    /// The journal that is written.
    package static var record: Self {
        OptionKey(
            "record", .path, [.top, .snapshot, .watch, .check, .demo, .wait, .explain, .config], .output, "FILE",
            "Write every observation to a new journal, for `meshtop replay`.")
    }
}

extension OptionKey<Bool> {
    /// Whether a journal that exists is continued.
    package static var append: Self {
        OptionKey(
            toggle: "append", default: false, [.top, .snapshot, .watch, .check, .demo, .wait, .explain, .config],
            .output,
            "Continue the journal that --record names; without it a file that exists is left alone.")
    }
}

extension OptionKey<ColorChoice> {
    /// Whether colours are used.
    package static var color: Self {
        OptionKey(
            "color", aliases: ["colour"], .choice(), default: .auto, everywhere, .output, "WHEN",
            "Colours: auto, always or never. NO_COLOR and TERM=dumb count in auto.")
    }
}

extension OptionKey<GlyphChoice> {
    /// Which characters are drawn with.
    package static var glyphs: Self {
        OptionKey(
            "glyphs", .choice(), default: .auto, everywhere, .output, "SET",
            "Characters to draw with: auto, unicode or ascii.")
    }
}

extension OptionTable {
    static let outputRows: [OptionRow] = [
        OptionKey.output([.json, .table, .wide, .text, .dot, .brief], .json, [.snapshot]).row,
        OptionKey.output([.jsonl], nil, [.top, .replay, .demo]).row,
        OptionKey.output([.jsonl], .jsonl, [.watch]).row,
        OptionKey.output([.md, .json, .html], .md, [.report]).row,
        OptionKey.output([.text, .json], .text, [.redact, .explain, .diff, .wait, .doctor, .keys, .config]).row,
        OptionKey.headless.row, OptionKey.record.row, OptionKey.append.row, OptionKey.allPairs.row, OptionKey.color.row,
        OptionKey.glyphs.row,
    ]
}
