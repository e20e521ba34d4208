// SPDX-License-Identifier: Apache-2.0
/// A value of a YAML document with the place where it began.
package struct YAMLNode: Hashable, Sendable {
    /// What it is.
    package indirect enum Content: Hashable, Sendable {
        /// Text; `isPlain` when it stood there without quotes, so that `~` and nothing at all mean "no value".
        case scalar(String, isPlain: Bool)
        /// A list.
        case sequence([YAMLNode])
        /// The entries in their order; keys are unique scalars.
        case mapping([YAMLEntry])
    }

    /// What it is.
    package let content: Content
    /// The line in which it begins, from 1.
    package let line: Int
    /// The column in which it begins, from 1, in characters.
    package let column: Int
}

/// One entry of a YAML mapping.
package struct YAMLEntry: Hashable, Sendable {
    /// The key, as it is meant.
    package let key: String
    /// The line of the key, from 1.
    package let line: Int
    /// The column of the key, from 1, in characters.
    package let column: Int
    /// What stands behind it.
    package let value: YAMLNode
}

/// What is wrong with a YAML document, and where.
package struct YAMLError: Error, Hashable, Sendable {
    /// The line, from 1.
    package let line: Int
    /// The column, from 1, in characters.
    package let column: Int
    /// What is wrong, a clause without a full stop.
    package let message: String
}
