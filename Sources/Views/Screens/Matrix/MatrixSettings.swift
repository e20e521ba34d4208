// SPDX-License-Identifier: Apache-2.0
/// What the matrix shows of the pairs, and how its lines stand.
struct MatrixSettings: Equatable, Sendable {
    var mode = MatrixMode.worst
    var grouping = MatrixGrouping.none
    var order = MatrixOrder.automatic
}

/// Which members share a line.
enum MatrixGrouping: CaseIterable, Sendable {
    case none
    case role
    case dataCenter
    /// Those in trouble have lines of their own, the others share one.
    case trouble

    var name: String {
        switch self {
        case .none: "none"
        case .role: "role"
        case .dataCenter: "data centre"
        case .trouble: "those well"
        }
    }
}

/// In which order the lines stand.
enum MatrixOrder: CaseIterable, Sendable {
    /// The worst first if not all fit, by partition if there are several, otherwise by name.
    case automatic
    case name
    case worst
    /// By data centre, then role.
    case place

    var name: String {
        switch self {
        case .automatic: "auto"
        case .name: "name"
        case .worst: "worst first"
        case .place: "data centre"
        }
    }
}
