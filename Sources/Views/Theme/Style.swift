// SPDX-License-Identifier: Apache-2.0
/// What a cell means. Only the terminal backend knows colours; a frame says why something is coloured.
package enum Role: UInt8, CaseIterable, Sendable {
    /// Ordinary text.
    case plain
    /// The name of the cluster, of the screen shown.
    case title
    /// Head of a table, labels before values.
    case heading
    /// Less important than its surroundings: units, separators, tabs not shown.
    case muted
    /// A key in the last line or in the help.
    case key
    /// Up, ready, an answer in time.
    case healthy
    /// Joining, and other states that pass by themselves.
    case joining
    /// WeaklyUp, Leaving, Exiting, preparing or ready for shutdown; health notReady.
    case passing
    /// Health degraded.
    case degraded
    /// Down, and health failure.
    case failure
    /// A member that an observer cannot reach, and that observer.
    case unreachable
    /// Removed members, replaced incarnations.
    case removed
    /// A value older than it should be.
    case stale
    /// Nothing known.
    case unknown
    /// Small drawings: sparklines.
    case accent
    /// FROZEN, and what else stops the display on purpose.
    case frozen
    /// Where the search matched.
    case match

    /// One letter per role, for goldens that show roles instead of text.
    var letter: Character {
        switch self {
        case .plain: "."
        case .title: "t"
        case .heading: "h"
        case .muted: "m"
        case .key: "k"
        case .healthy: "u"
        case .joining: "j"
        case .passing: "p"
        case .degraded: "d"
        case .failure: "f"
        case .unreachable: "x"
        case .removed: "r"
        case .stale: "s"
        case .unknown: "n"
        case .accent: "a"
        case .frozen: "z"
        case .match: "q"
        }
    }
}

/// A role, and whether the cell is part of the selection: the only thing drawn in reverse video.
package struct Style: Equatable, Hashable, Sendable {
    /// What the cell means.
    package var role: Role
    /// Whether it is part of the selection.
    package var selected: Bool

    static let plain = Style(.plain)

    init(_ role: Role, selected: Bool = false) {
        self.role = role
        self.selected = selected
    }

    /// The role's letter, a capital one in the selection (`#` for plain text there).
    var letter: Character {
        guard selected else { return role.letter }
        return role == .plain ? "#" : Character(role.letter.uppercased())
    }
}
