// SPDX-License-Identifier: Apache-2.0
internal import Model

/// A chunk of a list.
struct ObjectPage {
    let objects: [ObjectValue]
    /// The version that a watch goes on from.
    let version: String
    /// Where the next chunk begins; `nil` for the last.
    let next: String?
}

/// What a line of a watch says.
enum WatchEvent {
    case changed(ObjectValue, version: String?)
    case removed(ObjectName, version: String?)
    case bookmark(String?)
    case failed(APIStatus)
}

/// Reads lists and watch events of the API, and keeps of each object what the mask of its kind says. Confined to one thread.
final class ObjectReader {
    /// Maximum number of bytes of a chunk.
    static let maximumBody = 64 << 20
    private let parser = JSONParser(maximumBytes: ObjectReader.maximumBody)

    /// Reads a chunk of a list.
    func page(_ body: PaddedBytes, _ resource: KubernetesResource) throws(JSONError) -> ObjectPage {
        let mask = resource.mask
        return try parser.parse(body) { (reader: inout JSONReader) throws(JSONError) in
            var (objects, version, next) = ([ObjectValue](), nil as String?, nil as String?)
            try reader.object { (value: inout JSONReader, name) throws(JSONError) in
                if name.equals("items") {
                    guard !value.isNull else { return }
                    try value.array { (item: inout JSONReader, _) throws(JSONError) in
                        objects.append(try ObjectValue(&item, mask).understood(as: resource))
                    }
                } else if name.equals("metadata") {
                    let metadata = try ObjectValue(&value, .fields(["resourceVersion", "continue"]))
                    (version, next) = (metadata["resourceVersion"].text, metadata["continue"].text)
                }
            }
            guard let version else { throw JSONError(expected: "a list with a resourceVersion", found: "none") }
            return ObjectPage(objects: objects, version: version, next: next)
        }
    }

    /// Reads a line of a watch.
    func event(_ line: [UInt8], _ resource: KubernetesResource) throws(JSONError) -> WatchEvent {
        let mask = resource.mask
        return try parser.parse(PaddedBytes(line)) { (reader: inout JSONReader) throws(JSONError) in
            let type = try Self.type(reader)
            var (object, version) = (ObjectValue.null, nil as String?)
            try reader.object { (value: inout JSONReader, name) throws(JSONError) in
                guard name.equals("object") else { return }
                version = try value.lookingAhead { (ahead: inout JSONReader) throws(JSONError) in
                    try ObjectValue(&ahead, ["metadata": ["resourceVersion": .all]])["metadata"]["resourceVersion"].text
                }
                object = try ObjectValue(&value, type == "ERROR" ? .all : mask)
                if type != "ERROR" { object = object.understood(as: resource) }
            }
            switch type {
            case "ADDED", "MODIFIED": return .changed(object, version: version)
            case "DELETED":
                guard let name = object.objectName else {
                    throw JSONError(expected: "an object with a name", found: "none")
                }
                return .removed(name, version: version)
            case "BOOKMARK": return .bookmark(version)
            case "ERROR": return .failed(APIStatus(object))
            default: throw JSONError(expected: "a type of event", found: "another")
            }
        }
    }

    private static func type(_ reader: borrowing JSONReader) throws(JSONError) -> String {
        try reader.lookingAhead { (ahead: inout JSONReader) throws(JSONError) in
            try ObjectValue(&ahead, ["type": .all])["type"].text ?? ""
        }
    }
}

/// Cuts a watch into its lines, each of which is one event.
struct WatchLines {
    /// Maximum number of bytes of a line: an object has at most 1.5 MiB in the server's own store.
    static let maximumLine = 8 << 20

    let reader: ObjectReader
    let resource: KubernetesResource
    private var rest: [UInt8] = []

    init(reader: ObjectReader, resource: KubernetesResource) {
        self.reader = reader
        self.resource = resource
    }

    /// Another watch begins.
    mutating func restart() { rest = [] }

    /// Takes a piece.
    ///
    /// - Throws: what is wrong with a line.
    mutating func receive(_ bytes: [UInt8]) throws(SourceFailure) -> [WatchEvent] {
        var events: [WatchEvent] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest + bytes[start..<end]
            rest = []
            start = end + 1
            guard line.contains(where: { $0 > 32 }) else { continue }
            try check(line.count)
            do throws(JSONError) { events.append(try reader.event(line, resource)) } catch {
                throw SourceFailure(.format, "an event of the watch: \(error.message)")
            }
        }
        rest += bytes[start...]
        try check(rest.count)
        return events
    }

    private func check(_ count: Int) throws(SourceFailure) {
        guard count <= Self.maximumLine else {
            throw SourceFailure(.tooLarge, "an event of the watch is longer than \(Self.maximumLine >> 20) MiB")
        }
    }
}

