// SPDX-License-Identifier: Apache-2.0
import Model

/// What the series of a metrics server say of clusters and what they do not, and how to get more.
enum MetricAdvice {
    /// - Parameter found: The names of the rules that found series.
    /// - Returns: Sentences without a full stop.
    static func notes(found: Set<String>) -> [String] {
        let names = { (names: [String]) in names.contains { found.contains($0) } }
        guard names(["member status", "member reachability", "member counts", "phi"]) else {
            return [
                "no series of an Akka or Pekko cluster: Kamon exports them with "
                    + "kamon.instrumentation.akka.cluster.track-cluster-metrics = yes (pekko: kamon.instrumentation.pekko.cluster), "
                    + "which is off by default"
            ]
        }
        guard !found.contains("phi") else { return [] }
        return [
            "Kamon's series have no leader, no uids and no phi: these need management endpoints, logs or the bridge"
        ]
    }
}
