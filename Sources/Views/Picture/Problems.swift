import Model

/// Something that keeps the mesh from being healthy, in words, with what is known about it.
struct Problem: Sendable {
    var subject: Subject
    var level: Health.Level
    /// What it is, in one line.
    var headline: String
    var since: Timestamp?

    func sign(_ glyphs: GlyphSet) -> StyledLine { StyledLine(level.glyph(in: glyphs), level.role) }
}

/// The reasons of the mesh's health, the worst first.
enum Problems {
    static func of(
        _ clusters: [ClusterPicture], sources: [SourceSnapshot], probes: [ProbeSnapshot] = [],
        form: AddressNames.Form = .telling
    ) -> [Problem] {
        var found: [Problem] = []
        for cluster in clusters {
            let prefix = clusters.count > 1 ? "\(cluster.snapshot.id): " : ""
            if let torn = partition(cluster, prefix, form) { found.append(torn) }
            for member in cluster.present where member.health.level > .healthy && !isExplained(member, by: cluster) {
                found.append(problem(member, in: cluster, prefix, form))
            }
        }
        found += probes.compactMap(problem)
        if found.isEmpty, let silence = silence(sources) { found.append(silence) }
        return found.enumerated()
            .sorted { ($1.element.level, $0.offset) < ($0.element.level, $1.offset) }.map(\.element)
    }

    private static func partition(_ cluster: ClusterPicture, _ prefix: String, _ form: AddressNames.Form) -> Problem? {
        let groups = cluster.snapshot.partitions
        guard groups.count > 1 else { return nil }
        let sizes = groups.map { String($0.members.count) }.joined(separator: " | ")
        return Problem(
            subject: .cluster(cluster.snapshot.id), level: .failure,
            headline: "\(prefix)\(groups.count) partitions that do not reach each other: \(sizes) members",
            since: cluster.snapshot.health.since)
    }

    /// Whether a member's trouble is nothing but the cut: only observers of other partitions have lost it.
    private static func isExplained(_ member: MemberSnapshot, by cluster: ClusterPicture) -> Bool {
        let groups = cluster.snapshot.partitions
        guard groups.count > 1, member.isUnreachable, member.health.reasons.count <= 1,
            let own = groups.first(where: { $0.members.contains(member.node.address) })
        else { return false }
        return !member.unreachableBy.contains { own.members.contains($0) }
    }

    private static func problem(
        _ member: MemberSnapshot, in cluster: ClusterPicture, _ prefix: String, _ form: AddressNames.Form
    ) -> Problem {
        let name = cluster.names.text(of: member.node.address, form)
        return Problem(
            subject: .member(cluster: cluster.snapshot.id, member.node), level: member.health.level,
            headline: "\(prefix)\(name) \(member.health.reasons.first ?? member.health.level.rawValue)",
            since: member.unreachableSince ?? member.health.since ?? member.since)
    }

    /// What the endpoint of a workload says; members have theirs among their own reasons.
    private static func problem(_ probe: ProbeSnapshot) -> Problem? {
        guard case .workload(let name) = probe.subject, probe.report != nil, probe.health.level > .healthy,
            let reason = probe.health.reasons.first
        else { return nil }
        return Problem(
            subject: .source(probe.id), level: probe.health.level, headline: "\(name.text) \(reason)",
            since: probe.health.since)
    }

    /// What supports a problem, from most to least telling. Made only for problems that are shown.
    static func evidence(of problem: Problem, _ picture: Picture, form: AddressNames.Form = .telling) -> [String] {
        switch problem.subject {
        case .cluster(let id): return picture.cluster(id).map { sides(of: $0, form) } ?? []
        case .member(let id, let node):
            guard let cluster = picture.cluster(id),
                let member = cluster.snapshot.members.first(where: { $0.node == node })
            else { return [] }
            return member.health.reasons.dropFirst() + evidence(member, cluster, picture, form)
        case .source(let id):
            let failure = picture.snapshot.sources.first { $0.id == id }?.failure
            if id.kind == .probe, failure == nil { return ["its health endpoint says so: \(id.target)"] }
            return failure.map { ["\(id.target): \($0.message)"] } ?? []
        case .event, .group, .pair, .node, .edge: return []
        }
    }

    private static func sides(of cluster: ClusterPicture, _ form: AddressNames.Form) -> [String] {
        let sides = cluster.snapshot.partitions.map { group in
            let leader = group.leader.map { cluster.names.text(of: $0, form) } ?? "nobody"
            let members = group.members.prefix(12).map { cluster.names.text(of: $0, form) }.joined(separator: " ")
            let more = group.members.count > 12 ? " and \(group.members.count - 12) more" : ""
            return "led by \(leader): \(members)\(more)"
        }
        let cut = cluster.present.count { $0.isUnreachable && isExplained($0, by: cluster) }
        return sides + (cut > 0 ? ["\(Format.count(cut, "member")) unreachable across the cut"] : [])
    }

    private static func evidence(
        _ member: MemberSnapshot, _ cluster: ClusterPicture, _ picture: Picture, _ form: AddressNames.Form
    ) -> [String] {
        var result: [String] = []
        if !member.unreachableBy.isEmpty {
            let who = member.unreachableBy.prefix(8).map { cluster.names.text(of: $0, form) }.joined(separator: " ")
            let more = member.unreachableBy.count > 8 ? " and \(member.unreachableBy.count - 8) more" : ""
            result.append("lost by \(who)\(more)")
        }
        if let source = picture.source(of: member.node.address) {
            result.append(Self.answer(of: source))
        }
        return result
    }

    /// What meshtop itself gets from a member: never an observer's opinion, but telling.
    static func answer(of source: SourceSnapshot) -> String {
        switch source.state {
        case .connecting: "its management port has not answered yet"
        case .ok: "its management port answers"
        case .failing:
            "its management port: \(source.failure?.code.rawValue ?? "failing"), \(source.failuresInARow) in a row"
        }
    }

    /// Nothing is known at all: that is the worst there is to say, though no cluster's health is lowered by it.
    private static func silence(_ sources: [SourceSnapshot]) -> Problem? {
        guard !sources.isEmpty, sources.allSatisfy({ $0.state == .failing }), let first = sources.first else {
            return nil
        }
        return Problem(
            subject: .source(first.id), level: .unknown,
            headline:
                "nothing is known now: \(sources.count == 1 ? "the only source fails" : "all \(sources.count) sources fail")",
            since: sources.map(\.stateSince).max())
    }
}
