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

    /// A bar as high as the part of the time to the threshold that has gone.
    static func bar(_ phi: PhiMeasurement, _ glyphs: GlyphSet) -> String {
        PairSign(phi).glyph(in: glyphs)
    }

    /// Seconds with a tenth, as heartbeats need it: `0.4s`, `14.2s`, from 100 s on without.
    static func seconds(_ duration: Duration) -> String {
        let tenths = max(0, duration.wholeMicroseconds) / 100_000
        return tenths < 1000 ? "\(tenths / 10).\(tenths % 10)s" : Format.age(duration)
    }

    /// `phi 0.0  silent 0.4s of 4.5s`.
    static func line(_ phi: PhiMeasurement, _ glyphs: GlyphSet) -> StyledLine {
        let sign = PairSign(phi)
        let role: Role = sign == .calm ? .plain : sign.role
        let limit = phi.limit.map { " of \(seconds($0))" } ?? ""
        let head = StyledLine("phi \(value(phi, glyphs))", role)
        guard let silence = phi.silence else { return head }
        return head + StyledLine("  silent \(seconds(silence))\(limit)", sign == .calm ? .muted : sign.role)
    }
}

extension UniqueAddress {
    /// The uid, or the sign for what nobody has told.
    func uidText(_ glyphs: GlyphSet) -> String { knownUid.map { String($0) } ?? glyphs.none }
}
