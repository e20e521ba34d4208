// SPDX-License-Identifier: Apache-2.0
internal import Model

/// A PeerAuthentication: whether proxies take plain text.
struct PeerAuthentication: Sendable {
    let head: ObjectHead
    /// `nil`: it is for the whole namespace.
    let selector: LabelSelector?
    /// `STRICT`, `PERMISSIVE`, `DISABLE`, `UNSET`; `nil` where nothing is said.
    let mode: String?
    /// By port of the container.
    let ports: [Int: String]

    init?(_ object: ObjectValue) {
        guard let head = ObjectHead("PeerAuthentication", object) else { return nil }
        self.head = head
        let spec = object["spec"]
        selector = spec["selector"].isNull ? nil : LabelSelector(labels: spec["selector"]["matchLabels"].labels)
        mode = spec["mtls"].isNull ? nil : spec["mtls"]["mode"].text ?? "UNSET"
        ports = spec["portLevelMtls"].fields.reduce(into: [:]) { ports, field in
            if let port = Int(field.name), let mode = field.value["mode"].text { ports[port] = mode }
        }
    }

    /// The mode, if it is for a whole namespace.
    var wideMode: String? { selector == nil ? mode : nil }
}

/// An AuthorizationPolicy: who may call.
struct AuthorizationPolicy: Sendable {
    /// Who calls.
    struct Source: Sendable {
        let principals: [String]
        let notPrincipals: [String]
        let namespaces: [String]
        let notNamespaces: [String]
        let serviceAccounts: [String]
        let hasRequestPrincipals: Bool
        let isThere: Bool

        init(_ object: ObjectValue) {
            let source = object["source"]
            isThere = !source.isNull
            principals = source["principals"].words
            notPrincipals = source["notPrincipals"].words
            namespaces = source["namespaces"].words
            notNamespaces = source["notNamespaces"].words
            serviceAccounts = source["serviceAccounts"].words
            hasRequestPrincipals =
                !source["requestPrincipals"].items.isEmpty || !source["notRequestPrincipals"].items.isEmpty
        }
    }

    /// What is called.
    struct Operation: Sendable {
        let hosts: [String]
        let methods: [String]
        let ports: [String]
        let paths: [String]
        /// Whether it can only be judged by a proxy that understands HTTP.
        let isHTTP: Bool

        init(_ object: ObjectValue) {
            let operation = object["operation"]
            hosts = operation["hosts"].words
            methods = operation["methods"].words
            ports = operation["ports"].words
            paths = operation["paths"].words
            let fields = ["hosts", "notHosts", "methods", "notMethods", "paths", "notPaths"]
            isHTTP = fields.contains { !operation[$0].items.isEmpty }
        }
    }

    struct Rule: Sendable {
        let sources: [Source]
        let operations: [Operation]
        /// The keys of its conditions.
        let conditions: [String]

        init(_ object: ObjectValue) {
            sources = object["from"].items.map { Source($0) }
            operations = object["to"].items.map { Operation($0) }
            conditions = object["when"].items.map { $0["key"].text ?? "" }
        }

        private static let requestKeys = [
            "request.headers", "request.auth.claims", "request.auth.principal", "request.auth.audiences",
            "request.auth.presenter",
        ]

        var isHTTP: Bool {
            conditions.contains { key in Self.requestKeys.contains { key.hasPrefix($0) } }
                || operations.contains(where: \.isHTTP) || sources.contains(where: \.hasRequestPrincipals)
        }
    }

    let head: ObjectHead
    let selector: LabelSelector
    let action: String
    let rules: [Rule]
    let targets: PolicyTargets
    /// Whether it is only logged what it would refuse.
    let isDryRun: Bool

    init?(_ object: ObjectValue) {
        guard let head = ObjectHead("AuthorizationPolicy", object) else { return nil }
        self.head = head
        let spec = object["spec"]
        selector = LabelSelector(labels: spec["selector"]["matchLabels"].labels)
        action = spec["action"].text ?? "ALLOW"
        rules = spec["rules"].items.map { Rule($0) }
        targets = PolicyTargets(spec)
        isDryRun = object["metadata"]["annotations"]["istio.io/dry-run"].text == "true"
    }

    /// Whether it needs a proxy that understands HTTP.
    var isHTTP: Bool { rules.contains(where: \.isHTTP) }
}

/// What a policy is attached to by name.
struct PolicyTargets: Sendable {
    /// The names of services.
    let services: [String]
    let isEmpty: Bool

    init(_ spec: ObjectValue) {
        let all = (spec["targetRef"].isNull ? [] : [spec["targetRef"]]) + spec["targetRefs"].items
        isEmpty = all.isEmpty
        services = all.compactMap { target in
            let group = target["group"].text ?? ""
            guard target["kind"].text == "Service", group.isEmpty || group == "core" else { return nil }
            return target["name"].text
        }
    }
}

/// A RequestAuthentication, Telemetry or WasmPlugin: what matters of them is where they apply.
struct AttachedPolicy: Sendable {
    let head: ObjectHead
    let selector: LabelSelector
    let targets: PolicyTargets
    /// Whether it needs a proxy that understands HTTP.
    let isHTTP: Bool

    init?(_ resource: KubernetesResource, _ object: ObjectValue) {
        guard let head = ObjectHead(resource.kind, object) else { return nil }
        self.head = head
        let spec = object["spec"]
        selector = LabelSelector(labels: spec["selector"]["matchLabels"].labels)
        targets = PolicyTargets(spec)
        isHTTP =
            resource != .telemetries || !spec["tracing"].items.isEmpty || !spec["accessLogging"].items.isEmpty
            || spec["metrics"].items.contains { !$0["overrides"].items.isEmpty }
    }
}
