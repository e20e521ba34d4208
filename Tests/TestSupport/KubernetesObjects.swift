// SPDX-License-Identifier: Apache-2.0
package import Model

/// Objects of an invented shop, as tests of the fold and of screens like to have them.
package enum KubernetesObjects {
    /// A pod of the Deployment `cart`, revision by the hash of its template.
    package static func pod(
        _ name: String, ip: String = "10.0.0.7", uid: String = "u1", hash: String = "7f9c", node: String? = "node-a",
        phase: String = "Running", isReady: Bool = true, restarts: Int = 0, waiting: String? = nil, exit: String? = nil,
        cost: Int? = nil, account: String = "cart", scheduling: String? = nil, exitAt: String = "2026-01-01T00:00:00Z"
    ) throws -> ObjectValue {
        let state =
            waiting.map { #""waiting":{"reason":"\#($0)","message":"back-off 10s restarting failed container"}"# }
            ?? (node == nil ? "" : #""running":{"startedAt":"2026-01-01T00:00:00Z"}"#)
        let last =
            exit.map { #","lastState":{"terminated":{"reason":"\#($0)","exitCode":137,"finishedAt":"\#(exitAt)"}}"# }
            ?? ""
        let costs = cost.map { #","annotations":{"controller.kubernetes.io/pod-deletion-cost":"\#($0)"}"# } ?? ""
        let placed = node.map { #""nodeName":"\#($0)","# } ?? ""
        let scheduled =
            scheduling.map { #"{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"\#($0)"},"# }
            ?? ""
        let statuses =
            node == nil
            ? ""
            : #"{"name":"app","containerID":"c1","ready":\#(isReady),"started":true,"restartCount":\#(restarts),"state":{\#(state)}\#(last)}"#
        return try ObjectValue(
            json: """
                {"metadata":{"name":"\(name)","namespace":"shop","uid":"\(uid)","creationTimestamp":"2025-12-31T00:00:00Z",
                "labels":{"pod-template-hash":"\(hash)"}\(costs),
                "ownerReferences":[{"kind":"ReplicaSet","name":"cart-\(hash)","controller":true}]},
                "spec":{\(placed)"serviceAccountName":"\(account)","terminationGracePeriodSeconds":30,
                "containers":[{"name":"app","ports":[{"name":"management","containerPort":8558}],
                "resources":{"limits":{"memory":"512Mi"}}}]},
                "status":{"phase":"\(phase)","podIP":"\(node == nil ? "" : ip)","startTime":"2026-01-01T00:00:00Z",
                "conditions":[\(scheduled){"type":"Ready","status":"\(isReady ? "True" : "False")"}],
                "containerStatuses":[\(statuses)]}}
                """)
    }

    /// The Deployment `cart`.
    package static func deployment(
        wanted: Int = 2, ready: Int = 2, updated: Int = 2, revision: Int = 2, isStuck: Bool = false
    ) throws -> ObjectValue {
        let reason = isStuck ? "ProgressDeadlineExceeded" : "NewReplicaSetAvailable"
        return try ObjectValue(
            json: """
                {"metadata":{"name":"cart","namespace":"shop","generation":2,"creationTimestamp":"2025-11-21T00:00:00Z",
                "annotations":{"deployment.kubernetes.io/revision":"\(revision)"}},
                "spec":{"replicas":\(wanted),"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1,"maxUnavailable":0}}},
                "status":{"observedGeneration":2,"replicas":\(max(wanted, updated)),"updatedReplicas":\(updated),
                "readyReplicas":\(ready),"availableReplicas":\(ready),
                "conditions":[{"type":"Progressing","status":"\(isStuck ? "False" : "True")","reason":"\(reason)",
                "message":"ReplicaSet has timed out progressing.","lastTransitionTime":"2025-12-31T23:56:00Z"}]}}
                """)
    }

    /// A ReplicaSet of the Deployment `cart`.
    package static func replicaSet(hash: String, revision: Int) throws -> ObjectValue {
        try ObjectValue(
            json: """
                {"metadata":{"name":"cart-\(hash)","namespace":"shop",
                "annotations":{"deployment.kubernetes.io/revision":"\(revision)"},
                "ownerReferences":[{"kind":"Deployment","name":"cart","controller":true}]}}
                """)
    }

    /// An event about a pod, or another object.
    package static func event(
        _ name: String, of subject: String, kind: String = "Pod", reason: String, _ text: String, count: Int = 1,
        isWarning: Bool = true, at: String = "2026-01-01T00:00:00Z"
    ) throws -> ObjectValue {
        try ObjectValue(
            json: """
                {"metadata":{"name":"\(name)","namespace":"shop"},
                "involvedObject":{"kind":"\(kind)","namespace":"shop","name":"\(subject)"},
                "reason":"\(reason)","message":"\(text)","type":"\(isWarning ? "Warning" : "Normal")","count":\(count),
                "lastTimestamp":"\(at)"}
                """)
    }

    /// A lease as Akka's own definition has it.
    package static func lease(_ name: String, owner: String) throws -> ObjectValue {
        try ObjectValue(
            json:
                #"{"metadata":{"name":"\#(name)","namespace":"shop"},"spec":{"owner":"\#(owner)","time":1767225600000}}"#
        )
    }
}
