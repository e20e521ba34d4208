// SPDX-License-Identifier: Apache-2.0
/// What a terminal does with a Unicode scalar, as far as cells are concerned.
///
/// The answer must be the same in every terminal, or the picture falls apart; so what terminals disagree about (joined emoji, skin tones,
/// presentation selectors) is left out, and what could harm the reader (control characters, direction overrides) never gets through.
enum ScalarClass: Equatable {
    /// Takes one cell, or two.
    case glyph(width: UInt8)
    /// Is drawn into the cell of the scalar before it.
    case mark
    /// Stands for a space: tab, line ends.
    case space
    /// Is shown as U+FFFD: direction overrides, private use, unassigned.
    case replaced
    /// Is not shown.
    case dropped

    init(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x20...0x7E: self = .glyph(width: 1)
        case 0x09, 0x0A, 0x0D: self = .space
        case 0...0x1F, 0x7F...0x9F: self = .dropped
        case 0x2500...0x25FC, 0x2800...0x28FF: self = .glyph(width: 1)
        case 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: self = .replaced
        case 0xFE00...0xFE0F, 0xE0000...0xE0FFF, 0x1F3FB...0x1F3FF: self = .dropped
        case 0x1160...0x11FF, 0xD7B0...0xD7FF: self = .mark
        default: self = ScalarClass(byCategoryOf: scalar)
        }
    }

    private init(byCategoryOf scalar: Unicode.Scalar) {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: self = .mark
        case .format, .control: self = .dropped
        case .lineSeparator, .paragraphSeparator: self = .space
        case .privateUse, .unassigned, .surrogate: self = .replaced
        default: self = .glyph(width: WideScalars.contain(scalar.value) ? 2 : 1)
        }
    }
}

/// The scalars that take two cells. Their ranges are generated, see `WideScalars.swift`.
enum WideScalars {
    static func contain(_ value: UInt32) -> Bool {
        guard value >= 0x1100 else { return false }
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if value > ranges[middle].upperBound { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(value)
    }
}
