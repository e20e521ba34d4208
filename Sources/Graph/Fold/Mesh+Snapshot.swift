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
            graph: traffic.graph(at: now), telemetry: traffic.telemetry, workloads: workloads,
            trend: traffic.trend, probes: sources.probeSnapshots(found, interval: options.interval, at: now),
            kubernetes: kubernetes.snapshot, istio: kubernetes.istioSnapshot,
            findings: findings.findings, incidents: findings.incidents)
    }

    /// The workload of each member: as metrics name it, else as its pod does.
    private var workloads: [UniqueAddress: WorkloadName] {
        guard let kubernetes = kubernetes.snapshot else { return traffic.workloads }
        var workloads = traffic.workloads
        for (node, place) in kubernetes.podOfMember where workloads[node] == nil {
            let row = kubernetes.pods[place]
            workloads[node] = row.workload.map { WorkloadName(namespace: row.pod.name.namespace, name: $0.name) }
        }
        return workloads
    }

    /// Each cluster as it is now, in the order of names.
    var clusterSnapshots: [ClusterSnapshot] {
        var found = clusters.keys.sorted().compactMap { name in
            var cluster = clusters[name]?.snapshot(at: now, pollPeriod: pollPeriod, sources: sources)
            cluster?.expected = findings.expected(name)
            cluster?.foresee(findings.forecast(name))
            return cluster
        }
        guard let bootstrap = kubernetes.snapshot?.bootstrap else { return found }
        // Pods whose nodes have not answered yet are a cluster that does not exist.
        if found.isEmpty {
            let name = kubernetes.candidateNamespace ?? "pods"
            found = [
                ClusterSnapshot(
                    id: name, system: name, stack: .unknown, transport: .unknown, leader: nil,
                    health: .forming(bootstrap),
                    members: [], views: [], partitions: [])
            ]
        }
        for place in found.indices where found[place].members.allSatisfy({ $0.removedAt != nil }) {
            found[place].bootstrap = bootstrap
            found[place].health = .forming(bootstrap)
        }
        return found
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

extension ClusterSnapshot {
    /// Adds what resolvers will do; where none has said anything, its strategy is not known.
    mutating func foresee(_ forecast: DowningForecast?) {
        if downing == nil, forecast != nil { downing = DowningSnapshot(strategy: "unknown") }
        downing?.forecast = forecast
        // What stood in for a resolver that never spoke goes with the forecast.
        if forecast == nil, downing == DowningSnapshot(strategy: "unknown") { downing = nil }
    }
}

extension Health {
    /// The health of a cluster that does not exist yet.
    static func forming(_ bootstrap: BootstrapSnapshot) -> Health {
        let reason = bootstrap.blocker.map { "no cluster yet: \($0)" }
        let forming = "no cluster yet: \(bootstrap.formsBy.map { "\($0) is about to form it" } ?? "its members start")"
        return Health(level: bootstrap.blocker == nil ? .notReady : .degraded, reasons: [reason ?? forming])
    }
}

extension Mesh {
    /// How many members all clusters have together, removed ones that are still listed included.
    package var memberCount: Int { (evaluated ?? clusterSnapshots).reduce(0) { $0 + $1.members.count } }

    /// The incidents as of the last evaluation.
    package var incidents: [Incident] { findings.incidents }

    /// How bad an incident is: as its root, else the worst of its findings.
    package func severity(of incident: Incident) -> Finding.Severity {
        let known = findings.findings
        if let root = known.first(where: { $0.id == incident.root }) { return root.severity }
        return known.filter { $0.incident == incident.id }.map(\.severity).max() ?? .info
    }
}
