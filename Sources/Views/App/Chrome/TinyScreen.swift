import Model

/// For terminals smaller than any screen: the health, and one line per problem.
enum TinyScreen {
    static func draw(_ state: AppState, into frame: inout Frame) {
        let area = Area(frame.size)
        let lines = lines(state, width: area.width)
        for (row, line) in lines.prefix(area.height).enumerated() {
            frame.put(line, in: area, row: row, glyphs: state.glyphs)
        }
        guard lines.count < area.height else { return }
        frame.put(StyledLine("enlarge for screens", .muted), in: area, row: area.height - 1, glyphs: state.glyphs)
    }

    private static func lines(_ state: AppState, width: Int) -> [StyledLine] {
        guard let picture = state.shown else { return [StyledLine("connecting", .joining)] }
        let health = picture.snapshot.health
        var first = HeaderLine.health(health, glyphs: state.glyphs)
        if let frozen = state.frozen {
            let more = frozen.newEvents > 0 ? " +\(frozen.newEvents)" : ""
            first = StyledLine("FROZEN\(more) ", .frozen) + first
        }
        if let since = health.since { first.append(" \(Format.age(state.now - since))") }
        let problems = Problems.of(
            picture.clusters, sources: picture.snapshot.sources, probes: picture.snapshot.probes, form: .ending)
        return [first]
            + problems.map { problem in
                problem.sign(state.glyphs) + StyledLine(" \(problem.headline)")
            }
    }
}
