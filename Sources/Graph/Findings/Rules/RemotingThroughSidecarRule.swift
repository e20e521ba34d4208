// SPDX-License-Identifier: Apache-2.0
import Model

/// Remoting that goes through the mesh's proxies: they break long connections, and make health of it.
enum RemotingThroughSidecarRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        guard let graph = TrafficFindings.graph(scene) else { return [] }
        let edges = graph.edges.filter { $0.notes.contains(note) }.sorted { graph.id(of: $0) < graph.id(of: $1) }
        guard !edges.isEmpty else { return [] }
        let ids = edges.map(graph.id(of:))
        let members = edges.flatMap { edge in
            [edge.source, edge.target].flatMap { graph.nodes.indices.contains($0) ? graph.nodes[$0].members : [] }
        }.uniqued.sorted()
        let cluster = scene.clusters.first { cluster in members.contains { cluster.members[$0] != nil } }
        var found = Candidate(
            .remotingThroughSidecar, in: cluster?.id ?? "", severity: .degraded, isConfirmed: true,
            title: "remoting goes through the sidecar\(members.isEmpty ? "" : " of \(members.named)")",
            cause: "the remoting port is not excluded from interception",
            subjects: members.prefix(8).map(\.text) + ids.prefix(8), since: scene.now,
            evidence: TrafficFindings.evidence(scene, "\(ids[0]): \(note)"),
            next:
                "exclude the remoting port: traffic.sidecar.istio.io/excludeInboundPorts and excludeOutboundPorts on the pods of the members"
        )
        found.delay = .seconds(20)
        found.patience = .seconds(60)
        found.reach = Candidate.Reach([.handshakeTimeout], nil)
        return found.evidence.isEmpty ? [] : [found]
    }

    /// As the graph's builder notes it.
    private static let note = "remoting goes through the sidecar"
}
