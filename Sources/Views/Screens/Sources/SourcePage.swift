// SPDX-License-Identifier: Apache-2.0
import Model

/// One source in full: its error text is never cut here.
enum SourcePage {
    static func lines(of id: SourceID, _ context: ScreenContext, width: Int) -> [StyledLine] {
        guard let source = context.snapshot.sources.first(where: { $0.id == id }) else {
            return [.empty, StyledLine("\(id) is no longer read: no view lists its member.", .heading)]
        }
        let state =
            StyledLine(source.state.rawValue, source.state.role)
            + StyledLine(" for \(Format.span(context.age(of: source.stateSince)))")
        var lines = [
            StyledLine(id.description, .title),
            .field("State", state),
            .field("Cluster", StyledLine(source.cluster ?? context.glyphs.none)),
            .field("Member", StyledLine(source.member?.text ?? context.glyphs.none)),
            .field("Last answer", lastAnswer(source, context)),
            .field("Latency", latency(source, width: width, context)),
            .field("Next", next(source, context)),
        ]
        if let probe = context.snapshot.probes.first(where: { $0.id == id }) {
            lines.append(.field("About", StyledLine(probe.subject.text)))
            lines.append(.field("Says", ProbeLines.line(probe, context, name: probe.path)))
        }
        if source.id.kind == .sse { lines.append(.field("Events", StyledLine(String(source.events)))) }
        for note in source.notes {
            let text = TextFitting.wrap(note, width: max(10, width - 13))
            lines += text.enumerated().map { .field($0.offset == 0 ? "Tells" : "", StyledLine($0.element)) }
        }
        if let log = source.log { lines += reading(log) }
        lines += rejected(source.rejected, width: width)
        return lines + failure(source, width: width)
    }

    private static func lastAnswer(_ source: SourceSnapshot, _ context: ScreenContext) -> StyledLine {
        guard let success = source.lastSuccess else { return StyledLine("never", .unknown) }
        let age = Format.span(context.age(of: success))
        return StyledLine("\(Format.clock(success, zone: context.zone)), \(age) ago")
    }

    private static func latency(_ source: SourceSnapshot, width: Int, _ context: ScreenContext) -> StyledLine {
        guard let latency = source.latency else { return StyledLine(context.glyphs.none, .unknown) }
        let values = source.recentLatencies.map(\.inSeconds)
        let bars = Sparkline.draw(values, width: min(20, max(0, width - 30)), floor: 0.02, glyphs: context.glyphs)
        return StyledLine(Format.latency(latency) + "  ") + StyledLine(bars, .accent)
    }

    private static func next(_ source: SourceSnapshot, _ context: ScreenContext) -> StyledLine {
        guard let next = source.nextAttempt else { return StyledLine("stays open", .muted) }
        return StyledLine("in \(Format.age(next - context.now)); r asks now")
    }

    private static func reading(_ log: LogReading) -> [StyledLine] {
        let progress = log.progress
        func counted(_ count: Int64, _ text: String) -> StyledLine {
            StyledLine("\(count)", count > 0 ? .degraded : .plain) + StyledLine(count > 0 ? "  \(text)" : "", .muted)
        }
        return [
            .field("Lines", StyledLine("\(progress.lines), \(Format.rate(log.linesPerSecond))/s lately")),
            .field("Bytes", StyledLine("\(progress.bytes)")),
            .field("Events", StyledLine("\(progress.events)")),
            .field("No observer", counted(progress.withoutObserver, "name their node: --events HOST:PORT=FILE")),
            .field("Unreadable", counted(progress.unreadable, "lines that were cut, too long, or no text")),
            .field("Unknown", counted(progress.unrecognised, "lines of Akka or Pekko that are of no known pattern")),
            .field("No time", counted(progress.guessedTimes, "events whose lines have no time that can be")),
            .field("Dropped", counted(progress.dropped, "more came than could be taken")),
        ]
    }

    /// Reports that changed no association. Some are ordinary, such as those older than what the bridge has reported.
    private static func rejected(_ rejected: RejectedInputs, width: Int) -> [StyledLine] {
        guard rejected.total > 0 else { return [] }
        let reasons = AssociationRejection.allCases.filter { rejected[$0] > 0 }
            .map { "\(rejected[$0]) \($0.word)" }.joined(separator: ", ")
        let text = TextFitting.wrap("of associations: \(reasons)", width: max(10, width - 13))
        return text.enumerated().map { .field($0.offset == 0 ? "Not used" : "", StyledLine($0.element)) }
    }

    private static func failure(_ source: SourceSnapshot, width: Int) -> [StyledLine] {
        guard let failure = source.failure else { return [] }
        let head = StyledLine(failure.code.rawValue, .failure) + StyledLine(", \(source.failuresInARow) in a row")
        let text = TextFitting.wrap(failure.message, width: max(10, width - 2))
        return [.empty, .field("Failure", head)] + text.map { StyledLine("  " + $0) }
    }
}

extension AssociationRejection {
    /// In the words of the screens.
    fileprivate var word: String {
        switch self {
        case .otherTransport: "of the other remoting"
        case .irrelevant: "without a state"
        case .outdated: "older than what is known"
        case .noUid: "without a uid"
        }
    }
}
