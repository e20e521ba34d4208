// SPDX-License-Identifier: Apache-2.0
package import Model

/// What the mesh is told to do with the traffic to a node, in words.
package enum IstioWords {
    /// What the configuration says of the service that a node stands for, or whose workloads it is.
    ///
    /// - Parameters:
    ///   - node: a node of the service graph.
    ///   - istio: what is known of the configuration.
    /// - Returns: `nil` where nothing is known of such a service.
    package static func policy(of node: TrafficNode, _ istio: IstioSnapshot?) -> ServicePolicy? {
        guard let istio, let namespace = node.namespace else { return nil }
        let names = [node.service, node.app, node.workload].compactMap { $0 }.map {
            ObjectName(namespace: namespace, name: $0)
        }
        return names.lazy.compactMap { name in istio.services.first { $0.service == name } }.first
    }

    /// The objects that apply to requests to a service, in the order in which they do: the caller's proxy routes, the receiver's proxy lets through.
    ///
    /// - Parameter policy: what the configuration says.
    /// - Returns: a sentence each.
    package static func sentences(_ policy: ServicePolicy) -> [String] {
        var lines = policy.routes.map { "\($0.text) routes" }
        if let retries = policy.retries {
            lines.append("\(retries.object.text) \(retries.path): \(retries.attempts) more attempts")
        }
        lines += policy.rules.map { "\($0.text) says how to connect" }
        if let limits = policy.limits {
            lines += [limits.pool, limits.ejection].filter { !$0.isEmpty }.map { "\(limits.object.text): \($0)" }
        }
        let said = policy.decidedBy.map { ", says \($0.text)" } ?? ", no object says otherwise"
        lines.append("mTLS \(policy.mutualTLS.rawValue)\(said)")
        lines += policy.authorization.map { row in
            let who =
                row.isEmpty
                ? "nobody"
                : row.takesAnyone || row.principals.isEmpty
                    ? "anyone" : row.principals.prefix(3).joined(separator: ", ")
            return "\(row.object.text): \(row.action) \(who)\(row.operations.isEmpty ? "" : ", \(row.operations)")"
        }
        return lines
    }
}
