// SPDX-License-Identifier: Apache-2.0
import Model

/// A phi in few words. The number says little: it stays near 0 and then jumps, so the silence stands beside it.
enum PhiText {
    /// `0.0`, `8.1`, `120`, an infinity.
    static func value(_ value: Double?, isInfinite: Bool, glyphs: GlyphSet) -> String {
        guard !isInfinite else { return glyphs.infinite }
        guard let value else { return glyphs.none }
        if value >= 100 { return value < 1e6 ? String(Int(value)) : glyphs.infinite }
        let tenths = Int(max(0, value) * 10 + 0.5)
        return "\(tenths / 10).\(tenths % 10)"
    }

    static func value(_ phi: PhiMeasurement, _ glyphs: GlyphSet) -> String {
        value(phi.value, isInfinite: phi.isInfinite, glyphs: glyphs)
    }

    /// A threshold is mostly a whole number.
    static func threshold(_ phi: PhiMeasurement, _ glyphs: GlyphSet) -> String {
        let text = value(phi.threshold, isInfinite: false, glyphs: glyphs)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// `phi 0.0  silent 0.4s of 4.5s`.
    static func line(_ phi: PhiMeasurement, _ glyphs: GlyphSet) -> StyledLine {
        let sign = PairSign(phi)
        let role: Role = sign == .calm ? .plain : sign.role
        let limit = phi.limit.map { " of \(Format.tenths($0))" } ?? ""
        let head = StyledLine("phi \(value(phi, glyphs))", role)
        guard let silence = phi.silence else { return head }
        return head + StyledLine("  silent \(Format.tenths(silence))\(limit)", sign == .calm ? .muted : sign.role)
    }
}

extension UniqueAddress {
    /// The uid, or the sign for an unknown value.
    func uidText(_ glyphs: GlyphSet) -> String { knownUid.map { String($0) } ?? glyphs.none }
}
