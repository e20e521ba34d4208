// SPDX-License-Identifier: Apache-2.0
package import Model

/// A cluster of `clusters[]`.
struct ClusterDocument: JSONObject {
    /// Maximum number of members up to which every pair and every view is printed in full, without `--all-pairs`.
    static let fullSizeLimit = 64

    private let cluster: ClusterSnapshot
    private let workloads: [UniqueAddress: WorkloadName]
    private let kubernetes: KubernetesSnapshot?
    private let isInFull: Bool

    init(_ cluster: ClusterSnapshot, _ snapshot: MeshSnapshot) {
        self.cluster = cluster
        workloads = snapshot.workloads
        kubernetes = snapshot.kubernetes
        isInFull = snapshot.options.allPairs || cluster.currentMembers.count <= Self.fullSizeLimit
    }

    func fields(_ json: inout JSONWriter) {
        head(&json)
        json.field(
            "members",
            cluster.members.lazy.map {
                MemberDocument(member: $0, workload: workloads[$0.node], pod: kubernetes?.pod(of: $0.node))
            })
        json.field("views", views)
        json.field("partitions", cluster.partitions)
        let rows = isInFull ? cluster.associationRows() : cluster.associations.filter { !$0.isPlainlyActive }
        json.field("associations", rows.lazy.map { AssociationDocument(row: $0) })
        json.field("bootstrap", cluster.bootstrap)
    }

    private func head(_ json: inout JSONWriter) {
        json.field("id", cluster.id)
        json.field("system", cluster.system)
        json.field("stack", cluster.stack)
        json.field("version", cluster.version)
        json.field("transport", cluster.transport)
        json.field("leader", cluster.leader)
        json.field("health", cluster.health)
        json.field("downing", cluster.downing)
        json.field("expected", cluster.expected)
        json.field("associationCounts", cluster.associationCounts)
    }

    private var views: [ViewDocument] {
        var known = KnownLists()
        return cluster.views.map { view in
            ViewDocument(view: view, sameAs: isInFull ? nil : known.first(with: view.members, or: view.observer))
        }
    }
}

/// A member of `members[]`.
private struct MemberDocument: JSONObject {
    let member: MemberSnapshot
    let workload: WorkloadName?
    let pod: KubernetesSnapshot.PodRow?

    func fields(_ json: inout JSONWriter) {
        NodeDocument(node: member.node, status: member.status).fields(&json)
        json.field("since", member.since)
        json.field("roles", member.roles.names)
        json.field("dataCenter", member.roles.dataCenter)
        json.field("leader", member.isLeader)
        json.field("oldest", member.isOldest)
        json.field("ready", member.ready?.verdict)
        json.field("readyReason", member.ready?.reason)
        json.field("alive", member.alive?.verdict)
        json.field("unreachableBy", member.unreachableBy)
        json.field("unreachableSince", member.unreachableSince)
        json.field("removedAt", member.removedAt)
        json.field("estimatedPhi", member.estimatedPhi)
        json.field("workload", workload)
        json.field("health", member.health)
        json.field("observedAt", member.observedAt)
        json.field("freshness", member.freshness)
        json.field("pod", pod.map { PodDocument(row: $0) })
    }
}

/// A view of `views[]`.
private struct ViewDocument: JSONObject {
    let view: ViewSnapshot
    /// The observer whose list this view repeats; its own list is left out then.
    let sameAs: Address?

    func fields(_ json: inout JSONWriter) {
        json.field("observer", view.observer)
        json.field("observerUid", uid: view.observerUid)
        let rows = view.members.members.lazy.map { NodeDocument(node: $0.node, status: $0.status) }
        json.field("members", sameAs == nil ? rows : nil)
        json.field("sameAs", sameAs)
        json.field("leader", view.leader)
        json.field("computedLeader", view.computedLeader)
        json.field("oldest", view.oldest)
        json.field("unreachable", view.unreachable)
        json.field("origin", view.origin)
        json.field("observedAt", view.observedAt)
        json.field("freshness", view.freshness)
    }
}

/// The row of a member in a view.
private struct NodeDocument: JSONObject {
    let node: UniqueAddress
    let status: MemberStatus

    /// A status that no source has reported is null.
    func fields(_ json: inout JSONWriter) {
        json.field("address", node.address)
        json.field("uid", uid: node.knownUid)
        json.field("status", status == .unreported ? nil : status.name)
    }
}

extension Partition: JSONObject {
    /// An element of `partitions[]`.
    package func fields(_ json: inout JSONWriter) {
        json.field("members", members)
        json.field("leader", leader)
    }
}

extension UnreachableSubject: JSONObject {
    /// An element of a view's `unreachable[]`.
    package func fields(_ json: inout JSONWriter) {
        json.field("subject", subject)
        json.field("subjectUid", uid: subjectUid)
        json.field("status", status)
        json.field("observers", observers)
        json.field("since", since)
    }
}

/// The observer whose view printed a member list first. Most views share one list, so few are compared member by member.
private struct KnownLists {
    private var byIdentity: [ObjectIdentifier: Address] = [:]
    private var byContents: [MemberList: Address] = [:]

    /// - Returns: the observer that had an equal list before; `nil` for a new list, which is then kept as this observer's.
    mutating func first(with list: MemberList, or observer: Address) -> Address? {
        if let known = byIdentity[ObjectIdentifier(list)] { return known }
        let known = byContents[list]
        byIdentity[ObjectIdentifier(list)] = known ?? observer
        if known == nil { byContents[list] = observer }
        return known
    }
}

extension ProbeAnswer {
    /// Whether the check passed; `nil` if the endpoint did not say.
    package var verdict: Bool? {
        switch self {
        case .passed: true
        case .notPassed: false
        case .unavailable: nil
        }
    }

    /// Why not, in the endpoint's words or ours.
    package var reason: String? {
        switch self {
        case .passed: nil
        case .notPassed(let text), .unavailable(let text): text.isEmpty ? nil : text
        }
    }
}
