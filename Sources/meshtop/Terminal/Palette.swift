// SPDX-License-Identifier: Apache-2.0
import CNcurses
import Views

/// What a role looks like: colours of the terminal's own sixteen on its own background, so that light, dark and re-mapped palettes all work.
struct Appearance: Equatable {
    /// A colour pair: 0 is the terminal's default, 1 to 6 are red, green, yellow, blue, magenta, cyan on the default background.
    var pair: Int32
    /// Bits `meshtop_bold`, `meshtop_dim`, `meshtop_underline`, `meshtop_reverse`.
    var attributes: Int32
}

/// Turns styles into attributes of ncurses. Without colour every state still differs by glyph and word.
struct Palette {
    private static let red: Int32 = 1
    private static let green: Int32 = 2
    private static let yellow: Int32 = 3
    private static let magenta: Int32 = 5
    private static let cyan: Int32 = 6

    let usesColor: Bool

    func appearance(of style: Style) -> Appearance {
        var result = appearance(of: style.role)
        if !usesColor { result.pair = 0 }
        if style.selected {
            // Dim text in reverse video is unreadable on many terminals.
            result.attributes = (result.attributes & ~Self.bit(meshtop_dim)) | Self.bit(meshtop_reverse)
        }
        return result
    }

    private func appearance(of role: Role) -> Appearance {
        switch role {
        case .plain: Appearance(pair: 0, attributes: 0)
        case .title, .heading, .key: Appearance(pair: 0, attributes: Self.bit(meshtop_bold))
        case .muted, .removed, .stale, .unknown: Appearance(pair: 0, attributes: Self.bit(meshtop_dim))
        case .healthy: Appearance(pair: Self.green, attributes: 0)
        case .joining, .accent: Appearance(pair: Self.cyan, attributes: 0)
        case .passing: Appearance(pair: Self.yellow, attributes: 0)
        case .degraded: Appearance(pair: Self.yellow, attributes: Self.bit(meshtop_bold))
        case .failure, .unreachable: Appearance(pair: Self.red, attributes: Self.bit(meshtop_bold))
        case .frozen: Appearance(pair: Self.magenta, attributes: Self.bit(meshtop_bold))
        case .match:
            Appearance(pair: Self.yellow, attributes: Self.bit(meshtop_bold) | Self.bit(meshtop_underline))
        }
    }

    private static func bit(_ value: some BinaryInteger) -> Int32 { Int32(value) }
    private static func bit(_ value: some RawRepresentable<UInt32>) -> Int32 { Int32(value.rawValue) }
}
