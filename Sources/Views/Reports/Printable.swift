extension String {
    /// The text with its control characters replaced, so that nothing from outside reaches a terminal as a command.
    package var printable: String {
        let isClean = utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        if isClean { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? "\u{FFFD}" : $0 }))
    }
}

extension Unicode.Scalar {
    /// C0, C1, the separators of lines, and the marks that turn the direction of text or join it.
    var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x00AD, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB:
            true
        default: false
        }
    }
}
