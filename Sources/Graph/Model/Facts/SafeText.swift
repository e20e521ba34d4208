// SPDX-License-Identifier: Apache-2.0
/// The one rule for text that comes from outside: which characters are hostile, and the two ways to be rid of them.
///
/// A scalar is hostile if a terminal may obey it, if it reorders, joins or hides what stands around it, or if nothing says what it looks like.
/// By Unicode's general categories: control (Cc: C0, delete and C1), format (Cf: bidirectional overrides, zero-width characters, the byte
/// order mark, tags), the separators of lines and paragraphs (Zl, Zp), private use (Co), surrogates (Cs) and unassigned (Cn).
package enum SafeText {
    /// Whether a scalar must not be shown.
    ///
    /// - Parameter scalar: any scalar, white space included: a tab and a line feed are hostile too.
    /// - Returns: the rule of this type.
    package static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value < 0x20 }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
        default: false
        }
    }

    // MARK: - Replacing: the text keeps its shape

    /// The text with each hostile scalar replaced by U+FFFD.
    ///
    /// - Parameter text: any text.
    /// - Returns: as many scalars, none of them hostile.
    package static func replacing(_ text: String) -> String {
        let isClean = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        return isClean ? text : String(String.UnicodeScalarView(text.unicodeScalars.map(replacement)))
    }

    /// The same, bounded.
    ///
    /// - Parameters:
    ///   - text: any text.
    ///   - maximum: Maximum number of scalars to keep; an ellipsis stands for those that follow.
    /// - Returns: text that a terminal prints and does not obey.
    package static func replacing(_ text: String, maximum: Int) -> String {
        let kept = String(String.UnicodeScalarView(text.unicodeScalars.prefix(maximum).map(replacement)))
        return kept + (text.unicodeScalars.dropFirst(maximum).isEmpty ? "" : "…")
    }

    private static func replacement(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        isHostile(scalar) ? "\u{FFFD}" : scalar
    }

    // MARK: - Removing: one line for a message

    /// The first line of a text that has anything to show, without its hostile scalars.
    ///
    /// Runs of blanks and tabs become one blank, so that an indented page does not spend the maximum on them.
    ///
    /// - Parameters:
    ///   - text: any text.
    ///   - maximum: Maximum number of scalars; an ellipsis stands for those that follow.
    /// - Returns: the line; empty if no line has anything to show.
    package static func line(of text: some StringProtocol, maximum: Int) -> String {
        for line in text.unicodeScalars.split(whereSeparator: { $0 == "\n" || $0 == "\r" }) {
            let clean = removing(line, maximum: maximum)
            if !clean.isEmpty { return clean }
        }
        return ""
    }

    private static func removing(_ line: some Collection<Unicode.Scalar>, maximum: Int) -> String {
        var clean = String.UnicodeScalarView()
        var count = 0
        for scalar in line where scalar == "\t" || !isHostile(scalar) {
            let isBlank = scalar.properties.isWhitespace
            if isBlank, clean.isEmpty || clean.last == " " || count == maximum { continue }
            guard count < maximum else { return String(clean) + "…" }
            clean.append(isBlank ? " " : scalar)
            count += 1
        }
        if clean.last == " " { clean.removeLast() }
        return String(clean)
    }
}
