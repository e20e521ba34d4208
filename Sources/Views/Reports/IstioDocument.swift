// SPDX-License-Identifier: Apache-2.0
package import Model

extension BypassRow: JSONObject {
    /// An element of `policies[]`.
    package func fields(_ json: inout JSONWriter) {
        json.field("namespace", namespace)
        json.field("pod", pod)
        json.field("port", port)
        json.field("direction", direction)
        json.field("live", live)
        json.field("template", template)
        json.field("mtls", mutualTLS)
        json.field("role", role)
        json.field("workload", workload)
        json.field("sidecar", sidecar)
        json.field("decidedBy", decidedBy)
        json.field("advice", advice)
    }
}

extension IstioCheck: JSONObject {
    /// An element of `checks[]`.
    package func fields(_ json: inout JSONWriter) {
        json.field("code", code)
        json.field("severity", severity)
        json.field("object", object)
        json.field("path", path)
        json.field("text", text)
        // Of objects that were read of files only.
        if let place { json.field("file", place) }
    }
}

extension ObjectReference: JSONObject {
    /// The `object` of a check.
    package func fields(_ json: inout JSONWriter) {
        json.field("kind", kind)
        json.field("namespace", name.namespace)
        json.field("name", name.name)
    }
}

extension MeshSnapshot {
    /// Whether all that is known comes of files that stand for an API server.
    package var isOfFiles: Bool {
        clusters.allSatisfy { $0.members.isEmpty }
            && sources.contains {
                $0.id.kind == .kubernetes && !$0.id.target.hasPrefix("http") && $0.lastSuccess != nil
            }
    }
}
