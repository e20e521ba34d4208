// SPDX-License-Identifier: Apache-2.0
package import Model

/// The snapshot as the JSON document of CONTRACT.md ("Snapshot document").
package struct SnapshotDocument: JSONObject {
    private let snapshot: MeshSnapshot
    private let sequence: Int

    /// - Parameters:
    ///   - snapshot: the picture.
    ///   - sequence: the line's number in its output, from 1.
    package init(_ snapshot: MeshSnapshot, sequence: Int) {
        self.snapshot = snapshot
        self.sequence = sequence
    }

    /// One compact line without its end.
    ///
    /// - Parameters:
    ///   - snapshot: the picture.
    ///   - sequence: the line's number in its output, from 1.
    /// - Returns: UTF-8 bytes.
    package static func json(_ snapshot: MeshSnapshot, sequence: Int) -> [UInt8] {
        SnapshotDocument(snapshot, sequence: sequence).json
    }

    /// The whole document.
    package func fields(_ json: inout JSONWriter) {
        json.head("snapshot", at: snapshot.at, sequence: sequence)
        json.field("health", snapshot.health)
        json.field("sources", snapshot.sources)
        json.field("clusters", snapshot.clusters.lazy.map { ClusterDocument($0, snapshot) })
        json.field("graph", snapshot.graph.map { GraphDocument($0) })
        // The health endpoints of applications; nothing at all where none is asked.
        if !snapshot.probes.isEmpty { json.field("probes", snapshot.probes.lazy.map { ProbeDocument(probe: $0) }) }
        json.field("findings", snapshot.findings)
        json.field("incidents", snapshot.incidents)
        json.field("dropped", snapshot.dropped)
        json.field("workloads", snapshot.kubernetes?.workloads ?? [])
        json.field("policies", snapshot.istio?.policies ?? [])
        json.field("checks", snapshot.istio?.checks ?? [])
    }
}

extension JSONWriter {
    /// The four fields that begin every line.
    mutating func head(_ kind: String, at: Timestamp, sequence: Int) {
        field("schema", "meshtop/v1")
        field("kind", kind)
        field("ts", at)
        field("seq", sequence)
    }
}

extension Health: JSONObject {
    /// The shape of every `health` in the document.
    package func fields(_ json: inout JSONWriter) {
        json.field("level", level)
        json.field("reasons", reasons)
        json.field("since", since)
    }
}

extension SourceSnapshot: JSONObject {
    /// An element of `sources[]`.
    package func fields(_ json: inout JSONWriter) {
        json.field("id", id.description)
        json.field("kind", id.kind)
        json.field("target", id.target)
        json.field("state", state)
        json.field("freshness", freshness)
        json.field("lastSuccess", lastSuccess)
        json.field("latency", latency)
        json.field("error", failure)
        if !notes.isEmpty { json.field("notes", notes) }
    }
}

extension SourceFailure: JSONObject {
    /// The `error` of a source.
    package func fields(_ json: inout JSONWriter) {
        json.field("code", code)
        json.field("message", message)
    }
}

extension WorkloadName: JSONObject {
    /// The `workload` of a member or an endpoint.
    package func fields(_ json: inout JSONWriter) {
        json.field("namespace", namespace)
        json.field("name", name)
    }
}

extension DroppedCounts: JSONObject {
    /// The `dropped` of the snapshot.
    package func fields(_ json: inout JSONWriter) {
        json.field("events", events)
        json.field("samples", samples)
        json.field("lines", lines)
    }
}
