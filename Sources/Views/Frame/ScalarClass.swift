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

/// The scalars that take two cells: East Asian Width W and F of Unicode 14 (planes 2 and 3 whole), neighbouring ranges joined over unassigned scalars.
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

    private static let ranges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0, 0x23F3...0x23F3,
        0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F, 0x2693...0x2693, 0x26A1...0x26A1,
        0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5, 0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA,
        0x26F2...0x26F3, 0x26F5...0x26F5, 0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B,
        0x2728...0x2728, 0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
        0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55, 0x2E80...0x303E,
        0x3041...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAD9,
        0xFE10...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x1B2FB, 0x1F004...0x1F004, 0x1F0CF...0x1F0CF,
        0x1F18E...0x1F18E, 0x1F191...0x1F19A, 0x1F200...0x1F320, 0x1F32D...0x1F335, 0x1F337...0x1F37C,
        0x1F37E...0x1F393, 0x1F3A0...0x1F3CA, 0x1F3CF...0x1F3D3, 0x1F3E0...0x1F3F0, 0x1F3F4...0x1F3F4,
        0x1F3F8...0x1F43E, 0x1F440...0x1F440, 0x1F442...0x1F4FC, 0x1F4FF...0x1F53D, 0x1F54B...0x1F54E,
        0x1F550...0x1F567, 0x1F57A...0x1F57A, 0x1F595...0x1F596, 0x1F5A4...0x1F5A4, 0x1F5FB...0x1F64F,
        0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC, 0x1F6D0...0x1F6D2, 0x1F6D5...0x1F6DF, 0x1F6EB...0x1F6EC,
        0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7F0, 0x1F90C...0x1F93A, 0x1F93C...0x1F945, 0x1F947...0x1F9FF,
        0x1FA70...0x1FAF6, 0x20000...0x3FFFD,
    ]
}
