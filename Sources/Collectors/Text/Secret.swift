// SPDX-License-Identifier: Apache-2.0
/// A text that must not be seen: a token, a password, a private key. Printing, describing or reflecting it gives asterisks, so that no log, error
/// or failed expectation of a test can show it by accident.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself, for the one place that sends it.
    let text: String

    /// - Parameter text: what must not be seen.
    package init(_ text: String) { self.text = text }

    /// Asterisks.
    package var description: String { "***" }
    /// Asterisks.
    package var debugDescription: String { "***" }
    /// Nothing to look into.
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// Whether there is nothing in it.
    var isEmpty: Bool { text.isEmpty }
}
