// SPDX-License-Identifier: Apache-2.0
import Findings
import Model

/// The health of the whole, of what members, traffic, health endpoints and findings say.
extension Mesh {
    /// What files say, of which nothing runs that could be well or not.
    private var healthOfFiles: Health? {
        guard kubernetes.objectCount > 0 else { return nil }
        // What cannot be read may be wrong in any way.
        let broken = sources.ids.filter { $0.kind == .kubernetes }.compactMap { sources[$0]?.failure?.message }
        let reasons = broken.map { (level: Health.Level.degraded, text: $0) } + findings.ofConfiguration
        guard let worst = reasons.map(\.level).max() else {
            let count = kubernetes.objectCount
            let fine = "nothing is wrong in \(count) object\(count == 1 ? "" : "s") of files"
            return Health(level: .healthy, reasons: [fine] + (kubernetes.istioSnapshot?.unjudgedTexts ?? []))
        }
        return Health(level: worst, reasons: reasons.map(\.text) + (kubernetes.istioSnapshot?.unjudgedTexts ?? []))
    }

    /// Of clusters first; traffic and findings can make it worse, never better.
    var overallHealth: Health {
        if kubernetes.isOfFiles, clusters.isEmpty, let judged = healthOfFiles { return judged }
        if let bootstrap = kubernetes.snapshot?.bootstrap { return .forming(bootstrap) }
        let probed = sources.probedParts(hasClusters: !clusters.isEmpty)
        guard !clusters.isEmpty else {
            if let known = traffic.health {
                return probed.isEmpty ? known : .worst(of: [(name: "", health: known)] + probed)
            }
            return probed.isEmpty
                ? Health(level: .unknown, reasons: ["nothing has answered yet"]) : .worst(of: probed)
        }
        let hasSeveral = clusters.count > 1
        let parts =
            clusters.values.sorted { $0.id < $1.id }
            .map { (name: hasSeveral ? "\($0.id):" : "", health: $0.health) }
            + probed.filter { $0.health.level > .healthy }
        let said = findings.health
        // The reasons of each cluster are few already, and the last of them may count others.
        var worst = Health.worst(of: parts, maximumReasons: .max)
        // Requests that are answered do not say that a cluster of which nothing is known is well.
        if let traffic = traffic.healthOfWhole(at: now), worst.level != .unknown || traffic.level > .healthy {
            worst = Health.worst(of: [("", worst), ("", traffic)], maximumReasons: .max)
        }
        if let said, said.level > worst.level || worst.level == .unknown {
            worst = Health.worst(of: [("", said), ("", worst)], maximumReasons: .max)
        }
        guard worst.level == .unknown else { return worst }
        if clusters.values.allSatisfy(\.isFromMetrics) {
            return Health(level: .unknown, reasons: [MemberHealth.metricsOnly])
        }
        if clusters.values.allSatisfy(\.isFromLogs) {
            return Health(level: .unknown, reasons: [MemberHealth.linesOnly])
        }
        return Health(level: .unknown, reasons: ["no member answers: what is shown is what was last known"])
    }
}
