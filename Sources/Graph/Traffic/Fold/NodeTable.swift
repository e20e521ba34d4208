// SPDX-License-Identifier: Apache-2.0
import Model

/// Finds the node of an end in a draft, or adds it.
struct NodeTable {
    private let type: GraphType
    private var keys = KeyTable<NodeKey>(capacity: 1024)
    /// The node of each key. What has the same id is the same node: texts of different bytes may print alike.
    private var nodes: [Int] = []
    private var byID: [String: Int] = [:]

    init(type: GraphType) { self.type = type }

    /// - Returns: the index of the node in the draft; `nil` if nothing is known of the end.
    mutating func node(of end: TrafficEnd, in draft: inout TrafficDraft) -> Int? {
        guard let key = NodeKey(end, type: type) else { return nil }
        let number = keys.number(of: key)
        if number == nodes.count {
            let id = key.id(draft.texts)
            let node = byID[id] ?? draft.nodes.count
            if node == draft.nodes.count { draft.nodes.append(TrafficDraft.Node(key, id: id, of: end)) }
            byID[id] = node
            nodes.append(node)
        }
        let node = nodes[number]
        if end.workload.isKnown {
            draft.nodes[node].workloads.insert(WorkloadKey(namespace: end.namespace, name: end.workload))
        }
        return node
    }
}
