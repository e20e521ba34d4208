// SPDX-License-Identifier: Apache-2.0
/// A node of the service graph.
package struct TrafficNode: Hashable, Sendable {
    /// What a node stands for.
    package enum Kind: String, Hashable, Sendable {
        /// One workload, such as a deployment.
        case workload
        /// An application, or one version of it.
        case app
        /// A service.
        case service
        /// A client or server without metadata: outside of the mesh, or without a proxy.
        case unknown
        /// The members of a cluster that belong to no workload.
        case cluster
    }

    /// What is special about a node; Kiali's words.
    package enum Flag: String, Hashable, Sendable, CaseIterable {
        /// Has edges out and none in.
        case isRoot
        /// In none of the chosen namespaces.
        case isOutside
        /// Nothing can be known about it.
        case isInaccessible
        /// Has no traffic.
        case isIdle
        /// A service that stands between its callers and its workloads.
        case isInjected
        /// A waypoint proxy of an ambient mesh.
        case isWaypoint
        /// What leaves the mesh, or would if it were allowed to.
        case isEgressCluster
        /// Reported by the metrics of an extension.
        case isExtension
    }

    /// Where a node is and what it is called, as far as nodes of its kind have it (Kiali, `graph/types.go`, `NewNodeExplicit`).
    package struct Labels: Hashable, Sendable {
        /// The cluster of the mesh; of a node of members their cluster.
        package var cluster: String?
        /// The namespace.
        package var namespace: String?
        /// The workload.
        package var workload: String?
        /// The application.
        package var app: String?
        /// The version of the application.
        package var version: String?
        /// The service.
        package var service: String?

        /// Nothing known.
        package init() {}
    }

    /// The id that the documents print.
    package var id: String
    /// What the node stands for.
    package var kind: Kind
    /// Where it is and what it is called.
    package var labels = Labels()
    /// What is special about it.
    package var flags: Set<Flag> = []
    /// Its traffic.
    package var rates = NodeRates()
    /// The worst of its traffic, its members and its health endpoints.
    package var health = Health(level: .unknown)
    /// The part of the health that follows from the traffic alone.
    package var traffic = Health(level: .unknown)
    /// The members of clusters that run here, by address.
    package var members: [Address] = []
    /// The workloads that the node stands for.
    package var workloads: [WorkloadName] = []
    /// The health endpoints of its workloads and of its members.
    package var probes: [ProbeSnapshot] = []
    /// Likely causes of failing inbound requests, most specific first.
    package var signs: [TrafficSign] = []
    /// How requests are shared among the versions of the app or service, by version; empty where there is one.
    package var versions: [VersionShare] = []

    /// A node of which nothing else is known yet.
    package init(id: String, kind: Kind) {
        self.id = id
        self.kind = kind
    }

    /// The cluster of the mesh.
    package var cluster: String? { labels.cluster }
    /// The namespace.
    package var namespace: String? { labels.namespace }
    /// The workload.
    package var workload: String? { labels.workload }
    /// The application.
    package var app: String? { labels.app }
    /// The version of the application.
    package var version: String? { labels.version }
    /// The service.
    package var service: String? { labels.service }

    /// The name with the version, where several run side by side.
    package var nameWithVersion: String { versions.isEmpty ? name : version.map { "\(name) \($0)" } ?? name }

    /// The name a person would use.
    package var name: String {
        switch kind {
        case .workload: workload ?? id
        case .app: app ?? workload ?? id
        case .service: service ?? "unknown"
        case .unknown: "unknown"
        case .cluster: cluster ?? id
        }
    }
}
