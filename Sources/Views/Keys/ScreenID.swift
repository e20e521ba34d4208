// SPDX-License-Identifier: Apache-2.0
/// A screen that a digit brings up. The numbers are fixed: readers know them by heart.
package enum ScreenID: Hashable, Sendable, CaseIterable {
    case overview
    case members
    case graph
    case matrix
    case timeline
    case traffic
    case sources
    case kubernetes
    case istio

    /// The digit of the key that shows it.
    package var digit: Int {
        switch self {
        case .overview: 1
        case .members: 2
        case .graph: 3
        case .matrix: 4
        case .timeline: 5
        case .traffic: 6
        case .sources: 7
        case .kubernetes: 8
        case .istio: 9
        }
    }

    /// What tabs and the help call it.
    package var name: String {
        switch self {
        case .overview: "Overview"
        case .members: "Members"
        case .graph: "Graph"
        case .matrix: "Matrix"
        case .timeline: "Timeline"
        case .traffic: "Traffic"
        case .sources: "Sources"
        case .kubernetes: "Kubernetes"
        case .istio: "Istio"
        }
    }

    /// The name where there is little room.
    var brief: String { self == .kubernetes ? "Kube" : name }
}
