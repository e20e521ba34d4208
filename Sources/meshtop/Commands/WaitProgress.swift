// SPDX-License-Identifier: Apache-2.0

/// When `wait` says what it waits for: once, when the reasons change, and every half minute.
struct WaitProgress {
    /// Reasons that change again and again are said so often at most.
    static let pause = Duration.seconds(5)
    /// The same reasons are said again after this time.
    static let reminder = Duration.seconds(30)
    /// Maximum number of reasons in a line.
    private static let maximumReasons = 4

    private var said: (text: String, after: Duration)?

    /// Takes a look at which the expression did not hold.
    ///
    /// - Parameters:
    ///   - expression: as it was typed.
    ///   - unmet: why it does not hold.
    ///   - after: the time since the beginning.
    /// - Returns: the line to print, if it is time for one.
    mutating func line(_ expression: String, _ unmet: [String], after: Duration) -> String? {
        var text = unmet.prefix(Self.maximumReasons).joined(separator: ", ")
        if unmet.count > Self.maximumReasons { text += " and \(unmet.count - Self.maximumReasons) more" }
        guard let said else {
            self.said = (text, after)
            return "waiting for \(expression): \(text)"
        }
        let wanted = said.text == text ? Self.reminder : Self.pause
        guard after - said.after >= wanted else { return nil }
        self.said = (text, after)
        return "not yet after \(after.inTenths)s: \(text)"
    }
}
