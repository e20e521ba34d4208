// SPDX-License-Identifier: Apache-2.0
import Model
import Traffic

/// What nodes look like at each zoom.
struct GraphFaces {
    /// Longer names are cut: a picture of long names shows nothing else.
    static let maximumNameWidth = 24
    static let compactNameWidth = 14
    /// An app's versions and a box's worst nodes beyond these are counted.
    static let maximumRows = 4

    let graph: ServiceGraph
    let drawn: DrawnGraph
    let picture: Picture
    let glyphs: GlyphSet
    let arrangement: GraphArrangement
    /// Nodes that are the only one of their name in their namespace: their version distinguishes nothing.
    private let versionless: Set<Int>
    /// Of the nodes, where it is shown.
    private let ranks: [Int]?

    init(
        _ shown: ShownGraph, drawn: DrawnGraph, picture: Picture, glyphs: GlyphSet, arrangement: GraphArrangement,
        showsRank: Bool = false
    ) {
        graph = shown.graph
        self.drawn = drawn
        self.picture = picture
        self.glyphs = glyphs
        self.arrangement = arrangement
        ranks = showsRank ? shown.ranks : nil
        var known: [[String?]: [Int]] = [:]
        for (place, node) in graph.nodes.enumerated() {
            known[[node.cluster, node.namespace, node.name], default: []].append(place)
        }
        versionless = Set(known.values.filter { $0.count == 1 }.map { $0[0] })
    }

    /// The lines of an item.
    func lines(_ item: DrawnGraph.Item) -> [StyledLine] {
        if let goneAt = item.goneAt { return gone(item, goneAt) }
        switch arrangement.zoom {
        case .dot: return [sign(item.level)]
        case .line: return [brief(item) + rank(of: item)]
        case .full: break
        }
        var lines: [StyledLine]
        switch item.kind {
        case .node: lines = node(graph.nodes[item.nodes[0]])
        case .app: lines = app(item)
        case .box, .rest: lines = box(item)
        }
        lines[0] = lines[0] + rank(of: item)
        guard item.gatheredEdges > 0 else { return lines }
        return lines + [StyledLine(" ") + gathered(item) + StyledLine(" edges", .muted)]
    }

    /// ` #1`, of several nodes the best.
    private func rank(of item: DrawnGraph.Item) -> StyledLine {
        guard let ranks, let best = item.nodes.map({ ranks[$0] }).min() else { return .empty }
        return StyledLine(" #\(best)", .accent)
    }

    /// Of what has ended only the name; when it ended is said below the drawing and on its edges.
    private func gone(_ item: DrawnGraph.Item, _ at: Timestamp) -> [StyledLine] {
        let sign = StyledLine(glyphs.removed, .removed)
        if arrangement.zoom == .dot { return [sign] }
        let title = arrangement.zoom == .line ? briefTitle(item) : item.title(in: graph)
        return [sign + StyledLine(" ") + name(title, .removed)]
    }

    private func sign(_ level: Health.Level) -> StyledLine { StyledLine(level.glyph(in: glyphs), level.role) }

    private var longest: Int {
        arrangement.isCompact && arrangement.zoom == .line ? Self.compactNameWidth : Self.maximumNameWidth
    }

    private func name(_ text: String, _ role: Role = .plain) -> StyledLine {
        StyledLine(
            TextFitting.cutMiddle(text, to: longest, glyphs: glyphs),
            role)
    }

    private func head(_ level: Health.Level, _ text: String, kind: String? = nil) -> StyledLine {
        sign(level) + StyledLine(" ") + name(text) + StyledLine(kind.map { " \($0)" } ?? "", .muted)
    }

    /// How many edges are counted instead of drawn.
    private func gathered(_ item: DrawnGraph.Item) -> StyledLine {
        item.gatheredEdges > 0 ? StyledLine(" +\(item.gatheredEdges)", .muted) : .empty
    }

    // MARK: - One line

    private func brief(_ item: DrawnGraph.Item) -> StyledLine {
        let line = head(item.level, briefTitle(item))
        switch item.kind {
        case .node, .app:
            let signs = members(of: item).reduce(.empty) { $0 + StyledLine(" ") + $1.signs(glyphs) }
            return line + gathered(item) + signs
        case .box:
            let count = item.nodes.count
            let text = arrangement.isCompact ? " \(count)" : "  \(Format.count(count, "node"))"
            return line + StyledLine(text, .muted) + gathered(item)
        case .rest: return line
        }
    }

