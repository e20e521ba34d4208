// SPDX-License-Identifier: Apache-2.0
internal import Model

/// A Gateway of Istio.
struct MeshGateway: Sendable {
    struct Server: Sendable {
        let port: Int
        let hosts: [String]
    }

    let head: ObjectHead
    let selector: LabelSelector
    let servers: [Server]

    init?(_ object: ObjectValue) {
        guard let head = ObjectHead("Gateway", object) else { return nil }
        self.head = head
        let spec = object["spec"]
        selector = LabelSelector(labels: spec["selector"].labels)
        servers = spec["servers"].items.map {
            Server(port: $0["port"]["number"].count ?? 0, hosts: $0["hosts"].words)
        }
    }
}

/// A ServiceEntry: hosts that the mesh knows although they are no services of the cluster.
struct ServiceEntry: Sendable {
    struct Port: Sendable {
        let number: Int
        let proto: String
    }

    let head: ObjectHead
    let hosts: [String]
    let exportTo: [String]
    let ports: [Port]
    /// The labels of its endpoints.
    let endpoints: [[String: String]]

    init?(_ object: ObjectValue) {
        guard let head = ObjectHead("ServiceEntry", object) else { return nil }
        self.head = head
        let spec = object["spec"]
        hosts = spec["hosts"].words
        exportTo = spec["exportTo"].words
        ports = spec["ports"].items.map {
            Port(number: $0["number"].count ?? 0, proto: ($0["protocol"].text ?? "").uppercased())
        }
        endpoints = spec["endpoints"].items.map { $0["labels"].labels }
    }
}

/// A Sidecar: what the proxies of a namespace know of the mesh.
struct SidecarScope: Sendable {
    let head: ObjectHead
    let selector: LabelSelector
    /// The hosts of each egress listener.
    let egress: [[String]]
    /// `nil`: nothing is said; empty: something without a mode.
    let outboundMode: String?

    init?(_ object: ObjectValue) {
        guard let head = ObjectHead("Sidecar", object) else { return nil }
        self.head = head
        let spec = object["spec"]
        selector = LabelSelector(labels: spec["workloadSelector"]["labels"].labels)
        egress = spec["egress"].items.map { $0["hosts"].words }
        outboundMode = spec["outboundTrafficPolicy"].isNull ? nil : spec["outboundTrafficPolicy"]["mode"].text ?? ""
    }
}

/// A WorkloadGroup: machines outside of the cluster that are made alike.
struct WorkloadGroup: Sendable {
    let head: ObjectHead
    /// `nil` without metadata.
    let labels: [String: String]?
    let serviceAccount: String

    init?(_ object: ObjectValue) {
        guard let head = ObjectHead("WorkloadGroup", object) else { return nil }
        self.head = head
        let metadata = object["spec"]["metadata"]
        labels = metadata.isNull ? nil : metadata["labels"].labels
        serviceAccount = object["spec"]["template"]["serviceAccount"].text ?? ""
    }
}
