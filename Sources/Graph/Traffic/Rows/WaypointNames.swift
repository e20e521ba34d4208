// SPDX-License-Identifier: Apache-2.0
import Model

/// Which workloads are waypoints. Kiali asks Kubernetes for a label of their pods (`GetWaypointMap`); here Prometheus says which pods report as
/// `waypoint`, and most scrape configurations take the pods' labels over. Where they are not scraped, the name that istioctl gives them has to
/// do.
struct WaypointNames {
    private var reported: Set<WorkloadName> = []

    init(_ telemetry: Telemetry) {
        guard let rows = LabelRows(telemetry, .waypoints) else { return }
        let owners = PodOwners(telemetry)
        for row in rows.rows where row.value > 0 {
            let (namespace, pod, gateway) = (row[.namespace], row[.pod], row[.gateway])
            // The deployment of a waypoint is named as its gateway is.
            if !gateway.isEmpty { reported.insert(WorkloadName(namespace: namespace, name: gateway)) }
            if !pod.isEmpty { reported.insert(owners.workload(namespace: namespace, pod: pod)) }
        }
    }

    func contains(_ workload: WorkloadName) -> Bool {
        reported.contains(workload) || workload.name == "waypoint" || workload.name.hasSuffix("-waypoint")
    }
}
