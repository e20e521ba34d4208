// SPDX-License-Identifier: Apache-2.0
import Model

/// Which workload each member belongs to: through the pods that Prometheus knows, else by the user's rules.
struct MemberLinks {
    private var byHost: [String: WorkloadName] = [:]
    private let rules: [MemberRule]

    /// - Parameters:
    ///   - telemetry: With kube-state-metrics' rows of pods, if the mesh has them.
    ///   - rules: The user's.
    init(_ telemetry: Telemetry?, rules: [MemberRule]) {
        self.rules = rules
        guard let telemetry, let pods = LabelRows(telemetry, .podInfo) else { return }
        let owners = PodOwners(telemetry)
        for row in pods.rows where row.value > 0 {
            let (pod, ip) = (row[.pod], row[.podIP])
            let owner = owners.workload(namespace: row[.namespace], pod: pod)
            if !ip.isEmpty { byHost[ip] = owner }
            if !pod.isEmpty { byHost[pod] = owner }
        }
    }

    /// The workload of a member; `nil` if it is not known.
    func workload(of member: MemberSnapshot) -> WorkloadName? {
        guard let host = member.node.address.host else { return nil }
        if let known = byHost[host] { return known }
        // A stateful set names its pods in DNS: `shop-0.shop.default.svc.cluster.local`.
        if let first = host.split(separator: ".").first, first.count < host.count, let known = byHost[String(first)] {
            return known
        }
        return rules.first { $0.holds(host: host, roles: member.roles) }?.workload
    }
}
