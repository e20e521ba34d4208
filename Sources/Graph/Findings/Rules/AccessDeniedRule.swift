// SPDX-License-Identifier: Apache-2.0
import Model

/// Requests that are refused, with the policies that select the destination and why none of them allows.
enum AccessDeniedRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        guard let traffic = MeshTrafficScene(scene) else { return [] }
        return traffic.graph.edges.compactMap { edge in
            edge.signs.first { $0.kind == .accessDenied }.flatMap { candidate(edge, $0, traffic) }
        }
    }

    private static func candidate(_ edge: TrafficEdge, _ sign: TrafficSign, _ traffic: MeshTrafficScene) -> Candidate? {
        let (source, target) = (traffic.graph.nodes[edge.source], traffic.graph.nodes[edge.target])
        let policy = traffic.policy(target)
        let principals = principals(edge, source, traffic.mesh)
        let reasons = (policy?.authorization ?? []).compactMap { reason($0, principals) }
        let share = sign.percent.map { "\($0.percentText) of the requests" } ?? "requests"
        let who = principals.first.map { " (\($0))" } ?? ""
        let proof =
            [traffic.evidence("\(traffic.name(edge)): \(share) are refused (\(sign.evidence.joined(separator: ", ")))")]
            + (policy?.authorization ?? []).prefix(4).flatMap {
                traffic.evidence($0.object, "\($0.object.text) selects \(target.name)")
            }
        return traffic.candidate(
            .accessDenied, about: traffic.graph.id(of: edge), severity: .degraded,
            "\(traffic.name(edge)): \(share) are refused by authorization\(who)",
            cause: reasons.isEmpty
                ? (policy == nil ? nil : "no authorization policy that was read selects \(target.name)")
                : reasons.joined(separator: "; "),
            proof,
            next: reasons.isEmpty
                ? "see whether the application itself refuses, or a policy that was not read (403 without flags is Istio's RBAC)"
                : "allow \(principals.first ?? "the caller's account") there, or see why it calls")
    }

    /// Whom the callers are known as.
    private static func principals(_ edge: TrafficEdge, _ source: TrafficNode, _ scene: MeshScene) -> [String] {
        let proved = (edge.principals?.source ?? []).map(\.name).map {
            $0.hasPrefix("spiffe://") ? String($0.dropFirst(9)) : $0
        }
        if !proved.isEmpty { return proved }
        let workloads = Set(source.workloads.map { ObjectName(namespace: $0.namespace, name: $0.name) })
        let accounts = (scene.input.kubernetes?.pods ?? []).filter { row in
            row.workload.map { workloads.contains(ObjectName(namespace: row.pod.name.namespace, name: $0.name)) }
                ?? false
        }.map { "cluster.local/ns/\($0.pod.name.namespace)/sa/\($0.pod.serviceAccount ?? "default")" }
        return Set(accounts).sorted()
    }

    /// Why a policy does not let a caller through.
    static func reason(_ row: AuthorizationRow, _ principals: [String]) -> String? {
        switch row.action {
        case "ALLOW":
            if row.isEmpty { return "\(row.object.text) allows nothing: it has no rule" }
            let isNamed =
                row.takesAnyone || principals.contains { principal in row.principals.contains { fits($0, principal) } }
            if isNamed {
                return row.operations.isEmpty ? nil : "\(row.object.text) allows this caller only \(row.operations)"
            }
            return "\(row.object.text) allows \(row.principals.prefix(3).joined(separator: ", ")) only"
        case "DENY": return "\(row.object.text) denies\(row.operations.isEmpty ? "" : " \(row.operations)")"
        case "CUSTOM": return "\(row.object.text) has a server of its own decide"
        default: return nil
        }
    }

    /// Istio's patterns, with a star at one end, or at both as namespaces are written here.
    private static func fits(_ pattern: String, _ principal: String) -> Bool {
        if pattern == "*" || pattern == principal { return true }
        let (start, end) = (pattern.hasPrefix("*"), pattern.hasSuffix("*"))
        let core = String(pattern.dropFirst(start ? 1 : 0).dropLast(end ? 1 : 0))
        switch (start, end) {
        case (true, true): return principal.contains(core)
        case (true, false): return principal.hasSuffix(core)
        case (false, true): return principal.hasPrefix(core)
        case (false, false): return false
        }
    }
}
