// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The name of a service as objects write it, understood by Kiali's rules (kubernetes/host.go): a short name is one of the object's own namespace,
/// two parts are a service and a namespace if there is such a namespace, anything else is taken as it stands.
struct MeshHost: Hashable, Sendable {
    /// What every full name of a service ends with.
    static let domain = "svc.cluster.local"

    /// The service, or the whole name where this is no service of the cluster.
    let service: String
    /// The namespace; empty where this is no service of the cluster.
    let namespace: String
    /// Whether it names a service of the cluster.
    let isComplete: Bool

    private init(service: String, namespace: String, isComplete: Bool) {
        self.service = service
        self.namespace = namespace
        self.isComplete = isComplete
    }

    /// A service of the cluster.
    init(_ service: ObjectName) {
        self.init(service: service.name, namespace: service.namespace, isComplete: true)
    }

    /// - Parameters:
    ///   - name: as the object writes it.
    ///   - namespace: that of the object.
    ///   - known: the namespaces that there are; `nil`: two parts are never a service and a namespace.
    init(_ name: String, in namespace: String, among known: (String) -> Bool) {
        guard name.utf8.contains(UInt8(ascii: ".")) else {
            self.init(service: name, namespace: namespace, isComplete: true)
            return
        }
        let parts = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        if parts.count == 2, parts[1] == namespace || known(String(parts[1])) {
            self.init(service: String(parts[0]), namespace: String(parts[1]), isComplete: true)
        } else if parts.count == 3, parts[2] == Self.domain || parts[2] == "svc" {
            self.init(service: String(parts[0]), namespace: String(parts[1]), isComplete: true)
        } else {
            self.init(service: name, namespace: "", isComplete: false)
        }
    }

    /// The full name, or the name as it stands.
    var text: String { isComplete ? "\(service).\(namespace).\(Self.domain)" : service }

    /// Whether it begins with a star.
    var isWildcard: Bool { service.utf8.first == UInt8(ascii: "*") }

    /// The service that two parts of a name would be, whatever namespaces there are.
    var twoParts: ObjectName? {
        if isComplete { return ObjectName(namespace: namespace, name: service) }
        let parts = service.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count > 1 else { return nil }
        return ObjectName(namespace: String(parts[1]), name: String(parts[0]))
    }

    /// Whether both mean the same service (kubernetes/filters.go, FilterByHost).
    func isSame(as other: MeshHost) -> Bool {
        if isComplete == other.isComplete { return self == other }
        let (whole, raw) = isComplete ? (self, other) : (other, self)
        return raw.service == "\(whole.service).\(whole.namespace)"
    }
}

/// Whether a name lies within `*.rest`: at the boundary of a label.
func isWithin(_ name: String, wildcard: String) -> Bool {
    if wildcard == "*" { return true }
    guard wildcard.hasPrefix("*.") else { return false }
    return name.hasSuffix(wildcard.dropFirst())
}

/// Whether two names of rules select some of the same traffic.
func overlaps(_ one: String, _ other: String) -> Bool {
    one == other || isWithin(one, wildcard: other) || isWithin(other, wildcard: one)
}
