// SPDX-License-Identifier: Apache-2.0
import Model

/// The remoting or the management of members goes through the proxies of their pods: the cluster never forms, or holds only as long as the proxies do.
///
/// What is captured is read of pods and templates, and certain; that it does harm is confirmed by lines of members that speak to a proxy.
enum SidecarBypassRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        PolicyGroup.all(scene).compactMap { candidate($0, scene) }
    }

    private static func candidate(_ group: PolicyGroup, _ scene: MeshScene) -> Candidate? {
        let live = group.rows.filter { $0.live == .captured && $0.sidecar.isBeside }
        let next = group.rows.filter { $0.template == .captured && $0.advice != nil }
        guard !live.isEmpty || !next.isEmpty, let object = group.object,
            let evidence = scene.ledger.objects.evidence(
                object, "\(object.text) leaves \(ways(live.isEmpty ? next : live)) to the sidecar")
        else { return nil }
        let signs = group.signs(scene)
        var found = Candidate(
            .sidecarBypass, in: group.cluster ?? "", about: object.text, severity: .degraded,
            isConfirmed: live.isEmpty || !signs.isEmpty, title: title(object, live, next), cause: cause(live, next),
            subjects: group.members.isEmpty ? [object.text] : group.members, since: evidence.at,
            evidence: [evidence] + signs.prefix(4), next: advice(live, next))
        found.commands = [
            "kubectl get \(object.kind.lowercased()) -n \(object.name.namespace) \(object.name.name) -o yaml"
        ]
        if !live.isEmpty {
            found.reach = Candidate.Reach(
                [
                    .tlsHandshake, .protocolMismatch, .handshakeTimeout, .bootstrapBlocked, .joiningStuck, .twoClusters,
                    .asymmetricReachability, .gateFlapping, .asymmetricGating, .quarantinedPair, .sourceFailing,
                    .membersMissing, .addressMismatch,
                ])
        }
        return found
    }

    private static func title(_ object: ObjectReference, _ live: [BypassRow], _ next: [BypassRow]) -> String {
        if live.isEmpty {
            return
                "\(object.text): \(ways(next)) will go through the sidecar from the next rollout on, or where it is deployed"
        }
        let restart = next.isEmpty ? "; its template is right, its pods are older" : ""
        return "\(object.text): \(ways(live)) goes through the sidecar\(restart)"
    }

    /// `remoting 25520 inbound and outbound, management 8558 outbound`.
    static func ways(_ rows: [BypassRow]) -> String {
        var ports: [String: Set<BypassRow.Direction>] = [:]
        for row in rows { ports["\(row.role.rawValue) \(row.port)", default: []].insert(row.direction) }
        return ports.sorted { $0.key > $1.key }.map { port, directions in
            "\(port) \(BypassRow.Direction.allCases.filter { directions.contains($0) }.map(\.rawValue).joined(separator: " and "))"
        }.joined(separator: ", ")
    }

    private static func cause(_ live: [BypassRow], _ next: [BypassRow]) -> String {
        let modes = Set((live + next).filter { $0.direction == .inbound }.map(\.mutualTLS))
        let strict = modes.contains(.strict) ? " Plain text is refused there (STRICT)." : ""
        return "members talk to each other by address, which a sidecar does not know how to carry.\(strict)"
    }

    private static func advice(_ live: [BypassRow], _ next: [BypassRow]) -> String {
        let lines = Set((next.isEmpty ? [] : next).compactMap(\.advice)).sorted()
        guard !lines.isEmpty else { return "restart its pods: the template bypasses these ports already" }
        return "add to the pod template: \(lines.joined(separator: " and "))"
    }
}

/// The rows of a workload.
struct PolicyGroup {
    let object: ObjectReference?
    let rows: [BypassRow]
    /// The cluster of the members in its pods.
    let cluster: String?
    /// Their addresses.
    let members: [String]
    private let nodes: Set<Address>

    static func all(_ scene: MeshScene) -> [PolicyGroup] {
        let groups = Dictionary(grouping: scene.input.istio?.policies ?? []) { row in
            row.workload.map { ObjectReference(kind: $0.kind, ObjectName(namespace: row.namespace, name: $0.name)) }
        }
        return groups.map { PolicyGroup($0.key, $0.value, scene) }.sorted {
            ($0.object?.text ?? "") < ($1.object?.text ?? "")
        }
    }

    private init(_ object: ObjectReference?, _ rows: [BypassRow], _ scene: MeshScene) {
        self.object = object
        self.rows = rows
        let pods = Set(rows.compactMap { row in row.pod.map { ObjectName(namespace: row.namespace, name: $0) } })
        let found = (scene.input.kubernetes?.pods ?? []).filter { pods.contains($0.pod.name) }
        cluster = found.lazy.compactMap(\.cluster).min()
        nodes = Set(found.compactMap { $0.member?.address })
        members = nodes.sorted().texts
    }

    /// What members of the group, or others about them, have written that a proxy in between explains.
    func signs(_ scene: MeshScene) -> [FindingEvidence] {
        let topics: [LineTopic] = [.wrongMagic, .tlsFailed, .reset, .handshakeTimedOut, .bootstrapFailed]
        return topics.flatMap { scene.ledger.lines.all($0) }.filter { fact in
            scene.now - fact.last.at < .seconds(300)
                && (fact.observer.map { nodes.contains($0) } ?? false || fact.peer.map { nodes.contains($0) } ?? false)
        }.map { $0.last.evidence() }
    }
}

extension Pod.Sidecar {
    /// Whether a proxy of the pod's own takes its traffic.
    var isBeside: Bool { self == .classic || self == .native }
}
