// SPDX-License-Identifier: Apache-2.0
import Model

/// Puts the health endpoints of applications on the nodes they are about.
enum ProbePlacement {
    /// Adds them to a graph with members. The health of members has theirs already.
    static func add(_ probes: [ProbeSnapshot], to graph: inout ServiceGraph) {
        guard !probes.isEmpty else { return }
        var ofWorkload: [WorkloadName: [ProbeSnapshot]] = [:]
        var ofMember: [Address: [ProbeSnapshot]] = [:]
        for probe in probes {
            if case .workload(let name) = probe.subject { ofWorkload[name, default: []].append(probe) }
            for member in probe.members { ofMember[member, default: []].append(probe) }
        }
        for place in graph.nodes.indices {
            let own = graph.nodes[place].workloads.flatMap { ofWorkload[$0] ?? [] }
            graph.nodes[place].probes = own + graph.nodes[place].members.flatMap { ofMember[$0] ?? [] }
            let reporting = own.filter { $0.report != nil }
            guard !reporting.isEmpty else { continue }
            let parts = [graph.nodes[place].health] + reporting.map(\.health)
            graph.nodes[place].health = Health.worst(of: parts.map { (name: "", health: $0) })
        }
    }
}
