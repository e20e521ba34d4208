/// A value of a YAML document with the place where it began.
package struct YAMLNode: Hashable, Sendable {
    /// What it is.
    package indirect enum Content: Hashable, Sendable {
        /// Text; `isPlain` when it stood there without quotes, so that `~` and nothing at all mean "no value".
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        /// The entries in their order; keys are unique scalars.
        case mapping([YAMLEntry])
    }

    package let content: Content
    /// Lines and columns begin at 1.
    package let line: Int
    package let column: Int
}

/// One entry of a YAML mapping.
package struct YAMLEntry: Hashable, Sendable {
    package let key: String
    package let line: Int
    package let column: Int
    package let value: YAMLNode
}

/// What is wrong with a YAML document, and where.
package struct YAMLError: Error, Hashable, Sendable {
    package let line: Int
    package let column: Int
    /// The reason, a clause without a full stop.
    package let reason: String
}
