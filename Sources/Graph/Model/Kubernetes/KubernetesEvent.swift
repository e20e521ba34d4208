// SPDX-License-Identifier: Apache-2.0
/// An event as a kubelet or a controller writes it, of the core group's shape (kubernetes.md §4.2).
package struct KubernetesEvent: Hashable, Sendable {
    /// Its own name, by which it changes.
    package let name: ObjectName
    /// What kind of object it is about: `Pod`, `Node`.
    package let kind: String
    /// The object that it is about.
    package let subject: ObjectName
    /// The container that it is about, if it says so.
    package let container: String?
    /// Why, in one word: `BackOff`.
    package let reason: String
    /// In words.
    package let text: String
    /// Whether it is of type `Warning`.
    package let isWarning: Bool
    /// When it happened last.
    package let at: Timestamp
    /// How often it has happened.
    package let count: Int
    /// Who writes it: `kubelet`.
    package let component: String?

    /// Fails if it says of nothing, or not when.
    ///
    /// - Parameter object: the fields of the API's object.
    package init?(_ object: ObjectValue) {
        let involved = object["involvedObject"]
        guard let name = object.objectName, let subject = involved["name"].text, let at = Self.time(object) else {
            return nil
        }
        self.name = name
        self.subject = ObjectName(namespace: involved["namespace"].text ?? "", name: subject)
        kind = involved["kind"].text ?? ""
        container = involved["fieldPath"].text.flatMap(Self.container)
        reason = object["reason"].text ?? "Event"
        text = object["message"].text ?? ""
        isWarning = object["type"].text == "Warning"
        self.at = at
        count = max(1, object["series"]["count"].count ?? object["count"].count ?? 1)
        component = object["reportingComponent"].text ?? object["source"]["component"].text
    }

    /// When it happened last: recorders of two generations write it in different fields.
    private static func time(_ object: ObjectValue) -> Timestamp? {
        object["series"]["lastObservedTime"].time ?? object["lastTimestamp"].time ?? object["eventTime"].time
            ?? object["firstTimestamp"].time ?? object["metadata"]["creationTimestamp"].time
    }

    /// The name in `spec.containers{app}`.
    private static func container(_ path: String) -> String? {
        guard let start = path.firstIndex(of: "{"), let end = path.lastIndex(of: "}"), start < end else { return nil }
        return String(path[path.index(after: start)..<end])
    }
}

/// A machine of the Kubernetes cluster.
package struct KubernetesNode: Hashable, Sendable {
    /// Its name.
    package let name: String
    /// Whether no more pods are put on it.
    package let isCordoned: Bool
    /// Its conditions.
    package let conditions: [PodCondition]
    /// The availability zone.
    package let zone: String?

    /// Fails if it has no name.
    ///
    /// - Parameter object: the fields of the API's object.
    package init?(_ object: ObjectValue) {
        guard let name = object.objectName else { return nil }
        self.name = name.name
        isCordoned = object["spec"]["unschedulable"].isTrue
        conditions = object["status"]["conditions"].items.compactMap(PodCondition.init)
        zone = object["metadata"]["labels"]["topology.kubernetes.io/zone"].text
    }

    /// The condition `Ready`; `nil` if the node has not said.
    package var ready: PodCondition? { conditions.first { $0.type == "Ready" } }
}

/// A lease that members hold: of a split brain resolver, a singleton or a shard (kubernetes.md §10.4).
package struct KubernetesLease: Hashable, Sendable {
    /// What the lease is for.
    package enum Purpose: Hashable, Sendable {
        /// Who decides a split.
        case splitBrain
        case singleton
        case shard
        case other
    }

    /// Its namespace and name.
    package let name: ObjectName
    /// Who holds it, `host:port` of a member; `nil`: it is free.
    package let owner: String?
    /// When the holder last said that it is there.
    package let renewedAt: Timestamp?
    /// What the lease is for, by its name.
    package let purpose: Purpose

    /// Fails if it has no name.
    ///
    /// - Parameters:
    ///   - resource: which kind of lease.
    ///   - object: the fields of the API's object.
    package init?(_ resource: KubernetesResource, _ object: ObjectValue) {
        guard let name = object.objectName else { return nil }
        self.name = name
        let spec = object["spec"]
        switch resource {
        case .leases:
            owner = spec["holderIdentity"].text
            renewedAt = spec["renewTime"].time ?? spec["acquireTime"].time
        default:
            owner = spec["owner"].text
            renewedAt = spec["time"].integer.flatMap {
                $0 > 0 && $0 < 1 << 50 ? Timestamp(microseconds: $0 * 1000) : nil
            }
        }
        purpose = Purpose(name.name)
    }
}

extension KubernetesLease.Purpose {
    fileprivate init(_ name: String) {
        if name.hasSuffix("-akka-sbr") || name.hasSuffix("-pekko-sbr") {
            self = .splitBrain
        } else if name.contains("-singleton-") {
            self = .singleton
        } else {
            self = name.contains("-shard-") ? .shard : .other
        }
    }
}
