// SPDX-License-Identifier: Apache-2.0
import Model

/// The recent trend of the traffic, as bars.
struct TrafficTrendLine {
    /// Fewer points than this make no trend.
    private static let minimumPoints = 3
    private static let shortWidth = 12

    private let trend: TrafficTrend
    private let glyphs: GlyphSet

    init(_ trend: TrafficTrend, _ glyphs: GlyphSet) {
        self.trend = trend
        self.glyphs = glyphs
    }

    /// Bars alone, for a line that has the number already.
    func short(_ line: TrafficTrend.Line) -> StyledLine {
        guard line.rates.count >= Self.minimumPoints else { return .empty }
        return StyledLine("  ") + bars(line.rates, width: Self.shortWidth, .accent)
    }

    /// Bars of rates, and of errors if there were any, with what they reached and since when.
    func lines(_ line: TrafficTrend.Line, of wire: TrafficProtocol, width: Int) -> [PageLine] {
        let count = line.rates.count
        guard count >= Self.minimumPoints, trend.times.count >= count, let last = trend.times.last else { return [] }
        let room = max(8, min(TrafficTrend.length, width - 34))
        let shown = min(room, count)
        let rates = line.rates.suffix(shown)
        let over = Format.span(last - trend.times[trend.times.count - shown])
        let (least, most) = (rates.min() ?? 0, rates.max() ?? 0)
        let words =
            "  \(TrafficWords.rate(Double(least), wire)) to \(TrafficWords.rate(Double(most), wire)) in \(over)"
        let first = PageLine.field("Lately", bars(line.rates, width: room, .accent) + StyledLine(words, .muted))
        guard let worst = line.errors.suffix(shown).max(), worst > 0 else { return [first] }
        let text = "  up to \(TrafficWords.rate(Double(worst), wire)) in error"
        return [first, PageLine.field("", bars(line.errors, width: room, .failure) + StyledLine(text, .muted))]
    }

    private func bars(_ values: [Float], width: Int, _ role: Role) -> StyledLine {
        StyledLine(Sparkline.draw(values.map(Double.init), width: width, floor: 0, glyphs: glyphs), role)
    }
}
