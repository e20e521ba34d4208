// SPDX-License-Identifier: Apache-2.0
package import Model

/// The `pod` of a member.
struct PodDocument: JSONObject {
    let row: KubernetesSnapshot.PodRow

    func fields(_ json: inout JSONWriter) {
        let pod = row.pod
        json.field("namespace", pod.name.namespace)
        json.field("name", pod.name.name)
        json.field("uid", pod.uid)
        json.field("node", pod.node)
        json.field("workload", row.workload)
        json.field("revision", row.revision)
        json.field("phase", pod.phase.name)
        json.field("ready", pod.isReady)
        json.field("restarts", pod.restarts)
        json.field("lastExit", pod.lastExit)
        json.field("startedAt", pod.startedAt)
        json.field("containers", pod.lastingContainers.map(\.name))
        json.field("sidecar", pod.sidecar)
        // What kubectl shows under the same names.
        json.field("status", pod.statusWord)
        json.field("deletionCost", pod.deletionCost)
    }
}

extension Pod.Owner: JSONObject {
    /// The `workload` of a pod.
    package func fields(_ json: inout JSONWriter) {
        json.field("kind", kind)
        json.field("name", name)
    }
}

extension Pod.Exit: JSONObject {
    /// The `lastExit` of a pod.
    package func fields(_ json: inout JSONWriter) {
        json.field("reason", reason)
        json.field("code", code)
        json.field("at", at)
        json.field("container", container)
    }
}

extension KubernetesSnapshot.WorkloadRow: JSONObject {
    /// An element of `workloads[]`.
    package func fields(_ json: inout JSONWriter) {
        json.field("cluster", cluster)
        json.field("namespace", workload.name.namespace)
        json.field("kind", workload.kind)
        json.field("name", workload.name.name)
        json.field("replicas") { json in
            json.field("wanted", workload.replicas.wanted)
            json.field("ready", workload.replicas.ready)
            json.field("updated", workload.replicas.updated)
            json.field("available", workload.replicas.available)
        }
        json.field("revision", workload.revision)
        json.field("rollout", workload.rollout)
        json.field("pods", pods)
    }
}

extension BootstrapSnapshot: JSONObject {
    /// The `bootstrap` of a cluster that does not exist yet.
    package func fields(_ json: inout JSONWriter) {
        json.field("contactPoints", contactPoints)
        json.field("required", required)
        json.field("found", found)
        json.field("lowest", lowest)
        json.field("formsBy", formsBy)
        json.field("blocker", blocker)
    }
}

extension BootstrapSnapshot.ContactPoint: JSONObject {
    /// An element of `contactPoints[]`.
    package func fields(_ json: inout JSONWriter) {
        json.field("address", address)
        json.field("pod", pod.map { "\($0.namespace)/\($0.name)" })
        json.field("answer", answer)
        json.field("seeds", seeds)
    }
}
