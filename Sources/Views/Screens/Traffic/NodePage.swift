// SPDX-License-Identifier: Apache-2.0
import Model

/// One node of the service graph in full: what comes in and goes out, its versions, the members that run there.
struct NodePage {
    private let place: Int
    private let traffic: TrafficPicture
    private let context: ScreenContext
    private let width: Int

    static func lines(of id: String, _ context: ScreenContext, width: Int) -> [PageLine] {
        guard let traffic = context.picture.traffic else { return [] }
        guard let place = traffic.graph.index(of: id) else {
            return [
                .empty, PageLine(StyledLine("\(id) is no longer in the graph.", .heading)),
                PageLine(
                    StyledLine(
                        "It has had no traffic for a while, or another type of graph is shown. esc goes back.", .muted)),
            ]
        }
        return NodePage(place: place, traffic: traffic, context: context, width: width).lines
    }

    private var graph: ServiceGraph { traffic.graph }
    private var node: TrafficNode { graph.nodes[place] }
    private var glyphs: GlyphSet { context.glyphs }

    private var lines: [PageLine] {
        let name = StyledLine(traffic.titles[place], .title) + StyledLine("  \(identity)", .muted)
        return [PageLine(name)] + TrafficPage.health(node.health, context, width: width)
            + TrafficPage.signs(node.signs, width: width)
            + ProbeLines.lines(node.probes, context, isNamed: true).map { PageLine($0) } + flows + badgeLines + versions
            + members + links("in", traffic.incoming[place], isIn: true)
            + links("out", traffic.outgoing[place], isIn: false)
            + [
                .empty, PageLine.field("Rank", rank), PageLine.field("Told", TrafficPage.window(graph, context)),
                PageLine.field("Id", StyledLine(node.id, .muted)),
            ]
    }

    private var rank: StyledLine {
        StyledLine("\(traffic.ranks[place]) of \(traffic.ranks.max() ?? 1)")
            + StyledLine("  by \(context.traffic.rank.text)", .muted)
    }

    private var identity: String {
        var words = [TrafficWords.kind(node)]
        if let namespace = node.namespace { words.append("namespace \(namespace)") }
        if let workload = node.workload, workload != node.name { words.append("workload \(workload)") }
        if let cluster = node.cluster, node.kind != .cluster, cluster != "unknown" {
            words.append("cluster \(cluster)")
        }
        return words.joined(separator: ", ")
    }

    // MARK: - Traffic

    private var flows: [PageLine] {
        let rates = node.rates
        var lines: [PageLine] = []
        func add(_ label: String, _ name: String, _ total: Double, _ parts: [(Double, String)]) {
            guard total > 0 else { return }
            var line = StyledLine(TextFitting.pad(name, to: 6), .muted) + StyledLine(TrafficWords.requests(total))
            for (rate, word) in parts where rate > 0 {
                line.append("  \(TrafficWords.percent(rate / total * 100)) \(word)", word == "3xx" ? .muted : .degraded)
            }
            lines.append(.field(lines.contains { $0.line.text.hasPrefix(label) } ? "" : label, line))
        }
        func add(_ label: String, _ bytes: Double) {
            guard bytes > 0 else { return }
            let line = StyledLine("tcp   ", .muted) + StyledLine(GraphWords.bytes(bytes))
            lines.append(.field(lines.contains { $0.line.text.hasPrefix(label) } ? "" : label, line))
        }
        add(
            "In", "http", rates.httpIn,
            [
                (rates.httpIn5xx, "5xx"), (rates.httpIn4xx, "4xx"), (rates.httpInNoResponse, "no response"),
                (rates.httpIn3xx, "3xx"),
            ])
        add("In", "grpc", rates.grpcIn, [(rates.grpcInErr, "errors"), (rates.grpcInNoResponse, "no response")])
        add("In", rates.tcpIn)
        add("Out", "http", rates.httpOut, [])
        add("Out", "grpc", rates.grpcOut, [])
        add("Out", rates.tcpOut)
        return lines.isEmpty ? [.field("Traffic", StyledLine("none in this window", .muted))] : lines
    }

    /// What is special about a node, in words.
    static func badges(_ node: TrafficNode) -> [String] {
        let words: [(TrafficNode.Flag, String)] = [
            (.isRoot, "traffic begins here"), (.isOutside, "outside the chosen namespaces"),
            (.isInaccessible, "outside the mesh"), (.isIdle, "idle"), (.isInjected, "service"),
            (.isWaypoint, "waypoint"),
            (.isExtension, "reported by an extension"),
        ]
        return words.filter { node.flags.contains($0.0) }.map(\.1)
    }

    private var badgeLines: [PageLine] {
        let words = Self.badges(node)
        return words.isEmpty ? [] : [.field("Is", StyledLine(words.joined(separator: ", ")))]
    }

