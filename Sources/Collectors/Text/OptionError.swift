// SPDX-License-Identifier: Apache-2.0
/// Why one value that a user typed cannot be taken, without where it stood.
///
/// Errors of one kind have only a message, as this one. Those of several kinds, which a document or a counter distinguishes, have a `code` besides,
/// of a closed set of short words: ``JournalError``, Model's `SourceFailure`.
package struct OptionError: Error, Hashable, Sendable {
    /// What is wrong, a clause without a full stop.
    package let message: String

    /// - Parameter message: what is wrong, a clause without a full stop.
    package init(_ message: String) { self.message = message }
}
