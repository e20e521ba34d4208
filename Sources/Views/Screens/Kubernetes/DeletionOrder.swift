// SPDX-License-Identifier: Apache-2.0
import Model

/// In which order a ReplicaSet deletes pods when it shrinks (`controller_utils.go`, `ActivePodsWithRanks`), as far as it can be known from outside.
struct DeletionOrder {
    private let pods: [KubernetesSnapshot.PodRow]
    private let isReplicaSet: Bool

    init(_ pods: [KubernetesSnapshot.PodRow]) {
        self.pods = pods.filter { !$0.pod.phase.isOver && !$0.pod.isTerminating }
        isReplicaSet = pods.contains { $0.pod.owner?.kind == "ReplicaSet" }
    }

    /// Whether the first goes before the second.
    private static func isBefore(_ left: Pod, _ right: Pod) -> Bool {
        rank(left).lexicographicallyPrecedes(rank(right))
    }

    private static func rank(_ pod: Pod) -> [Int] {
        let phase = [.pending, .unknown(""), .running].firstIndex { $0 == pod.phase } ?? 1
        return [pod.node == nil ? 0 : 1, phase, pod.isReady ? 1 : 0, pod.deletionCost ?? 0]
    }

    /// The pod that goes first, and why; `nil` where there is nothing to choose.
    var next: String? {
        guard pods.count > 1 else { return nil }
        guard isReplicaSet else {
            return pods.last.map { "\($0.pod.name.name): a StatefulSet goes from the highest number down" }
        }
        let sorted = pods.sorted { Self.isBefore($0.pod, $1.pod) }
        let first = sorted[0].pod
        let equal = sorted.filter { Self.rank($0.pod) == Self.rank(first) }
        guard equal.count == 1 else {
            return
                "one of \(equal.count) pods that are alike (deletion cost \(first.deletionCost ?? 0)): roughly the newest"
        }
        let why = first.isReady ? "its deletion cost, \(first.deletionCost ?? 0), is the lowest" : "it is not ready"
        return "\(first.name.name): \(why)"
    }

    /// How often singletons move in a rolling update; `nil` where it is not a matter of costs.
    var singletons: String? {
        guard isReplicaSet, pods.count > 1 else { return nil }
        let costs = pods.compactMap(\.pod.deletionCost)
        if costs.allSatisfy({ $0 == 0 }) {
            return
                "no pod has a deletion cost: the oldest member may go at any step, and singletons move with it each time, "
                + "\(pods.count) times at worst; switch the extension PodDeletionCost on"
        }
        return "the oldest member has the highest deletion cost and goes last: singletons move once"
    }
}
