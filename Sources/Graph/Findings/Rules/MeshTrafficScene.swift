// SPDX-License-Identifier: Apache-2.0
import Model

/// The traffic beside what the configuration says of it.
struct MeshTrafficScene {
    let graph: ServiceGraph
    private let policies: [ObjectName: ServicePolicy]
    private let traffic: Sighting
    let mesh: MeshScene

    /// `nil` without traffic of the present.
    init?(_ scene: MeshScene) {
        guard let graph = scene.input.graph, let traffic = scene.ledger.traffic, graph.freshness <= .late else {
            return nil
        }
        (self.graph, self.traffic, mesh) = (graph, traffic, scene)
        policies = Dictionary((scene.input.istio?.services ?? []).map { ($0.service, $0) }) { first, _ in first }
    }

    /// What the configuration says of the service that a node stands for, or whose workloads it is.
    func policy(_ node: TrafficNode) -> ServicePolicy? {
        guard let namespace = node.namespace else { return nil }
        return [node.service, node.app, node.workload].lazy.compactMap { $0 }
            .compactMap { policies[ObjectName(namespace: namespace, name: $0)] }.first
    }

    /// `web to cart`.
    func name(_ edge: TrafficEdge) -> String {
        "\(graph.nodes[edge.source].nameWithVersion) to \(graph.nodes[edge.target].nameWithVersion)"
    }

    /// The answer about traffic as evidence.
    func evidence(_ text: String) -> FindingEvidence { traffic.evidence(text) }

    /// Objects as evidence.
    func evidence(_ object: ObjectReference?, _ text: String) -> [FindingEvidence] {
        object.flatMap { mesh.ledger.objects.evidence($0, text) }.map { [$0] } ?? []
    }

    /// A candidate about an edge or a node.
    func candidate(
        _ rule: FindingRule, about subject: String, severity: Finding.Severity, _ title: String, cause: String?,
        _ proof: [FindingEvidence], next: String
    ) -> Candidate {
        var found = Candidate(
            rule, in: "", about: subject, severity: severity, isConfirmed: true, title: title, cause: cause,
            subjects: [subject], since: traffic.at, evidence: proof, next: next)
        // Rates are those of a window; a single answer may miss them.
        found.patience = .seconds(20)
        return found
    }
}

extension Double {
    /// `31 %`, `0.4 %`.
    var percentText: String {
        let tenths = Int((self * 10).rounded())
        return tenths % 10 == 0 || tenths >= 100 ? "\(Int(rounded())) %" : "\(tenths / 10).\(tenths % 10) %"
    }
}
