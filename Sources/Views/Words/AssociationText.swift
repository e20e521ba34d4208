// SPDX-License-Identifier: Apache-2.0
import Model

/// Associations counted, in few words.
enum AssociationText {
    /// `20 ━  10 unknown  0 gated  0 quarantined`: what is bad is loud.
    static func counts(_ counts: AssociationCounts, _ glyphs: GlyphSet) -> StyledLine {
        var line = StyledLine("\(counts.active) \(glyphs.active)", counts.active > 0 ? .healthy : .muted)
        line.append("  \(counts.unknown) unknown", counts.unknown > 0 ? .unknown : .muted)
        if counts.idle > 0 { line.append("  \(counts.idle) idle", .muted) }
        line.append("   \(counts.gated) gated", counts.gated > 0 ? .degraded : .muted)
        line.append("  \(counts.quarantined) quarantined", counts.quarantined > 0 ? .failure : .muted)
        return line
    }

    /// `20━ 10? 1G 2Q`, without what there is none of.
    static func brief(_ counts: AssociationCounts, _ glyphs: GlyphSet) -> StyledLine {
        let parts: [(Int, String, Role)] = [
            (counts.quarantined, "Q", .failure), (counts.gated, "G", .degraded),
            (counts.active, glyphs.active, .healthy),
            (counts.idle, glyphs.idle, .muted), (counts.unknown, "?", .unknown),
        ]
        var line = StyledLine.empty
        for (count, sign, role) in parts where count > 0 {
            line.append("\(line.spans.isEmpty ? "" : " ")\(count)\(sign)", role)
        }
        return line
    }
}
