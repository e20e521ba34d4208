// SPDX-License-Identifier: Apache-2.0
import Model

/// One direction between two nodes of a cluster: a cell of the matrix.
struct PairID: Hashable, Sendable {
    var cluster: String
    var observer: UniqueAddress
    var subject: UniqueAddress
}

/// What a row, a link or a page of text is about. The selection follows it wherever sorting puts its row.
enum Subject: Hashable, Sendable {
    case cluster(String)
    case member(cluster: String, UniqueAddress)
    /// Members that the matrix shows as one line: those of a role or a data centre, or all that are well.
    case group(cluster: String, String)
    case pair(PairID)
    case source(SourceID)
    /// A pod of Kubernetes.
    case pod(ObjectName)
    /// A workload of Kubernetes.
    case workload(kind: String, ObjectName)
    /// An object of Istio.
    case object(ObjectReference)
    /// Findings that belong together, by the incident's id.
    case incident(String)
    /// A node of the service graph by its id, or what stands for several.
    case node(String)
    /// An edge of the service graph by its id, or what stands for several.
    case edge(String)
    /// An event; its page stays when the log has dropped it.
    case event(EventLog.Entry)
}
