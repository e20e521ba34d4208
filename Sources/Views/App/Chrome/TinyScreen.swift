// SPDX-License-Identifier: Apache-2.0
import Model

/// For terminals smaller than any screen: the health, and one line per problem.
enum TinyScreen {
    static func draw(_ display: Display, _ time: TimeState?, _ glyphs: GlyphSet, into frame: inout Frame) {
        let area = Area(frame.size)
        let lines = lines(display, time, glyphs, width: area.width)
        for (row, line) in lines.prefix(area.height).enumerated() {
            frame.put(line, in: area, row: row, glyphs: glyphs)
        }
        guard lines.count < area.height else { return }
        frame.put(StyledLine("enlarge for screens", .muted), in: area, row: area.height - 1, glyphs: glyphs)
    }

    private static func lines(_ display: Display, _ time: TimeState?, _ glyphs: GlyphSet, width: Int) -> [StyledLine] {
        guard let picture = display.picture else { return [StyledLine("connecting", .joining)] }
        let health = picture.snapshot.health
        var first = HeaderLine.health(health, glyphs: glyphs)
        if let frozen = display.frozen {
            let more = frozen.newEvents > 0 ? " +\(frozen.newEvents)" : ""
            first = StyledLine("FROZEN\(more) ", .frozen) + first
        }
        if let time, time.isPast {
            first = StyledLine(time.moment == nil ? "REPLAY " : "PAST ", .frozen) + first
        }
        if let since = health.since { first.append(" \(Format.age(display.now - since))") }
        let problems = IncidentProblems.merged(
            Problems.of(
                picture.clusters, sources: picture.snapshot.sources, probes: picture.snapshot.probes, form: .ending),
            picture.snapshot)
        return [first]
            + problems.map { problem in
                problem.sign(glyphs) + StyledLine(" \(problem.headline)")
            }
    }
}
