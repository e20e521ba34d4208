// SPDX-License-Identifier: Apache-2.0
import Model

/// One edge of the service graph in full: its rates, its health, the answers, and which side reported them.
struct EdgePage {
    private let id: String
    private let traffic: TrafficPicture
    private let context: ScreenContext
    private let width: Int

    static func lines(of id: String, _ context: ScreenContext, width: Int) -> [PageLine] {
        guard let traffic = context.picture.traffic else { return [] }
        let page = EdgePage(id: id, traffic: traffic, context: context, width: width)
        if let place = traffic.edge(id) { return page.lines(traffic.graph.edges[place]) }
        if let gone = traffic.graph.ended.edges.first(where: { $0.id == id }) { return page.lines(gone) }
        return [
            .empty, PageLine(StyledLine("\(id) is no longer in the graph.", .heading)),
            PageLine(
                StyledLine(
                    "It has had no traffic for a while, or another type of graph is shown. esc goes back.", .muted)),
        ]
    }

    private var graph: ServiceGraph { traffic.graph }
    private var glyphs: GlyphSet { context.glyphs }

    private func lines(_ edge: TrafficEdge) -> [PageLine] {
        let title = StyledLine(traffic.title(of: edge, glyphs), .title) + StyledLine("  \(edge.protocol.name)", .muted)
        return [PageLine(title)] + [PageLine.field("Traffic", amount(edge))] + lately(edge) + health(edge)
            + answers(edge) + TrafficPage.signs(unexplainedSigns(edge), width: width) + hosts(edge) + reporters(edge)
            + measures(edge) + ends(edge) + policies(edge)
            + [PageLine.field("Told", TrafficPage.window(graph, context))]
    }

    /// The objects that apply, in their order.
    private func policies(_ edge: TrafficEdge) -> [PageLine] {
        guard let policy = IstioWords.policy(of: graph.nodes[edge.target], context.snapshot.istio) else { return [] }
        return IstioWords.sentences(policy).enumerated().flatMap { place, sentence in
            PageLine.field(place == 0 ? "Policies" : "", wrapping: sentence, .plain, width: width)
        }
    }

    // MARK: - Traffic

    private func amount(_ edge: TrafficEdge) -> StyledLine {
        let total = edge.rates.total
        guard total > 0 else { return StyledLine("none in this window", .muted) }
        var line = StyledLine(TrafficWords.rate(total, edge.protocol))
        if edge.percentOfSource > 0 {
            line.append(
                "  \(TrafficWords.percent(edge.percentOfSource)) of what \(traffic.titles[edge.source]) sends", .muted)
        }
        return line + count(total, edge)
    }

    /// The number of requests behind a rate: one failure per hour is unreadable as a rate.
    private func count(_ rate: Double, _ edge: TrafficEdge) -> StyledLine {
        guard edge.protocol != .tcp else { return .empty }
        return StyledLine(
            "  about \(Self.whole(rate * graph.window.inSeconds)) in \(Format.span(graph.window))", .muted)
    }

    private static func whole(_ value: Double) -> String {
        value < 1e15 ? value < 0.95 ? "1" : String(Int64(value.rounded())) : "many"
    }

    private func lately(_ edge: TrafficEdge) -> [PageLine] {
        let trend = context.snapshot.trend
        guard let line = trend.edges[id] else { return [] }
        return TrafficTrendLine(trend, glyphs).lines(line, of: edge.protocol, width: width)
    }

    private func health(_ edge: TrafficEdge) -> [PageLine] {
        TrafficPage.health(edge.health, context, width: width)
            + edge.notes.flatMap { PageLine.field("", wrapping: $0, .degraded, width: width) }
    }

    // MARK: - Answers

    /// Signs that the flags beside the answers do not explain already.
    private func unexplainedSigns(_ edge: TrafficEdge) -> [TrafficSign] {
        guard edge.protocol != .tcp, !edge.signs.isEmpty else { return edge.signs }
        let flags = edge.responses.flatMap(\.flags).flatMap { $0.name.split(separator: ",").map(String.init) }
        return edge.signs.filter { sign in !sign.evidence.allSatisfy(flags.contains) }
    }

    /// Errors first, then by rate; each with its flags in words.
    private func answers(_ edge: TrafficEdge) -> [PageLine] {
        guard edge.protocol != .tcp, edge.rates.total > 0 else { return [] }
        let sorted = edge.responses.sorted { left, right in
            let bad = (TrafficWords.isError(left.code, on: edge), TrafficWords.isError(right.code, on: edge))
            return bad.0 == bad.1 ? (right.rate, left.code) < (left.rate, right.code) : bad.0
        }
        return sorted.prefix(12).enumerated().map { index, response in
            PageLine.field(index == 0 ? "Answers" : "", answer(response, edge))
        }
    }

    private func answer(_ response: TrafficEdge.Response, _ edge: TrafficEdge) -> StyledLine {
        let isError = TrafficWords.isError(response.code, on: edge)
        let isMessages = response.code == "-" && !isError
        let answer = isMessages ? "messages" : TrafficWords.answer(response.code, edge.protocol)
        let word = TextFitting.pad(answer, to: 12)
        let share = TrafficWords.percent(response.rate / edge.rates.total * 100)
        var line = StyledLine(word, isError ? .failure : .plain)
        line.append("\(TextFitting.pad(TrafficWords.requests(response.rate), to: 9)) \(TextFitting.pad(share, to: 6))")
        let flags = response.flags.filter { $0.name != "-" }.sorted { $0.rate > $1.rate }.prefix(3)
        for flag in flags { line.append("  \(ResponseFlag.text(flag.name))", isError ? .failure : .muted) }
        if isError { line = line + count(response.rate, edge) }
        return line
    }

