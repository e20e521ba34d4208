// SPDX-License-Identifier: Apache-2.0
import Model

/// What is selected in the graph, in words; without a selection, what is worst.
struct GraphPane {
    let scene: GraphScene
    let context: ScreenContext
    let width: Int

    private var glyphs: GlyphSet { context.glyphs }
    private var graph: ServiceGraph { scene.graph }

    func lines(_ selection: GraphSelection) -> [StyledLine] {
        switch selection {
        case .nothing: isFinding ? found() : overview()
        case .item(let item): lines(scene.drawn.items[item], item)
        case .edge(let edge): lines(scene.drawn.edges[edge], edge)
        }
    }

    // MARK: - Without a selection

    private var expression: FindExpression? { context.traffic.find }

    private var isFinding: Bool { expression != nil }

    /// What was found, in the order in which keys go through it; why nothing was.
    private func found() -> [StyledLine] {
        guard !scene.found.order.isEmpty else { return [StyledLine(whyNothing, .muted)] + notes() }
        return scene.found.order.prefix(20).map { found in
            switch found {
            case .nothing: .empty
            case .item(let item): head(scene.drawn.items[item].level, scene.title(item))
            case .edge(let edge):
                head(scene.drawn.edges[edge].level, scene.title(scene.drawn.edges[edge], glyphs))
                    + StyledLine("  ") + scene.labels[edge].longest
            }
        }
    }

    private var whyNothing: String {
        let needed = expression?.neededValues ?? []
        let known = graph.edges.contains { edge in
            needed.contains { $0 == .mtls ? edge.mtls != nil : $0 == .throughput ? edge.throughput != nil : false }
                || (edge.responseTime != nil && needed.contains { $0 != .mtls && $0 != .throughput })
        }
        guard !needed.isEmpty, !known else { return "Nothing on this graph is so. esc shows all again." }
        return "No match yet: the metrics that this expression needs have not arrived."
    }

    private func overview() -> [StyledLine] {
        let troubles = scene.troubles
        guard !troubles.isEmpty else { return [calm()] + notes() }
        return troubles.prefix(20).map { trouble in
            switch trouble {
            case .nothing: .empty
            case .item(let item):
                head(scene.drawn.items[item].level, scene.title(item)) + StyledLine("  ")
                    + StyledLine(reasons(of: scene.drawn.items[item]).joined(separator: "; "))
            case .edge(let edge):
                head(scene.drawn.edges[edge].level, scene.title(scene.drawn.edges[edge], glyphs)) + StyledLine("  ")
                    + StyledLine(reasons(of: scene.drawn.edges[edge]).joined(separator: "; "))
            }
        } + notes()
    }

    private func calm() -> StyledLine {
        let known = graph.nodes.count { $0.health.level == .healthy }
        let other = graph.nodes.count - known
        var line = StyledLine("\(glyphs.healthy) ", .healthy)
        line.append(known == 0 ? "Nothing is known to be wrong" : "\(Format.count(known, "node")) well")
        if other > 0 { line.append(", \(other) without traffic to judge by", .muted) }
        return line
    }

    private func notes() -> [StyledLine] {
        let folded = "Namespaces are folded so that the whole is seen: Enter unfolds one, C all of them."
        let own = scene.foldsNamespaces ? TextFitting.wrap(folded, width: max(10, width)) : []
        return (own + graph.notes).map { StyledLine($0, .muted) }
    }

    private func head(_ level: Health.Level, _ title: String) -> StyledLine {
        StyledLine("\(level.glyph(in: glyphs)) ", level.role) + StyledLine(title, .title)
    }

    private func reasons(of item: DrawnGraph.Item) -> [String] {
        let nodes = item.nodes.map { graph.nodes[$0] }.filter { $0.health.level.isTrouble }
        let worst = nodes.sorted { ($1.health.level, $0.id) < ($0.health.level, $1.id) }
        guard item.nodes.count > 1 else { return worst.flatMap(\.health.reasons) }
        return worst.map { "\(TrafficWords.title($0)): \($0.health.reasons.joined(separator: ", "))" }
    }

    private func reasons(of edge: DrawnGraph.Edge) -> [String] {
        let worst = edge.edges.map { graph.edges[$0] }.filter { $0.health.level.isTrouble }
            .sorted { $1.health.level < $0.health.level }
        return worst.flatMap(\.health.reasons)
    }

    // MARK: - A node

    private func lines(_ item: DrawnGraph.Item, _ index: Int) -> [StyledLine] {
        let nodes = item.nodes.map { graph.nodes[$0] }
        let state = item.goneAt.map { at in
            [StyledLine("ended: last seen \(Format.clock(at, zone: context.zone))", .stale)]
        }
        var lines = flow([head(item.level, scene.title(index)), identity(nodes, item)] + (state ?? traffic(nodes)))
        lines += wrapped(reasons(of: item), since: nodes.count == 1 ? nodes[0].health : nil)
        lines += MemberFace.faces(of: nodes.flatMap(\.members), in: scene.picture).map(members)
        lines += neighbours(index)
        lines += gathered(item)
        if item.kind != .node { lines.append(StyledLine("  " + contents(nodes), .muted)) }
        return lines
    }

