import Graph

/// An event in one line: when, by whom, what.
enum EventLine {
    static func line(_ event: MeshEvent, _ context: ScreenContext) -> StyledLine {
        let names = context.picture.names
        var line = StyledLine(Format.clockWithMilliseconds(event.at, zone: context.zone) + "  ", .muted)
        line = line + sign(event, context.glyphs) + StyledLine(" ")
        let width = min(21, names.width(of: .telling))
        let observer = event.observer.map { names.text(of: $0, .telling) } ?? context.glyphs.none
        let cut = TextFitting.cutMiddle(observer, to: width, glyphs: context.glyphs)
        line.append(TextFitting.pad(cut, to: width) + "  ", .muted)
        line.append(event.text, event.isLate ? .stale : .plain)
        if context.picture.clusters.count > 1 { line.append("  \(event.cluster)", .muted) }
        return line
    }

    private static func sign(_ event: MeshEvent, _ glyphs: GlyphSet) -> StyledLine {
        switch event.kind {
        case .member:
            let status = MemberStatus(name: event.to ?? "")
            return StyledLine(status.glyph(in: glyphs), status.role)
        case .reachability:
            return event.to == "reachable"
                ? StyledLine(glyphs.up, .healthy) : StyledLine(glyphs.unreachable, .unreachable)
        case .leader: return StyledLine("L", .joining)
        case .association, .phi, .sbr, .shutdown, .other: return StyledLine(glyphs.rule, .muted)
        }
    }
}
