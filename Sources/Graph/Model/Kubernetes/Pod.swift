// SPDX-License-Identifier: Apache-2.0
/// A pod, as far as it matters to members: read from the fields of the API's object (kubernetes.md §4.1).
package struct Pod: Hashable, Sendable {
    /// How far a pod has come.
    package enum Phase: Hashable, Sendable {
        case pending
        case running
        case succeeded
        case failed
        /// Another word, or none.
        case unknown(String)

        /// Kubernetes' word.
        package var name: String {
            switch self {
            case .pending: "Pending"
            case .running: "Running"
            case .succeeded: "Succeeded"
            case .failed: "Failed"
            case .unknown(let word): word
            }
        }

        /// - Parameter word: Kubernetes' word.
        package init(_ word: String) {
            self = [.pending, .running, .succeeded, .failed].first { $0.name == word } ?? .unknown(word)
        }

        /// Whether it can have a process.
        package var isOver: Bool { self == .succeeded || self == .failed }
    }

    /// How a proxy of the mesh stands beside the application.
    package enum Sidecar: String, Hashable, Sendable {
        case none
        /// A container of the pod.
        case classic
        /// An init container that goes on.
        case native
        /// A proxy of the node.
        case ambient
    }

    /// What controls the pod.
    package struct Owner: Hashable, Sendable {
        /// `ReplicaSet`, `StatefulSet`, or a foreign kind.
        package let kind: String
        /// Its name.
        package let name: String

        /// A kind and a name.
        package init(kind: String, name: String) {
            self.kind = kind
            self.name = name
        }
    }

    /// How a container ended last.
    package struct Exit: Hashable, Sendable {
        /// `OOMKilled`, `Error`, `Completed`; `nil` if none was given.
        package let reason: String?
        /// The exit code.
        package let code: Int
        /// When.
        package let at: Timestamp?
        /// The container.
        package let container: String
        /// Names the instance of the container that ended.
        package let containerID: String?
        /// Its last words, if it left any.
        package let message: String?
    }

    /// Its namespace and name.
    package let name: ObjectName
    /// The incarnation.
    package let uid: String
    /// The node it runs on.
    package let node: String?
    /// What controls it.
    package let owner: Owner?
    /// When it was created.
    package let createdAt: Timestamp?
    /// When the kubelet took it on.
    package let startedAt: Timestamp?
    /// When it will be killed at the latest; `nil` unless it is to go.
    package let deletionAt: Timestamp?
    /// How far it has come.
    package let phase: Phase
    /// Why it failed: `Evicted`.
    package let reason: String?
    /// The same in words.
    package let message: String?
    /// Its addresses.
    package let addresses: [String]
    /// Whether it shares the node's network.
    package let isOnHostNetwork: Bool
    /// Its labels.
    package let labels: [String: String]
    /// What its deletion costs, as its annotation says; lower goes first.
    package let deletionCost: Int?
    /// The account that its processes act as.
    package let serviceAccount: String?
    /// How long it has to end.
    package let gracePeriod: Duration?
    /// Its conditions.
    package let conditions: [PodCondition]
    /// Its containers, those of the application and sidecars that run on; in the order of the specification.
    package let containers: [PodContainer]
    /// Containers that run before the others.
    package let initContainers: [PodContainer]
    /// How a proxy of the mesh stands beside the application.
    package let sidecar: Sidecar

    /// Fails if it has no name.
    ///
    /// - Parameter object: the fields of the API's object.
    package init?(_ object: ObjectValue) {
        guard let name = object.objectName else { return nil }
        let (metadata, spec, status) = (object["metadata"], object["spec"], object["status"])
        self.name = name
        uid = metadata["uid"].text ?? ""
        createdAt = metadata["creationTimestamp"].time
        deletionAt = metadata["deletionTimestamp"].time
        owner = Owner(ofObject: metadata)
        labels = metadata["labels"].texts
        let annotations = metadata["annotations"]
        deletionCost = annotations[PodAnnotation.deletionCost].count
        node = spec["nodeName"].text
        serviceAccount = spec["serviceAccountName"].text
        isOnHostNetwork = spec["hostNetwork"].isTrue
        gracePeriod = spec["terminationGracePeriodSeconds"].count.map { .seconds(min(max(0, $0), 1 << 31)) }
        phase = Phase(status["phase"].text ?? "Unknown")
        reason = status["reason"].text
        message = status["message"].text
        startedAt = status["startTime"].time
        let listed = status["podIPs"].items.compactMap { $0["ip"].text }
        addresses = listed.isEmpty ? [status["podIP"].text].compactMap { $0 } : listed
        conditions = status["conditions"].items.compactMap(PodCondition.init)
        containers = PodContainer.all(spec["containers"], status["containerStatuses"])
        initContainers = PodContainer.all(spec["initContainers"], status["initContainerStatuses"])
        sidecar = Sidecar(containers, initContainers, annotations)
    }

    /// The containers that go on for as long as the pod does: native sidecars first.
    package var lastingContainers: [PodContainer] { initContainers.filter(\.isSidecar) + containers }

    /// The containers that are no proxies of a mesh.
    package var applications: [PodContainer] { containers.filter { !PodContainer.proxies.contains($0.name) } }

    /// Whether it is to go.
    package var isTerminating: Bool { deletionAt != nil }

    /// The condition of a type.
    package func condition(_ type: String) -> PodCondition? { conditions.first { $0.type == type } }

    /// Whether its condition `Ready` holds.
    package var isReady: Bool { condition("Ready")?.holds ?? false }

    /// How often its lasting containers were started again.
    package var restarts: Int { lastingContainers.reduce(0) { $0 + min(max(0, $1.restarts), 1 << 30) } }

    /// How the container that ended last ended.
    package var lastExit: Exit? {
        lastingContainers.compactMap(\.lastExit).max { ($0.at?.microseconds ?? .min) < ($1.at?.microseconds ?? .min) }
    }

    /// The hash of the template that it was made of, which is the revision of its workload.
    package var templateHash: String? { labels[PodLabel.templateHash] ?? labels[PodLabel.revisionHash] }
}

