import Model

/// Which workloads are waypoints. Kiali asks Kubernetes for a label of their pods (`GetWaypointMap`); here Prometheus tells which pods report as
/// `waypoint`, and most scrape configurations take the pods' labels over. Where nobody scrapes them, the name that istioctl gives them tells.
struct WaypointNames {
    private var told: Set<WorkloadName> = []

    init(_ telemetry: Telemetry) {
        guard let vector = telemetry.vector(.waypoints), vector.keys.width == vector.metric.columns.count else {
            return
        }
        let owners = PodOwners(telemetry)
        for row in 0..<vector.count where vector.values[row] > 0 {
            let cells = (0..<3).map { telemetry.texts[vector.keys.cells[row * 3 + $0]] }
            // The deployment of a waypoint is named as its gateway is.
            if !cells[2].isEmpty { told.insert(WorkloadName(namespace: cells[0], name: cells[2])) }
            if !cells[1].isEmpty { told.insert(owners.workload(namespace: cells[0], pod: cells[1])) }
        }
    }

    func contains(_ workload: WorkloadName) -> Bool {
        told.contains(workload) || workload.name == "waypoint" || workload.name.hasSuffix("-waypoint")
    }
}
