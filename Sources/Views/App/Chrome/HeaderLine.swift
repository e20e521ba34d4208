// SPDX-License-Identifier: Apache-2.0
import Model

/// The first line: what cluster, how healthy, since when, how many, and what time it is. Parts of less weight give way when it is narrow.
enum HeaderLine {
    private struct Part {
        var line: StyledLine
        /// The higher, the earlier it is left out.
        var rank: Int
        var isRight = false
        /// Follows the part before it after one blank instead of two.
        var isTight = false
    }

    /// - Parameters:
    ///   - display: What is shown.
    ///   - time: Where in time that is; nil where the run has no other moments.
    ///   - zone: Local time minus UTC.
    ///   - glyphs: The signs to draw with.
    ///   - width: The columns of the terminal.
    /// - Returns: The line, as wide as the terminal at most.
    static func line(
        _ display: Display, _ time: TimeState? = nil, zone: Duration, glyphs: GlyphSet, width: Int
    ) -> StyledLine {
        var parts = parts(display, zone, glyphs)
        if let time { parts = marked(parts, time, display, zone, glyphs) }
        func needed() -> Int { parts.reduce(2) { $0 + $1.line.width + 2 } - 2 }
        while needed() > width, let worst = parts.map(\.rank).max(), worst > 0 {
            parts.removeAll { $0.rank == worst }
        }
        let left = joined(parts.filter { !$0.isRight })
        let right = joined(parts.filter(\.isRight))
        let gap = max(2, width - 2 - left.width - right.width)
        return StyledLine(" ") + left + StyledLine(String(repeating: " ", count: gap)) + right
    }

    /// The parts with where in time they are; a moment that is not now is in another style, and never gives way.
    private static func marked(
        _ parts: [Part], _ time: TimeState, _ display: Display, _ zone: Duration, _ glyphs: GlyphSet
    ) -> [Part] {
        var parts = parts
        if let recording = time.recording {
            let text = "REC \(Format.bytes(recording.bytes)) \(Format.bytes(recording.rate))/min"
            parts.append(Part(line: StyledLine(text, .frozen), rank: 6, isRight: true))
        }
        guard time.isPast else { return parts }
        // The clock shows now, which is not what is shown.
        parts.removeAll { $0.isRight && $0.rank != 6 }
        let shown = Format.clockWithMilliseconds(time.moment ?? time.until, zone: zone)
        var text: String
        switch time.mode {
        case .live:
            let more = time.newEvents > 0 ? "  live +\(time.newEvents) events" : ""
            text =
                "\(glyphs.isBack) \(shown.dropLast(2)) (\(Format.span(time.until - (time.moment ?? time.until))) ago)\(more)"
        case .replay(let name, let speed, let isPaused, let hasEnded):
            let pace = hasEnded && time.moment == nil ? "end" : isPaused ? "paused" : "\(Format.factor(speed))x"
            text = "REPLAY \(name) \(pace)  \(shown.dropLast(4))"
        }
        parts.append(Part(line: StyledLine(text, .frozen), rank: 0, isRight: true))
        return parts
    }

    private static func joined(_ parts: [Part]) -> StyledLine {
        parts.enumerated().reduce(.empty) { line, next in
            next.offset == 0
                ? next.element.line : line + StyledLine(next.element.isTight ? " " : "  ") + next.element.line
        }
    }

    private static func parts(_ display: Display, _ zone: Duration, _ glyphs: GlyphSet) -> [Part] {
        guard let picture = display.picture else {
            return [Part(line: StyledLine("meshtop", .title), rank: 0), clock(display, zone)]
        }
        let snapshot = picture.snapshot
        var parts = [Part(line: StyledLine(name(of: snapshot), .title), rank: 1)]
        if let kind = kind(of: snapshot) { parts.append(Part(line: StyledLine(kind, .muted), rank: 7)) }
        parts.append(Part(line: health(snapshot.health, glyphs: glyphs), rank: 0))
        if let since = snapshot.health.since, snapshot.health.level > .unknown {
            parts.append(Part(line: StyledLine("for \(Format.span(display.now - since))"), rank: 5, isTight: true))
        }
        parts.append(Part(line: counts(picture), rank: 4))
        if let dropped = dropped(snapshot.dropped) { parts.append(Part(line: dropped, rank: 6)) }
        return parts + [clock(display, zone)] + interval(snapshot)
    }

    private static func name(of snapshot: MeshSnapshot) -> String {
        switch snapshot.clusters.count {
        case 0: "meshtop"
        case 1: snapshot.clusters[0].id
        default: "\(snapshot.clusters.count) clusters"
        }
    }

    private static func kind(of snapshot: MeshSnapshot) -> String? {
        guard snapshot.clusters.count == 1 else { return nil }
        let cluster = snapshot.clusters[0]
        let known = [
            cluster.id == cluster.system ? "" : cluster.system,
            cluster.stack == .unknown ? "" : cluster.stack.rawValue,
            cluster.transport == .unknown ? "" : cluster.transport.rawValue,
        ].filter { !$0.isEmpty }
        return known.isEmpty ? nil : known.joined(separator: " ")
    }

    static func health(_ health: Health, glyphs: GlyphSet) -> StyledLine {
        StyledLine("\(health.level.glyph(in: glyphs)) \(health.level.word)", health.level.role)
    }

    private static func counts(_ picture: Picture) -> StyledLine {
        let counts = picture.clusters.map(\.counts)
        let all = counts.reduce(0) { $0 + $1.all }
        guard all > 0 else { return .empty }
        let unreachable = counts.reduce(0) { $0 + $1.unreachable }
        let up = counts.reduce(0) { $0 + $1.upAndReachable }
        let isKnown = picture.snapshot.health.level > .unknown
        let expected = picture.snapshot.clusters.compactMap(\.expected?.count).reduce(0, +)
        let isShort = expected > all && picture.snapshot.clusters.allSatisfy { $0.expected != nil }
        var line = StyledLine(isShort ? "\(up) of \(expected) up" : "\(up) up", isKnown ? .plain : .stale)
        let other = all - up - unreachable
        if other > 0 { line.append("  \(other) not up", .passing) }
        if unreachable > 0 { line.append("  \(unreachable) unreachable", .unreachable) }
        return line
    }

    /// What was lost is never lost in silence.
    private static func dropped(_ counts: DroppedCounts) -> StyledLine? {
        let all = counts.events + counts.samples + counts.lines
        return all == 0 ? nil : StyledLine("\(all) dropped", .degraded)
    }

    private static func clock(_ display: Display, _ zone: Duration) -> Part {
        let time = Format.clock(display.now, zone: zone)
        guard let frozen = display.frozen else { return Part(line: StyledLine(time), rank: 3, isRight: true) }
        let more = frozen.newEvents > 0 ? " +\(frozen.newEvents)" : ""
        return Part(line: StyledLine("FROZEN since \(time)\(more)", .frozen), rank: 0, isRight: true)
    }

    private static func interval(_ snapshot: MeshSnapshot) -> [Part] {
        [Part(line: StyledLine(Format.setting(snapshot.options.interval), .muted), rank: 8, isRight: true)]
    }
}
