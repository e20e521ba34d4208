// SPDX-License-Identifier: Apache-2.0
import Model

/// What health endpoints say, one line each: on the pages of members, nodes and sources.
enum ProbeLines {
    /// Those that a page is about; `isNamed` says whether the host is shown besides the path.
    static func lines(_ probes: [ProbeSnapshot], _ context: ScreenContext, isNamed: Bool = false) -> [StyledLine] {
        probes.enumerated().map { index, probe in
            .field(index == 0 ? "Probes" : "", line(probe, context, name: isNamed ? shortURL(probe) : probe.path))
        }
    }

    /// `readyz  failing  503  for 12 s  db down`.
    static func line(_ probe: ProbeSnapshot, _ context: ScreenContext, name: String) -> StyledLine {
        let level = probe.health.level
        var line = StyledLine("\(level.glyph(in: context.glyphs)) ", level.role) + StyledLine(name + "  ")
        guard let report = probe.report, let since = probe.since else {
            let failure = context.snapshot.sources.first { $0.id == probe.id }?.failure
            return line + StyledLine("no answer yet\(failure.map { ": \($0.code.rawValue)" } ?? "")", .unknown)
        }
        line.append("\(report.verdict.rawValue) \(report.status)", level.role)
        line.append(" for \(Format.span(context.age(of: since)))")
        if !report.text.isEmpty { line.append("  \(report.text)", level > .healthy ? level.role : .muted) }
        guard let heard = probe.observedAt, probe.freshness > .fresh else { return line }
        line.append("  [\(Format.age(context.age(of: heard)))]", .stale)
        return line
    }

    private static func shortURL(_ probe: ProbeSnapshot) -> String {
        probe.id.target.hasPrefix("http://") ? String(probe.id.target.dropFirst(7)) : probe.id.target
    }
}
