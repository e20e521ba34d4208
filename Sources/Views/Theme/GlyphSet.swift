/// The signs that screens draw with: one set for terminals that show UTF-8, one in plain ASCII. Same widths, same meanings.
package struct GlyphSet: Equatable, Sendable {
    /// Whether everything else must be ASCII too.
    package let asciiOnly: Bool

    // Health.
    let healthy: String
    let notReady: String
    let degraded: String
    let failure: String
    let unknown: String

    // Statuses of members.
    let joining: String
    let weaklyUp: String
    let up: String
    let leaving: String
    let exiting: String
    let down: String
    let removed: String
    let preparingForShutdown = "p"
    let readyForShutdown = "r"
    /// Behind a status: somebody cannot reach the member.
    let unreachable = "!"

    /// In front of the selected row, so that the selection is seen without reverse video too.
    let cursor: String
    /// Where a long text was cut.
    let cut: String
    /// A value nobody knows.
    let none: String
    let rule: String
    /// An association at work that somebody told of; one that is only inferred is a ``rule``.
    let active: String
    /// An association that nothing is sent over.
    let idle: String
    /// Reachable by hearsay.
    let hearsay: String
    /// Behind the worse side of a pair whose sides differ.
    let asymmetric: String
    /// Beyond every number.
    let infinite: String
    let arrow: String
    let ascending: String
    let descending: String
    /// A node that was found, where there is room for its sign only.
    let found: String
    /// Requests, and bytes, that travel along an edge.
    let request: String
    let bytes: String
    /// More rows above or below.
    let moreAbove: String
    let moreBelow: String
    let moreLeft: String
    let moreRight: String
    /// Heights of a sparkline from low to high.
    let bars: [String]

    package static let unicode = GlyphSet(
        asciiOnly: false, healthy: "●", notReady: "◌", degraded: "▲", failure: "✕", unknown: "?", joining: "◌",
        weaklyUp: "◐", up: "●", leaving: "◁", exiting: "«", down: "✕", removed: "·", cursor: "▶", cut: "…", none: "—",
        rule: "─", active: "━", idle: "·", hearsay: "○", asymmetric: "≠", infinite: "∞", arrow: "→", ascending: "▲",
        descending: "▼", found: "◆", request: "•", bytes: "▪", moreAbove: "↑", moreBelow: "↓", moreLeft: "←",
        moreRight: "→",
        bars: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"])

    package static let ascii = GlyphSet(
        asciiOnly: true, healthy: "*", notReady: "+", degraded: "^", failure: "x", unknown: "?", joining: "+",
        weaklyUp: "~", up: "*", leaving: "<", exiting: "e", down: "x", removed: "-", cursor: ">", cut: "~", none: "-",
        rule: "-", active: "=", idle: ".", hearsay: "o", asymmetric: "/", infinite: "inf", arrow: ">", ascending: "^",
        descending: "v", found: "#", request: "o", bytes: "%", moreAbove: "^", moreBelow: "v", moreLeft: "<",
        moreRight: ">",
        bars: ["_", ".", ":", "-", "=", "+", "*", "#"])
}
