/// Makes text from outside fit for a terminal.
package enum Printable {
    /// The text without control characters, and not longer than a limit.
    ///
    /// - Parameters:
    ///   - text: any text.
    ///   - limit: the most characters to keep; what follows becomes an ellipsis.
    /// - Returns: text that moves no cursor.
    package static func text(_ text: String, limit: Int) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(limit) {
            let isControl =
                scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
            result.append(isControl ? "\u{FFFD}" : scalar)
        }
        return String(result) + (text.unicodeScalars.count > limit ? "…" : "")
    }
}
