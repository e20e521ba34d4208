// SPDX-License-Identifier: Apache-2.0
import Model
import Views

/// Edges of the service graph and objects of Istio.
extension Explainer {
    /// The edges that a text names: by id, or as `SOURCE->TARGET` by the names of nodes.
    func edges(_ text: String) -> [Explanation] {
        guard let graph = snapshot.graph?.graph else { return [] }
        let ends = text.replacing(" ", with: "").split(separator: "->").map(String.init)
        return graph.edges.filter { edge in
            if graph.id(of: edge) == text { return true }
            guard ends.count == 2 else { return false }
            return Self.names(ends[0], graph.nodes[edge.source]) && Self.names(ends[1], graph.nodes[edge.target])
        }.map { explanation(of: $0, graph) }
    }

    private static func names(_ text: String, _ node: TrafficNode) -> Bool {
        [node.id, node.name, node.nameWithVersion, "\(node.namespace ?? "")/\(node.name)"].contains(text)
    }

    private func explanation(of edge: TrafficEdge, _ graph: ServiceGraph) -> Explanation {
        var result = Explanation(thing: "edge \(graph.id(of: edge))")
        let reasons = edge.health.reasons.isEmpty ? "" : ": \(edge.health.reasons.joined(separator: "; "))"
        result.facts = ["health \(edge.health.level.rawValue)\(reasons)"]
        if let share = edge.mtls {
            result.facts.append("\(Int(share.rounded())) % of the traffic is encrypted by the mesh")
        }
        result.facts += edge.signs.map { "\($0.kind.words) (\($0.evidence.joined(separator: ", ")))" } + edge.notes
        if let policy = IstioWords.policy(of: graph.nodes[edge.target], snapshot.istio) {
            result.facts += IstioWords.sentences(policy)
        } else {
            result.facts.append("no configuration of the service that it leads to was read")
        }
        result.rules = [
            "objects stand in the order in which they apply: the caller's proxy routes and connects, the receiver's proxy asks for mTLS, then "
                + "CUSTOM, DENY and ALLOW decide"
        ]
        let related = Set((IstioWords.policy(of: graph.nodes[edge.target], snapshot.istio)?.objects ?? []).map(\.text))
        result.evidence = evidence(of: related)
        return result
    }

    /// The objects of Istio that a text names: `VirtualService shop/web`, or `shop/web` alone.
    func objects(_ text: String) -> [Explanation] {
        (snapshot.istio?.objects ?? []).filter { $0.object.text == text || $0.object.name.text == text }.map { row in
            var result = Explanation(thing: row.object.text)
            result.facts = row.checks.isEmpty ? ["nothing is wrong that was looked for"] : row.checks.map(\.sentence)
            result.rules = ["codes that begin with KIA are Kiali's; those that begin with MESH are meshtop's own"]
            result.evidence = evidence(of: [row.object.text])
            return result
        }
    }

    /// When objects were read, and how they changed.
    private func evidence(of objects: Set<String>) -> [Explanation.Evidence] {
        history.flatMap { observation -> [Explanation.Evidence] in
            guard case .kubernetes(let report) = observation.payload, let source = observation.source else { return [] }
            let values: [ObjectValue] =
                switch report.change {
                case .listed(let objects), .changed(let objects): objects
                case .removed, .unchanged: []
                }
            return values.compactMap(\.objectName).map { ObjectReference(kind: report.resource.kind, $0).text }
                .filter { objects.contains($0) }.map {
                    Explanation.Evidence(at: observation.at, source: source.description, text: "\($0) was read")
                }
        }
    }
}

extension ServicePolicy {
    /// All objects that apply.
    fileprivate var objects: [ObjectReference] {
        routes + rules + [decidedBy].compactMap { $0 } + authorization.map(\.object)
    }
}
