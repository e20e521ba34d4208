// SPDX-License-Identifier: Apache-2.0
internal import Model

/// A DestinationRule (kubernetes.md §8.2).
struct DestinationRule: Sendable {
    /// Versions of a service that routes name.
    struct Subset: Sendable {
        let name: String
        let selector: LabelSelector
        let policy: TrafficPolicy?
    }

    /// How connections to a service are made.
    struct TrafficPolicy: Sendable {
        /// The mode of TLS, if the policy speaks of it.
        let tlsMode: String?
        /// Whether a setting of a port speaks of TLS.
        let hasPortTLS: Bool
        /// Whether it needs a proxy that understands HTTP.
        let isHTTP: Bool
        /// Limits in words.
        let pool: String
        let ejection: String

        init?(_ object: ObjectValue) {
            guard !object.isNull else { return nil }
            let tls = object["tls"]
            tlsMode = tls.isNull ? nil : tls["mode"].text ?? "DISABLE"
            hasPortTLS = object["portLevelSettings"].items.contains { !$0["tls"].isNull }
            let hash = object["loadBalancer"]["consistentHash"]
            isHTTP =
                hash["httpHeaderName"].text != nil || !hash["httpCookie"].isNull
                || !object["connectionPool"]["http"].isNull || !object["outlierDetection"].isNull
            pool = Self.words(of: object["connectionPool"])
            ejection = Self.ejection(object["outlierDetection"])
        }

        private static func words(of pool: ObjectValue) -> String {
            let names = [
                "maxConnections", "http1MaxPendingRequests", "http2MaxRequests", "maxRequestsPerConnection",
                "maxRetries",
            ]
            return names.compactMap { name in
                (pool["tcp"][name].integer ?? pool["http"][name].integer).map { "\(name) \($0)" }
            }.joined(separator: ", ")
        }

        private static func ejection(_ object: ObjectValue) -> String {
            guard !object.isNull else { return "" }
            let count = object["consecutive5xxErrors"].integer ?? object["consecutiveErrors"].integer ?? 5
            let time = object["baseEjectionTime"].text ?? "30s"
            let most = object["maxEjectionPercent"].integer ?? 10
            return "\(count) consecutive 5xx eject a pod for \(time), at most \(most) % of them"
        }
    }

    let head: ObjectHead
    let host: String
    let exportTo: [String]
    let policy: TrafficPolicy?
    let subsets: [Subset]

    init?(_ object: ObjectValue) {
        guard let head = ObjectHead("DestinationRule", object) else { return nil }
        self.head = head
        let spec = object["spec"]
        host = spec["host"].text ?? ""
        exportTo = spec["exportTo"].words
        policy = TrafficPolicy(spec["trafficPolicy"])
        subsets = spec["subsets"].items.map {
            Subset(
                name: $0["name"].text ?? "", selector: LabelSelector(labels: $0["labels"].labels),
                policy: TrafficPolicy($0["trafficPolicy"]))
        }
    }

    var tlsMode: String? { policy?.tlsMode }

    /// The mode of TLS, if this is the rule of the whole mesh.
    var meshMode: String? { host == "*.local" ? tlsMode : nil }

    /// The mode of TLS, if this is the rule of a whole namespace.
    func mode(of namespace: String) -> String? {
        host == "*.\(namespace).\(MeshHost.domain)" ? tlsMode : nil
    }

    /// Whether it is a default of the mesh or of its namespace that switches mTLS on: others stand beside it.
    var isMutualDefault: Bool { meshMode == "ISTIO_MUTUAL" || mode(of: head.namespace) == "ISTIO_MUTUAL" }

    /// Whether it needs a proxy that understands HTTP.
    var isHTTP: Bool { policy?.isHTTP ?? false || subsets.contains { $0.policy?.isHTTP ?? false } }
}