    private func identity(_ nodes: [TrafficNode], _ item: DrawnGraph.Item) -> StyledLine {
        guard item.kind == .node, let node = nodes.first else {
            return StyledLine(Format.count(nodes.count, item.kind == .app ? "version" : "node"), .muted)
        }
        var words = [GraphWords.kind(node)].compactMap { $0 } + GraphWords.badges(node)
        if let namespace = node.namespace, node.kind != .cluster { words.append(namespace) }
        if let workload = node.workload, workload != node.name { words.append("workload \(workload)") }
        return StyledLine(words.joined(separator: ", "), .muted)
    }

    private func traffic(_ nodes: [TrafficNode]) -> [StyledLine] {
        let rates = nodes.map(\.rates)
        func sum(_ value: (NodeRates) -> Double) -> Double { rates.reduce(0) { $0 + value($1) } }
        let (into, out) = (sum { $0.httpIn + $0.grpcIn }, sum { $0.httpOut + $0.grpcOut })
        let (bytesIn, bytesOut) = (sum(\.tcpIn), sum(\.tcpOut))
        let errors = sum(\.errorsIn)
        var words: [StyledLine] = []
        if into > 0 { words.append(StyledLine("in \(GraphWords.requests(into))")) }
        if into > 0, errors > 0 { words.append(StyledLine("errors \(GraphWords.percent(errors / into * 100))")) }
        if out > 0 { words.append(StyledLine("out \(GraphWords.requests(out))")) }
        if bytesIn > 0 { words.append(StyledLine("tcp in \(GraphWords.bytes(bytesIn))")) }
        if bytesOut > 0 { words.append(StyledLine("tcp out \(GraphWords.bytes(bytesOut))")) }
        return words.isEmpty ? [StyledLine("no traffic", .muted)] : words
    }

    private func members(_ face: MemberFace) -> StyledLine {
        var line =
            StyledLine("  \(Format.count(face.members.count, "member")) of \(face.cluster.snapshot.id)  ", .muted)
            + face.signs(glyphs)
        if let phi = face.phi(glyphs) { line = line + StyledLine("  ") + phi }
        let counts = face.associationCounts
        let unreachable = face.members.count { $0.isUnreachable }
        if unreachable > 0 { line.append("  \(unreachable) unreachable", .unreachable) }
        return face.cluster.present.count > 1
            ? line + StyledLine("   ") + AssociationText.counts(counts, glyphs) : line
    }

    private func neighbours(_ item: Int) -> [StyledLine] {
        let drawn = scene.drawn
        func names(_ items: [Int]) -> StyledLine {
            let named = items.prefix(6).map { scene.title($0) }
            return StyledLine(named.joined(separator: ", ") + (items.count > 6 ? ", +\(items.count - 6)" : ""))
        }
        let edges = drawn.edges + drawn.gathered
        let into = edges.filter { $0.to == item }.map(\.from)
        let out = edges.filter { $0.from == item }.map(\.to)
        let callers = into.isEmpty ? .empty : StyledLine("  called by ", .muted) + names(into)
        let callees = out.isEmpty ? .empty : StyledLine(into.isEmpty ? "  calls " : "calls ", .muted) + names(out)
        return flow([callers, callees])
    }

    private func gathered(_ item: DrawnGraph.Item) -> [StyledLine] {
        guard item.gatheredEdges > 0 else { return [] }
        let (count, keys) = (Format.count(item.gatheredEdges, "edge"), "f draws what is around here, e draws all")
        return [StyledLine("  \(count) of it not drawn: \(keys)", .muted)]
    }

    private func contents(_ nodes: [TrafficNode]) -> String {
        let named = nodes.prefix(12).map(TrafficWords.title)
        return "holds " + named.joined(separator: ", ") + (nodes.count > 12 ? ", +\(nodes.count - 12)" : "")
    }

    // MARK: - An edge

    private func lines(_ edge: DrawnGraph.Edge, _ index: Int) -> [StyledLine] {
        if let gone = edge.gone { return ended(gone, edge) }
        let edges = edge.edges.map { graph.edges[$0] }
        let title = head(edge.level, scene.title(edge, glyphs))
        guard edges.count == 1 else {
            let sum = title + StyledLine("  \(edges.count) edges, \(scene.totals[index].rate)")
            let sorted = edges.sorted { ($1.health.level, $1.rates.total) < ($0.health.level, $0.rates.total) }
            return [sum] + sorted.map(row)
        }
        let only = edges[0]
        var lines = flow([title] + summary(only))
        lines += wrapped(only.health.level.isTrouble ? only.health.reasons : [], since: only.health)
        if let line = responses(only) { lines.append(line) }
        lines += only.notes.map { StyledLine("  \($0)", .degraded) }
        return lines
    }

