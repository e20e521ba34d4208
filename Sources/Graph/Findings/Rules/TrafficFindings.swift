// SPDX-License-Identifier: Apache-2.0
import Model

/// What rules about the service graph have in common: they need a metrics server, and judge what is fresh.
enum TrafficFindings {
    /// Maximum number of nodes or edges that are named one by one; the worst first.
    static let maximumNamed = 8

    /// The graph, if it is of the present.
    static func graph(_ scene: MeshScene) -> ServiceGraph? {
        guard let graph = scene.input.graph, graph.freshness <= .late else { return nil }
        return graph
    }

    /// The answer of the metrics server that the graph is drawn from.
    static func evidence(_ scene: MeshScene, _ text: String) -> [FindingEvidence] {
        let answers = scene.input.sources.filter { $0.id.kind == .prometheus }.compactMap {
            scene.ledger.telemetry[$0.id]
        }
        return answers.prefix(1).map { $0.evidence(text) }
    }

    /// The edges of a level, the busiest first.
    static func edges(_ graph: ServiceGraph, at level: Health.Level) -> [TrafficEdge] {
        graph.edges.filter { $0.health.level == level }.sorted { left, right in
            (right.rates.total, graph.id(of: left)) < (left.rates.total, graph.id(of: right))
        }
    }

    /// Edges whose requests fail, gathered by the node that they go to: one service, one finding.
    static func failing(_ rule: FindingRule, _ level: Health.Level, _ scene: MeshScene) -> [Candidate] {
        guard let graph = graph(scene) else { return [] }
        let byTarget = Dictionary(grouping: edges(graph, at: level)) { $0.target }
        let worst = byTarget.keys.filter { graph.nodes.indices.contains($0) }.sorted { left, right in
            let (first, second) = (byTarget[left]?.count ?? 0, byTarget[right]?.count ?? 0)
            return first == second ? graph.nodes[left].id < graph.nodes[right].id : first > second
        }
        return worst.prefix(maximumNamed).compactMap { place in
            made(rule, byTarget[place] ?? [], graph.nodes[place], graph, scene)
        }
    }

    private static func made(
        _ rule: FindingRule, _ edges: [TrafficEdge], _ target: TrafficNode, _ graph: ServiceGraph, _ scene: MeshScene
    ) -> Candidate? {
        guard let first = edges.first else { return nil }
        let callers = edges.compactMap { graph.nodes.indices.contains($0.source) ? graph.nodes[$0.source] : nil }
        let names = Array(Set(callers.map(\.nameWithVersion))).sorted()
        let reason = first.health.reasons.first ?? "requests fail"
        let signs = first.signs.map(\.text)
        let cluster = scene.clusters.first { cluster in target.members.contains { cluster.members[$0] != nil } }
        var found = Candidate(
            rule, in: cluster?.id ?? "", about: target.id, severity: rule == .serviceFailing ? .failure : .degraded,
            isConfirmed: true,
            title:
                "\(target.nameWithVersion) \(rule == .serviceFailing ? "fails" : "is degraded"): \(reason), called by \(names.prefix(3).joined(separator: ", "))\(names.count > 3 ? " and \(names.count - 3) more" : "")",
            cause: signs.isEmpty ? nil : signs.prefix(2).joined(separator: "; "),
            subjects: [target.id] + edges.prefix(4).map(graph.id(of:)) + target.members.prefix(4).map(\.text),
            since: scene.now, evidence: evidence(scene, "\(graph.id(of: first)): \(reason)"),
            next: target.members.isEmpty
                ? "look at the workload \(target.nameWithVersion): its log, its last deployment, what it calls itself"
                : "look at the members \(target.members.named) behind it")
        found.impacts = [FindingImpact(.services, callers.prefix(8).map(\.id), "\(names.count.of("caller")) affected")]
        found.delay = .seconds(10)
        found.patience = .seconds(20)
        // Who calls what fails answers badly too.
        if rule == .serviceFailing {
            found.reach = Candidate.Reach(
                [.serviceDegraded], upstream(of: first.target, graph).union(found.subjects))
        }
        return found.evidence.isEmpty ? nil : found
    }

    /// The ids of all nodes whose requests lead to a node, through others too.
    private static func upstream(of target: Int, _ graph: ServiceGraph) -> Set<String> {
        let byTarget = Dictionary(grouping: graph.edges) { $0.target }
        var (found, next): (Set<Int>, [Int]) = ([], [target])
        while let place = next.popLast() {
            for edge in byTarget[place] ?? [] where edge.source != target && found.insert(edge.source).inserted {
                next.append(edge.source)
            }
        }
        let places = found.filter { graph.nodes.indices.contains($0) }
        return Set(places.map { graph.nodes[$0].id })
    }
}
