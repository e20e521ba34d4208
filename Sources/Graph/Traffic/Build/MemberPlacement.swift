package import Model

extension ServiceGraph {
    /// Puts what probes say on the nodes they are about. The health of members has it already.
    package mutating func attach(_ probes: [ProbeSnapshot]) {
        guard !probes.isEmpty else { return }
        var ofWorkload: [WorkloadName: [ProbeSnapshot]] = [:]
        var ofMember: [Address: [ProbeSnapshot]] = [:]
        for probe in probes {
            if case .workload(let name) = probe.subject { ofWorkload[name, default: []].append(probe) }
            for member in probe.members { ofMember[member, default: []].append(probe) }
        }
        for place in nodes.indices {
            let own = nodes[place].workloads.flatMap { ofWorkload[$0] ?? [] }
            nodes[place].probes = own + nodes[place].members.flatMap { ofMember[$0] ?? [] }
            let told = own.filter { $0.report != nil }
            guard !told.isEmpty else { continue }
            let parts = [nodes[place].health] + told.map(\.health)
            nodes[place].health = Health.worst(of: parts.map { (name: "", health: $0) })
        }
    }
}
