// SPDX-License-Identifier: Apache-2.0
import Model

/// One direction between two members in full, with the other direction beside it.
enum PairPage {
    private static let label = 13
    /// From this number of columns on, both directions stand side by side.
    private static let sideBySide = 72

    static func lines(of pair: PairID, _ context: ScreenContext, width: Int) -> [StyledLine] {
        guard let cluster = context.picture.cluster(pair.cluster), let facts = PairFacts(cluster, pair) else {
            return [
                .empty,
                StyledLine(
                    "\(pair.observer.address.hostPort) or \(pair.subject.address.hostPort) is no member now.", .heading),
                StyledLine("A pair is shown as long as both are members. esc goes back.", .muted),
            ]
        }
        let sides = width >= sideBySide ? [facts, facts.other] : [facts]
        var lines = table(sides, context, width: width)
        if sides.count == 1 { lines.append(field("Other way", [facts.other.state(context.glyphs)], width)) }
        lines.append(.empty)
        lines += TextFitting.wrap(PairAdvice.text(facts, context), width: max(10, width - 1)).map { StyledLine($0) }
        return lines + former(facts, context) + evidence(facts, context, width: width)
            + evidence(facts.other, context, width: width) + events(facts, context)
    }

    // MARK: - Table

    private static func table(_ sides: [PairFacts], _ context: ScreenContext, width: Int) -> [StyledLine] {
        let heads = sides.map { StyledLine("\($0.fromName) \(context.glyphs.arrow) \($0.toName)", .title) }
        let rows: [(String, (PairFacts) -> StyledLine)] = [
            ("State", { $0.state(context.glyphs) + gate($0, context) }),
            ("Since", { since($0, context) }),
            ("Uid", { StyledLine($0.to.node.uidText(context.glyphs)) }),
            ("Transport", { StyledLine($0.row?.transport.rawValue ?? $0.from.node.address.transport.rawValue) }),
            ("Known from", { known($0, context) }),
            ("Reach", { $0.reach(context) }),
            ("Monitored", { monitored($0, context) }),
            ("Phi", { phi($0, context) }),
            ("Silence", { silence($0, context) }),
            ("Threshold", { left($0, context) }),
            ("Heartbeats", { heartbeats($0, context) }),
        ]
        return [field("", heads, width)]
            + rows.map { label, cell in field(label, sides.map(cell), width) }
    }

    private static func field(_ label: String, _ cells: [StyledLine], _ width: Int) -> StyledLine {
        let room = max(10, (width - Self.label) / cells.count - 1)
        var line = StyledLine(TextFitting.pad(label, to: Self.label), .heading)
        for (index, cell) in cells.enumerated() {
            let isLast = index == cells.count - 1
            line = line + cell.cut(to: room)
            if !isLast { line.append(String(repeating: " ", count: max(1, room + 1 - cell.width))) }
        }
        return line
    }

    private static func none(_ context: ScreenContext, _ text: String = "") -> StyledLine {
        StyledLine("\(context.glyphs.none) \(text)", .unknown)
    }

    private static func gate(_ facts: PairFacts, _ context: ScreenContext) -> StyledLine {
        if let gate = facts.gate(context.now) { return StyledLine(", \(gate)", .degraded) }
        return .empty
    }

    private static func since(_ facts: PairFacts, _ context: ScreenContext) -> StyledLine {
        guard let since = facts.status.since else { return none(context) }
        return StyledLine(
            "\(Format.clock(since, zone: context.zone)), \(Format.span(context.age(of: since))) ago")
    }

    private static func known(_ facts: PairFacts, _ context: ScreenContext) -> StyledLine {
        guard let row = facts.row, let origin = row.origin else { return none(context, "nothing reports it") }
        let word = origin == .inferred ? "inferred: ring and view" : origin.rawValue
        guard let at = row.observedAt else { return StyledLine(word) }
        let age = "\(Format.age(context.age(of: at))) ago"
        let role: Role = row.freshness == .fresh ? .plain : .stale
        return StyledLine("\(word), \(row.freshness >= .stale ? "[\(age)]" : age)", role)
    }

    private static func monitored(_ facts: PairFacts, _ context: ScreenContext) -> StyledLine {
        let expected = facts.isExpected.map { $0 ? "ring: yes" : "ring: no" } ?? "ring: other rule"
        guard let isMonitored = facts.row?.isMonitored else { return none(context, "not reported; \(expected)") }
        let differs = facts.isExpected.map { $0 != isMonitored } ?? false
        return StyledLine(isMonitored ? "yes" : "no", differs ? .degraded : .plain)
            + StyledLine("; \(expected)", .muted)
    }

