// SPDX-License-Identifier: Apache-2.0
import Model

/// A workload with its pods as the screen shows it; the pods that none of the known workloads has are one too.
struct KubernetesRow: Equatable {
    /// `nil`: it may not be read, or there is none; its pods tell of it all the same.
    let workload: Workload?
    /// What its pods say that it is; `nil` for pods that nothing controls.
    let owner: Pod.Owner?
    let namespace: String
    let hasMembers: Bool
    let pods: [KubernetesSnapshot.PodRow]
    /// Whether the namespace is part of its name, because there are several.
    let showsNamespace: Bool

    /// All workloads: those with members first, of them those in trouble.
    static func all(_ kubernetes: KubernetesSnapshot) -> [KubernetesRow] {
        struct Key: Hashable {
            let namespace: String
            let owner: Pod.Owner?
        }
        var pods: [Key: [KubernetesSnapshot.PodRow]] = [:]
        for row in kubernetes.pods {
            pods[Key(namespace: row.pod.name.namespace, owner: row.workload), default: []].append(row)
        }
        let namespaces = Set(
            kubernetes.pods.map(\.pod.name.namespace) + kubernetes.workloads.map(\.workload.name.namespace))
        func row(_ workload: Workload?, _ key: Key) -> KubernetesRow {
            let own = pods.removeValue(forKey: key) ?? []
            return KubernetesRow(
                workload: workload, owner: key.owner, namespace: key.namespace,
                hasMembers: own.contains { $0.member != nil }, pods: own, showsNamespace: namespaces.count > 1)
        }
        var rows = kubernetes.workloads.map { known in
            let owner = Pod.Owner(kind: known.workload.kind, name: known.workload.name.name)
            return row(known.workload, Key(namespace: known.workload.name.namespace, owner: owner))
        }
        let rest = pods.keys.sorted { ($0.namespace, $0.owner?.name ?? "~") < ($1.namespace, $1.owner?.name ?? "~") }
        rows += rest.map { row(nil, $0) }
        // A stable order: what is equal stays in the order of names.
        return rows.enumerated().sorted { left, right in
            let (one, other) = (left.element, right.element)
            if one.hasMembers != other.hasMembers { return one.hasMembers }
            return one.rank == other.rank ? left.offset < right.offset : one.rank > other.rank
        }.map(\.element)
    }

    var subject: Subject? {
        owner.map { .workload(kind: $0.kind, ObjectName(namespace: namespace, name: $0.name)) }
    }

    var title: String {
        let name = owner.map { "\($0.kind) \($0.name)" } ?? "pods of no workload"
        return showsNamespace ? "\(namespace)/\(name)" : name
    }

    var rollout: String { workload?.rollout.rawValue ?? "" }

    private var rank: Int {
        switch workload?.rollout {
        case .stuck: 2
        case .progressing: 1
        case .idle, nil: 0
        }
    }

    /// The newest revision, and before it those that are still there: `7 ▸ 6` in words of arrows.
    func revisions(_ glyphs: GlyphSet) -> String {
        guard let newest = workload?.revision else { return glyphs.none }
        let others = Set(pods.compactMap(\.revision)).subtracting([newest]).sorted()
        return others.isEmpty ? newest : "\(others.joined(separator: ",")) \(glyphs.arrow) \(newest)"
    }

    /// How far the rollout is, and what holds it up.
    func rolloutLine(_ context: ScreenContext) -> StyledLine {
        guard let workload else { return .empty }
        let since = workload.since.map { " \(Format.span(context.age(of: $0)))" } ?? ""
        let why = trouble.map { ": \($0)" } ?? ""
        switch workload.rollout {
        case .idle: return StyledLine(workload.isPaused ? "paused" : "idle", .muted)
        case .progressing:
            return StyledLine("progressing", .passing) + StyledLine("\(workload.isPaused ? ", paused" : "")\(why)")
        case .stuck: return StyledLine("stuck\(since)", .failure) + StyledLine(why.isEmpty ? reason(workload) : why)
        }
    }

    private func reason(_ workload: Workload) -> String { workload.reason.map { ": \($0)" } ?? "" }

    /// What is wrong with the newest of its pods that has something wrong.
    private var trouble: String? {
        let newest = pods.filter { $0.revision == workload?.revision || workload?.revision == nil }
        let bad = (newest.isEmpty ? pods : newest).first { PodLine.isTroubled($0.pod) }?.pod
        return bad.map { $0.lastExit?.reason ?? $0.statusWord }
    }
}