extension KubernetesResource {
    /// What of an object is kept.
    var mask: ObjectMask {
        switch self {
        case .pods: Self.podMask
        case .events: Self.eventMask
        case .nodes:
            [
                "metadata": ["name": .all, "labels": .fields(["topology.kubernetes.io/zone"])],
                "spec": .fields(["unschedulable"]), "status": ["conditions": Self.conditionMask],
            ]
        case .deployments, .statefulSets, .daemonSets: Self.workloadMask
        case .replicaSets: ["metadata": Self.metadataMask]
        case .leases:
            [
                "metadata": .fields(["name", "namespace"]),
                "spec": .fields(["holderIdentity", "acquireTime", "renewTime"]),
            ]
        case .akkaLeases, .pekkoLeases:
            ["metadata": .fields(["name", "namespace"]), "spec": .fields(["owner", "time"])]
        case .akkaPodCosts, .pekkoPodCosts:
            [
                "metadata": .fields(["name", "namespace"]),
                "spec": ["pods": .fields(["podName", "cost", "address", "uid"])],
            ]
        case .namespaces: ["metadata": .fields(["name", "labels"])]
        case .serviceAccounts: ["metadata": .fields(["name", "namespace"])]
        case .services: ["metadata": Self.metadataMask, "spec": .fields(["selector", "ports"])]
        case .configMaps:
            [
                "metadata": .fields(["name", "namespace"]),
                "data": ["mesh": .text(maximum: MeshConfigReader.maximumSize)],
            ]
        case .virtualServices, .destinationRules, .gateways, .serviceEntries, .sidecars, .workloadEntries,
            .workloadGroups, .peerAuthentications, .authorizationPolicies, .requestAuthentications, .telemetries,
            .wasmPlugins:
            ["metadata": Self.metadataMask, "spec": .all]
        }
    }

    private static let conditionMask = ObjectMask.fields(["type", "status", "reason", "message", "lastTransitionTime"])

    private static let metadataMask: ObjectMask = [
        "name": .all, "namespace": .all, "uid": .all, "generation": .all, "creationTimestamp": .all,
        "deletionTimestamp": .all, "labels": .all, "annotations": .fields(PodAnnotation.all),
        "ownerReferences": .fields(["kind", "name", "controller"]),
    ]

    private static let containerMask: ObjectMask = [
        "name": .all, "restartPolicy": .all, "ports": .fields(["name", "containerPort"]),
        "readinessProbe": ["httpGet": .fields(["path", "port", "scheme"])],
        "resources": ["limits": .fields(["memory"])],
        // Of the environment, which holds secrets, only how many contact points are required and the checks that the mesh has rewritten.
        "env": .named(["CONTACT_POINT", "ISTIO_KUBE_APP_PROBERS"], .fields(["name", "value"])),
    ]

    /// Of the container that sets up interception also its arguments.
    private static let initialMask: ObjectMask = .except(
        "istio-init", .fields(["name", "args", "restartPolicy"]), others: containerMask)

    private static let containerStatusMask: ObjectMask = [
        "name": .all, "ready": .all, "started": .all, "restartCount": .all, "containerID": .all,
        "state": stateMask, "lastState": stateMask,
    ]

    private static let stateMask: ObjectMask = [
        "running": .fields(["startedAt"]), "waiting": .fields(["reason", "message"]),
        "terminated": .fields(["exitCode", "signal", "reason", "message", "startedAt", "finishedAt", "containerID"]),
    ]

    private static let podMask: ObjectMask = [
        "metadata": metadataMask,
        "spec": [
            "nodeName": .all, "hostNetwork": .all, "hostname": .all, "subdomain": .all, "serviceAccountName": .all,
            "terminationGracePeriodSeconds": .all, "containers": containerMask, "initContainers": initialMask,
        ],
        "status": [
            "phase": .all, "reason": .all, "message": .all, "podIP": .all, "podIPs": .all, "startTime": .all,
            "conditions": conditionMask, "containerStatuses": containerStatusMask,
            "initContainerStatuses": containerStatusMask,
        ],
    ]

    private static let eventMask: ObjectMask = [
        "metadata": .fields(["name", "namespace", "creationTimestamp"]),
        "involvedObject": .fields(["kind", "namespace", "name", "fieldPath"]),
        "reason": .all, "message": .all, "type": .all, "count": .all, "firstTimestamp": .all, "lastTimestamp": .all,
        "eventTime": .all, "series": .fields(["count", "lastObservedTime"]), "reportingComponent": .all,
        "source": .fields(["component"]),
    ]

    private static let templateMask: ObjectMask = [
        "name": .all, "restartPolicy": .all, "ports": .fields(["name", "containerPort"]),
        "readinessProbe": ["httpGet": .fields(["path", "port"])],
    ]

    private static let workloadMask: ObjectMask = [
        "metadata": metadataMask,
        "spec": [
            "replicas": .all, "paused": .all, "progressDeadlineSeconds": .all, "podManagementPolicy": .all,
            "strategy": .all, "updateStrategy": .all,
            "template": [
                "metadata": ["labels": .all, "annotations": .fields(PodAnnotation.all)],
                "spec": [
                    "serviceAccountName": .all, "hostNetwork": .all, "terminationGracePeriodSeconds": .all,
                    "containers": templateMask, "initContainers": templateMask,
                ],
            ],
        ],
        "status": [
            "replicas": .all, "updatedReplicas": .all, "readyReplicas": .all, "availableReplicas": .all,
            "observedGeneration": .all, "currentRevision": .all, "updateRevision": .all, "conditions": conditionMask,
            "desiredNumberScheduled": .all, "numberReady": .all, "updatedNumberScheduled": .all,
            "numberAvailable": .all, "currentNumberScheduled": .all,
        ],
    ]
}
