// SPDX-License-Identifier: Apache-2.0
/// The signs that screens draw with: one set for terminals that show UTF-8, one in plain ASCII. Same widths, same meanings.
package enum GlyphSet: Equatable, Sendable {
    /// For terminals with UTF-8.
    case unicode
    /// For all others.
    case ascii

    /// Whether everything else that is drawn must be ASCII too.
    package var asciiOnly: Bool { self == .ascii }

    /// The sign of this set.
    private func sign(_ unicode: String, _ ascii: String) -> String { self == .unicode ? unicode : ascii }
}

// MARK: - Health and statuses

extension GlyphSet {
    var healthy: String { sign("●", "*") }
    var notReady: String { sign("◌", "+") }
    var degraded: String { sign("▲", "^") }
    var failure: String { sign("✕", "x") }
    var unknown: String { "?" }

    var joining: String { sign("◌", "+") }
    var weaklyUp: String { sign("◐", "~") }
    var up: String { sign("●", "*") }
    var leaving: String { sign("◁", "<") }
    var exiting: String { sign("«", "e") }
    var down: String { sign("✕", "x") }
    var removed: String { sign("·", "-") }
    var preparingForShutdown: String { "p" }
    var readyForShutdown: String { "r" }
    /// Behind a status: an observer cannot reach the member.
    var unreachable: String { "!" }
}

// MARK: - Associations

extension GlyphSet {
    /// An active association that a log or a bridge reported; one that is only inferred is a ``rule``.
    var active: String { sign("━", "=") }
    /// An association over which nothing is sent.
    var idle: String { sign("·", ".") }
    /// Reachable according to others.
    var hearsay: String { sign("○", "o") }
    /// Behind the worse side of a pair whose sides differ.
    var asymmetric: String { sign("≠", "/") }
    /// A number without bound; the only sign that takes more than one cell in ASCII.
    var infinite: String { sign("∞", "inf") }
}

// MARK: - The graph

extension GlyphSet {
    /// A node that was found, where there is room for its sign only.
    var found: String { sign("◆", "#") }
    /// Requests that travel along an edge.
    var request: String { sign("•", "o") }
    /// Bytes that travel along an edge.
    var bytes: String { sign("▪", "%") }
}

// MARK: - Lists and text

extension GlyphSet {
    /// In front of the selected row, so that the selection is visible without reverse video too.
    var cursor: String { sign("▶", ">") }
    /// Where a long text was cut.
    var cut: String { sign("…", "~") }
    /// A value that is not known.
    var none: String { sign("—", "-") }
    var rule: String { sign("─", "-") }
    var arrow: String { sign("→", ">") }
    var ascending: String { sign("▲", "^") }
    var descending: String { sign("▼", "v") }
    /// More rows or columns in this direction.
    var moreAbove: String { sign("↑", "^") }
    var moreBelow: String { sign("↓", "v") }
    var moreLeft: String { sign("←", "<") }
    var moreRight: String { sign("→", ">") }

    /// Heights of a sparkline from low to high.
    var bars: [String] { self == .unicode ? Self.unicodeBars : Self.asciiBars }

    private static let unicodeBars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    private static let asciiBars = ["_", ".", ":", "-", "=", "+", "*", "#"]
}
