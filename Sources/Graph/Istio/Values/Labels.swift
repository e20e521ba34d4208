// SPDX-License-Identifier: Apache-2.0
import Model

/// Labels that an object asks for, and whether others have them.
struct LabelSelector: Hashable, Sendable {
    /// What is asked for.
    let labels: [String: String]

    /// Whether nothing is asked for.
    var isEmpty: Bool { labels.isEmpty }

    /// Whether all labels that are asked for are there.
    func matches(_ other: [String: String]) -> Bool {
        labels.allSatisfy { other[$0.key] == $0.value }
    }
}

/// Labels and annotations of Istio that are read.
enum MeshLabel {
    static let dataplane = "istio.io/dataplane-mode"
    static let injection = "istio-injection"
    static let revision = "istio.io/rev"
    static let inject = "sidecar.istio.io/inject"
    static let useWaypoint = "istio.io/use-waypoint"
    static let useWaypointNamespace = "istio.io/use-waypoint-namespace"
    static let waypointFor = "istio.io/waypoint-for"
    static let gatewayName = "gateway.networking.k8s.io/gateway-name"
    static let managed = "gateway.istio.io/managed"
    /// The labels by which applications are named, the first that is there counts.
    static let application = ["service.istio.io/canonical-name", "app.kubernetes.io/name", "app"]

    /// Whether these are the labels of a waypoint.
    static func isWaypoint(_ labels: [String: String]) -> Bool {
        if labels[managed] == "istio.io-mesh-controller" { return true }
        return labels[gatewayName]?.lowercased().contains("waypoint") ?? false
    }

    /// Whether these are the labels of a gateway's pods.
    static func isGateway(_ labels: [String: String], _ annotations: [String: String]) -> Bool {
        if let component = labels["operator.istio.io/component"], component.hasSuffix("gressGateways") { return true }
        if let istio = labels["istio"], istio == "ingressgateway" || istio == "egressgateway" { return true }
        return annotations["inject.istio.io/templates"] == "gateway" || labels["istio.io/gateway-name"] != nil
            || labels[managed] == "istio.io-gateway-controller"
    }

    /// Whether labels have a waypoint used: those of the thing itself come first, and may refuse.
    static func isEnrolled(_ labels: [String: String], _ namespace: [String: String]) -> Bool {
        guard let name = labels[useWaypoint] ?? namespace[useWaypoint] else { return false }
        return !name.isEmpty && name != "none"
    }
}
