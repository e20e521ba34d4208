// SPDX-License-Identifier: Apache-2.0
import Model

/// The short form of a cell, below the matrix.
enum PairPane {
    static func lines(
        _ facts: PairFacts, _ mode: MatrixMode, _ context: ScreenContext, width: Int, height: Int
    ) -> [StyledLine] {
        var lines = [head(facts, context, width: width)]
        let advice = TextFitting.wrap(
            "other direction: \(facts.other.state(context.glyphs).text). \(PairAdvice.text(facts, context))",
            width: max(10, width - 2)
        ).map { StyledLine("  " + $0) }
        let evidence = facts.row?.evidence.last.map { StyledLine("  " + $0, .muted) }
        let phi = StyledLine("  ") + phi(facts, context)
        // Where there is room for one of them: a problem is explained by its evidence.
        let isTold = (facts.signs.association.isTrouble && mode != .phi) || facts.phi == nil
        let proofs = isTold ? [evidence, phi] : [phi, evidence]
        lines += proofs.compactMap { $0 }.prefix(max(0, height - 1 - advice.count))
        return Array((lines + advice).prefix(height))
    }

    private static func head(_ facts: PairFacts, _ context: ScreenContext, width: Int) -> StyledLine {
        var parts = [facts.state(context.glyphs)]
        if let gate = facts.gate(context.now) { parts[0].append(", \(gate)", .degraded) }
        // The indices of parts that are left out where there is no room.
        var spare: [Int] = []
        if facts.status.state == .quarantined, let uid = facts.to.node.knownUid {
            spare.append(parts.count)
            parts.append(StyledLine("uid \(uid)", .muted))
        }
        if let since = facts.status.since { parts.append(StyledLine("for \(Format.span(context.age(of: since)))")) }
        if let origin = facts.row?.origin, origin != .inferred {
            spare.append(parts.count)
            parts.append(StyledLine(origin.rawValue, .muted))
        }
        if let row = facts.row, row.freshness > .fresh, let at = row.observedAt {
            parts.append(StyledLine("[\(Format.age(context.age(of: at)))]", .stale))
        }
        if facts.signs.reach.isTrouble { parts.append(facts.reach(context)) }
        let names = StyledLine("\(facts.fromName) \(context.glyphs.arrow) \(facts.toName)", .title)
        while let place = spare.popLast(), names.width + parts.reduce(0, { $0 + $1.width + 2 }) > width {
            parts.remove(at: place)
        }
        return parts.reduce(names) { $0 + StyledLine("  ") + $1 }
    }

    private static func phi(_ facts: PairFacts, _ context: ScreenContext) -> StyledLine {
        guard let phi = facts.phi else {
            return StyledLine("phi \(context.glyphs.none)  not measured", .muted)
                + StyledLine(monitoring(facts).map { ", \($0)" } ?? "", .muted)
        }
        var line = PhiText.line(phi, context.glyphs)
        if let left = phi.untilThreshold, facts.signs.phi != .passed {
            line.append(
                ", \(Format.tenths(left)) left until \(PhiText.value(phi.threshold, isInfinite: false, glyphs: context.glyphs))"
            )
        }
        if phi.isAssumed { line.append(" (assumed)", .muted) }
        return line
    }

    /// What the ring expects compared with what is reported, where that is known.
    static func monitoring(_ facts: PairFacts) -> String? {
        switch (facts.row?.isMonitored, facts.isExpected) {
        case (true?, false?): "monitored, though the ring expects others"
        case (false?, true?): "not monitored, though the ring expects it"
        case (true?, _): "monitored"
        case (false?, _): "not monitored"
        case (nil, true?): "the ring expects it monitored"
        case (nil, false?): "the ring expects others monitored"
        case (nil, nil): nil
        }
    }
}
