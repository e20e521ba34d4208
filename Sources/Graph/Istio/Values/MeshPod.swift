// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What a pod, or a template of pods, is to the mesh.
struct PodShape: Hashable, Sendable {
    let labels: [String: String]
    let annotations: [String: String]
    let serviceAccount: String
    let isOnHostNetwork: Bool
    /// A port that a container declares.
    struct Port: Hashable, Sendable {
        let name: String?
        let number: Int
    }

    /// The ports that its containers declare, those of proxies left out.
    let ports: [Port]
    /// The port of the check on readiness, also of one that the injector has rewritten.
    let probePort: Int?
    /// Whether a proxy stands beside the application.
    let hasSidecar: Bool
    /// Whether that proxy is an init container that goes on.
    let isNative: Bool
    /// The arguments of the container that sets up interception; `nil` where there is none.
    let initArguments: [String]?

    /// - Parameters:
    ///   - metadata: labels and annotations.
    ///   - spec: the specification of a pod.
    init(_ metadata: ObjectValue, _ spec: ObjectValue) {
        labels = metadata["labels"].labels
        annotations = metadata["annotations"].texts
        serviceAccount = spec["serviceAccountName"].text ?? "default"
        isOnHostNetwork = spec["hostNetwork"].isTrue
        let containers = spec["containers"].items
        let initial = spec["initContainers"].items
        let applications = containers.filter { $0["name"].text != "istio-proxy" }
        ports = applications.flatMap { $0["ports"].items }.compactMap { port in
            port["containerPort"].count.map { Port(name: port["name"].text, number: $0) }
        }
        let native = initial.contains {
            $0["name"].text == "istio-proxy" && $0["restartPolicy"].text == "Always"
        }
        let status = annotations["sidecar.istio.io/status"] ?? ""
        isNative = native
        hasSidecar =
            native || status.contains("\"istio-proxy\"") || containers.contains { $0["name"].text == "istio-proxy" }
        initArguments = initial.first { $0["name"].text == "istio-init" }.map { $0["args"].words }
        probePort = Self.probePort(applications, containers + initial, ports)
    }

    private static func probePort(
        _ applications: [ObjectValue], _ all: [ObjectValue], _ ports: [Port]
    ) -> Int? {
        for container in applications {
            let probe = container["readinessProbe"]["httpGet"]
            guard let path = probe["path"].text, path.hasSuffix("/ready") else { continue }
            if let number = probe["port"].count { return number }
            if let named = ports.first(where: { $0.name == probe["port"].text }) { return named.number }
        }
        // After injection the check names the agent's port; the original stands in the proxy's environment as JSON.
        for container in all {
            for variable in container["env"].items where variable["name"].text == "ISTIO_KUBE_APP_PROBERS" {
                if let text = variable["value"].text, let port = rewrittenPort(text) { return port }
            }
        }
        return nil
    }

    /// The number behind `"port":` of the check whose path ends in `/ready`.
    static func rewrittenPort(_ text: String) -> Int? {
        guard let ready = text.range(of: "/ready\"") else { return nil }
        let near = text[ready.upperBound...].prefix(60)
        guard let port = near.range(of: "\"port\":") else { return nil }
        return Int(near[port.upperBound...].drop { $0 == " " }.prefix { $0.isASCII && $0.isNumber })
    }
}

extension String {
    /// The first place of a text.
    fileprivate func range(of part: String) -> Range<Index>? { self[...].range(of: part) }
}

extension Substring {
    fileprivate func range(of part: String) -> Range<Index>? { firstRange(of: part) }
}

/// A pod.
struct MeshPod: Hashable, Sendable {
    let name: ObjectName
    let owner: Pod.Owner?
    let shape: PodShape
    /// Whether it has come to its end.
    let isOver: Bool
    let addresses: [String]

    init?(_ object: ObjectValue) {
        guard let name = object.objectName else { return nil }
        self.name = name
        let owners = object["metadata"]["ownerReferences"].items
        let controller = owners.first { $0["controller"].isTrue } ?? owners.first
        owner = controller.flatMap { controller in
            controller["kind"].text.flatMap { kind in
                controller["name"].text.map { Pod.Owner(kind: kind, name: $0) }
            }
        }
        shape = PodShape(object["metadata"], object["spec"])
        let phase = object["status"]["phase"].text
        isOver = phase == "Succeeded" || phase == "Failed"
        addresses =
            object["status"]["podIPs"].items.compactMap { $0["ip"].text }
            + [object["status"]["podIP"].text].compactMap { $0 }
    }

    /// Whether the node's proxy takes its traffic.
    var isAmbient: Bool { shape.annotations["ambient.istio.io/redirection"] == "enabled" }
}

