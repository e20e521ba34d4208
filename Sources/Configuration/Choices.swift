// SPDX-License-Identifier: Apache-2.0
/// The value of `--output`.
package enum OutputFormat: String, CaseIterable, Sendable {
    /// One JSON document.
    case json
    case table
    case wide
    case text
    case dot
    /// Few lines, the cause first.
    case brief
    /// One JSON document per line.
    case jsonl
    /// A text that tickets and wikis show with headings.
    case md
    /// One page that needs nothing else.
    case html
}

/// The value of `--color`.
package enum ColorChoice: String, CaseIterable, Sendable {
    case auto
    case always
    case never
}

/// The value of `--glyphs`.
package enum GlyphChoice: String, CaseIterable, Sendable {
    case auto
    case unicode
    case ascii
}
