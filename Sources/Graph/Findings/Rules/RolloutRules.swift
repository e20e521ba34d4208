// SPDX-License-Identifier: Apache-2.0
import Model

/// A rolling update of members goes on no more.
enum RollingUpdateStuckRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        MemberWorkload.all(scene).compactMap { found in
            let workload = found.workload
            guard workload.rollout == .stuck else { return nil }
            let replicas = workload.replicas
            return found.candidate(
                .rollingUpdateStuck, severity: .degraded,
                "\(workload.kind) \(workload.name.name): the rolling update is stuck at \(replicas.updated) of \(replicas.wanted)\(workload.reason.map { ": \($0)" } ?? "")",
                since: workload.since, "\(replicas.updated) of \(replicas.wanted) are updated, \(replicas.ready) ready",
                next: "see why the newest pods do not become ready; kubectl rollout undo goes back", scene)
        }
    }
}

/// More members are taken away at once than the others can do without.
enum RollingUpdateTooWideRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        MemberWorkload.all(scene).compactMap { found in
            let workload = found.workload
            let wanted = workload.replicas.wanted
            guard wanted > 1, let away = away(workload), away * 2 >= wanted else { return nil }
            let how = workload.strategy == .recreate ? "Recreate" : "maxUnavailable \(away)"
            return found.candidate(
                .rollingUpdateTooWide, severity: .info,
                "\(workload.kind) \(workload.name.name): an update takes \(away) of \(wanted) members away at once (\(how))",
                since: nil,
                "strategy \(how) with \(wanted.of("replica"))",
                next: "set maxUnavailable to 0 or 1, so that shards and singletons move once and a majority stays",
                scene)
        }
    }

    /// How many pods may be away during an update; percentages are rounded down.
    static func away(_ workload: Workload) -> Int? {
        switch workload.strategy {
        case .recreate: return workload.replicas.wanted
        case .rolling(_, let unavailable):
            guard let unavailable else { return nil }
            if unavailable.hasSuffix("%") {
                return Int(unavailable.dropLast()).map { workload.replicas.wanted * $0 / 100 }
            }
            return Int(unavailable)
        case .onDelete, .unknown: return nil
        }
    }
}

/// Members of two revisions have been running side by side for longer than an update takes.
enum VersionMixRule: MeshRule {
    private static let standard = Duration.seconds(600)

    static func candidates(in scene: MeshScene) -> [Candidate] {
        MemberWorkload.all(scene).compactMap { found in
            let rows = (scene.input.kubernetes?.pods ?? []).filter {
                $0.workload == found.owner && $0.pod.name.namespace == found.workload.name.namespace && $0.member != nil
            }
            let revisions = Set(rows.compactMap(\.revision)).sorted()
            let newest = rows.compactMap(\.pod.createdAt).max()
            let deadline = found.workload.progressDeadline ?? standard
            guard revisions.count > 1, let newest, scene.now - newest > deadline else { return nil }
            return found.candidate(
                .versionMix, severity: .info,
                "\(found.workload.kind) \(found.workload.name.name): members of revisions \(revisions.joined(separator: " and ")) run side by side for \((scene.now - newest).spoken)",
                since: newest, "pods of revisions \(revisions.joined(separator: ", "))",
                next:
                    "finish the update, or go back: the versions have to understand each other's messages for as long",
                scene)
        }
    }
}

/// The oldest member would be the first to go: its singletons and the coordinators of its shards move more often than they must.
enum DeletionCostRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        MemberWorkload.all(scene).filter { $0.workload.kind == "Deployment" }.compactMap { found in
            guard let cluster = scene.clusters.first(where: { $0.id == found.cluster })?.cluster,
                let kubernetes = scene.input.kubernetes,
                let oldest = cluster.members.first(where: { $0.isOldest == true && $0.removedAt == nil })
            else { return nil }
            let rows = kubernetes.pods.filter {
                $0.workload == found.owner && $0.pod.name.namespace == found.workload.name.namespace && $0.member != nil
            }
            guard let own = kubernetes.pod(of: oldest.node), rows.contains(where: { $0.pod.deletionCost != nil }) else {
                return nil
            }
            let cost = own.pod.deletionCost ?? 0
            let dearer = rows.filter { $0.pod.name != own.pod.name && ($0.pod.deletionCost ?? 0) > cost }
            guard !dearer.isEmpty, dearer.count * 2 >= rows.count - 1 else { return nil }
            return found.candidate(
                .deletionCostOrder, severity: .info,
                "\(own.pod.name.name) runs the oldest member and costs \(cost), less than \(dearer.count.of("other pod")): it goes first when pods are deleted",
                since: nil, "deletion cost \(cost) of the oldest member's pod",
                next:
                    "see whether the members may write pod-deletion-cost (akka-rolling-update needs the right to patch pods)",
                scene)
        }
    }
}

