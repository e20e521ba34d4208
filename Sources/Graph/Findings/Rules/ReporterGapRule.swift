// SPDX-License-Identifier: Apache-2.0
import Model

/// Edges of which one end reports much less than the other: a proxy is missing, or its metrics are not read.
enum ReporterGapRule: MeshRule {
    /// In percent of what the source reports.
    private static let tolerated = 20.0
    /// Below that, per second, a difference is chance.
    private static let least = 0.5

    static func candidates(in scene: MeshScene) -> [Candidate] {
        guard let graph = TrafficFindings.graph(scene) else { return [] }
        let edges = graph.edges.filter { edge in
            guard let gap = edge.gap else { return false }
            return gap.percent.magnitude >= tolerated && max(gap.source, gap.destination) >= least
        }.sorted { graph.id(of: $0) < graph.id(of: $1) }
        guard let first = edges.first, let gap = first.gap else { return [] }
        let ids = edges.map(graph.id(of:))
        let side = gap.percent > 0 ? "destination" : "source"
        var found = Candidate(
            .reporterGap, in: "", severity: .degraded, isConfirmed: edges.count > 1,
            title:
                "\(edges.count.of("edge")) \(edges.count == 1 ? "is" : "are") reported differently by both ends: the \(side) of \(ids[0]) reports \(Int(gap.percent.magnitude)) % less",
            cause: "pods without a proxy, or proxies whose metrics are not scraped", subjects: Array(ids.prefix(16)),
            since: scene.now, evidence: TrafficFindings.evidence(scene, "\(ids[0]): \(Int(gap.percent)) % difference"),
            next: "see whether all pods of the \(side) have a proxy, and whether Prometheus scrapes each of them")
        found.delay = .seconds(30)
        found.patience = .seconds(30)
        return found.evidence.isEmpty ? [] : [found]
    }
}