/// The labels that are read.
package enum PodLabel {
    /// The hash that a ReplicaSet and its pods share.
    package static let templateHash = "pod-template-hash"
    /// The same of a StatefulSet.
    package static let revisionHash = "controller-revision-hash"
    /// The workload's name, in Istio's words.
    package static let workload = "service.istio.io/workload-name"
}

/// The annotations that are read.
package enum PodAnnotation {
    /// What the deletion of a pod costs.
    package static let deletionCost = "controller.kubernetes.io/pod-deletion-cost"
    /// The revision of a Deployment and of its ReplicaSets.
    package static let revision = "deployment.kubernetes.io/revision"
    /// Whether a pod's traffic goes through the node's proxy.
    package static let redirection = "ambient.istio.io/redirection"
    /// All that are kept.
    package static let all =
        [deletionCost, revision, redirection] + interception + [
            "sidecar.istio.io/status", "sidecar.istio.io/inject", "sidecar.istio.io/interceptionMode",
            "inject.istio.io/templates", "ambient.istio.io/bypass-inbound-capture", "istio.io/rev", "istio.io/dry-run",
            "kiali.io/ignore-validations", "networking.istio.io/exportTo",
        ]
    /// What of a pod's traffic goes through its proxy.
    package static let interception = [
        "includeInboundPorts", "excludeInboundPorts", "includeOutboundIPRanges", "excludeOutboundIPRanges",
        "includeOutboundPorts", "excludeOutboundPorts",
    ].map { "traffic.sidecar.istio.io/\($0)" }
}

/// A condition of a pod, a workload or a node.
package struct PodCondition: Hashable, Sendable {
    /// `Ready`, `PodScheduled`, `Progressing`.
    package let type: String
    /// `True`, `False` or `Unknown`.
    package let status: String
    /// Why, in one word.
    package let reason: String?
    /// Why, in words.
    package let message: String?
    /// Since when.
    package let since: Timestamp?

    /// Whether it holds.
    package var holds: Bool { status == "True" }

    init?(_ object: ObjectValue) {
        guard let type = object["type"].text else { return nil }
        self.type = type
        status = object["status"].text ?? "Unknown"
        reason = object["reason"].text
        message = object["message"].text
        since = object["lastTransitionTime"].time
    }
}

extension Pod.Owner {
    /// The controller among an object's owners.
    init?(ofObject metadata: ObjectValue) {
        let owners = metadata["ownerReferences"].items
        guard let owner = owners.first(where: { $0["controller"].isTrue }), let kind = owner["kind"].text,
            let name = owner["name"].text
        else { return nil }
        self.init(kind: kind, name: name)
    }
}

extension Pod.Sidecar {
    fileprivate init(_ containers: [PodContainer], _ initial: [PodContainer], _ annotations: ObjectValue) {
        if containers.contains(where: { PodContainer.proxies.contains($0.name) }) {
            self = .classic
        } else if initial.contains(where: { $0.isSidecar && PodContainer.proxies.contains($0.name) }) {
            self = .native
        } else {
            self = annotations[PodAnnotation.redirection].text == "enabled" ? .ambient : .none
        }
    }
}