/// A workload whose pods are members.
struct MemberWorkload {
    let workload: Workload
    let cluster: String

    var owner: Pod.Owner { Pod.Owner(kind: workload.kind, name: workload.name.name) }

    static func all(_ scene: MeshScene) -> [MemberWorkload] {
        (scene.input.kubernetes?.workloads ?? []).compactMap { row in
            row.cluster.map { MemberWorkload(workload: row.workload, cluster: $0) }
        }
    }

    func candidate(
        _ rule: FindingRule, severity: Finding.Severity, _ title: String, since: Timestamp?, _ text: String,
        next: String,
        _ scene: MeshScene
    ) -> Candidate? {
        let reference = ObjectReference(kind: workload.kind, workload.name)
        guard let evidence = scene.ledger.objects.evidence(reference, text) else { return nil }
        var found = Candidate(
            rule, in: cluster, about: reference.text, severity: severity, isConfirmed: true, title: title,
            subjects: [reference.text], since: min(since ?? evidence.at, scene.now), evidence: [evidence], next: next)
        found.commands = [
            "kubectl rollout status \(workload.kind.lowercased()) -n \(workload.name.namespace) \(workload.name.name)"
        ]
        return found
    }
}

/// A lease is held by somebody who is no member any more: nobody else can decide a split until it expires.
enum LeaseHeldRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        (scene.input.kubernetes?.leases ?? []).compactMap { lease in
            guard lease.purpose == .splitBrain || lease.purpose == .singleton, let owner = lease.owner else {
                return nil
            }
            let mine = scene.clusters.filter { cluster in
                lease.name.name.lowercased().hasPrefix(cluster.id.lowercased())
                    || cluster.cluster.members.contains { $0.node.address.hostPort == owner }
            }
            guard let cluster = mine.first, !cluster.present.isEmpty,
                !cluster.present.contains(where: { $0.node.address.hostPort == owner })
            else { return nil }
            let evidence = ["Lease"].compactMap {
                scene.ledger.objects.evidence(
                    ObjectReference(kind: $0, lease.name), "lease \(lease.name.name) is held by \(owner)")
            }
            guard let first = evidence.first else { return nil }
            var found = Candidate(
                .leaseHeld, in: cluster.id, about: lease.name.text, severity: .info, isConfirmed: true,
                title: "lease \(lease.name.name) is held by \(owner), which is no member", subjects: [lease.name.text],
                since: lease.renewedAt.map { min($0, scene.now) } ?? first.at, evidence: evidence,
                next: "wait until it times out; delete the lease only when that process is certainly gone")
            found.delay = .seconds(120)
            return found
        }
    }
}

/// Rights are missing, so that meshtop does not see something.
enum RightsMissingRule: MeshRule {
    /// How many are named one by one before they are counted together.
    static let maximumNamed = 4

    static func candidates(in scene: MeshScene) -> [Candidate] {
        let all = scene.input.sources.compactMap { candidate($0, scene) }
        guard all.count > maximumNamed, var many = all.first else { return all }
        many.key.subject = ""
        many.title = "\(all.count) rights are missing, \(many.title)"
        many.cause = all.prefix(16).map(\.next).joined(separator: "; ")
        many.subjects = Array(all.flatMap(\.subjects).prefix(64))
        many.evidence = Array(all.flatMap(\.evidence).prefix(8))
        many.next =
            "add the rules that screen 7 names to the Role, or leave out what is not wanted (--no-istio, --no-kube-events)"
        return [many]
    }

    private static func candidate(_ source: SourceSnapshot, _ scene: MeshScene) -> Candidate? {
        guard source.id.kind == .kubernetes, source.state == .failing, let failure = source.failure,
            failure.code == .auth,
            let failed = scene.ledger.sources[source.id]?.failed
        else { return nil }
        let target = source.id.target.split(separator: "/").suffix(3).joined(separator: "/")
        var found = Candidate(
            .rbacMissing, in: "", about: source.id.description, severity: .info, isConfirmed: true,
            title: "the right to read \(target) is missing", cause: failure.message, subjects: [source.id.target],
            since: failed.at, evidence: [failed.evidence()], next: failure.message)
        found.patience = .zero
        return found
    }
}
