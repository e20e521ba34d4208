import Model

extension JSONWriter {
    /// The health endpoints of applications; nothing at all where none is asked.
    mutating func probes(_ probes: [ProbeSnapshot]) {
        guard !probes.isEmpty else { return }
        name("probes")
        array(probes) { $0.probe($1) }
    }

    private mutating func probe(_ probe: ProbeSnapshot) {
        object { writer in
            writer.name("id")
            writer.string(probe.id.description)
            writer.name("url")
            writer.string(probe.id.target)
            writer.subject(of: probe)
            writer.name("verdict")
            writer.string(probe.report?.verdict.rawValue)
            writer.name("status")
            if let status = probe.report?.status { writer.integer(status) } else { writer.null() }
            writer.name("text")
            writer.string(probe.report.flatMap { $0.text.isEmpty ? nil : $0.text })
            writer.name("since")
            writer.time(probe.since)
            writer.name("health")
            writer.health(probe.health)
            writer.name("observedAt")
            writer.time(probe.observedAt)
            writer.name("freshness")
            writer.string(probe.freshness.rawValue)
        }
    }

    private mutating func subject(of probe: ProbeSnapshot) {
        name("workload")
        if case .workload(let workload) = probe.subject {
            object { writer in
                writer.name("namespace")
                writer.string(workload.namespace)
                writer.name("name")
                writer.string(workload.name)
            }
        } else {
            null()
        }
        name("members")
        array(probe.members) { $0.string($1.text) }
    }
}