/// A workload with its template.
struct MeshTemplate: Hashable, Sendable {
    let reference: ObjectReference
    /// The labels of the workload itself.
    let labels: [String: String]
    /// Codes that are not to be said of it.
    let head: ObjectHead
    let shape: PodShape

    init?(_ resource: KubernetesResource, _ object: ObjectValue) {
        guard let head = ObjectHead(resource.kind, object) else { return nil }
        self.head = head
        reference = head.reference
        labels = object["metadata"]["labels"].labels
        let template = object["spec"]["template"]
        shape = PodShape(template["metadata"], template["spec"])
    }
}

/// A service of the cluster.
struct MeshService: Hashable, Sendable {
    struct Port: Hashable, Sendable {
        let name: String
        let number: Int
        let proto: String
        let appProtocol: String?
        let targetName: String?
        let targetNumber: Int?
    }

    let head: ObjectHead
    let labels: [String: String]
    let selector: LabelSelector
    let ports: [Port]
    /// `nil`: what the mesh has as its default.
    let exportTo: [String]?

    var name: ObjectName { head.name }

    init?(_ object: ObjectValue) {
        guard let head = ObjectHead("Service", object) else { return nil }
        self.head = head
        labels = object["metadata"]["labels"].labels
        selector = LabelSelector(labels: object["spec"]["selector"].labels)
        ports = object["spec"]["ports"].items.map { port in
            Port(
                name: port["name"].text ?? "", number: port["port"].count ?? 0,
                proto: (port["protocol"].text ?? "TCP").lowercased(), appProtocol: port["appProtocol"].text,
                targetName: { if case .text(let text) = port["targetPort"] { text } else { nil } }(),
                targetNumber: {
                    if case .integer(let number) = port["targetPort"] { Int(exactly: number) } else { nil }
                }())
        }
        if case .text(let text) = object["metadata"]["annotations"]["networking.istio.io/exportTo"] {
            exportTo = text.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
        } else {
            exportTo = nil
        }
    }
}

/// A namespace.
struct MeshNamespace: Hashable, Sendable {
    let name: String
    let labels: [String: String]

    init?(_ object: ObjectValue) {
        guard let name = object.objectName?.name else { return nil }
        self.name = name
        labels = object["metadata"]["labels"].labels
    }

    var isAmbient: Bool { labels[MeshLabel.dataplane] == "ambient" }

    /// The control plane's revision that serves it; `nil`: none does.
    var revision: String? {
        switch labels[MeshLabel.injection] {
        case "disabled": isAmbient ? "default" : nil
        case "enabled": "default"
        default: labels[MeshLabel.revision] ?? (isAmbient ? "default" : nil)
        }
    }

    /// Whether pods that are made in it get a proxy, as far as it says itself.
    var isInjected: Bool {
        switch labels[MeshLabel.injection] {
        case "disabled": false
        case "enabled": true
        default: !(labels[MeshLabel.revision] ?? "").isEmpty
        }
    }
}

/// The settings of a mesh (MeshConfig), with Istio's defaults.
struct MeshSettings: Hashable, Sendable {
    var trustDomains = ["cluster.local"]
    var rootNamespace: String?
    var isAutoMutual = true
    /// Whether hosts that nobody knows may be called. Where the settings were not read nothing says that they may.
    var allowsAny = false
    var serviceExport: [String] = []
    var virtualServiceExport: [String] = []
    var destinationRuleExport: [String] = []
    var interceptionMode = "REDIRECT"
    /// Whether they were read, and not assumed.
    var isRead = false

    init() {}

    /// - Parameter object: a ConfigMap whose `mesh` was read.
    init?(_ object: ObjectValue) {
        let mesh = object["mesh"]
        guard !mesh.isNull || !object["data"].isNull, object.objectName != nil else { return nil }
        isRead = true
        trustDomains = [mesh["trustDomain"].text ?? "cluster.local"] + mesh["trustDomainAliases"].words
        rootNamespace = mesh["rootNamespace"].text
        if case .bool(let on) = mesh["enableAutoMtls"] { isAutoMutual = on }
        allowsAny = (mesh["outboundTrafficPolicy"]["mode"].text ?? "ALLOW_ANY") == "ALLOW_ANY"
        serviceExport = mesh["defaultServiceExportTo"].words
        virtualServiceExport = mesh["defaultVirtualServiceExportTo"].words
        destinationRuleExport = mesh["defaultDestinationRuleExportTo"].words
        interceptionMode = mesh["defaultConfig"]["interceptionMode"].text ?? "REDIRECT"
    }
}
