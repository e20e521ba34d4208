// SPDX-License-Identifier: Apache-2.0
import Model

/// The state of a cluster in a few lines.
enum OverviewSummary {
    private static let labelWidth = 14

    static func lines(of cluster: ClusterPicture, _ context: ScreenContext, width: Int) -> [StyledLine] {
        [
            labelled("Members") + strip(cluster, width: max(0, min(60, width - 34)), context)
                + counts(cluster.counts) + lastHeard(cluster, context),
            labelled("Leader") + leader(cluster) + StyledLine("   ") + agreement(cluster) + readiness(cluster),
            labelled("Associations")
                + AssociationText.counts(cluster.snapshot.associationCounts, context.glyphs)
                + lastHeard(cluster, context),
            labelled("Phi") + phi(cluster, context, width: width - labelWidth),
        ] + [downing(cluster, context)].compactMap { $0 }
    }

    /// What resolvers will do, and when; only while somebody is unreachable.
    private static func downing(_ cluster: ClusterPicture, _ context: ScreenContext) -> StyledLine? {
        guard let downing = cluster.snapshot.downing, let text = downing.forecastSentence(at: context.now) else {
            return nil
        }
        return labelled("Downing") + StyledLine(text, downing.forecast?.survive.isEmpty == true ? .failure : .plain)
    }

    /// The greatest phi of all pairs, with the silence behind it; or why there is none.
    private static func phi(_ cluster: ClusterPicture, _ context: ScreenContext, width: Int) -> StyledLine {
        guard let number = cluster.hottest.worst, let phi = cluster.snapshot.associations[number].phi else {
            let highest = cluster.present.compactMap(\.estimatedPhi).max { $0.magnitude < $1.magnitude }
            let line = StyledLine("not measured: no bridge answers", .muted)
            guard let highest else { return line }
            let text = PhiText.value(highest.value, isInfinite: highest.isInfinite, glyphs: context.glyphs)
            return line + StyledLine("   estimated max \(text)", .muted)
        }
        let row = cluster.snapshot.associations[number]
        let sign = PairSign(phi)
        let isOld = context.freshness(phi.observedAt) >= .stale
        let role: Role = isOld ? .stale : sign == .calm ? .plain : sign.role
        let names = [row.observer, row.subject].map { cluster.names.text(of: $0.address, .distinct) }
        var line = StyledLine("max \(PhiText.value(phi, context.glyphs))  ", role)
        line.append("\(names[0]) \(context.glyphs.arrow) \(names[1])", role)
        if let silence = phi.silence { line.append("  silent \(Format.tenths(silence))", role) }
        if let limit = phi.limit { line.append(" (limit \(Format.tenths(limit)))") }
        if isOld { return line + StyledLine("  ") + context.ageCell(phi.observedAt) }
        let threshold = StyledLine("  threshold \(PhiText.threshold(phi, context.glyphs))", .muted)
        return line.width + threshold.width <= width ? line + threshold : line
    }

    /// One line per cluster when there are several.
    static func brief(_ cluster: ClusterPicture, _ context: ScreenContext, width: Int) -> StyledLine {
        let health = cluster.snapshot.health.level
        let name = TextFitting.pad(
            TextFitting.cutMiddle(cluster.snapshot.id, to: 16, glyphs: context.glyphs), to: 17)
        return StyledLine("\(health.glyph(in: context.glyphs)) ", health.role) + StyledLine(name, .title)
            + strip(cluster, width: max(0, min(24, width - 60)), context) + counts(cluster.counts)
            + StyledLine("   ") + agreement(cluster) + StyledLine("   ")
            + AssociationText.brief(cluster.snapshot.associationCounts, context.glyphs)
    }

    /// One sign per member in address order; left out where they do not fit, because half a strip would lie.
    private static func strip(_ cluster: ClusterPicture, width: Int, _ context: ScreenContext) -> StyledLine {
        guard cluster.present.count <= width else { return .empty }
        var line = StyledLine.empty
        for member in cluster.present {
            let isOld = context.freshness(member.observedAt) >= .stale
            let sign =
                isOld ? StyledLine(member.status.glyph(in: context.glyphs), .stale) : member.sign(in: context.glyphs)
            if let last = line.spans.indices.last, line.spans[last].style == sign.spans[0].style {
                line.spans[last].text += sign.text
            } else {
                line = line + sign
            }
        }
        return line + StyledLine("   ")
    }