    // MARK: - Phi

    private static func phi(_ facts: PairFacts, _ context: ScreenContext) -> StyledLine {
        guard let phi = facts.phi else { return none(context, "not measured") }
        let sign = PairSign(phi)
        var line = StyledLine(
            "\(sign.glyph(in: context.glyphs)) \(PhiText.value(phi, context.glyphs))",
            sign == .calm ? .plain : sign.role)
        let threshold = PhiText.threshold(phi, context.glyphs)
        line.append(" of \(threshold)", .muted)
        if let value = phi.value, value < phi.threshold {
            line.append(
                ", margin \(PhiText.value(phi.threshold - value, isInfinite: false, glyphs: context.glyphs))", .muted)
        }
        line.append(", \(phi.carrier.rawValue)", .muted)
        let age = context.freshness(phi.observedAt)
        if age > .fresh { line.append(" [\(Format.age(context.age(of: phi.observedAt)))]", .stale) }
        return line
    }

    private static func silence(_ facts: PairFacts, _ context: ScreenContext) -> StyledLine {
        guard let phi = facts.phi, let silence = phi.silence else { return none(context) }
        let limit = phi.limit.map { " of \(Format.tenths($0))" } ?? ""
        return StyledLine("\(Format.tenths(silence))\(limit) since the last")
    }

    private static func left(_ facts: PairFacts, _ context: ScreenContext) -> StyledLine {
        guard let phi = facts.phi, let left = phi.untilThreshold else { return none(context) }
        let assumed = phi.isAssumed ? " (assumed)" : ""
        if PairSign(phi) == .passed { return StyledLine("passed\(assumed)", .unreachable) }
        return StyledLine("in \(Format.tenths(left)) without one\(assumed)")
    }

    private static func heartbeats(_ facts: PairFacts, _ context: ScreenContext) -> StyledLine {
        guard let phi = facts.phi else { return none(context) }
        guard let mean = phi.mean, let deviation = phi.deviation, let pause = phi.acceptablePause else {
            return StyledLine("every 1s, pause 3s (assumed)", .muted)
        }
        return StyledLine(
            "\(Format.latency(mean)) \(context.glyphs.asciiOnly ? "+-" : "±") \(Format.latency(deviation)), pause \(Format.setting(pause))"
        )
    }

    // MARK: - Below

    private static func former(_ facts: PairFacts, _ context: ScreenContext) -> [StyledLine] {
        facts.previousRows.map { row in
            let sign = PairSign(row)
            return StyledLine("former uid \(row.subject.uid): ", .muted)
                + StyledLine("\(sign.glyph(in: context.glyphs)) \(sign.word)", sign.role)
        }
    }

    private static func evidence(_ facts: PairFacts, _ context: ScreenContext, width: Int) -> [StyledLine] {
        guard let row = facts.row, !row.evidence.isEmpty else { return [] }
        let texts = row.evidence.flatMap { TextFitting.wrap($0, width: max(10, width - 3)) }
        return [.empty, StyledLine("what \(facts.fromName) reported", .heading)] + texts.map { StyledLine("  " + $0) }
    }

    private static func events(_ facts: PairFacts, _ context: ScreenContext) -> [StyledLine] {
        let ends: Set<Address> = [facts.from.node.address, facts.to.node.address]
        let own = context.snapshot.recentEntries.filter { entry in
            guard let observer = entry.event.observer, let subject = entry.event.subject else { return false }
            return entry.event.cluster == facts.cluster.snapshot.id && Set([observer, subject]) == ends
        }
        guard !own.isEmpty else { return [] }
        return [.empty, StyledLine("what happened between them, the newest first", .heading)]
            + EventRow.lines(own.reversed(), context)
    }
}

extension StyledLine {
    /// The line without what is beyond a width.
    func cut(to width: Int) -> StyledLine {
        guard self.width > width else { return self }
        var (result, left) = (StyledLine.empty, width)
        for span in spans where left > 0 {
            let text = TextFitting.prefix(of: span.text, width: left)
            result.spans.append(Span(text: text, style: span.style))
            left -= text.cellWidth
        }
        return result
    }
}
