// SPDX-License-Identifier: Apache-2.0
package import Model

/// What was read of the cluster: what was not read is unknown, and not absent.
package struct Coverage: Hashable, Sendable {
    private var everywhere: Set<KubernetesResource> = []
    private var places: [KubernetesResource: Set<String>] = [:]
    /// Whether files stand for an API server.
    package private(set) var isOfFiles = false

    /// Nothing was read.
    package init() {}

    /// All objects of a kind were read.
    package mutating func add(_ resource: KubernetesResource) { everywhere.insert(resource) }

    /// All objects of a kind in a namespace were read.
    package mutating func add(_ resource: KubernetesResource, in namespace: String) {
        places[resource, default: []].insert(namespace)
    }

    /// An object was found in a file: others of its kind in its namespace would have been written beside it.
    package mutating func addFile(_ resource: KubernetesResource, in namespace: String) {
        isOfFiles = true
        if resource.isNamespaced { add(resource, in: namespace) } else { add(resource) }
    }

    /// Whether what is not known of a kind in a namespace is absent.
    func knows(_ resource: KubernetesResource, in namespace: String) -> Bool {
        everywhere.contains(resource) || places[resource]?.contains(namespace) ?? false
    }

    /// Whether all objects of a kind are known.
    func knows(_ resource: KubernetesResource) -> Bool { everywhere.contains(resource) }

    /// Whether all workloads of a namespace are known: an API server lists their pods too, files hold the templates or the pods.
    func knowsWorkloads(in namespace: String) -> Bool {
        if isOfFiles {
            return [.pods, .deployments, .statefulSets, .daemonSets].contains { knows($0, in: namespace) }
        }
        return knows(.pods, in: namespace) && knows(.deployments, in: namespace)
    }
}
