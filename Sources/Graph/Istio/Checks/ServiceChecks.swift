// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Kiali's checks of services' ports (services/port_mapping_checker.go): KIA0601, KIA0602, KIA0701.
enum ServiceChecks: CheckGroup {
    static let dependencies = Set<KubernetesResource>.workloads.union([.services, .namespaces, .configMaps])

    private static let protocols = [
        "grpc-web", "grpc", "http2", "https", "http", "mongo", "redis", "tcp", "tls", "udp", "mysql",
    ]
    private static let kubernetesProtocols: Set<String> = [
        "kubernetes.io/h2c", "kubernetes.io/ws", "kubernetes.io/wss",
    ]

    static func check(_ scene: IstioScene, _ sink: inout CheckSink) {
        for name in scene.cluster.services.keys.sorted() {
            guard let service = scene.cluster.services[name], scene.isServed(name.namespace) else { continue }
            if isInMesh(service, scene) { checkNames(service, &sink) }
            checkTargets(service, scene, &sink)
        }
    }

    /// Whether the pods of a service are in the mesh. Of those without a pod what the namespace and the template say counts.
    private static func isInMesh(_ service: MeshService, _ scene: IstioScene) -> Bool {
        guard !service.selector.isEmpty else { return false }
        let workloads = scene.workloads.matching(service.selector, in: service.name.namespace)
        let pods = workloads.flatMap(\.pods).filter { service.selector.matches($0.shape.labels) }
        if !pods.isEmpty { return pods.allSatisfy(\.shape.hasSidecar) || pods.contains(where: \.isAmbient) }
        guard let namespace = scene.cluster.namespaces[service.name.namespace] else { return false }
        return namespace.isInjected || namespace.isAmbient
    }

    private static func checkNames(_ service: MeshService, _ sink: inout CheckSink) {
        for (place, port) in service.ports.enumerated() {
            if port.proto == "udp" || service.labels["kiali_wizard"] != nil { continue }
            if let appProtocol = port.appProtocol {
                let known = appProtocol.lowercased()
                guard !protocols.contains(known), !kubernetesProtocols.contains(known) else { continue }
                sink.say(
                    "KIA0602", .error, service.head, "spec/ports[\(place)]",
                    "appProtocol \(appProtocol) is none that Istio knows: the port is treated as TCP")
            } else if !isNamed(port.name) {
                let name =
                    port.name.isEmpty
                    ? "port \(port.number) has no name" : "the name \(port.name) does not begin with a protocol"
                sink.say(
                    "KIA0601", .error, service.head, "spec/ports[\(place)]",
                    "\(name): Istio has to guess what it speaks")
            }
        }
    }

    private static func isNamed(_ name: String) -> Bool {
        protocols.contains { name.lowercased() == $0 && name.hasPrefix($0) || name.hasPrefix("\($0)-") }
    }

    private static func checkTargets(_ service: MeshService, _ scene: IstioScene, _ sink: inout CheckSink) {
        let namespace = service.name.namespace
        guard namespace != scene.root, !service.selector.isEmpty, !MeshLabel.isWaypoint(service.labels),
            !MeshLabel.isGateway(service.labels, [:])
        else { return }
        let deployments = scene.workloads[namespace].compactMap(\.template).filter {
            $0.reference.kind == "Deployment" && service.selector.matches($0.labels)
        }
        guard let deployment = deployments.first else { return }
        for (place, port) in service.ports.enumerated() {
            let isThere: Bool
            if let name = port.targetName, !name.isEmpty {
                isThere = deployment.shape.ports.contains { $0.name == name }
            } else {
                let number = port.targetNumber.flatMap { $0 > 0 ? $0 : nil } ?? port.number
                isThere = deployment.shape.ports.contains { $0.number == number }
            }
            guard !isThere else { continue }
            let target = port.targetName ?? "\(port.targetNumber ?? port.number)"
            sink.say(
                "KIA0701", .warning, service.head, "spec/ports[\(place)]",
                "no container of Deployment \(deployment.reference.name.name) declares its port \(target)")
        }
    }
}
