// SPDX-License-Identifier: Apache-2.0
import Model

/// One series: its labels, and its value.
struct TrafficSeries: Sendable {
    /// Without those that are empty, which Prometheus drops.
    var labels: [(name: String, value: String)]
    var value: Double
}

/// The report behind a series: calls of one flow that ended in one way, as one side reports them.
struct TrafficReport: Sendable {
    var flow: Int
    var ending: TrafficEnding
    var isBySource: Bool
    /// The bound, of a histogram.
    var bucket = 0
}

/// All that Istio's proxies could ever report of the simulated mesh.
struct TrafficReports: Sendable {
    let flows: [TrafficFlow]
    /// Workloads that are made of the cluster's members.
    let members: Set<SimulatedWorkload>

    /// The reports to a metric, in an order that never changes.
    func all(of metric: TelemetryMetric) -> [TrafficReport] {
        let buckets = metric == .durationBuckets ? TrafficCounters.bounds.indices : 0..<1
        return flows.indices.filter { TrafficCounters.counts(metric, flows[$0].wire) }.flatMap { flow in
            sides(flow).flatMap { side in
                buckets.map { TrafficReport(flow: flow, ending: side.0, isBySource: side.1, bucket: $0) }
            }
        }
    }

    /// An end outside of the mesh reports nothing.
    private func sides(_ number: Int) -> [(TrafficEnding, Bool)] {
        let flow = flows[number]
        return endings(flow).flatMap { ending in
            [
                flow.source != nil && ending.isToldBySource ? (ending, true) : nil,
                flow.destination != nil && ending.isToldByDestination ? (ending, false) : nil,
            ].compactMap { $0 }
        }
    }

    private func endings(_ flow: TrafficFlow) -> [TrafficEnding] {
        if flow.wire == .tcp { return [.well] }
        let ordinary = [.well] + flow.shares.map(\.ending)
        guard flow.destination.map(members.contains) ?? false else {
            return flow.echoes ? ordinary + [.failed] : ordinary
        }
        return ordinary + [.refused, .broken, .late, .abandoned, .failed]
    }

    /// The labels of a report, without those of its metric and its bucket.
    func labels(_ report: TrafficReport) -> [(name: String, value: String)] {
        let flow = flows[report.flow]
        let (source, target) = (flow.source, report.ending == .refused ? nil : flow.destination)
        var labels = [("reporter", report.isBySource ? "source" : "destination")]
        labels += Self.labels(of: source, as: "source")
        labels += [
            ("destination_service_namespace", flow.service?.namespace ?? "unknown"),
            ("destination_service", flow.host),
            ("destination_service_name", flow.service?.name ?? "PassthroughCluster"),
        ]
        labels += Self.labels(of: target, as: "destination")
        labels += [
            ("request_protocol", flow.wire.rawValue), ("response_flags", report.ending.flags),
            ("connection_security_policy", security(flow, report)),
            ("source_principal", principal(flow.source, flow, report)),
            ("destination_principal", principal(flow.destination, flow, report)),
        ]
        if flow.wire != .tcp { labels.append(("response_code", report.ending.code(flow.wire))) }
        if flow.wire == .grpc, let status = report.ending.status { labels.append(("grpc_response_status", status)) }
        // Of the pod that was scraped.
        if let app = (report.isBySource ? source : flow.destination)?.app { labels.append(("app", app)) }
        return labels
    }

    private static func labels(
        of workload: SimulatedWorkload?, as end: String
    ) -> [(String, String)] {
        [
            ("\(end)_cluster", workload == nil ? "unknown" : SimulatedShop.mesh),
            ("\(end)_workload_namespace", workload?.namespace ?? "unknown"),
            ("\(end)_workload", workload?.name ?? "unknown"),
            ("\(end)_canonical_service", workload?.app ?? "unknown"),
            ("\(end)_canonical_revision", workload?.version ?? "latest"),
        ]
    }

    /// The name in the certificate, of an account for each application.
    private func principal(
        _ workload: SimulatedWorkload?, _ flow: TrafficFlow, _ report: TrafficReport
    ) -> String {
        guard let workload, security(flow, report) == "mutual_tls" else { return "unknown" }
        return "spiffe://cluster.local/ns/\(workload.namespace)/sa/\(workload.app)"
    }

    /// Only the destination knows; a caller from outside has no certificate.
    private func security(_ flow: TrafficFlow, _ report: TrafficReport) -> String {
        if report.isBySource { return "unknown" }
        return flow.source == nil ? "none" : "mutual_tls"
    }
}
