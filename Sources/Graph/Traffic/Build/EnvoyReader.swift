// SPDX-License-Identifier: Apache-2.0
import Model

/// Reads the rows of Envoy's metrics, each reported by the proxy of a pod.
struct EnvoyReader {
    private let telemetry: Telemetry
    private let owners: PodOwners

    struct Fact {
        var caller: WorkloadName
        var host: UpstreamHost
        var sign: TrafficSign
    }

    init(_ telemetry: Telemetry) {
        self.telemetry = telemetry
        owners = PodOwners(telemetry)
    }

    /// Rows with values that can be true.
    private func rows(_ metric: TelemetryMetric) -> [LabelRows.Row] {
        LabelRows(telemetry, metric)?.rows.filter(\.value.isPlausibleRate) ?? []
    }

    func upstreamFacts() -> [Fact] { ejections() + breakers() }

    private struct Way: Hashable {
        var caller: WorkloadName
        var host: UpstreamHost
    }

    /// Each proxy throws out hosts for itself: the greatest number is shown, and how many proxies have thrown out any.
    private func ejections() -> [Fact] {
        var found: [Way: (most: Double, proxies: Int)] = [:]
        for row in rows(.ejections) {
            guard let way = way(of: row) else { continue }
            let known = found[way] ?? (0, 0)
            found[way] = (max(known.most, row.value), known.proxies + 1)
        }
        return sorted(found).map { way, fact in
            let hosts = fact.most == 1 ? "1 host" : "\(fact.most.significant()) hosts"
            let text = "\(hosts) of \(way.host.text), reported by \(proxies(fact.proxies))"
            return Fact(
                caller: way.caller, host: way.host,
                sign: TrafficSign(kind: .outlierEjected, rate: nil, percent: nil, evidence: [text]))
        }
    }

    private func breakers() -> [Fact] {
        var found: [Way: (limits: Set<String>, proxies: Set<String>)] = [:]
        for row in rows(.openBreakers) {
            guard let way = way(of: row) else { continue }
            found[way, default: ([], [])].limits.insert(Self.limit(row[.metric]))
            found[way, default: ([], [])].proxies.insert(row[.pod])
        }
        return sorted(found).map { way, fact in
            let limits = fact.limits.sorted().joined(separator: " and ")
            let text = "limit of \(limits) to \(way.host.text) reached, reported by \(proxies(fact.proxies.count))"
            return Fact(
                caller: way.caller, host: way.host,
                sign: TrafficSign(kind: .circuitOpen, rate: nil, percent: nil, evidence: [text]))
        }
    }

    /// The rate of refusals of each workload, the greatest first.
    func denials() -> [(WorkloadName, Double)] {
        var found: [WorkloadName: Double] = [:]
        for row in rows(.denials) {
            let pod = row[.pod]
            if !pod.isEmpty { found[owners.workload(namespace: row[.namespace], pod: pod), default: 0] += row.value }
        }
        return found.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }

    private func way(of row: LabelRows.Row) -> Way? {
        let pod = row[.pod]
        guard !pod.isEmpty, let host = UpstreamHost(cluster: row[.envoyCluster]) else { return nil }
        return Way(caller: owners.workload(namespace: row[.namespace], pod: pod), host: host)
    }

    private func sorted<Value>(_ found: [Way: Value]) -> [(Way, Value)] {
        found.sorted {
            ($0.key.caller, $0.key.host.name, $0.key.host.subset ?? "") < (
                $1.key.caller, $1.key.host.name, $1.key.host.subset ?? ""
            )
        }
        .map { ($0.key, $0.value) }
    }

    private func proxies(_ count: Int) -> String { count == 1 ? "1 proxy" : "\(count) proxies" }

    /// What a breaker counts, by the end of its metric's name.
    private static func limit(_ metric: String) -> String {
        let words = [
            ("_cx_pool_open", "connection pools"), ("_cx_open", "connections"),
            ("_rq_pending_open", "waiting requests"),
            ("_rq_retry_open", "retries"), ("_rq_open", "requests"),
        ]
        return words.first { metric.hasSuffix($0.0) }?.1 ?? metric
    }
}
