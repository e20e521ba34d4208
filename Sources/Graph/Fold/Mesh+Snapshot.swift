// SPDX-License-Identifier: Apache-2.0
internal import Findings
package import Model

extension Mesh {
    /// The picture as of the last evaluation, with ages as of now.
    ///
    /// - Returns: A value that nothing changes any more. O(members + sources), and O(views) where lists are shared.
    package func snapshot() -> MeshSnapshot {
        let found = evaluated ?? clusterSnapshots
        var dropped = dropped
        dropped.events += waiting.dropped
        dropped.impossible = Impossible.count
        return MeshSnapshot(
            at: now, options: options, health: health,
            // Keys are sorted, not rows: those are ten times as large.
            sources: sources.ids.compactMap(sourceSnapshot), clusters: found, events: log, dropped: dropped,
            graph: traffic.graph(at: now), telemetry: traffic.telemetry, workloads: traffic.workloads,
            trend: traffic.trend, probes: sources.probeSnapshots(found, interval: options.interval, at: now),
            findings: findings.findings, incidents: findings.incidents)
    }

    /// Each cluster as it is now, in the order of names.
    var clusterSnapshots: [ClusterSnapshot] {
        clusters.keys.sorted().compactMap { name in
            var cluster = clusters[name]?.snapshot(at: now, pollPeriod: pollPeriod, sources: sources)
            cluster?.expected = findings.expected(name)
            return cluster
        }
    }

    func sourceSnapshot(_ id: SourceID) -> SourceSnapshot? {
        let period = id.kind == .probe ? sources.probePeriod(interval: options.interval) : pollPeriod
        guard var source = sources[id]?.snapshot(at: now, pollPeriod: period) else { return nil }
        for cluster in clusters.values {
            if let rejected = cluster.associations.rejected[id] { source.rejected = source.rejected + rejected }
        }
        return source
    }
}
