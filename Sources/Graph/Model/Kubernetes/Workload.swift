// SPDX-License-Identifier: Apache-2.0
/// A Deployment, StatefulSet or DaemonSet with its rollout (kubernetes.md §4.3).
package struct Workload: Hashable, Sendable {
    /// How far the pods are those of the newest template.
    package enum Rollout: String, Hashable, Sendable {
        case idle
        case progressing
        case stuck
    }

    /// How many pods there are.
    package struct Replicas: Hashable, Sendable {
        /// How many there should be.
        package let wanted: Int
        /// How many are ready.
        package let ready: Int
        /// How many are of the newest template.
        package let updated: Int
        /// How many have been ready for long enough.
        package let available: Int
        /// How many there are.
        package let all: Int
    }

    /// How pods are replaced.
    package enum Strategy: Hashable, Sendable {
        /// A few at a time; the bounds as written, numbers or percentages.
        case rolling(maximumSurge: String?, maximumUnavailable: String?)
        /// All at once.
        case recreate
        /// Only when they are deleted by hand.
        case onDelete
        case unknown(String)
    }

    /// `Deployment`, `StatefulSet` or `DaemonSet`.
    package let kind: String
    /// Its namespace and name.
    package let name: ObjectName
    /// When it was created.
    package let createdAt: Timestamp?
    /// How many pods there are.
    package let replicas: Replicas
    /// How pods are replaced.
    package let strategy: Strategy
    /// The number of the newest template, or its name in a StatefulSet.
    package let revision: String?
    /// How far the pods are those of the newest template.
    package let rollout: Rollout
    /// Why it is stuck, or since when it progresses.
    package let reason: String?
    /// Since when the rollout is in this state.
    package let since: Timestamp?
    /// Whether the rollout is held by hand.
    package let isPaused: Bool
    /// Whether pods of a StatefulSet start one after the other, each once the one before is ready.
    package let isOrdered: Bool
    /// How long a rollout may go without progress.
    package let progressDeadline: Duration?

    /// Fails if it has no name or is no workload.
    ///
    /// - Parameters:
    ///   - resource: what kind of workload.
    ///   - object: the fields of the API's object.
    package init?(_ resource: KubernetesResource, _ object: ObjectValue) {
        guard let name = object.objectName else { return nil }
        self.name = name
        kind = resource.kind
        createdAt = object["metadata"]["creationTimestamp"].time
        let (spec, status) = (object["spec"], object["status"])
        isPaused = spec["paused"].isTrue
        isOrdered = resource == .statefulSets && spec["podManagementPolicy"].text != "Parallel"
        progressDeadline = spec["progressDeadlineSeconds"].count.map { .seconds(min(max(0, $0), 1 << 31)) }
        switch resource {
        case .deployments: revision = object["metadata"]["annotations"][PodAnnotation.revision].text
        case .statefulSets, .daemonSets: revision = status["updateRevision"].text.map { Self.short($0, of: name.name) }
        default: return nil
        }
        replicas = resource == .daemonSets ? Replicas(ofDaemons: status) : Replicas(spec, status)
        strategy = Strategy(spec[resource == .deployments ? "strategy" : "updateStrategy"])
        let conditions = status["conditions"].items.compactMap(PodCondition.init)
        let progress = conditions.first { $0.type == "Progressing" }
        let failure = conditions.first { $0.type == "ReplicaFailure" && $0.holds }
        let generation = object["metadata"]["generation"].integer ?? 0
        let isSeen = (status["observedGeneration"].integer ?? generation) >= generation
        let isRolling = replicas.isRolling || !isSeen || (resource == .statefulSets && Self.hasTwoRevisions(status))
        if progress?.reason == "ProgressDeadlineExceeded" || failure != nil {
            rollout = .stuck
        } else {
            rollout = isRolling ? .progressing : .idle
        }
        reason = rollout == .idle ? nil : failure?.message ?? progress?.message
        since = rollout == .idle ? nil : (failure ?? progress)?.since
    }

    private static func hasTwoRevisions(_ status: ObjectValue) -> Bool {
        guard let current = status["currentRevision"].text, let update = status["updateRevision"].text else {
            return false
        }
        return current != update
    }

    /// The hash at the end of a controller revision's name.
    private static func short(_ revision: String, of name: String) -> String {
        revision.hasPrefix(name + "-") ? String(revision.dropFirst(name.count + 1)) : revision
    }
}

extension Workload.Replicas {
    fileprivate init(_ spec: ObjectValue, _ status: ObjectValue) {
        self.init(
            wanted: spec["replicas"].count ?? 1, ready: status["readyReplicas"].count ?? 0,
            updated: status["updatedReplicas"].count ?? 0, available: status["availableReplicas"].count ?? 0,
            all: status["replicas"].count ?? 0)
    }

    fileprivate init(ofDaemons status: ObjectValue) {
        let wanted = status["desiredNumberScheduled"].count ?? 0
        self.init(
            wanted: wanted, ready: status["numberReady"].count ?? 0,
            updated: status["updatedNumberScheduled"].count ?? 0, available: status["numberAvailable"].count ?? 0,
            all: status["currentNumberScheduled"].count ?? 0)
    }

    /// Whether some pods are of an older template, or not there yet (`pkg/controller/deployment/util`).
    fileprivate var isRolling: Bool { updated < wanted || all > updated || available < updated }
}

extension Workload.Strategy {
    fileprivate init(_ object: ObjectValue) {
        let rolling = object["rollingUpdate"]
        func bound(_ name: String) -> String? { rolling[name].text ?? rolling[name].integer.map { "\($0)" } }
        switch object["type"].text {
        case "Recreate": self = .recreate
        case "OnDelete": self = .onDelete
        case nil, "RollingUpdate":
            self = .rolling(maximumSurge: bound("maxSurge"), maximumUnavailable: bound("maxUnavailable"))
        case let other?: self = .unknown(other)
        }
    }
}

/// A ReplicaSet, which joins pods to the revision of their Deployment.
package struct ReplicaSet: Hashable, Sendable {
    /// Its namespace and name.
    package let name: ObjectName
    /// The Deployment.
    package let owner: Pod.Owner?
    /// The revision of the Deployment.
    package let revision: String?

    /// Fails if it has no name.
    ///
    /// - Parameter object: the metadata of the API's object.
    package init?(_ object: ObjectValue) {
        guard let name = object.objectName else { return nil }
        self.name = name
        owner = Pod.Owner(ofObject: object["metadata"])
        revision = object["metadata"]["annotations"][PodAnnotation.revision].text
    }
}
