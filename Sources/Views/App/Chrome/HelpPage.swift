// SPDX-License-Identifier: Apache-2.0
/// What the help explains beside the keys.
enum HelpLegend: Sendable {
    case members
    case matrix
    case timeline
}

/// The keys that work on the screen below, from the table that dispatches them.
enum HelpPage {
    /// - Parameters:
    ///   - screen: Where the help was called from.
    ///   - legend: What is explained beside the keys.
    ///   - contexts: What works there.
    ///   - glyphs: The signs to draw with.
    ///   - width: The columns of the page.
    /// - Returns: The lines of the page.
    static func lines(
        on screen: ScreenID, _ legend: HelpLegend, contexts: Set<KeyContext>, glyphs: GlyphSet, width: Int
    ) -> [StyledLine] {
        var lines = [StyledLine("Keys on \(screen.name)", .title), .empty]
        let live = KeyMap.live(in: contexts)
        let column = min(24, (live.map(\.keyText.cellWidth).max() ?? 10) + 2)
        for binding in live {
            let text = TextFitting.wrap(binding.help, width: max(10, width - column - 2))
            for (index, line) in text.enumerated() {
                let keys = TextFitting.pad(index == 0 ? binding.keyText : "", to: column)
                lines.append(StyledLine("  " + keys, .key) + StyledLine(line))
            }
        }
        return lines + reading(legend, width: width) + signs(legend, glyphs)
    }

    private static func reading(_ legend: HelpLegend, width: Int) -> [StyledLine] {
        let text =
            switch legend {
            case .members: members
            case .matrix: matrix
            case .timeline: timeline
            }
        return [.empty, StyledLine("Reading", .title), .empty]
            + text.flatMap { TextFitting.wrap($0, width: max(10, width - 2)) }.map { StyledLine("  " + $0) }
    }

    private static func signs(_ legend: HelpLegend, _ glyphs: GlyphSet) -> [StyledLine] {
        let signs: [(glyph: String, role: Role, word: String)] =
            switch legend {
            case .members: []
            case .matrix: PairSign.allCases.dropFirst().map { ($0.glyph(in: glyphs), $0.role, $0.word) }
            case .timeline: eventSigns(glyphs)
            }
        guard !signs.isEmpty else { return [] }
        return [.empty]
            + signs.map { StyledLine("  \($0.glyph)  ", $0.role) + StyledLine($0.word) }
    }

    /// One line per sign, with all that it says.
    private static func eventSigns(_ glyphs: GlyphSet) -> [(glyph: String, role: Role, word: String)] {
        var signs: [(glyph: String, role: Role, word: String)] = []
        for mark in EventMark.allCases {
            let glyph = mark.glyph(in: glyphs)
            guard let known = signs.firstIndex(where: { $0.glyph == glyph }) else {
                signs.append((glyph, mark.role, mark.word))
                continue
            }
            signs[known].word += "; " + mark.word
            signs[known].role = mark.role
        }
        return signs
    }

    private static let members = [
        "L leads, O is the oldest, as the views claim. SEEN BY: who reaches the member, of those that monitor it.",
        "AGE: since the member itself was last heard. Late values are dim, stale ones in brackets, lost ones a dash.",
    ]

    private static let timeline = [
        "A lane per observer, time from left to right; a cell shows the worst of what the observer reported in that time, and the lane ends"
            + " where it was last heard. Below, every event in one order over all observers, the newest first.",
        "Times are by meshtop's clock: where an observer's clock is known to differ, its stamps are corrected, and what a clock puts before"
            + " its cause stands behind it. Late: reported after newer events. The signs, from harmless to bad:",
    ]

    private static let matrix = [
        "A cell is what the observer of its row has of the subject of its column. The signs, from well to bad, are in the list below;"
            + " an empty cell is a pair that no detector is expected to monitor.",
        "A mark behind a sign: the other side does not say the same. Late values are dim, stale ones in brackets.",
        "Phi: the bar is the part of the time from one heartbeat to the threshold that has passed.",
    ]
}
