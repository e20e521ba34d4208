// SPDX-License-Identifier: Apache-2.0
/// A row of bars, one per value, the newest at the right.
enum Sparkline {
    /// - Parameters:
    ///   - values: Not negative, oldest first.
    ///   - width: Cells; of more values the newest are drawn.
    ///   - floor: Below this the highest bar does not reach the top, so that noise near nothing does not look like a storm.
    ///   - glyphs: The bars to draw with.
    /// - Returns: A text of at most `width` cells.
    static func draw(_ values: [Double], width: Int, floor: Double, glyphs: GlyphSet) -> String {
        guard width > 0 else { return "" }
        let shown = values.suffix(width)
        let top = max(shown.max() ?? 0, floor)
        guard top > 0 else { return String(repeating: glyphs.bars[0], count: shown.count) }
        return shown.map { value in
            // Not rounded(): that would need the mathematics library.
            let level = Int(value / top * Double(glyphs.bars.count - 1) + 0.5)
            return glyphs.bars[min(max(0, level), glyphs.bars.count - 1)]
        }.joined()
    }
}
