// SPDX-License-Identifier: Apache-2.0
import Model

/// What kube-state-metrics would report of the mesh's pods: which member is of which workload.
struct PodSeries: Sendable {
    private struct Pod {
        let workload: SimulatedWorkload
        let number: Int
        let ip: String

        var replicaSet: String { PodSeries.replicaSet(workload) }
        var name: String { "\(replicaSet)-\(PodSeries.letters(SplitMix.mixed(UInt64(number) &* 31 &+ 7), 5))" }
    }

    /// The metrics of kube-state-metrics that are simulated.
    static let metrics: [TelemetryMetric] = [.podInfo, .podOwner, .replicaSetOwner]

    private let pods: [Pod]
    private let workloads: [SimulatedWorkload]

    /// - Parameters:
    ///   - shop: Whose workloads have pods.
    ///   - members: The hosts of the cluster's members, with whether each has the role `backend`.
    init(_ shop: SimulatedShop, members: [(host: String, isBackend: Bool)]) {
        let ofMembers = members.enumerated().map { number, member in
            Pod(workload: shop.members[member.isBackend ? 1 : 0], number: number, ip: member.host)
        }
        let known = Set(ofMembers.map(\.workload))
        let others = shop.workloads.filter { !known.contains($0) }.enumerated().map { number, workload in
            Pod(
                workload: workload, number: members.count + number,
                ip: "10.244.\(1 + number / 250).\(1 + number % 250)")
        }
        pods = ofMembers + others
        workloads = known.sorted { $0.name < $1.name } + others.map(\.workload)
    }

    /// - Parameter metric: A name.
    /// - Returns: Nothing for a name that is not known.
    func gauges(_ metric: String) -> [TrafficSeries] {
        switch TelemetryMetric(rawValue: metric) {
        case .podInfo:
            pods.map { pod in
                TrafficSeries(
                    labels: [
                        ("namespace", pod.workload.namespace), ("pod", pod.name), ("pod_ip", pod.ip),
                        ("created_by_kind", "ReplicaSet"), ("created_by_name", pod.replicaSet),
                    ], value: 1)
            }
        case .podOwner:
            pods.map { pod in
                TrafficSeries(
                    labels: [
                        ("namespace", pod.workload.namespace), ("pod", pod.name), ("owner_kind", "ReplicaSet"),
                        ("owner_name", pod.replicaSet),
                    ], value: 1)
            }
        case .replicaSetOwner:
            workloads.map { workload in
                TrafficSeries(
                    labels: [
                        ("namespace", workload.namespace), ("replicaset", Self.replicaSet(workload)),
                        ("owner_kind", "Deployment"), ("owner_name", workload.name),
                    ], value: 1)
            }
        default: []
        }
    }

    private static func replicaSet(_ workload: SimulatedWorkload) -> String {
        let seed = workload.name.utf8.reduce(UInt64(5381)) { $0 &* 33 &+ UInt64($1) }
        return "\(workload.name)-\(letters(SplitMix.mixed(seed), 9))"
    }

    /// Of the letters that Kubernetes uses in generated names.
    private static func letters(_ value: UInt64, _ count: Int) -> String {
        let letters = Array("bcdfghjklmnpqrstvwxz2456789")
        var (rest, result) = (value, "")
        for _ in 0..<count {
            result.append(letters[Int(rest % UInt64(letters.count))])
            rest /= UInt64(letters.count)
        }
        return result
    }
}
