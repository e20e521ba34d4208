// SPDX-License-Identifier: Apache-2.0
import Model

/// The reasons of the mesh's health, the worst first.
enum Problems {
    static func of(
        _ clusters: [ClusterPicture], sources: [SourceSnapshot], probes: [ProbeSnapshot] = [],
        form: AddressNames.Form = .distinct
    ) -> [Problem] {
        var found: [Problem] = []
        for cluster in clusters {
            let prefix = clusters.count > 1 ? "\(cluster.snapshot.id): " : ""
            if let torn = partition(cluster, prefix, form) { found.append(torn) }
            if let missing = bootstrap(cluster, prefix) { found.append(missing) }
            for member in cluster.present where member.health.level > .healthy && !cluster.isOnlyCutOff(member) {
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

    /// Pods that have not formed a cluster.
    private static func bootstrap(_ cluster: ClusterPicture, _ prefix: String) -> Problem? {
        guard let bootstrap = cluster.snapshot.bootstrap else { return nil }
        let found = "\(bootstrap.found)\(bootstrap.required.map { " of \($0) required" } ?? "") contact points"
        let state = bootstrap.blocker == nil ? "forming" : "blocked"
        return Problem(
            subject: .cluster(cluster.snapshot.id), level: cluster.snapshot.health.level,
            headline: "\(prefix)no cluster yet, \(state): \(found)", since: cluster.snapshot.health.since)
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
