// SPDX-License-Identifier: Apache-2.0
import Model

/// One event in full: what happened, observer and subject, times and clock, source, and the evidence.
enum EventPage {
    private static let label = 11

    static func lines(of entry: EventLog.Entry, _ context: ScreenContext, width: Int) -> [StyledLine] {
        let event = entry.event
        let mark = EventMark(event)
        let room = max(10, width - label - 1)
        let title = TextFitting.wrap(event.text, width: max(10, width - 3)).enumerated().map { index, text in
            (index == 0 ? StyledLine(mark.glyph(in: context.glyphs) + " ", mark.role) : StyledLine("  "))
                + StyledLine(text, .title)
        }
        var lines = title
        func add(_ label: String, _ text: String, _ role: Role = .plain) {
            lines += field(label, TextFitting.wrap(text, width: room), role)
        }
        lines.append(.empty)
        for part in times(entry, context) { add(part.label, part.text, part.role) }
        add("Observer", who(event.observer, nil, context))
        if event.subject != nil || event.subjectUid != nil {
            add("Subject", who(event.subject, event.subjectUid, context))
        }
        if context.picture.clusters.count > 1 { add("Cluster", event.cluster) }
        add("Kind", "\(event.kind.rawValue), \(severity(event.severity))", role(event.severity))
        if let to = event.to { add("Change", event.from.map { "\($0) \(context.glyphs.arrow) \(to)" } ?? to) }
        if event.hearsay.count > 0 { add("Found by", finders(event.hearsay)) }
        add("Told by", event.source?.description ?? event.origin.rawValue)
        return lines + evidence(event, room: room, width: width)
    }

    // MARK: - Times

    private static func times(
        _ entry: EventLog.Entry, _ context: ScreenContext
    ) -> [(label: String, text: String, role: Role)] {
        let event = entry.event
        var parts: [(label: String, text: String, role: Role)] = []
        let age = Format.span(context.now - entry.time)
        parts.append(("When", "\(moment(entry.time, context)), \(age) ago", .plain))
        parts.append(("Clock", clock(entry, context), .plain))
        let delay = event.receivedAt - entry.time
        let known = moment(event.receivedAt, context)
        let isNoteworthy = delay.wholeMicroseconds.magnitude >= 1000
        parts.append(("Known", isNoteworthy ? "\(known), \(Format.offset(delay))" : "\(known), at once", .plain))
        if entry.isLate { parts.append(("Order", "late: reported after newer events", .degraded)) }
        if entry.isMoved {
            let by = Format.offset(entry.place - entry.time)
            parts.append(("Order", "put behind its cause, by \(by): a clock differs", .degraded))
        }
        return parts
    }

    private static func moment(_ time: Timestamp, _ context: ScreenContext) -> String {
        let clock = Format.clockWithMilliseconds(time, zone: context.zone)
        return Format.isSameDay(time, context.now, zone: context.zone)
            ? clock : "\((time + context.zone).description.prefix(10)) \(clock)"
    }

    /// The clock that stamped it, its time, and how it differs from ours.
    private static func clock(_ entry: EventLog.Entry, _ context: ScreenContext) -> String {
        guard case .node(let node) = entry.event.clock else { return "meshtop's own" }
        let name = context.picture.names.text(of: node, .distinct)
        var text = "of \(name): \(moment(entry.event.at, context))"
        if entry.correction != .zero { text += ", corrected by \(Format.offset(.zero - entry.correction))" }
        let skews = context.picture.cluster(entry.event.cluster)?.snapshot.clocks ?? []
        guard let skew = skews.first(where: { $0.observer == node }) else {
            return text + "; how it differs from ours is not known"
        }
        let sign = context.glyphs.asciiOnly ? "+-" : "±"
        let than = skew.reference.map { " to that of \(context.picture.names.text(of: $0, .distinct))" } ?? ""
        return text + "; it is at \(Format.offset(skew.ahead)) \(sign)\(Format.latency(skew.uncertainty))\(than)"
    }

    // MARK: - Nodes and severity

    private static func who(_ address: Address?, _ uid: Int64?, _ context: ScreenContext) -> String {
        guard let address else { return "\(context.glyphs.none) not named" }
        return address.text + (uid.map { ", uid \($0)" } ?? "")
    }

    private static func finders(_ hearsay: MeshEvent.Hearsay) -> String {
        let more = hearsay.count > hearsay.first.count ? " and \(hearsay.count - hearsay.first.count) more" : ""
        return hearsay.first.map(\.hostPort).joined(separator: ", ") + more
    }

    private static func severity(_ severity: MeshEvent.Severity) -> String {
        switch severity {
        case .notice: "notice"
        case .warning: "warning"
        case .failure: "failure"
        }
    }

    private static func role(_ severity: MeshEvent.Severity) -> Role {
        switch severity {
        case .notice: .plain
        case .warning: .degraded
        case .failure: .failure
        }
    }

    // MARK: - Evidence

    private static func evidence(_ event: MeshEvent, room: Int, width: Int) -> [StyledLine] {
        guard let evidence = event.evidence else { return [] }
        let line = evidence.line.map { "line \($0), " } ?? ""
        let head = field("Evidence", ["\(line)pattern \(evidence.pattern)"], .plain)
        return head + TextFitting.wrap(evidence.text, width: max(10, width - 3)).map { StyledLine("  " + $0) }
    }

    private static func field(_ label: String, _ texts: [String], _ role: Role) -> [StyledLine] {
        texts.enumerated().map { index, text in
            StyledLine(TextFitting.pad(index == 0 ? label : "", to: Self.label), .heading) + StyledLine(text, role)
        }
    }
}
