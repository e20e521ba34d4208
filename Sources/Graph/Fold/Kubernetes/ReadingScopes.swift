// SPDX-License-Identifier: Apache-2.0
import Istio
import Model

/// Which collections of objects were read whole, by source: what is not in them is absent, what is in none is unknown.
struct ReadingScopes: Sendable {
    /// A source's collection.
    private enum Scope: Hashable {
        /// Of a server: in a namespace, or in all.
        case collection(KubernetesResource, namespace: String?)
        /// Of files, which say nothing of what they leave out but where they speak of others of its kind.
        case files
    }

    private var scopes: [SourceID: Scope] = [:]

    /// Whether files stand for the API server.
    var isOfFiles: Bool { scopes.values.contains(.files) }

    /// A source has listed objects of a kind.
    mutating func add(_ resource: KubernetesResource, of id: SourceID) {
        scopes[id] =
            id.target.hasPrefix("http")
            ? .collection(resource, namespace: Self.namespace(id.target)) : .files
    }

    mutating func remove(_ id: SourceID) { scopes[id] = nil }

    /// What was read.
    ///
    /// - Parameter owned: the objects that each source has reported.
    /// - Returns: what is known whole.
    func coverage(_ owned: [SourceID: Set<KubernetesBook.Key>]) -> Coverage {
        var coverage = Coverage()
        for (id, scope) in scopes {
            switch scope {
            case .collection(let resource, nil): coverage.add(resource)
            case .collection(let resource, let namespace?): coverage.add(resource, in: namespace)
            case .files: for key in owned[id] ?? [] { coverage.addFile(key.resource, in: key.name.namespace) }
            }
        }
        return coverage
    }

    /// The namespace in `https://server/api/v1/namespaces/shop/pods`; `nil`: all of them.
    static func namespace(_ target: String) -> String? {
        let parts = target.split(separator: "/")
        guard parts.count >= 3, parts[parts.count - 3] == "namespaces" else { return nil }
        return String(parts[parts.count - 2])
    }
}
