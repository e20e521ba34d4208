// SPDX-License-Identifier: Apache-2.0
import Model

/// One incident in full: what is wrong, why, how that is known, what follows from it and what to do.
enum IncidentPage {
    static func lines(of id: String, _ context: ScreenContext, width: Int) -> [PageLine] {
        guard let incident = context.snapshot.incidents.first(where: { $0.id == id }) else {
            return [.empty, PageLine(StyledLine("This incident is no longer remembered.", .heading))]
        }
        let findings = incident.findings.compactMap { id in context.snapshot.findings.first { $0.id == id } }
        var lines = [PageLine(StyledLine(incident.title, .title)), head(incident, context)]
        lines += members(incident, width: width)
        for (place, finding) in findings.enumerated() {
            if place == 1 { lines += [.empty, PageLine(StyledLine("What follows, and what belongs to it", .heading))] }
            lines +=
                place == 0
                ? FindingLines.full(finding, context, width: width) : FindingLines.brief(finding, context, width: width)
        }
        return lines
    }

    private static func head(_ incident: Incident, _ context: ScreenContext) -> PageLine {
        let since = Format.clock(incident.since, zone: context.zone)
        let length = (incident.until ?? context.snapshot.at) - incident.since
        let state =
            incident.state == .open
            ? "since \(since), for \(Format.span(length))" : "over: from \(since), took \(Format.span(length))"
        return .field(
            "State", StyledLine("\(incident.state.rawValue), \(state)", incident.state == .open ? .plain : .muted))
    }

    private static func members(_ incident: Incident, width: Int) -> [PageLine] {
        let members = incident.members
        guard let now = members.now else { return [] }
        let before = members.before.map { " of \($0)" } ?? ""
        var text = "\(now)\(before) Up"
        if !members.lost.isEmpty { text += "; lost \(members.lost.map(\.hostPort).joined(separator: ", "))" }
        if !members.returned.isEmpty { text += "; back \(members.returned.map(\.hostPort).joined(separator: ", "))" }
        return PageLine.field("Members", wrapping: text, width: width)
    }
}

/// A finding in lines, for every page that shows one.
enum FindingLines {
    /// Everything about it.
    static func full(_ finding: Finding, _ context: ScreenContext, width: Int) -> [PageLine] {
        var lines: [PageLine] = [
            .field(
                "Finding",
                StyledLine("\(finding.rule.rawValue), \(finding.severity.rawValue), ")
                    + StyledLine(finding.confidence.rawValue, role(finding)))
        ]
        if finding.count > 1 { lines.append(.field("Times", StyledLine("\(finding.count)"))) }
        if let cause = finding.cause { lines += PageLine.field("Cause", wrapping: cause, width: width) }
        for impact in finding.impacts { lines += PageLine.field("Impact", wrapping: impact.text, width: width) }
        lines += PageLine.field("Next", wrapping: finding.next, width: width)
        for command in finding.commands { lines += PageLine.field("Command", wrapping: command, .accent, width: width) }
        for other in finding.alternatives {
            lines += PageLine.field(
                "Or", wrapping: "\(other.rule.rawValue), but \(other.against)", .muted, width: width)
        }
        lines.append(PageLine(StyledLine("Evidence", .heading)))
        for item in finding.evidence {
            let text =
                "\(Format.clock(item.at, zone: context.zone)) #\(item.observation) \(item.source.kind.rawValue)  \(item.text.printable)"
            lines += TextFitting.wrap(text, width: max(20, width - 2)).enumerated().map {
                PageLine(StyledLine("\($0.offset == 0 ? "  " : "      ")\($0.element)", .muted))
            }
        }
        return lines
    }

    /// What it is and since when.
    static func brief(_ finding: Finding, _ context: ScreenContext, width: Int) -> [PageLine] {
        let state = finding.isOpen ? finding.confidence.rawValue : "over"
        let text =
            "\(Format.clock(finding.since, zone: context.zone)) \(finding.rule.rawValue) (\(state)): \(finding.title)"
        return TextFitting.wrap(text, width: max(20, width - 2)).enumerated().map {
            PageLine(StyledLine("\($0.offset == 0 ? "  " : "      ")\($0.element)", finding.isOpen ? .plain : .muted))
        }
    }

    /// The findings that are open about a subject, for the page of that subject.
    static func about(_ subjects: [String], _ context: ScreenContext, width: Int) -> [PageLine] {
        let found = context.snapshot.findings.filter { finding in
            finding.isOpen && finding.severity > .info && subjects.allSatisfy { finding.subjects.contains($0) }
        }
        return found.prefix(3).flatMap { finding in
            PageLine.field(
                finding.confidence == .suspect ? "Suspect" : "Finding", wrapping: finding.title, role(finding),
                width: width
            )
            .map { PageLine($0.line, to: .incident(finding.incident)) }
        }
    }

    private static func role(_ finding: Finding) -> Role {
        switch finding.confidence {
        case .suspect: .degraded
        case .confirmed: finding.severity.level.role
        case .recovered: .muted
        }
    }
}
