// SPDX-License-Identifier: Apache-2.0
/// A kind of object of the Kubernetes API that is watched; the word is its plural, as rules of access name it.
package enum KubernetesResource: String, Hashable, Sendable, CaseIterable, Comparable {
    case pods
    case events
    case nodes
    case deployments
    case replicaSets = "replicasets"
    case statefulSets = "statefulsets"
    case daemonSets = "daemonsets"
    case leases
    case akkaLeases = "leases.akka.io"
    case akkaPodCosts = "podcosts.akka.io"
    case pekkoLeases = "leases.pekko.apache.org"
    case pekkoPodCosts = "podcosts.pekko.apache.org"

    // What Istio reads.
    case namespaces
    case services
    case serviceAccounts = "serviceaccounts"
    case configMaps = "configmaps"
    case virtualServices = "virtualservices.networking.istio.io"
    case destinationRules = "destinationrules.networking.istio.io"
    case gateways = "gateways.networking.istio.io"
    case serviceEntries = "serviceentries.networking.istio.io"
    case sidecars = "sidecars.networking.istio.io"
    case workloadEntries = "workloadentries.networking.istio.io"
    case workloadGroups = "workloadgroups.networking.istio.io"
    case peerAuthentications = "peerauthentications.security.istio.io"
    case authorizationPolicies = "authorizationpolicies.security.istio.io"
    case requestAuthentications = "requestauthentications.security.istio.io"
    case telemetries = "telemetries.telemetry.istio.io"
    case wasmPlugins = "wasmplugins.extensions.istio.io"

    /// The API group; empty for the core.
    package var group: String {
        switch self {
        case .pods, .events, .nodes, .namespaces, .services, .serviceAccounts, .configMaps: ""
        case .deployments, .replicaSets, .statefulSets, .daemonSets: "apps"
        case .leases: "coordination.k8s.io"
        case .akkaLeases, .akkaPodCosts: "akka.io"
        case .pekkoLeases, .pekkoPodCosts: "pekko.apache.org"
        case .virtualServices, .destinationRules, .gateways, .serviceEntries, .sidecars, .workloadEntries,
            .workloadGroups:
            "networking.istio.io"
        case .peerAuthentications, .authorizationPolicies, .requestAuthentications: "security.istio.io"
        case .telemetries: "telemetry.istio.io"
        case .wasmPlugins: "extensions.istio.io"
        }
    }

    /// The plural without its group.
    package var plural: String { rawValue.prefix { $0 != "." }.description }

    /// The name of one object's kind.
    package var kind: String {
        switch self {
        case .pods: "Pod"
        case .events: "Event"
        case .nodes: "Node"
        case .deployments: "Deployment"
        case .replicaSets: "ReplicaSet"
        case .statefulSets: "StatefulSet"
        case .daemonSets: "DaemonSet"
        case .leases, .akkaLeases, .pekkoLeases: "Lease"
        case .akkaPodCosts, .pekkoPodCosts: "PodCost"
        case .namespaces: "Namespace"
        case .services: "Service"
        case .serviceAccounts: "ServiceAccount"
        case .configMaps: "ConfigMap"
        case .virtualServices: "VirtualService"
        case .destinationRules: "DestinationRule"
        case .gateways: "Gateway"
        case .serviceEntries: "ServiceEntry"
        case .sidecars: "Sidecar"
        case .workloadEntries: "WorkloadEntry"
        case .workloadGroups: "WorkloadGroup"
        case .peerAuthentications: "PeerAuthentication"
        case .authorizationPolicies: "AuthorizationPolicy"
        case .requestAuthentications: "RequestAuthentication"
        case .telemetries: "Telemetry"
        case .wasmPlugins: "WasmPlugin"
        }
    }

    /// Whether its objects lie in namespaces.
    package var isNamespaced: Bool { self != .nodes && self != .namespaces }

    /// Whether it is an object of Istio's own.
    package var isIstio: Bool { group.hasSuffix(".istio.io") }

    /// Whether it is only asked for where there is Istio.
    package var isForIstio: Bool {
        switch self {
        case .namespaces, .services, .configMaps: true
        default: isIstio
        }
    }

    /// Which of its objects are asked for, as the API's field selector; `nil`: all.
    package var fieldSelector: String? { self == .configMaps ? "metadata.name=istio" : nil }

    /// Whether only clusters have it on which its definition was installed.
    package var isOptional: Bool {
        switch self {
        case .akkaLeases, .akkaPodCosts, .pekkoLeases, .pekkoPodCosts: true
        default: isIstio
        }
    }

    /// What cannot be shown without it.
    package var purpose: String {
        switch self {
        case .pods: "pods of members, and members that no other finds"
        case .events: "events of the kubelet and of controllers"
        case .nodes: "whether nodes are ready"
        case .deployments, .statefulSets, .daemonSets: "rollouts of workloads"
        case .replicaSets: "revisions of deployments"
        case .leases, .akkaLeases, .pekkoLeases: "who holds the leases of split brain resolvers and singletons"
        case .akkaPodCosts, .pekkoPodCosts: "the order in which pods are deleted"
        case .namespaces: "which namespaces there are, and which of them are in the mesh"
        case .services: "which hosts there are that Istio's objects may name"
        case .serviceAccounts: "which accounts there are"
        case .configMaps: "the mesh's settings; its defaults are assumed"
        case .virtualServices, .destinationRules, .gateways, .serviceEntries, .sidecars, .workloadEntries,
            .workloadGroups, .telemetries, .wasmPlugins:
            "what Istio is asked to do with traffic"
        case .peerAuthentications, .authorizationPolicies, .requestAuthentications:
            "what Istio is asked to let through"
        }
    }

    /// By their words.
    package static func < (left: KubernetesResource, right: KubernetesResource) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// Names an object of a resource.
package struct ObjectName: Hashable, Sendable, Comparable {
    /// The namespace; empty for objects that lie in none.
    package let namespace: String
    /// The name.
    package let name: String

    /// A namespace and a name.
    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// By namespace, then name.
    package static func < (left: ObjectName, right: ObjectName) -> Bool {
        left.namespace == right.namespace ? left.name < right.name : left.namespace < right.namespace
    }
}

/// What was observed of a collection of objects. An object holds the fields that meshtop reads, never the whole that the server sent.
package struct KubernetesReport: Hashable, Sendable {
    /// What has become known.
    package enum Change: Hashable, Sendable {
        /// These are all objects that there are; others are gone.
        case listed([ObjectValue])
        /// These have come or changed.
        case changed([ObjectValue])
        /// These are gone.
        case removed([ObjectName])
        /// Nothing has changed: a sign of life.
        case unchanged
    }

    /// The kind of objects.
    package var resource: KubernetesResource
    /// What has become known of them.
    package var change: Change

    /// Every property as given.
    package init(_ resource: KubernetesResource, _ change: Change) {
        self.resource = resource
        self.change = change
    }
}

extension ObjectValue {
    /// The name of an object of the Kubernetes API; `nil` if it has none.
    package var objectName: ObjectName? {
        let metadata = self["metadata"]
        return metadata["name"].text.map { ObjectName(namespace: metadata["namespace"].text ?? "", name: $0) }
    }
}