    private func hosts(_ edge: TrafficEdge) -> [PageLine] {
        var rates: [String: Double] = [:]
        for response in edge.responses { for host in response.hosts { rates[host.name, default: 0] += host.rate } }
        let sorted = rates.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return sorted.prefix(5).enumerated().map { index, host in
            let share =
                sorted.count > 1 ? "  \(TrafficWords.percent(host.value / max(edge.rates.total, 1e-12) * 100))" : ""
            return PageLine.field(index == 0 ? "Asked for" : "", StyledLine(host.key) + StyledLine(share, .muted))
        }
    }

    // MARK: - Who reported it

    private func reporters(_ edge: TrafficEdge) -> [PageLine] {
        guard let gap = edge.gap else { return [] }
        let (source, target) = (traffic.titles[edge.source], traffic.titles[edge.target])
        let text =
            "\(source) \(TrafficWords.rate(gap.source, edge.protocol)) out, "
            + "\(target) \(TrafficWords.rate(gap.destination, edge.protocol)) in"
        let lines = PageLine.field("Reported", wrapping: text, width: width)
        let percent = gap.percent
        guard abs(percent) >= 1 else { return lines }
        let word = percent > 0 ? "sent but not seen to arrive" : "more than was sent"
        let role: Role = abs(percent) >= 5 ? .degraded : .muted
        return lines
            + PageLine.field(
                "", wrapping: "gap \(TrafficWords.percent(abs(percent))): \(word)", role, width: width)
    }

    private func measures(_ edge: TrafficEdge) -> [PageLine] {
        var lines: [PageLine] = []
        if let time = edge.responseTime {
            let kinds: [EdgeValue] = [.p50, .p95, .p99, .average]
            let words = kinds.compactMap { kind in TrafficWords.time(time, kind).map { "\(kind.rawValue) \($0)" } }
            lines.append(PageLine.field("Time", StyledLine(words.joined(separator: "  "))))
        } else if edge.protocol != .tcp {
            let isAsked = context.snapshot.options.graph.edgeValues.contains(where: \.isPercentile)
            let why = isAsked ? "not reported yet" : "not asked for: --edge-values p95"
            lines.append(PageLine.field("Time", StyledLine(why, .muted)))
        }
        if let mtls = edge.mtls {
            lines.append(
                PageLine.field(
                    "Encrypted", StyledLine("\(TrafficWords.percent(mtls)) mTLS", mtls < 100 ? .degraded : .plain)))
        }
        lines += principals(edge)
        if let way = edge.waypoint {
            lines.append(PageLine.field("Waypoint", StyledLine(Self.words(way, edge.protocol))))
        }
        if let bytes = edge.throughput {
            lines.append(PageLine.field("Throughput", StyledLine("\(GraphWords.bytes(bytes)) of answers")))
        }
        return lines
    }

    /// The authenticated identities of both ends.
    private func principals(_ edge: TrafficEdge) -> [PageLine] {
        guard let principals = edge.principals else { return [] }
        let sides = [("as", principals.source), ("to", principals.destination)].filter { !$0.1.isEmpty }
        return sides.enumerated().flatMap { index, side in
            let names = side.1.prefix(3).map(\.name).joined(separator: ", ")
            let more = side.1.count > 3 ? " and \(side.1.count - 3) more" : ""
            return PageLine.field(
                index == 0 ? "Identities" : "", wrapping: "\(side.0) \(names)\(more)", .plain, width: width)
        }
    }

    private static func words(_ way: WaypointWay, _ transport: TrafficProtocol) -> String {
        switch way.direction {
        case .to: "on the way to a waypoint"
        case .from: "on the way from a waypoint"
        case .both: "to a waypoint; \(TrafficWords.rate(way.returned ?? 0, transport)) come back from it"
        }
    }

    private func ends(_ edge: TrafficEdge) -> [PageLine] {
        [("From", edge.source), ("To", edge.target)].map { label, place in
            TrafficPage.node(label, place, traffic, context)
        }
    }

    // MARK: - An edge that has ended

    private func lines(_ gone: EndedEdge) -> [PageLine] {
        let until = Format.clock(gone.until, zone: context.zone)
        var lines = [
            PageLine(StyledLine(traffic.title(of: gone, glyphs), .title)),
            PageLine.field("Traffic", StyledLine("none any more", .stale)),
            PageLine.field(
                "Last",
                StyledLine(
                    "\(TrafficWords.rate(gone.rates.total, gone.protocol)) until \(until), \(Format.span(context.age(of: gone.until))) ago"
                )),
        ]
        if gone.rates.errors > 0 {
            lines.append(
                PageLine.field("", StyledLine("\(TrafficWords.percent(gone.rates.percentErrors)) errors", .degraded)))
        }
        for (label, id) in [("From", gone.source), ("To", gone.target)] {
            lines.append(
                graph.index(of: id).map { TrafficPage.node(label, $0, traffic, context) }
                    ?? PageLine.field(label, StyledLine("\(id), ended too", .stale)))
        }
        return lines
    }
}