    private static func counts(_ counts: MemberCounts) -> StyledLine {
        var line = StyledLine.empty
        for status in MemberStatus.named {
            guard let count = counts.byStatus[status] else { continue }
            line.append(
                "\(line.spans.isEmpty ? "" : ", ")\(count) \(status.name)", status == .up ? .plain : status.role)
        }
        let unknown = counts.all - MemberStatus.named.reduce(0) { $0 + counts.byStatus[$1, default: 0] }
        if unknown > 0 { line.append("\(line.spans.isEmpty ? "" : ", ")\(unknown) in another status", .unknown) }
        if counts.unreachable > 0 { line.append("; \(counts.unreachable) unreachable", .unreachable) }
        return line
    }

    /// Counts that no view confirms any longer say when they were observed.
    private static func lastHeard(_ cluster: ClusterPicture, _ context: ScreenContext) -> StyledLine {
        guard cluster.voters == 0, let newest = cluster.snapshot.views.map(\.observedAt).max() else { return .empty }
        return StyledLine(", as last heard \(Format.span(context.age(of: newest))) ago", .stale)
    }

    private static func leader(_ cluster: ClusterPicture) -> StyledLine {
        if let leader = cluster.snapshot.leader {
            return StyledLine(cluster.names.text(of: leader, .distinct))
        }
        let claimed = Set(cluster.snapshot.views.filter(\.isVoting).compactMap(\.leader)).sorted()
        if claimed.isEmpty { return StyledLine("none", .degraded) }
        let names = claimed.prefix(4).map { cluster.names.text(of: $0, .distinct) }.joined(separator: ", ")
        return StyledLine("claimed by views: \(names)", claimed.count > 1 ? .degraded : .plain)
    }

    private static func agreement(_ cluster: ClusterPicture) -> StyledLine {
        let groups = cluster.agreement
        switch groups.count {
        case 0: return StyledLine("no view votes", .degraded)
        case 1: return StyledLine(groups[0] == 1 ? "one view" : "all \(groups[0]) views agree")
        default:
            let sizes = groups.prefix(6).map(String.init).joined(separator: " | ")
            return StyledLine("views differ: \(sizes)\(groups.count > 6 ? " | ..." : "")", .degraded)
        }
    }

    private static func readiness(_ cluster: ClusterPicture) -> StyledLine {
        guard cluster.voters > 0 else { return .empty }
        let counts = cluster.counts
        let silent = counts.all - counts.ready - counts.notReady
        var line = StyledLine("   \(counts.ready) of \(counts.all) ready")
        if counts.notReady > 0 { line.append(", \(counts.notReady) not", .passing) }
        if silent > 0 { line.append(", \(silent) unknown", .unknown) }
        return line
    }

    /// Nil where no Prometheus reports traffic.
    static func traffic(_ context: ScreenContext, width: Int) -> StyledLine? {
        context.picture.traffic.map {
            labelled("Traffic") + TrafficSummary.line($0, context, width: width - labelWidth - 2)
        }
    }

    static func sources(_ context: ScreenContext) -> StyledLine {
        let sources = context.snapshot.sources
        let working = sources.count { $0.state == .ok }
        let failing = sources.filter { $0.state == .failing }
        var line = labelled("Sources") + StyledLine("\(working)/\(sources.count) ok")
        if let since = failing.map(\.stateSince).min() {
            line.append("   \(failing.count) failing \(Format.age(context.age(of: since)))", .failure)
        }
        let oldest = context.picture.clusters.compactMap(\.counts.oldest).min()
        guard let oldest else { return line }
        let role: Role = context.freshness(oldest) == .fresh ? .muted : .stale
        line.append("   oldest fact shown \(Format.age(context.age(of: oldest)))", role)
        return line
    }

    private static func labelled(_ label: String) -> StyledLine {
        StyledLine(TextFitting.pad(label, to: labelWidth), .heading)
    }
}

extension EstimatedPhi {
    /// For comparing.
    fileprivate var magnitude: Double { isInfinite ? .infinity : value ?? -1 }
}