    /// How what comes in is shared among the versions of an app or a service.
    private var versions: [PageLine] {
        node.versions.enumerated().map { index, share in
            let place = self.place(of: share.version)
            let level = place.map { graph.nodes[$0].health.level }
            var line = level.map { StyledLine("\($0.glyph(in: glyphs)) ", $0.role) } ?? StyledLine("  ")
            let isThis = node.version == share.version
            line.append(
                TextFitting.pad(share.version, to: max(8, share.version.cellWidth + 1)), isThis ? .title : .plain)
            line.append("\(TrafficWords.percent(share.percent)) of the requests")
            if share.percentErrors > 0 {
                line.append("  \(TrafficWords.percent(share.percentErrors)) errors", .degraded)
            }
            let target = isThis ? nil : place.map { Subject.node(graph.nodes[$0].id) }
            return .field(index == 0 ? "Versions" : "", line, to: target)
        }
    }

    /// The node of a version of this app, or of what serves this service.
    private func place(of version: String) -> Int? {
        if node.kind == .service {
            return traffic.outgoing[place].map { graph.edges[$0].target }.first { graph.nodes[$0].version == version }
        }
        return graph.nodes.indices.first {
            let other = graph.nodes[$0]
            return other.kind == .app && other.version == version && other.app == node.app
                && other.namespace == node.namespace && other.cluster == node.cluster
        }
    }

    // MARK: - Members

    private var members: [PageLine] {
        let rows = context.picture.members(on: node)
        guard !rows.isEmpty else { return [] }
        let lost = rows.count { $0.member.isUnreachable }
        let head =
            StyledLine(Format.count(rows.count, "member"), .heading)
            + (lost > 0 ? StyledLine("  \(lost) unreachable", .unreachable) : .empty)
        return [.empty, PageLine(head)] + rows.prefix(60).map(member)
            + (rows.count > 60 ? [PageLine(StyledLine("  and \(rows.count - 60) more", .muted))] : [])
    }

    private func member(_ row: MemberRow) -> PageLine {
        let member = row.member
        var line = StyledLine("  ") + member.sign(in: glyphs)
        line.append(" \(TextFitting.pad(member.node.address.hostPort, to: 22))")
        line.append(TextFitting.pad(member.status.name, to: 9), member.status.role)
        if member.isUnreachable { line.append("unreachable by \(member.unreachableBy.count)  ", .unreachable) }
        if let phi = row.cluster.phi(of: member.node) { line = line + PhiText.line(phi, glyphs) }
        if let worst = row.cluster.worstAssociation(of: member.node) {
            line.append("  \(worst.rawValue)", worst == .quarantined ? .failure : .degraded)
        }
        return PageLine(line, to: .member(cluster: row.cluster.snapshot.id, member.node))
    }

    // MARK: - Edges

    /// Edges to open, the worst first.
    private func links(_ word: String, _ edges: [Int], isIn: Bool) -> [PageLine] {
        guard !edges.isEmpty else { return [] }
        let sorted = edges.sorted { left, right in
            let (one, other) = (graph.edges[left], graph.edges[right])
            if one.health.level != other.health.level { return one.health.level > other.health.level }
            return (other.rates.total, left) < (one.rates.total, right)
        }
        let head = "\(isIn ? "called by" : "calls") \(edges.count)"
        return [.empty, PageLine(StyledLine(head, .heading))] + sorted.prefix(100).map { link($0, isIn: isIn) }
            + (edges.count > 100 ? [PageLine(StyledLine("  and \(edges.count - 100) more: screen 6", .muted))] : [])
    }

    private func link(_ index: Int, isIn: Bool) -> PageLine {
        let edge = graph.edges[index]
        let level = edge.health.level
        var line = StyledLine("  ") + StyledLine("\(level.glyph(in: glyphs)) ", level.role)
        let name = traffic.titles[isIn ? edge.source : edge.target]
        line.append(TextFitting.pad(TextFitting.cutMiddle(name, to: 28, glyphs: glyphs), to: 29))
        line.append(TextFitting.pad(edge.protocol.name, to: 6), .muted)
        line.append(TextFitting.pad(TrafficWords.rate(edge.rates.total, edge.protocol), to: 10))
        if edge.rates.errors > 0 { line.append("\(TrafficWords.percent(edge.rates.percentErrors)) ", level.role) }
        let why = TrafficWords.why(edge)
        if !why.isEmpty { line.append(" \(why)", level > .healthy ? level.role : .muted) }
        if let time = TrafficWords.shownTime(edge) { line.append("  \(time)", .muted) }
        return PageLine(line, to: .edge(traffic.edgeIDs[index]))
    }
}

extension ClusterPicture {
    /// The worst state of the associations to a member; `nil` if none is bad.
    fileprivate func worstAssociation(of node: UniqueAddress) -> AssociationState? {
        var worst: AssociationState?
        for row in snapshot.associations where row.isCurrent && row.subject == node {
            if row.status.state == .quarantined { return .quarantined }
            if row.status.state == .gated { worst = .gated }
        }
        return worst
    }
}
