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
        line.append(text(event, context), event.isLate ? .stale : .plain)
        if context.picture.clusters.count > 1 { line.append("  \(event.cluster)", .muted) }
        return line
    }

    /// The observer has a column of its own, and names are as short as elsewhere on the screen.
    private static func text(_ event: MeshEvent, _ context: ScreenContext) -> String {
        let names = context.picture.names
        let subject = event.subject.map { names.text(of: $0, .telling) } ?? ""
        switch event.kind {
        case .member, .reachability:
            guard let to = event.to, event.subject != nil else { return event.text }
            let former = event.kind == .member ? event.from.map { "\($0) \(context.glyphs.arrow) " } ?? "" : ""
            return "\(subject) \(former)\(to)"
        case .leader: return event.subject == nil ? "sees no leader" : "leader is \(subject)"
        case .association, .phi, .sbr, .shutdown, .other: return event.text
        }
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
