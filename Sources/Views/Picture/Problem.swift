// SPDX-License-Identifier: Apache-2.0
import Model

/// Something that keeps the mesh from being healthy, in words, with what is known about it.
struct Problem: Sendable {
    var subject: Subject
    var level: Health.Level
    /// What it is, in one line.
    var headline: String
    var since: Timestamp?
    /// How sure it is, or that it is over.
    var remark = ""
    /// How many others are folded under it.
    var effects = 0
    /// Whether it is over and only remembered.
    var isOver = false

    func sign(_ glyphs: GlyphSet) -> StyledLine { StyledLine(level.glyph(in: glyphs), level.role) }
}
