// SPDX-License-Identifier: Apache-2.0
import Model

/// The pods of members: what Kubernetes says of them beside what members say.
struct PodScene {
    /// A pod with the addresses of members that run in it, or ran in it.
    struct Row {
        let row: KubernetesSnapshot.PodRow
        let cluster: String
        let addresses: [Address]

        var pod: Pod { row.pod }
        var reference: ObjectReference { ObjectReference(kind: "Pod", row.pod.name) }
        /// By what findings name it: as members where it has any.
        var subjects: [String] { addresses.isEmpty ? [reference.text] : addresses.map(\.text) }
    }

    let kubernetes: KubernetesSnapshot
    let mesh: MeshScene
    /// Pods in which members run, or of workloads whose pods are members.
    let rows: [Row]

    /// `nil` where no pod is known.
    init?(_ scene: MeshScene) {
        guard let kubernetes = scene.input.kubernetes else { return nil }
        (self.kubernetes, mesh) = (kubernetes, scene)
        var byHost: [String: [Address]] = [:]
        for cluster in scene.clusters {
            for member in cluster.cluster.members {
                if let host = member.node.address.host { byHost[host, default: []].append(member.node.address) }
            }
        }
        var clusters: [Pod.Owner: String] = [:]
        for row in kubernetes.pods {
            if let owner = row.workload, let cluster = row.cluster { clusters[owner] = cluster }
        }
        rows = kubernetes.pods.compactMap { row in
            let addresses = Set(
                row.pod.addresses.flatMap { byHost[$0] ?? [] } + [row.member?.address].compactMap { $0 })
            guard let cluster = row.cluster ?? row.workload.flatMap({ clusters[$0] }) else { return nil }
            return Row(row: row, cluster: cluster, addresses: addresses.sorted())
        }
    }

    /// What a pod's trouble accounts for in members.
    static let effects: Set<FindingRule> = [
        .nodeDown, .nodePaused, .sourceFailing, .membersMissing, .nodeRestarted, .nodeRemoved, .unreachableNotRemoved,
        .joiningStuck, .bootstrapBlocked, .phiRising, .reachabilityFlapping, .asymmetricReachability, .probeFailing,
        .rollingUpdateStuck, .podCrashLoop,
    ]

    /// A candidate about a pod.
    func candidate(
        _ rule: FindingRule, _ row: Row, severity: Finding.Severity = .degraded, _ title: String, cause: String? = nil,
        since: Timestamp?, _ text: String, next: String
    ) -> Candidate? {
        guard let evidence = mesh.ledger.objects.evidence(row.reference, text) else { return nil }
        var found = Candidate(
            rule, in: row.cluster, about: row.reference.text, severity: severity, isConfirmed: true, title: title,
            cause: cause, subjects: row.subjects, since: min(since ?? evidence.at, mesh.now), evidence: [evidence],
            next: next)
        found.commands = ["kubectl describe pod -n \(row.pod.name.namespace) \(row.pod.name.name)"]
        found.reach = Candidate.Reach(Self.effects, Set(row.subjects))
        return found
    }
}

/// Finds the exit of a container by which a pod's process ended lately.
extension Pod {
    /// The exits of containers, the newest first.
    var exits: [Exit] {
        (containers + initContainers).flatMap { [$0.exit, $0.lastExit].compactMap { $0 } }.sorted {
            ($0.at?.microseconds ?? 0) > ($1.at?.microseconds ?? 0)
        }
    }
}
