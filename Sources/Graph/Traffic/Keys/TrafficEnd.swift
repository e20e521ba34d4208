// SPDX-License-Identifier: Apache-2.0
import Model

/// One end of some traffic, as the labels of a sample describe it after they were put right.
struct TrafficEnd: ReadableKey {
    private(set) var lanes: SIMD8<UInt32>

    @inline(__always)
    init(lanes: SIMD8<UInt32>) { self.lanes = lanes }

    @inline(__always)
    init(
        cluster: LabelValue, serviceNamespace: LabelValue, service: LabelValue, namespace: LabelValue = .empty,
        workload: LabelValue = .empty, app: LabelValue = .empty, version: LabelValue = .empty
    ) {
        lanes = SIMD8(
            cluster.number, serviceNamespace.number, service.number, namespace.number, workload.number, app.number,
            version.number, 0)
    }

    var cluster: LabelValue {
        get { lanes.label(0) }
        set { lanes[0] = newValue.number }
    }
    var serviceNamespace: LabelValue { lanes.label(1) }
    var service: LabelValue { lanes.label(2) }
    var namespace: LabelValue { lanes.label(3) }
    var workload: LabelValue { lanes.label(4) }
    var app: LabelValue {
        get { lanes.label(5) }
        set { lanes[5] = newValue.number }
    }
    var version: LabelValue { lanes.label(6) }

    /// The service alone, as it stands between its callers and its workloads.
    var serviceOnly: TrafficEnd {
        TrafficEnd(cluster: cluster, serviceNamespace: serviceNamespace, service: service)
    }
}
