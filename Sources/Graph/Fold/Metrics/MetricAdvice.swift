// SPDX-License-Identifier: Apache-2.0
import Model

/// What the series of a metrics server say of clusters and what they do not, by exporter, and how to get more.
enum MetricAdvice {
    /// Whether a rule that finds nothing is no lack: it only shows which exporters there are.
    static func isOptional(_ rule: String) -> Bool { MetricReport.exporters.contains(rule) }

    /// - Parameter findings: What each rule found.
    /// - Returns: Sentences without a full stop.
    static func notes(_ findings: [MetricReport.Finding]) -> [String] {
        let found = Set(findings.filter { $0.series > 0 }.map(\.rule))
        let has = { (rules: [String]) in rules.contains { found.contains($0) } }
        var notes: [String] = []
        let hasMembers = has(["member status", "member reachability"])
        if hasMembers {
            notes.append(
                "Kamon's series name the members, their statuses and who is unreachable; they have no leader, no uids, no roles"
                    + (found.contains("phi") ? "" : " and no phi")
                    + ": these need management endpoints, logs or the bridge")
        } else if found.contains(MetricReport.kamon) {
            notes.append("Kamon is there, but does not export the cluster: \(switchOn)")
        } else if !has(["member counts", "phi"]) {
            notes.append("no series of an Akka or Pekko cluster: Kamon exports them, if told to: \(switchOn)")
        }
        if found.contains(MetricReport.jmx) {
            notes.append(
                found.contains(MetricReport.jmxCluster)
                    ? "the JMX exporter says of the cluster only whether a node is available and whether it is alone: members, leader and "
                        + "unreachable nodes are texts in JMX, and no metrics"
                    : "the JMX exporter says nothing of the cluster: the bean akka:type=Cluster (pekko:type=Cluster) is not exported"
            )
        }
        if found.contains(MetricReport.openTelemetry) {
            notes.append(
                "OpenTelemetry's agent says nothing of the cluster, only of the JVM, requests and the host")
        }
        return notes
    }

    private static let switchOn =
        "kamon.instrumentation.akka.cluster.track-cluster-metrics = yes (with Pekko: kamon.instrumentation.pekko.cluster), off by default"
}
