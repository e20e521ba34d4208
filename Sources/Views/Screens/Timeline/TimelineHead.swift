// SPDX-License-Identifier: Apache-2.0
import Model

/// The line above the lanes: how many events of what time, what is hidden and why, how far clocks differ.
enum TimelineHead {
    static func line(_ model: TimelineModel, _ context: ScreenContext, width: Int) -> StyledLine {
        let index = model.index
        var line = count(model, context)
        if let filter = filter(model, context) { line.append(" \(filter)", .accent) }
        if index.log.dropped > 0 { line.append("  \(index.log.dropped) older dropped", .degraded) }
        for part in [span(model, context), skew(context)] where part.width > 0 && line.width + part.width + 2 <= width {
            line = line + StyledLine("  ") + part
        }
        return line
    }

    private static func count(_ model: TimelineModel, _ context: ScreenContext) -> StyledLine {
        let index = model.index
        guard filter(model, context) != nil else { return StyledLine(Format.count(index.count, "event"), .heading) }
        let hidden = index.log.count - index.count
        return StyledLine("\(index.count) of \(Format.count(index.log.count, "event"))", .heading)
            + StyledLine(", \(hidden) hidden:", .accent)
    }

    /// What is shown, if not everything is.
    private static func filter(_ model: TimelineModel, _ context: ScreenContext) -> String? {
        let names = context.picture.names
        let parts = [model.focus?.words(names, context.glyphs), model.filter.words(names)].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// From when to when, with days where it was not all today.
    private static func span(_ model: TimelineModel, _ context: ScreenContext) -> StyledLine {
        let index = model.index
        guard let first = index.entry(0)?.time, let last = index.entry(index.count - 1)?.time else { return .empty }
        let from = moment(first, context)
        let to = moment(last, context)
        return StyledLine(from == to ? from : "\(from) to \(to)", .muted)
    }

    private static func moment(_ time: Timestamp, _ context: ScreenContext) -> String {
        let clock = Format.clock(time, zone: context.zone)
        return Format.isSameDay(time, context.now, zone: context.zone)
            ? clock : "\(Format.date(time, zone: context.zone)) \(clock.prefix(5))"
    }

    /// Smaller differences are corrected too, but not worth mentioning.
    private static let noteworthy = Duration.milliseconds(50)

    /// The clock that differs most, and how many others do.
    private static func skew(_ context: ScreenContext) -> StyledLine {
        let skews = context.picture.clusters.flatMap(\.snapshot.clocks)
        let differing = skews.filter {
            ($0.correction != nil || $0.isBeyondDoubt) && $0.ahead.magnitude >= noteworthy
        }
        guard let worst = differing.max(by: { $0.ahead.magnitude < $1.ahead.magnitude }) else {
            return agreement(skews)
        }
        let names = context.picture.names
        var text = "skew \(names.text(of: worst.observer, .ending)) \(Format.offset(worst.ahead))"
        if let reference = worst.reference { text += " to \(names.text(of: reference, .ending))" }
        if worst.correction != nil { text += " (corrected)" }
        if differing.count > 1 { text += " +\(differing.count - 1) more" }
        return StyledLine(text, worst.ahead.magnitude > .seconds(1) ? .degraded : .plain)
    }

    private static func agreement(_ skews: [ClockSkew]) -> StyledLine {
        guard let least = skews.map({ $0.ahead.magnitude + $0.uncertainty }).max() else { return .empty }
        return StyledLine("clocks differ by less than \(Format.latency(least))", .muted)
    }
}

extension Duration {
    /// Without its sign.
    fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}