    /// Without a version that distinguishes nothing.
    private func briefTitle(_ item: DrawnGraph.Item) -> String {
        let isOnlyVersion = item.kind == .node && versionless.contains(item.nodes[0])
        return isOnlyVersion ? graph.nodes[item.nodes[0]].name : item.title(in: graph)
    }

    // MARK: - Nodes

    private func node(_ node: TrafficNode) -> [StyledLine] {
        let first = head(node.health.level, TrafficWords.title(node), kind: GraphWords.kind(node))
        var lines = [first] + members(MemberFace.faces(of: node.members, in: picture))
        let badges = GraphWords.badges(node)
        if !badges.isEmpty { lines.append(StyledLine("  " + badges.joined(separator: ", "), .muted)) }
        return lines
    }

    /// States of members under a node's name, and what is between them.
    private func members(_ faces: [MemberFace]) -> [StyledLine] {
        faces.flatMap { face -> [StyledLine] in
            var first = StyledLine("  ") + face.signs(glyphs)
            if faces.count > 1 { first.append(" \(face.cluster.snapshot.id)", .muted) }
            if let phi = face.phi(glyphs) { first = first + StyledLine("  ") + phi }
            guard face.cluster.present.count > 1 else { return [first] }
            return [first, StyledLine("  ") + face.associations(glyphs)]
        }
    }

    private func members(of item: DrawnGraph.Item) -> [MemberFace] {
        MemberFace.faces(of: item.nodes.flatMap { graph.nodes[$0].members }, in: picture)
    }

    // MARK: - Groups

    /// A line per version, with its part of what comes in.
    private func app(_ item: DrawnGraph.Item) -> [StyledLine] {
        let nodes = item.nodes.map { graph.nodes[$0] }
        let shares = VersionShares.percent(nodes)
        let width = nodes.map { TrafficWords.title($0).cellWidth }.max() ?? 0
        let shown = nodes.count > Self.maximumRows ? Self.maximumRows - 1 : nodes.count
        var lines = zip(nodes, shares).prefix(shown).map { node, share -> StyledLine in
            let title = TextFitting.pad(TrafficWords.title(node), to: min(width, Self.maximumNameWidth))
            var line = head(node.health.level, title)
            if let share { line = line + StyledLine(" ") + StyledLine(share).rightAligned(to: 4) }
            return line
        }
        if shown < nodes.count { lines.append(StyledLine("  +\(nodes.count - shown) versions", .muted)) }
        return lines + members(members(of: item))
    }

    /// How much is in it, and which nodes of it are unhealthy.
    private func box(_ item: DrawnGraph.Item) -> [StyledLine] {
        let nodes = item.nodes.map { graph.nodes[$0] }
        var lines = [head(item.level, item.title(in: graph)), StyledLine("  ") + counts(nodes, item)]
        let ill = nodes.filter { $0.health.level > .healthy }.sorted {
            ($1.health.level, $1.rates.requests, $0.id) < ($0.health.level, $0.rates.requests, $1.id)
        }
        let shown = ill.count > Self.maximumRows ? Self.maximumRows - 1 : ill.count
        lines += ill.prefix(shown).map { StyledLine("  ") + head($0.health.level, TrafficWords.title($0)) }
        if shown < ill.count { lines.append(StyledLine("  +\(ill.count - shown) not well", .degraded)) }
        return lines
    }

    private func counts(_ nodes: [TrafficNode], _ item: DrawnGraph.Item) -> StyledLine {
        StyledLine("\(Format.count(nodes.count, "node")), \(Format.count(item.innerEdges, "edge"))", .muted)
    }
}

/// How the requests to an app are spread over its versions.
enum VersionShares {
    /// A text for each node: `90%`; nil where nothing comes in.
    static func percent(_ nodes: [TrafficNode]) -> [String?] {
        let requests = nodes.map { $0.rates.httpIn + $0.rates.grpcIn }
        let weights = requests.reduce(0, +) > 0 ? requests : nodes.map(\.rates.tcpIn)
        let all = weights.reduce(0, +)
        return weights.map { all > 0 ? GraphWords.percent($0 / all * 100) : nil }
    }
}