    /// What an edge was.
    private func ended(_ gone: EndedEdge, _ edge: DrawnGraph.Edge) -> [StyledLine] {
        let title = StyledLine("\(glyphs.removed) ", .removed) + StyledLine(scene.title(edge, glyphs), .title)
        let was = GraphWords.perSecond(gone.rates, bytes: gone.protocol == .tcp)
        let until = Format.clock(gone.until, zone: context.zone)
        let text = "ended: was \(was) until \(until), \(Format.span(context.age(of: gone.until))) ago"
        var lines = flow([title, StyledLine(gone.protocol.name, .muted), StyledLine(text, .stale)])
        if gone.rates.errors > 0 {
            let errors = "  of these \(GraphWords.percent(gone.rates.percentErrors)) were errors"
            lines.append(StyledLine(errors, .degraded))
        }
        return lines
    }

    /// One of several edges that are drawn as one.
    private func row(_ edge: TrafficEdge) -> StyledLine {
        let (source, target) = (graph.nodes[edge.source], graph.nodes[edge.target])
        let names = "\(TrafficWords.title(source)) \(glyphs.arrow) \(TrafficWords.title(target))"
        let start = StyledLine("  ") + head(edge.health.level, names)
        return summary(edge).reduce(start) { $0 + StyledLine("  ") + $1 }
    }

    /// Pieces of a line that are put below one another where they do not fit beside one another.
    private func flow(_ parts: [StyledLine]) -> [StyledLine] {
        var lines: [StyledLine] = []
        for part in parts where !part.spans.isEmpty {
            guard let last = lines.last, last.width + 2 + part.width <= width else {
                lines.append(lines.isEmpty ? part : StyledLine("  ") + part)
                continue
            }
            lines[lines.count - 1] = last + StyledLine("  ") + part
        }
        return lines
    }

    private func summary(_ edge: TrafficEdge) -> [StyledLine] {
        let isTCP = edge.protocol == .tcp
        var parts = [StyledLine(edge.protocol.name, .muted), rate(edge, isTCP)]
        if edge.rates.errors > 0 {
            let flags = GraphWords.errorFlags(edge).prefix(2).map { " \($0)" }.joined()
            let text = "errors \(GraphWords.percent(edge.rates.percentErrors))\(flags)"
            parts.append(StyledLine(text, edge.health.level.role))
        }
        parts += times(edge).map { StyledLine($0) }
        if let mtls = edge.mtls {
            parts.append(StyledLine("mTLS \(GraphWords.percent(mtls))", mtls < 100 ? .degraded : .muted))
        }
        if let bytes = edge.throughput { parts.append(StyledLine(GraphWords.bytes(bytes))) }
        return parts
    }

    private func rate(_ edge: TrafficEdge, _ isTCP: Bool) -> StyledLine {
        guard let gap = edge.gap, abs(gap.percent) >= 1 else {
            return StyledLine(
                GraphWords.perSecond(edge.rates, bytes: isTCP), edge.rates.total > 0 ? .plain : .muted)
        }
        func text(_ rate: Double) -> String { isTCP ? GraphWords.bytes(rate) : GraphWords.requests(rate) }
        let percent = "\(gap.percent < 0 ? "-" : "")\(GraphWords.percent(abs(gap.percent)))"
        return StyledLine("\(text(gap.source)) out, \(text(gap.destination)) in ")
            + StyledLine("(gap \(percent))", .degraded)
    }

    private func times(_ edge: TrafficEdge) -> [String] {
        let totals = EdgeTotals([edge])
        let kinds: [(EdgeValue, String)] = [(.average, "avg"), (.p50, "p50"), (.p95, "p95"), (.p99, "p99")]
        return kinds.compactMap { kind, name in totals.time(kind).map { "\(name) \($0)" } }
    }

    /// What was answered: `503 UF 2.1/s  200 31.9/s`, errors first.
    private func responses(_ edge: TrafficEdge) -> StyledLine? {
        guard edge.protocol != .tcp, edge.responses.count > 1 || edge.rates.errors > 0 else { return nil }
        let isBad = { (code: String) in code == "-" || code.hasPrefix("5") || code.hasPrefix("4") }
        let sorted = edge.responses.sorted { ($1.rate, $0.code) < ($0.rate, $1.code) }
        let words = (sorted.filter { isBad($0.code) } + sorted.filter { !isBad($0.code) }).prefix(6).map { response in
            let names = response.flags.filter { $0.name != "-" }.map(\.name).prefix(2)
            // In words where there is room for them: few know the letters by heart.
            let flags = names.map { " \(width >= 100 ? ResponseFlag.text($0) : $0)" }.joined()
            return
                "\(response.code == "-" ? "no response" : response.code)\(flags) \(GraphWords.requests(response.rate))"
        }
        return StyledLine("  answers  ", .muted) + StyledLine(words.joined(separator: "   "))
    }

    private func wrapped(_ reasons: [String], since health: Health?) -> [StyledLine] {
        guard !reasons.isEmpty else { return [] }
        let age = health?.since.map { ", for \(Format.span(context.age(of: $0)))" } ?? ""
        return TextFitting.wrap(reasons.joined(separator: "; ") + age, width: max(10, width - 2)).map {
            StyledLine("  " + $0)
        }
    }
}
