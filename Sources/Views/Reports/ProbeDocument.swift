// SPDX-License-Identifier: Apache-2.0
import Model

/// A health endpoint of an application, as the snapshot document prints it.
struct ProbeDocument: JSONObject {
    let probe: ProbeSnapshot

    func fields(_ json: inout JSONWriter) {
        json.field("id", probe.id.description)
        json.field("url", probe.id.target)
        json.field("workload", workload)
        json.field("members", probe.members)
        json.field("verdict", probe.report?.verdict)
        json.field("status", probe.report?.status)
        json.field("text", probe.report.flatMap { $0.text.isEmpty ? nil : $0.text })
        json.field("since", probe.since)
        json.field("health", probe.health)
        json.field("observedAt", probe.observedAt)
        json.field("freshness", probe.freshness)
    }

    private var workload: WorkloadName? {
        if case .workload(let name) = probe.subject { name } else { nil }
    }
}
